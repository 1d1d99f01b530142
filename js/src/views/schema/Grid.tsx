import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Button } from "../../ui/controls/Button";
import { Icon } from "../../ui/controls/Icon";
import { useUniqueId } from "../../view";
import type { Explorer } from "./explorer";
import type { BodyFinding as Finding, Cell, BodyDraft as Draft, SchemaColumn as Column } from "./contract";

type Table = NonNullable<Draft["table"]>;

interface Place {
  row: number;
  column: number;
}

/**
 * The request as a table, after the ARIA grid pattern: one cell is in the tab order, arrows move, Enter or a letter
 * edits, Escape gives up, Delete empties. The last column removes its row.
 */
export function Grid({ explorer, table, errors, locked }: { explorer: Explorer; table: Table; errors: Finding[]; locked: string | null }) {
  const id = useUniqueId();
  const box = useRef<HTMLTableElement>(null);
  const [active, setActive] = useState<Place>({ row: 0, column: 0 });
  const [editing, setEditing] = useState<string | null>(null);
  const wantsFocus = useRef(false);
  /** The edit has ended: an editor that goes away with the focus in it may say so once more. */
  const ended = useRef(true);
  /** What was typed into a cell whose editor is not drawn yet: quick hands are faster than that. */
  const begun = useRef<string | null>(null);
  const { columns, rows } = table;
  const at = {
    row: Math.max(0, Math.min(active.row, rows.length - 1)),
    column: Math.min(active.column, columns.length),
  };
  const faults = new Map(errors.filter(({ row }) => row !== null).map((one) => [`${one.row} ${one.column}`, one]));

  const target = explorer.target.value;
  useEffect(() => {
    if (target?.view !== "table") return;
    explorer.target.value = null;
    go(target.row, target.column);
  }, [target]);
  useLayoutEffect(() => {
    if (!wantsFocus.current) return;
    wantsFocus.current = false;
    const cell = box.current?.querySelector<HTMLElement>("[data-active]");
    (cell?.querySelector<HTMLElement>("input, button") ?? cell)?.focus();
    const input = cell?.querySelector("input");
    if (begun.current === null) input?.select();
    else input?.setSelectionRange(begun.current.length, begun.current.length);
    begun.current = null;
  });

  const go = (row: number, column: number): void => {
    wantsFocus.current = true;
    setEditing(null);
    setActive({ row: Math.max(0, Math.min(row, rows.length - 1)), column: Math.max(0, Math.min(column, columns.length)) });
  };
  const cellAt = ({ row, column }: Place): Cell => rows[row]?.[column] ?? null;
  const edit = (text: string | null): void => {
    const cell = cellAt(at);
    if (locked || at.column >= columns.length || Array.isArray(cell)) return;
    wantsFocus.current = true;
    ended.current = false;
    if (text !== null) begun.current = (begun.current ?? "") + text;
    setEditing(begun.current ?? (cell || ""));
  };
  const commit = (text: string, next: Place | null): void => {
    if (ended.current) return;
    ended.current = true;
    begun.current = null;
    if (text !== (cellAt(at) || "") || (text === "" && cellAt(at) !== "")) void explorer.setCell(at.row, at.column, text);
    setEditing(null);
    if (next) go(next.row, next.column);
  };
  const remove = (row: number): void => {
    void explorer.edit("rows", { remove: [row] });
    go(Math.min(row, rows.length - 2), at.column);
  };

  const keyDown = (event: KeyboardEvent): void => {
    if (editing !== null) return keyInEditor(event, (event.target as HTMLInputElement).value);
    if (begun.current !== null && (event.key === "Enter" || event.key === "Tab")) return keyInEditor(event, begun.current);
    const to = moved(event, at, rows.length, columns.length);
    if (to) go(to.row, to.column);
    else if (at.column >= columns.length) return;
    else if (event.key === "Enter" || event.key === "F2") edit(null);
    else if ((event.key === "Delete" || event.key === "Backspace") && !locked) {
      void explorer.setCell(at.row, at.column, columns[at.column]!.required ? null : false);
    } else if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) edit(event.key);
    else return;
    event.preventDefault();
  };
  const keyInEditor = (event: KeyboardEvent, text: string): void => {
    if (event.key === "Escape") {
      // Only the edit is given up, not what the explorer stands in.
      event.stopPropagation();
      ended.current = true;
      begun.current = null;
      go(at.row, at.column);
    } else if (event.key === "Enter") commit(text, { row: at.row + (event.shiftKey ? -1 : 1), column: at.column });
    else if (event.key === "Tab") commit(text, { row: at.row, column: at.column + (event.shiftKey ? -1 : 1) });
    else return;
    event.preventDefault();
  };
  const paste = (event: ClipboardEvent): void => {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    const many = /[\t\n]/.test(text.replace(/\n$/, ""));
    if (locked || !text || (editing !== null && !many) || at.column >= columns.length) return;
    event.preventDefault();
    if (!many) return edit(text.trim());
    ended.current = true;
    setEditing(null);
    wantsFocus.current = true;
    void explorer.edit("paste", { row: at.row, column: columns[at.column]!.name, text });
  };

  return (
    <div class="sw-schema-scroll">
      <table ref={box} class="sw-schema-grid" role="grid" aria-label="Request rows" aria-rowcount={table.total + 1} onKeyDown={keyDown} onPaste={paste}>
        <thead>
          <tr role="row">
            <th role="columnheader" scope="col" class="sw-schema-number">
              <span class="sw-hidden">Row</span>
            </th>
            {columns.map((column) => (
              <th key={column.name} role="columnheader" scope="col" class={column.end ? "sw-schema-end" : ""} title={titleOf(column)}>
                <span class="sw-mono">{column.name}</span>
                <span class="sw-schema-type">
                  {column.type}
                  {column.required ? ", required" : ", optional"}
                </span>
              </th>
            ))}
            <th role="columnheader" scope="col">
              <span class="sw-hidden">Remove</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((cells, row) => (
            <tr key={row} role="row">
              <th role="rowheader" scope="row" class="sw-schema-number">
                {row}
              </th>
              {columns.map((column, to) => {
                const here = at.row === row && at.column === to;
                const fault = faults.get(`${row} ${column.name}`);
                const cell = cells[to] ?? null;
                const name = `${id}-${row}-${to}`;
                return (
                  <td
                    key={column.name}
                    role="gridcell"
                    class={column.end ? "sw-schema-end" : ""}
                    tabIndex={here && editing === null ? 0 : -1}
                    data-active={here ? "" : undefined}
                    aria-invalid={fault ? true : undefined}
                    aria-describedby={fault ? name : undefined}
                    aria-readonly={locked ? true : undefined}
                    title={fault ? `${fault.message} ${fault.fix}` : undefined}
                    onFocus={() => !here && setActive({ row, column: to })}
                    onClick={() => !here && go(row, to)}
                    onDblClick={() => here && edit(null)}
                  >
                    {here && editing !== null ? (
                      <Editor column={column} row={row} text={editing} fault={fault ? name : undefined} onType={setEditing} onLeave={(text) => commit(text, null)} />
                    ) : (
                      <Shown cell={cell} />
                    )}
                    {fault && (
                      <span id={name} class="sw-hidden">
                        {fault.message} {fault.fix}
                      </span>
                    )}
                  </td>
                );
              })}
              <td role="gridcell" class="sw-schema-remove" data-active={at.row === row && at.column === columns.length ? "" : undefined}>
                <Button look="quiet" label={`Remove row ${row}`} tabIndex={at.row === row && at.column === columns.length ? 0 : -1} refused={locked} onClick={() => remove(row)}>
                  <Icon name="close" />
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Shown({ cell }: { cell: Cell }) {
  if (cell === null) return <span class="sw-schema-none">null</span>;
  if (cell === false) return <span class="sw-schema-none">left out</span>;
  if (cell === "") return <span class="sw-schema-none">empty text</span>;
  if (Array.isArray(cell)) return <span title="Too long for a cell: edit it as JSON.">{cell[0]}…</span>;
  return <span>{cell}</span>;
}

function Editor(props: { column: Column; row: number; text: string; fault?: string; onType(text: string): void; onLeave(text: string): void }) {
  const list = useUniqueId();
  const { column, row, text, fault } = props;
  const choices = column.choices.length ? column.choices.map(bare) : column.type === "boolean" ? ["true", "false"] : [];
  return (
    <>
      <input
        class="sw-schema-editor"
        type="text"
        aria-label={`${column.name}, row ${row}`}
        aria-invalid={fault ? true : undefined}
        aria-describedby={fault}
        spellcheck={false}
        autocomplete="off"
        list={choices.length ? list : undefined}
        value={text}
        onInput={(event) => props.onType(event.currentTarget.value)}
        onBlur={(event) => props.onLeave(event.currentTarget.value)}
      />
      {choices.length > 0 && (
        <datalist id={list}>
          {choices.map((choice) => (
            <option key={choice} value={choice} />
          ))}
        </datalist>
      )}
    </>
  );
}

/** A value of the schema for people: text without its quotes. */
export function bare(json: string): string {
  if (!json.startsWith('"')) return json;
  try {
    return String(JSON.parse(json));
  } catch {
    // Long ones come without their end.
    return json.slice(1);
  }
}

export function titleOf({ description, default: standard, choices }: Column): string {
  return [description, standard === null ? "" : `Default: ${standard}`, choices.length ? `One of ${choices.join(", ")}` : ""].filter(Boolean).join("\n");
}

function moved(event: KeyboardEvent, { row, column }: Place, rows: number, columns: number): Place | null {
  const far = event.ctrlKey || event.metaKey;
  switch (event.key) {
    case "ArrowDown":
      return { row: far ? rows - 1 : row + 1, column };
    case "ArrowUp":
      return { row: far ? 0 : row - 1, column };
    case "ArrowRight":
      return { row, column: far ? columns : column + 1 };
    case "ArrowLeft":
      return { row, column: far ? 0 : column - 1 };
    case "Home":
      return { row: far ? 0 : row, column: 0 };
    case "End":
      return { row: far ? rows - 1 : row, column: columns - 1 };
    case "PageDown":
      return { row: row + 10, column };
    case "PageUp":
      return { row: row - 10, column };
    default:
      return null;
  }
}
