import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { Stale } from "../../ui/status/LastChecked";
import { ReadOnly } from "../../ui/frame/ReadOnly";
import { Child } from "../../ui/frame/Child";
import { CopyButton } from "../../ui/controls/CopyButton";
import { EndpointStatus } from "../../ui/status/EndpointStatus";
import { Heading } from "../../ui/frame/Heading";
import { LinkBanner } from "../../ui/status/LinkBanner";
import { UndoBanner } from "../../ui/status/UndoBanner";
import { Missing } from "../../ui/status/Missing";
import { Tabs } from "../../ui/controls/Tabs";
import { onOpenTab } from "../../page/open_tab";
import { Ended, Waits } from "../../ui/status/Waits";
import type { RpcError } from "../../kernel/rpc";
import css from "./endpoint_panel.css";
import { ConfigTab } from "./ConfigTab";
import { Overview } from "./Overview";
import { endsOf, SplitActions } from "./SplitActions";
import { usePanelView } from "./state";
import { frozen, TagsTab } from "./TagsTab";

export { css };

/** Everything about one endpoint, in tabs. */
export default function EndpointPanel() {
  const view = usePanelView();
  const { name, endpoint, workspace, tags, config, ...state } = view.store.state.value;
  const [tab, setTab] = useState(state.tab || "overview");
  const [fault, setFault] = useState("");
  const opened = useRef(new Set<string>()).current;
  const waits = useMemo(() => new Waits(view), []);
  const kinds = new Map(state.tabs.map((each) => [each.key, each]));
  if (kinds.get(tab)?.child) opened.add(tab);

  // Of one that was deleted there is nothing left to see but what is being read already.
  const tabs = endpoint?.deleted
    ? state.tabs.filter(({ key, of_deleted: of }) => of === "always" || (of === "opened" && opened.has(key)))
    : state.tabs;
  const shown = tabs.some(({ key }) => key === tab) ? tab : "overview";

  /** The widget in a tab, which may be that of another tab: the widget looks for the name of the one it stands in. */
  const childOf = (key: string): string | undefined => state.children[kinds.get(key)?.part_of || key];

  useEffect(() => {
    setFault("");
    if (tab === state.tab && (!kinds.get(tab)?.child || childOf(tab))) return;
    view.rpc.request("tab", { name: tab }).catch((error: RpcError) => setFault(error.message));
  }, [tab]);
  const refused = frozen(view) ?? workspace.read_only ?? config?.can ?? null;
  const split = (to: string): void => {
    view.rpc.request("draft_split", { to }).then(() => setTab("config"), (error: RpcError) => setFault(error.message));
  };

  useEffect(() => onOpenTab(view.root, setTab), []);

  useEffect(() => {
    if (endpoint) waits.see(name, { label: endpoint.status.label, phase: endpoint.deleted ? "other" : endpoint.status.phase });
  }, [endpoint]);

  return (
    <div class={`sw-panel${view.nested ? " sw-nested" : ""}`}>
      <div class="sw-header">
        <Heading name={name} always />
        <CopyButton text={name} what="name" />
        {endpoint ? <EndpointStatus picture={endpoint} /> : <Missing />}
        <Stale />
      </div>
      <LinkBanner own={!endpoint} outcome={<UndoBanner />} />
      {!view.nested && workspace.read_only !== null && <ReadOnly reason={workspace.read_only} />}
      <Ended waits={waits} />
      {endpoint && (
        <Tabs label={`About ${name}`} tabs={tabs.map(({ key, label }) => ({ key, label: label ?? key[0]!.toUpperCase() + key.slice(1) }))} chosen={shown} onChoose={setTab}>
          {shown === "overview" && (
            <div class="sw-tab-body">
              <Overview picture={endpoint} waits={waits} refused={refused} onSplit={split} />
            </div>
          )}
          {shown === "tags" && tags && (
            <div class="sw-tab-body">
              <TagsTab name={name} tags={tags} />
            </div>
          )}
          {shown === "config" && (
            <div class="sw-tab-body">
              {config ? <ConfigTab picture={endpoint} config={config} waits={waits} onFollow={() => setTab("overview")} /> : <p class="sw-muted">Loading…</p>}
            </div>
          )}
          {shown === "metrics" && endsOf(endpoint) && (
            <div class="sw-tab-body sw-above">
              <SplitActions picture={endpoint} refused={refused} onSplit={split} />
            </div>
          )}
          {[...opened].filter((key) => key === shown || !kinds.get(key)?.transient).map((key) => (
            <div key={key} hidden={shown !== key} data-part={key}>
              {childOf(key) ? <Child of={childOf(key)!} /> : <p class="sw-tab-body sw-muted">{fault || "Opening…"}</p>}
            </div>
          ))}
        </Tabs>
      )}
    </div>
  );
}
