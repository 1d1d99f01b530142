import { useEffect, useMemo } from "preact/hooks";
import { Banner } from "../../ui/frame/Banner";
import { ReadOnly } from "../../ui/frame/ReadOnly";
import { LinkBanner } from "../../ui/status/LinkBanner";
import { UndoBanner } from "../../ui/status/UndoBanner";
import { Tabs } from "../../ui/controls/Tabs";
import { AddForm } from "./grants/AddForm";
import { Confirm } from "./Confirm";
import { Editor, usePermissionsView } from "./editor";
import { CopyFrom, Export, Import } from "./Exchange";
import { Grants } from "./grants/Grants";
import { Header } from "./Header";
import { Matrix } from "./Matrix";
import { News } from "./News";
import { Staged } from "./Staged";
import css from "./permissions_editor.css";

export { css };

const TABS = [
  { key: "grants", label: "Grants" },
  { key: "abilities", label: "Who can do what" },
];
const SKELETON_ROWS = 4;
/** Refusals that say how things are; anything else is trouble that a retry may end. */
const LASTING = ["built_in", "permission_denied"];

/** Who may do what with one endpoint: a grid to edit, a table that says why, and what saving would send. */
export default function PermissionsEditor() {
  const view = usePermissionsView();
  const editor = useMemo(() => new Editor(view), []);
  const { name, endpoint, link, workspace, access } = view.store.state.value;
  const { unread, known } = access;

  useEffect(() => {
    if (typeof ResizeObserver === "undefined") return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry) editor.width.value = entry.contentRect.width;
    });
    observer.observe(view.root);
    return () => observer.disconnect();
  }, []);

  const lasting = unread !== null && LASTING.includes(unread.code);
  const retry = { label: "Retry", onClick: () => void view.refresh() };
  const loading = !known && !unread && (endpoint !== null || link.state === "loading");
  return (
    <div class={`sw-panel${editor.width.value < 480 ? " sw-narrow" : ""}`} aria-busy={loading}>
      <Header editor={editor} />
      <LinkBanner outcome={<UndoBanner />} />
      {unread && <Banner tone={lasting ? "info" : "error"} icon={lasting ? "lock" : undefined} problem={unread} action={lasting ? undefined : retry} />}
      {loading && <Skeleton />}
      {known && (
        <Tabs label={`Permissions of ${name}`} tabs={TABS} chosen={editor.tab.value} onChoose={(key) => (editor.tab.value = key)}>
          {editor.tab.value === "grants" ? (
            <div class="sw-grants-tab">
              {access.can === null ? (
                <AddForm editor={editor} />
              ) : (
                !lasting && (
                  <div class={workspace.read_only === null ? "" : "sw-said-outside"}>
                    {workspace.read_only === null ? <Banner tone="info" icon="lock" problem={{ code: "", message: access.can, hint: "" }} /> : <ReadOnly reason={access.can} />}
                  </div>
                )
              )}
              {access.news && <News news={access.news} editor={editor} />}
              {access.rows.length > 0 ? <Grants editor={editor} /> : <p class="sw-muted">No one has been granted access.</p>}
              {(access.can === null || access.plan) && <Staged editor={editor} />}
            </div>
          ) : (
            <Matrix editor={editor} />
          )}
        </Tabs>
      )}
      <Layers editor={editor} own={name} />
    </div>
  );
}

function Layers({ editor, own }: { editor: Editor; own: string }) {
  const { plan } = editor.access;
  switch (editor.layer.value) {
    case "copy":
      return <CopyFrom editor={editor} own={own} />;
    case "import":
      return <Import editor={editor} />;
    case "export":
      return <Export editor={editor} />;
    case "confirm":
      return plan ? <Confirm plan={plan} editor={editor} /> : null;
    default:
      return null;
  }
}

/** Stands for the rows at first load only. */
function Skeleton() {
  return (
    <div class="sw-bones" aria-hidden="true">
      {Array.from({ length: SKELETON_ROWS }, (_, row) => (
        <div key={row} class="sw-bones-row">
          <span style={{ width: `${34 - ((row * 7) % 12)}%` }} />
          <span style={{ width: "14%" }} />
        </div>
      ))}
    </div>
  );
}
