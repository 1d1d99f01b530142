import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { copyChosen, copyUnit, textOf } from "../copying";
import { useView } from "../../../view";
import { lineOf, rowOf } from "./choose";
import { even, type Geometry, linesOnScreen, ROW, uneven } from "./geometry";
import { LogRow } from "./LogRow";
import type { Logs } from "../logs";

/** Rows drawn above and below what is on screen. */
const OVERSCAN = 12;
/** Rows drawn at most, however high the view is pulled. */
const MOST_ROWS = 160;
/** Pixels between number and text, and round both. */
const GUTTER = 36;

interface LogListProps {
  logs: Logs;
  label: string;
  listRef: RefObject<HTMLDivElement | null>;
  onFind(): void;
  onKeys(): void;
}

/**
 * The lines, of which only those on screen are drawn.
 *
 * The first line on screen stays where it is whatever else changes: options, new lines, old ones that go. Only a person
 * who scrolls, or who asks for a line, moves it; and at the end of the log the end stays in view.
 */
export function LogList({ logs, label, listRef: scroller, onFind, onKeys }: LogListProps) {
  const view = useView();
  const { rows, widest } = logs.choice.value;
  const { wrap, times } = logs.options.value;
  const [top, setTop] = useState(0);
  const [size, setSize] = useState({ width: 640, height: 400, character: 7.2 });
  const [corrected, setCorrected] = useState(0);
  const [shown, setShown] = useState(0);
  /** Where the person has scrolled to; null is the beginning. */
  const anchor = useRef<{ line: number; offset: number } | null>(null);
  const corrections = useRef<{ key: string; by: Map<number, number> }>({ key: "", by: new Map() });
  /** Where we have put the view ourselves, and where it was last. */
  const placed = useRef(-1);
  const before = useRef(0);

  const digits = Math.max(3, String(logs.lines.total).length);
  const gutter = digits * size.character + GUTTER;
  const columns = Math.max(10, Math.floor((size.width - gutter - 16) / size.character));
  const geometry = useMemo(
    () => (wrap ? wrapped(logs, rows, columns, corrections.current, times) : even(rows.length)),
    [rows, wrap, wrap ? columns : 0, times, corrected],
  );

  useLayoutEffect(() => {
    const el = scroller.current!;
    const measure = (): void => {
      // Out of sight it has no size, and the browser forgets where it was scrolled to: put it back when it is shown again.
      if (el.clientHeight === 0 || el.scrollTop !== before.current) setShown((times) => times + 1);
      if (el.clientHeight === 0) return;
      const probe = el.querySelector<HTMLElement>(".sw-log-probe")!;
      const character = probe.getBoundingClientRect().width / PROBE.length || 7.2;
      setSize((old) => {
        const next = { width: el.clientWidth, height: el.clientHeight, character };
        return old.width === next.width && old.height === next.height && old.character === character ? old : next;
      });
    };
    measure();
    if (typeof ResizeObserver === "undefined") return;
    const observer = new ResizeObserver(measure);
    observer.observe(el);
    return () => observer.disconnect();
  }, []);

  const target = logs.target.value;
  const sticky = logs.sticky.value;
  const done = useRef<object | null>(null);

  // Before the browser paints: the end, the line that was asked for, or the line that was there.
  useLayoutEffect(() => {
    const el = scroller.current!;
    if (target && done.current !== target) {
      done.current = target;
      bring(el, geometry, rowOf(rows, target.line));
      if (target.match && !wrap) sideways(el, logs, target.line, gutter, size.character);
      remember(el.scrollTop);
    } else if (sticky) el.scrollTop = geometry.height;
    else if (anchor.current) {
      const row = rowOf(rows, anchor.current.line);
      const exact = row < rows.length && lineOf(rows[row]!) === anchor.current.line;
      el.scrollTop = geometry.top(row) + (exact ? anchor.current.offset : 0);
    } else el.scrollTop = 0;
    placed.current = before.current = el.scrollTop;
    setTop(el.scrollTop);
  }, [geometry, target, sticky, size.height, shown]);

  const remember = (at: number): void => {
    const row = geometry.at(at);
    const line = rows[row];
    anchor.current = line === undefined ? null : { line: lineOf(line), offset: at - geometry.top(row) };
  };

  const scrolled = (): void => {
    const el = scroller.current!;
    if (el.clientHeight === 0) return;
    const at = el.scrollTop;
    setTop(at);
    if (Math.abs(at - placed.current) < 1) return;
    placed.current = -1;
    const end = el.scrollHeight - el.clientHeight - at < 2;
    remember(at);
    if (end && at >= before.current) logs.stick();
    else if (at < before.current) logs.release();
    before.current = at;
  };

  const first = Math.max(0, geometry.at(top) - OVERSCAN);
  const last = Math.min(rows.length, geometry.at(top + size.height) + 1 + OVERSCAN, first + MOST_ROWS);
  const drawn = [...rows.subarray(first, last)];
  useEffect(() => logs.fetching.see(drawn.filter((row) => row >= 0)), [drawn.join()]);

  // Where text wraps can be told for plain letters only; the rest is measured once it is drawn.
  useLayoutEffect(() => {
    if (!wrap) return;
    let changed = false;
    for (const el of scroller.current!.querySelectorAll<HTMLElement>(".sw-log-row")) {
      const line = Number(el.dataset.line);
      const row = rowOf(rows, line) + (rows[rowOf(rows, line)]! < 0 ? 1 : 0);
      const high = Math.round(el.offsetHeight / ROW);
      if (high > 0 && Math.round((geometry.top(row + 1) - geometry.top(row)) / ROW) !== high) {
        corrections.current.by.set(line, high);
        changed = true;
      }
    }
    if (changed) setCorrected(corrected + 1);
  });

  const keyDown = (event: KeyboardEvent): void => {
    if (event.altKey) return;
    const page = Math.max(1, Math.floor(size.height / ROW) - 1);
    const cursor = logs.cursor.value;
    const at = cursor === null ? -1 : rowOf(rows, cursor.to);
    const command = event.ctrlKey || event.metaKey;
    const start = at >= 0 ? at : geometry.at(top + (event.key === "ArrowUp" || event.key === "PageUp" ? size.height - 1 : 0));
    const act = command ? COMMANDS[event.key] : KEYS[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act({ logs, start, at, page, extend: event.shiftKey, last: rows.length - 1, rows, onFind, onKeys });
  };

  const onCopy = (event: ClipboardEvent): void => {
    const text = selectedText(scroller.current!, logs);
    if (text === null || !event.clipboardData) return;
    event.clipboardData.setData("text/plain", text);
    event.preventDefault();
  };

  const cursor = logs.cursor.value;
  const chosenFrom = cursor === null ? Infinity : Math.min(cursor.from, cursor.to);
  const chosenTo = cursor === null ? -1 : Math.max(cursor.from, cursor.to);
  return (
    <div
      ref={scroller}
      class={`sw-log${wrap ? " sw-log-wrapped" : ""}`}
      role="log"
      aria-label={label}
      aria-live="off"
      tabIndex={0}
      style={{ "--sw-digits": `${digits}ch` }}
      onScroll={scrolled}
      onKeyDown={keyDown}
      onCopy={onCopy}
      onClick={(event) => {
        const line = (event.target as Element).closest<HTMLElement>("[data-line]")?.dataset.line;
        if (line === undefined || (view.root.ownerDocument.getSelection()?.isCollapsed ?? true) === false) return;
        logs.cursor.value = { from: event.shiftKey && cursor ? cursor.from : Number(line), to: Number(line) };
      }}
    >
      <span class="sw-log-probe" aria-hidden="true">
        {PROBE}
      </span>
      <div
        class="sw-log-body"
        style={{
          height: `${geometry.height}px`,
          minWidth: wrap ? "100%" : `max(100%, calc(${Math.min(widest, 4100)}ch + var(--sw-digits) + ${GUTTER + 16}px))`,
        }}
      >
        {drawn.map((row, index) =>
          row < 0 ? (
            <div key={row} class="sw-log-gap" style={{ top: `${geometry.top(first + index)}px` }}>
              Lines may be missing here
            </div>
          ) : (
            <LogRow
              key={row}
              logs={logs}
              line={row}
              top={geometry.top(first + index)}
              chosen={row >= chosenFrom && row <= chosenTo}
              version={logs.lines.version}
            />
          ),
        )}
      </div>
    </div>
  );
}

const PROBE = "0".repeat(50);

interface Press {
  logs: Logs;
  /** Where moving begins, and the row of the cursor or -1. */
  start: number;
  at: number;
  page: number;
  extend: boolean;
  last: number;
  rows: Int32Array;
  onFind(): void;
  onKeys(): void;
}

/** What the keys do while the log has the focus. */
const KEYS: Readonly<Record<string, (press: Press) => void>> = {
  ArrowDown: ({ logs, start, at, extend }) => logs.moving.move(at < 0 ? start : start + 1, extend),
  ArrowUp: ({ logs, start, at, extend }) => logs.moving.move(at < 0 ? start : start - 1, extend),
  PageDown: ({ logs, start, page, extend }) => logs.moving.move(start + page, extend),
  PageUp: ({ logs, start, page, extend }) => logs.moving.move(start - page, extend),
  Home: ({ logs, extend }) => logs.moving.move(0, extend),
  End: ({ logs, extend, last }) => (extend ? logs.moving.move(last, true) : logs.stick()),
  Enter: ({ logs, at, rows }) => at >= 0 && logs.toggle(lineOf(rows[at]!)),
  n: ({ logs }) => void logs.moving.nextMatch(1),
  N: ({ logs }) => void logs.moving.nextMatch(-1),
  e: ({ logs }) => void logs.moving.nextError(1),
  E: ({ logs }) => void logs.moving.nextError(-1),
  w: ({ logs }) => logs.set({ wrap: !logs.options.value.wrap }),
  t: ({ logs }) => logs.set({ times: !logs.options.value.times }),
  c: ({ logs }) => logs.cursor.value && void copyUnit(logs, logs.cursor.value.to),
  "/": ({ onFind }) => onFind(),
  "?": ({ onKeys }) => onKeys(),
};
const COMMANDS: Readonly<Record<string, (press: Press) => void>> = {
  a: ({ logs }) => logs.moving.selectAll(),
  c: ({ logs }) => void copyChosen(logs),
  Home: ({ logs }) => logs.moving.move(0, false),
  End: ({ logs }) => logs.stick(),
};

/** Scroll as little as brings a row into view; one from afar comes to the middle. */
function bring(el: HTMLElement, geometry: Geometry, row: number): void {
  const top = geometry.top(row);
  const bottom = geometry.top(row + 1) || top + ROW;
  const from = el.scrollTop;
  const to = from + el.clientHeight;
  if (top >= from && bottom <= to) return;
  const near = top > from - 2 * ROW - el.clientHeight / 2 && bottom < to + 2 * ROW + el.clientHeight / 2;
  if (!near) el.scrollTop = top - el.clientHeight / 2 + ROW;
  else el.scrollTop = top < from ? top : bottom - el.clientHeight;
}

/** Scroll sideways as far as shows where a line matches. */
function sideways(el: HTMLElement, logs: Logs, line: number, gutter: number, character: number): void {
  const { sought } = logs.sought.value;
  const found = sought && new RegExp(sought.source, sought.flags).exec(logs.lines.shown(line, logs.options.value.times));
  if (!found) return;
  const left = found.index * character;
  const right = left + found[0].length * character;
  const room = el.clientWidth - gutter - 2 * character;
  if (left >= el.scrollLeft && right <= el.scrollLeft + room) return;
  el.scrollLeft = right <= room ? 0 : Math.max(0, left - room / 3);
}

function wrapped(
  logs: Logs,
  rows: Int32Array,
  columns: number,
  corrections: { key: string; by: Map<number, number> },
  times: boolean,
): Geometry {
  const key = `${columns} ${times}`;
  if (corrections.key !== key) Object.assign(corrections, { key, by: new Map() });
  const heights = new Uint16Array(rows.length);
  for (let row = 0; row < rows.length; row++) {
    const line = rows[row]!;
    heights[row] =
      line < 0 ? 1 : (corrections.by.get(line) ?? linesOnScreen(logs.lines.shown(line, times), columns));
  }
  return uneven(heights);
}

/** What is marked with the pointer: within one line just that, else the lines from the first to the last, whole. */
function selectedText(list: HTMLElement, logs: Logs): string | null {
  const selection = list.ownerDocument.getSelection();
  if (!selection || selection.isCollapsed || !list.contains(selection.anchorNode)) return null;
  const lineAt = (node: Node | null): number => {
    const el = node instanceof Element ? node : node?.parentElement;
    return Number(el?.closest<HTMLElement>("[data-line]")?.dataset.line ?? NaN);
  };
  const [from, to] = [lineAt(selection.anchorNode), lineAt(selection.focusNode)];
  if (Number.isNaN(from) || Number.isNaN(to)) return null;
  return from === to ? selection.toString() : textOf(logs, from, to);
}
