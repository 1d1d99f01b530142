import { useLayoutEffect, useMemo, useRef } from "preact/hooks";
import type { Picture } from "../../kernel/contract";
import { Banner } from "../../ui/frame/Banner";
import { Button } from "../../ui/controls/Button";
import { Timeline } from "../../ui/status/Timeline";
import { NotifyButton, type Waits } from "../../ui/status/Waits";
import { Beside } from "./Changes";
import { Deploy } from "./Deploy";
import type { ConfigPicture as Config } from "./contract";
import { Requests, usePanelView } from "./state";
import { frozen } from "./TagsTab";

/** The active configuration beside the pending one, the update that leads there, and the editor of the next one. */
export function ConfigTab({ picture, config, waits, onFollow }: { picture: Picture; config: Config; waits: Waits; onFollow(): void }) {
  const view = usePanelView();
  const requests = useMemo(() => new Requests(view), []);
  const { draft, fate } = config;
  const readOnly = view.store.state.value.workspace.read_only;
  const refused = frozen(view) ?? readOnly ?? config.can;
  const open = async (): Promise<void> => {
    if (await requests.send("draft", {})) view.root.querySelector<HTMLElement>(".sw-deploy input")?.focus();
  };
  // The button that opened the editor is drawn anew when the editor goes: who discarded finds himself on it again.
  const returning = useRef(false);
  useLayoutEffect(() => {
    if (draft || !returning.current) return;
    returning.current = false;
    view.root.querySelector<HTMLElement>("[data-deploy] button")?.focus();
  }, [!draft]);
  const discard = async (): Promise<void> => {
    returning.current = true;
    if (!(await requests.send("draft_discard", {}))) returning.current = false;
  };
  return (
    <>
      {fate && picture.update && <Timeline picture={picture} />}
      {picture.status.phase === "updating" && (
        <div>
          <NotifyButton waits={waits} names={[picture.name]} />
        </div>
      )}
      {config.groups.length === 0 && <p class="sw-muted">{picture.name} has no configuration yet.</p>}
      {/* The editor says everything of the active one itself. */}
      {config.groups.length > 0 && (fate || !draft) && (
        <Beside
          caption={`Configuration of ${picture.name}`}
          titles={[sideOf("Active", config.active), sideOf(fate === "failed" ? "Failed" : "Pending", config.pending)]}
          groups={config.groups}
          single={fate === ""}
        />
      )}
      {refused && !readOnly && !draft && picture.status.phase !== "updating" && (
        <Banner tone="info" icon="lock" problem={{ code: "", message: refused, hint: "" }} />
      )}
      {draft ? (
        <Deploy name={picture.name} config={config} draft={draft} requests={requests} refused={refused} onDiscard={discard} onFollow={onFollow} />
      ) : (
        <div class="sw-bar sw-end" data-deploy>
          <Button look="main" refused={refused} onClick={() => void open()}>
            Deploy a version
          </Button>
          {requests.note.value && <span class="sw-muted">{requests.note}</span>}
        </div>
      )}
      {!draft && requests.problem.value && <Banner tone="error" problem={requests.problem.value} />}
    </>
  );
}

function sideOf(side: string, version: number | null): string {
  return version === null ? side : `${side} (version ${version})`;
}
