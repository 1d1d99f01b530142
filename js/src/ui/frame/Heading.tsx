import type { Snapshot } from "../../kernel/contract";
import { useView } from "../../view";

interface HeadingProps {
  /** What the view is about. */
  name: string;
  /** It is not an endpoint's name, and so not set like one. */
  words?: boolean;
  /** Inside another view it names its subject all the same; the workspace is said outside. */
  always?: boolean;
}

/** How every view begins: what it is about, which workspace that is in, and what sort of workspace it is. */
export function Heading({ name, words = false, always = false }: HeadingProps) {
  const { nested } = useView();
  if (nested && !always) return null;
  return (
    <span class="sw-heading">
      <span class={words ? "sw-title sw-clip" : "sw-title sw-mono sw-clip"} title={name}>
        {name}
      </span>
      {!nested && <Where />}
    </span>
  );
}

/** Which workspace: two widgets of one name may belong to two of them. */
function Where() {
  const { name, label, host, mock, read_only: readOnly, colour } = useView<Snapshot>().store.state.value.workspace;
  return (
    <>
      {/* One that is called as the chip beside it need not be named twice. */}
      {!(mock && name === "mock") && (
        <span class="sw-workspace" title={host || label} style={{ "--sw-letters": (name || label).length }}>
          {colour && <span class="sw-colour" aria-hidden="true" />}
          <span class="sw-clip">{name || label}</span>
        </span>
      )}
      {mock && (
        <span class="sw-tag" title={label}>
          Mock
        </span>
      )}
      {readOnly !== null && (
        <span class="sw-tag" title={readOnly}>
          Read-only
        </span>
      )}
    </>
  );
}
