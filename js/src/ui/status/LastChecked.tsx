import type { LinkPicture } from "../../kernel/contract";
import { useView } from "../../view";
import { Age } from "./Age";

/** Refusals that no retry ends by itself: a person has to sign in, or to be granted more. */
const LASTING: readonly string[] = ["unauthenticated", "permission_denied"];

/** Whether the service refuses this person. */
export function isRefused({ problem }: LinkPicture): boolean {
  return LASTING.includes(problem?.code ?? "");
}

/** How old the picture is, and whether a newer one is on its way; `seen` is the host's time of the last good look. */
export function LastChecked({ seen, retrying = true }: { seen: number; retrying?: boolean }) {
  const { link } = useView().store.state.value;
  return (
    <>
      Last checked <Age at={seen} host />
      {retrying && (isRefused(link) ? " – access refused" : " – retrying")}
    </>
  );
}

/** The same for the header of one endpoint's view, where the picture is an old one. */
export function Stale() {
  const { link } = useView().store.state.value;
  if (link.state !== "stale" || link.seen === null) return null;
  return (
    <span class="sw-muted sw-nowrap">
      <LastChecked seen={link.seen} />
    </span>
  );
}
