import type { Snapshot } from "../../protocol";
import { useView } from "../../view";

/** Whose endpoint this is: two widgets of the same name may belong to two workspaces. */
export function Where() {
  const { workspace } = useView<Snapshot>().store.state.value;
  return (
    <>
      <span class="sw-caption sw-clip" title={workspace.host || workspace.label}>
        {workspace.label}
      </span>
      {workspace.read_only !== null && (
        <span class="sw-tag" title={workspace.read_only}>
          Read-only
        </span>
      )}
    </>
  );
}
