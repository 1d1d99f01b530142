import { isRefused, LastChecked } from "../../ui/status/LastChecked";
import { Button } from "../../ui/controls/Button";
import { Heading } from "../../ui/frame/Heading";
import { Icon } from "../../ui/controls/Icon";
import { FROZEN } from "../../kernel/live";
import { QUEUED, type RpcError } from "../../kernel/rpc";
import { type BrowserView, useBrowserView } from "./rows";
import type { Browser } from "./state";
import { Columns } from "./ViewMenus";

/** Which workspace, how fresh the picture is, and the way to a fresher one. */
export function Header({ narrow, browser, width }: { narrow: boolean; browser: Browser; width: number }) {
  const view = useBrowserView();
  const refreshing = view.refreshing.value;
  return (
    <div class="sw-header">
      <Heading name="Endpoints" words />
      <span class="sw-header-end">
        <Freshness />
        <Create narrow={narrow} />
        {!narrow && <Columns browser={browser} width={width} />}
        <Button
          label={narrow ? "Refresh" : undefined}
          refused={view.live.state.value === "frozen" ? FROZEN : null}
          onClick={() => void view.refresh()}
        >
          <Icon name="refresh" spin={refreshing.on} />
          {!narrow && "Refresh"}
        </Button>
      </span>
    </div>
  );
}

function Create({ narrow }: { narrow: boolean }) {
  const view = useBrowserView();
  const { workspace, creating } = view.store.state.value;
  const refused = view.live.state.value === "frozen" ? FROZEN : workspace.read_only;
  return (
    <Button label={narrow ? "Create endpoint" : undefined} expanded={creating != null} refused={refused} onClick={() => openForm(view, creating == null)}>
      {narrow ? "Create" : "Create endpoint"}
    </Button>
  );
}

/** Open the form that creates an endpoint, or close it. */
export function openForm(view: BrowserView, on: boolean): void {
  view.rpc.request("creating", { on }).catch((error: RpcError) => view.report(error.message));
}

/** Live, or how old the picture is. A live one is never older than the kernel's longest pause, so its age is no news. */
function Freshness() {
  const { store, live, refreshing } = useBrowserView();
  const { link } = store.state.value;
  const note = refreshing.value.note || (store.queued.value ? QUEUED : "");
  if (note) return <span class="sw-muted sw-fresh">{note}</span>;
  if (live.state.value === "frozen") {
    return <span class="sw-muted sw-fresh">{link.seen !== null && <LastChecked seen={link.seen} retrying={false} />}</span>;
  }
  if (link.state === "loading") return <span class="sw-muted sw-fresh">Loading…</span>;
  if (link.state === "live") return <span class="sw-muted sw-fresh">Live</span>;
  return (
    <span class="sw-fresh">
      {link.seen !== null ? <LastChecked seen={link.seen} /> : isRefused(link) ? "Access refused" : "Not connected – retrying"}
    </span>
  );
}
