import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { Button } from "../../../ui/controls/Button";
import { Icon } from "../../../ui/controls/Icon";
import type { Editor } from "../editor";
import { type Column, columnsFor, lockedWords } from "./columns";
import { moved, type Place } from "../../../ui/grid/moves";
import type { AccessRow } from "../contract";
import { keyOf, visible } from "../words";

const PAGE = 8;

/** Everybody on the list. One cell is in the tab order; arrows move, Enter opens a cell's menu, Delete removes. */
export function Grants({ editor }: { editor: Editor }) {
  const { access } = editor;
  const grid = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState<Place>({ row: 0, column: 0 });
  const focused = useRef(false);
  const wantsFocus = useRef(false);
  const { rows } = access;
  const editable = access.can === null;
  const columns = columnsFor(editor.width.value, editable);
  const row = Math.min(active.row, rows.length - 1);
  const column = Math.min(active.column, columns.length - 1);

  // A row that went while it had the focus hands it to the one in its place.
  useLayoutEffect(() => {
    const lost = focused.current && !grid.current!.contains(grid.current!.ownerDocument.activeElement);
    if (!wantsFocus.current && !lost) return;
    wantsFocus.current = false;
    const cell = grid.current!.querySelector<HTMLElement>("[data-active]");
    (cell?.querySelector<HTMLElement>("button") ?? cell)?.focus();
  });

  const keyDown = (event: KeyboardEvent): void => {
    const at = placeOf(event.target as Element) ?? { row, column };
    const to = moved(event, at, { rows: rows.length, columns: columns.length, page: PAGE });
    const one = rows[at.row];
    if (to) {
      wantsFocus.current = true;
      setActive(to);
    } else if (event.key === "Delete" && one && one.wanted !== null && editor.refused === null) {
      void editor.stage(one, null);
    } else return;
    event.preventDefault();
  };

  return (
    <div
      ref={grid}
      class="sw-grants"
      role="grid"
      aria-label="Permissions"
      style={{ "--sw-tracks": columns.map(({ track }) => track).join(" ") }}
      onKeyDown={keyDown}
      onFocusIn={(event) => {
        focused.current = true;
        const place = placeOf(event.target as Element);
        if (place && (place.row !== row || place.column !== column)) setActive(place);
      }}
      onFocusOut={(event) => {
        const from = event.target as Element;
        // What is taken out of the page while focused fires no event that tells where the focus went.
        queueMicrotask(() => {
          if (from.isConnected && !grid.current?.contains(from.ownerDocument.activeElement)) focused.current = false;
        });
      }}
    >
      <div role="rowgroup">
        <div role="row" class="sw-grant sw-grant-head">
          {columns.map(({ id, title, plain }) => (
            <div key={id} role="columnheader" class="sw-cell">
              <span class={plain ? "sw-hidden" : "sw-clip"}>{title}</span>
            </div>
          ))}
        </div>
      </div>
      <div role="rowgroup">
        {rows.map((one, index) => (
          <Row key={keyOf(one)} one={one} index={index} active={index === row ? column : -1} columns={columns} editor={editor} />
        ))}
      </div>
    </div>
  );
}

interface RowProps {
  one: AccessRow;
  index: number;
  /** The column of the cell in the tab order, -1 for none here. */
  active: number;
  columns: readonly Column[];
  editor: Editor;
}

function Row({ one, index, active, columns, editor }: RowProps) {
  const look = `${one.staged ? " sw-staged" : ""}${one.staged && one.wanted === null ? " sw-gone" : ""}`;
  return (
    <>
      <div role="row" class={`sw-grant${look}`} data-row={index}>
        {columns.map(({ id, cell }, at) => {
          const here = at === active;
          const content: ComponentChildren = id === "edit" ? <Edit one={one} active={here} editor={editor} /> : cell(one, here, editor);
          const acts = id === "edit" || (id === "direct" && editable(one, editor));
          return (
            <div
              key={id}
              role="gridcell"
              class={`sw-cell sw-cell-${id}`}
              data-column={at}
              tabIndex={acts ? undefined : here ? 0 : -1}
              data-active={here ? "" : undefined}
            >
              {content}
            </div>
          );
        })}
      </div>
      {one.fault && (
        <div role="row" class={`sw-fault${look}`}>
          <div role="gridcell" aria-colspan={columns.length} class="sw-pair">
            <Icon name="alert" />
            <span>{visible(one.fault)}</span>
          </div>
        </div>
      )}
    </>
  );
}

/** Takes the grant away, or the edit back; what is inherited alone is locked, and says why. */
function Edit({ one, active, editor }: { one: AccessRow; active: boolean; editor: Editor }) {
  const name = visible(one.name);
  const tabIndex = active ? 0 : -1;
  const { refused } = editor;
  if (one.staged) {
    return (
      <Button look="quiet" label={`Undo the change of ${name}`} tabIndex={tabIndex} refused={refused} onClick={() => void editor.unstage(one)}>
        Undo
      </Button>
    );
  }
  const locked = one.direct === null ? lockedWords(one) : null;
  return (
    <Button
      look="quiet"
      label={`Remove ${name}`}
      tabIndex={tabIndex}
      refused={locked ?? refused}
      onClick={() => void editor.stage(one, null)}
    >
      <Icon name={locked ? "lock" : "close"} />
    </Button>
  );
}

function editable(one: AccessRow, editor: Editor): boolean {
  return editor.access.can === null && (one.direct !== null || one.staged);
}

function placeOf(target: Element): Place | null {
  const index = (name: string): number => Number(target.closest(`[data-${name}]`)?.getAttribute(`data-${name}`) ?? -1);
  const place = { row: index("row"), column: index("column") };
  return place.row < 0 || place.column < 0 ? null : place;
}
