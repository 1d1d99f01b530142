import type { ComponentChildren } from "preact";
import type { Editor } from "../editor";
import { LevelButton } from "./LevelButton";
import { Name } from "./Name";
import type { AccessRow } from "../contract";
import { KIND, levelWords, NOTHING, visible } from "../words";

export interface Column {
  id: string;
  title: string;
  track: string;
  /** The title is for screen readers only. */
  plain?: boolean;
  cell(one: AccessRow, active: boolean, editor: Editor): ComponentChildren;
}

/** Below this many CSS pixels, whether it is the caller or one of his groups stands beside the name. */
const KIND_FROM = 600;
/** Below this many CSS pixels, what is inherited stands beside what is granted. */
const INHERITED_FROM = 460;

/** Each column with the width in pixels that it wants the grid to have; narrower, it is left out. */
const COLUMNS: readonly (Column & { from: number })[] = [
  {
    id: "who",
    from: 0,
    title: "Principal",
    track: "minmax(0, 2.6fr)",
    cell: (one, _, editor) => <Principal one={one} marked={editor.width.value < KIND_FROM} />,
  },
  {
    id: "kind",
    from: KIND_FROM,
    title: "Kind",
    track: "124px",
    cell: (one) => (
      <span>
        {KIND[one.kind]}
        {(one.me || one.mine) && <span class="sw-muted"> · {one.me ? "you" : "yours"}</span>}
      </span>
    ),
  },
  {
    id: "direct",
    from: 0,
    title: "Granted here",
    track: "minmax(112px, 2.3fr)",
    cell: (one, active, editor) => <Direct one={one} active={active} editor={editor} />,
  },
  {
    id: "inherited",
    from: INHERITED_FROM,
    title: "Inherited",
    track: "minmax(0, 1.7fr)",
    cell: (one) => <Inherited one={one} />,
  },
  { id: "edit", from: 0, title: "Remove or undo", track: "48px", plain: true, cell: () => null },
];

/** The columns that fit. They go in this order: kind, inherited. */
export function columnsFor(width: number, editable: boolean): readonly Column[] {
  return COLUMNS.filter(({ id, from }) => width >= from && (editable || id !== "edit"));
}

/** Why what is inherited can't be changed here. */
export function lockedWords({ inherited, origins }: AccessRow): string {
  const places = origins.length ? ` from ${origins.map(visible).join(", ")}` : "";
  return `${levelWords(inherited)} is inherited${places}. It can only be changed there, by an administrator.`;
}

function Principal({ one, marked }: { one: AccessRow; marked: boolean }) {
  return (
    <span class="sw-grant-who">
      <Name who={one} display={one.display} you={marked && one.me} />
      {marked && one.mine && <span class="sw-tag">Your group</span>}
    </span>
  );
}

function Direct({ one, active, editor }: { one: AccessRow; active: boolean; editor: Editor }) {
  const { access } = editor;
  const beside = one.inherited !== null && editor.width.value < INHERITED_FROM;
  const fixed = access.can !== null || (one.direct === null && !one.staged);
  return (
    <span class="sw-granted">
      {fixed ? (
        <Fixed level={one.direct} quiet={beside} />
      ) : (
        <LevelButton
          look="quiet"
          label={`Level of ${visible(one.name)}`}
          level={one.wanted}
          levels={access.levels.map(({ level }) => level)}
          tabIndex={active ? 0 : -1}
          refused={editor.refused}
          onPick={(level) => void (level === one.direct ? editor.unstage(one) : editor.stage(one, level))}
          onRemove={() => void (one.direct === null ? editor.unstage(one) : editor.stage(one, null))}
        />
      )}
      {one.staged && <span class="sw-caption">{one.direct === null ? "new" : `was ${levelWords(one.direct)}`}</span>}
      {beside && (
        <span class={one.direct === null ? "" : "sw-muted"}>
          {levelWords(one.inherited)} <span class="sw-muted">inherited</span>
        </span>
      )}
    </span>
  );
}

function Fixed({ level, quiet }: { level: string | null; quiet: boolean }) {
  if (level !== null) return <span>{levelWords(level)}</span>;
  return (
    <span class="sw-muted">
      {!quiet && <span aria-hidden="true">–</span>}
      <span class="sw-hidden">{NOTHING}</span>
    </span>
  );
}

function Inherited({ one }: { one: AccessRow }) {
  if (one.inherited === null) return null;
  return (
    <span class="sw-inherited" title={lockedWords(one)}>
      {levelWords(one.inherited)}
      {one.origins.length > 0 && (
        <span class="sw-muted">
          {" from "}
          <span class="sw-place">{one.origins.map(visible).join(", ")}</span>
        </span>
      )}
    </span>
  );
}
