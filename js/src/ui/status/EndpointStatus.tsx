import { useRef } from "preact/hooks";
import { ONGOING } from "../../kernel/acts";
import type { Picture } from "../../kernel/contract";
import { useView } from "../../view";
import { Eta } from "./Age";
import { StatusMark } from "./StatusMark";

/** Shape and word of a status, announced when it changes; what belongs to it stands beside it. */
export function EndpointStatus({ picture }: { picture: Picture }) {
  const { acts } = useView();
  const { label, phase, note, done, total } = picture.status;
  const busy = acts.of(picture.name).action ?? picture.busy;
  const glow = useGlow(picture.name, label);
  return (
    <>
      <span role="status" class="sw-status">
        <span key={glow} class={`sw-pair${glow ? " sw-glow" : ""}`}>
          <StatusMark phase={picture.deleted ? "other" : phase} />
          <span class={phase === "failed" ? "sw-reason" : ""}>{picture.deleted ? "Deleted" : label}</span>
        </span>
      </span>
      {busy && <span class="sw-muted sw-nowrap">{ONGOING[busy] ?? busy}</span>}
      {note && !busy && <span class="sw-muted sw-nowrap">{note}</span>}
      {total !== null && done !== null && !busy && (
        <span class="sw-muted sw-number sw-nowrap">
          {done} of {total}
        </span>
      )}
      {picture.update?.eta && <Eta eta={picture.update.eta} />}
    </>
  );
}

/** When a value last changed while it was being looked at; 0 for never. A new key starts the glow anew. */
function useGlow(name: string, value: string): number {
  const seen = useRef({ name, value, at: 0 });
  if (seen.current.name !== name) seen.current = { name, value, at: 0 };
  if (seen.current.value !== value) seen.current = { name, value, at: Date.now() };
  return seen.current.at;
}
