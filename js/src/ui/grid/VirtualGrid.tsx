import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../controls/Icon";
import { moved, type Place } from "./moves";

export const ROW_HEIGHT = 28;
const OVERSCAN = 8;
const SETTLE_MS = 250;
/** What holds the focus in place of its cell. */
const HELD = "button, input";

export interface Column<T> {
  id: string;
  title: string;
  /** A grid track: "minmax(120px, 2fr)". */
  track: string;
  /** Right-aligned, as numbers and ages are. */
  end?: boolean;
  /** The title is for screen readers only, and the column is not sorted by. */
  plain?: boolean;
  /** `active` is true for the one cell in the tab order; a cell that holds a button passes it on. */
  cell(item: T, active: boolean): ComponentChildren;
  /** What stands in the header in place of the title. */
  head?(active: boolean): ComponentChildren;
}

export interface SortMark {
  column: string;
  down: boolean;
}

export interface VirtualGridProps<T> {
  label: string;
  columns: readonly Column<T>[];
  items: readonly T[];
  keyOf(item: T): string;
  /** Rows of room; the height never depends on how many rows a filter leaves. */
  room: number;
  /** Changes when the person asked for another order or filter: then the top comes into view again. */
  orderKey: string;
  sort: readonly SortMark[];
  onSort(column: string, add: boolean): void;
  /** Make a column so many pixels wide, or with null as wide as what stands in it; without it columns stay as they are. */
  onResize?(column: string, width: number | null): void;
  selected: string | null;
  onOpen(item: T): void;
  /** Space, Ctrl and click, Shift and click on a row; without it Space opens. */
  onTick?(item: T, through: boolean): void;
  onEscape(): void;
  onSearch(): void;
  /** The keys on screen, once scrolling has settled. */
  onSettled(keys: string[]): void;
}

interface Active extends Place {
  key: string | null;
}

/**
 * A grid after the ARIA pattern that draws only the rows on screen. Exactly one cell is in the tab order; arrows, Home,
 * End, Page keys and Ctrl move, Enter opens or sorts. Rows keep their place on screen when others come or go.
 */
export function VirtualGrid<T>(props: VirtualGridProps<T>) {
  const { columns, items, keyOf, room, orderKey } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [active, setActive] = useState<Active>({ row: 0, column: columns.findIndex(({ plain }) => !plain), key: null });
  const focused = useRef(false);
  const wantsFocus = useRef(false);
  const order = useRef(orderKey);
  const anchor = useRef<{ key: string; offset: number } | null>(null);
  const before = useRef(items);

  const first = Math.max(0, top - OVERSCAN);
  const last = Math.min(items.length, top + room + 1 + OVERSCAN);
  const current = locate(active, items, keyOf);
  const column = Math.min(current.column, columns.length - 1);

  const scrolled = (): void => {
    const at = scroller.current!.scrollTop;
    setTop(Math.floor(at / ROW_HEIGHT));
    remember(at);
  };
  const remember = (at: number): void => {
    const visible = (row: number): boolean => row * ROW_HEIGHT >= at && (row + 1) * ROW_HEIGHT <= at + room * ROW_HEIGHT;
    const selected = props.selected === null ? -1 : items.findIndex((item) => keyOf(item) === props.selected);
    const held = [focused.current ? current.row : -1, selected].find((row) => row >= 0 && visible(row));
    const row = held ?? (at > 0 ? Math.ceil(at / ROW_HEIGHT) : -1);
    const item = items[row];
    anchor.current = item === undefined ? null : { key: keyOf(item), offset: row * ROW_HEIGHT - at };
  };

  // Before the browser paints: put the anchored row back where it was, or show the top of a new order.
  useLayoutEffect(() => {
    const el = scroller.current!;
    if (order.current !== orderKey) {
      el.scrollTop = 0;
    } else if (before.current !== items && anchor.current) {
      const held = anchor.current;
      const row = items.findIndex((item) => keyOf(item) === held.key);
      if (row >= 0) el.scrollTop = row * ROW_HEIGHT - held.offset;
    }
    order.current = orderKey;
    before.current = items;
    setTop(Math.floor(el.scrollTop / ROW_HEIGHT));
    remember(el.scrollTop);
  });

  // Other rows may have come or gone since the active cell was chosen. An empty list says nothing about where to stay.
  useLayoutEffect(() => {
    if (items.length && (current.row !== active.row || current.key !== active.key)) setActive(current);
  });

  // A focused row that was removed hands the focus to the one in its place.
  useLayoutEffect(() => {
    const lost = focused.current && !scroller.current!.contains(scroller.current!.ownerDocument.activeElement);
    if (!wantsFocus.current && !lost) return;
    wantsFocus.current = false;
    const cell = scroller.current!.querySelector<HTMLElement>("[data-active]");
    const target = cell?.querySelector<HTMLElement>(HELD) ?? cell;
    target?.focus({ preventScroll: true });
  });

  useEffect(() => {
    const timer = setTimeout(
      () => props.onSettled(items.slice(top, top + room + 1).map(keyOf)),
      SETTLE_MS,
    );
    return () => clearTimeout(timer);
  }, [top, items, room]);

  const go = (row: number, to: number): void => {
    const clamped = Math.max(-1, Math.min(row, items.length - 1));
    const item = items[clamped];
    wantsFocus.current = true;
    setActive({ row: clamped, column: to, key: item === undefined ? null : keyOf(item) });
    if (clamped >= 0) reveal(scroller.current!, clamped, room);
  };

  /** The focus came to a cell by pointer or by Tab: that is the active one now. */
  const adopt = (target: Element): void => {
    const place = placeOf(target);
    if (!place || (place.row === current.row && place.column === column)) return;
    const item = items[place.row];
    setActive({ ...place, key: item === undefined ? null : keyOf(item) });
  };

  const keyDown = (event: KeyboardEvent): void => {
    const target = event.target as Element;
    // What has the focus counts, even when the grid has not been drawn again since it came there.
    const at = placeOf(target) ?? { row: current.row, column };
    const ticks = event.key === " " && props.onTick !== undefined && items[at.row] !== undefined;
    const enter = event.key === "Enter" || event.key === " ";
    const resized = at.row < 0 && event.shiftKey ? STEPS[event.key] : undefined;
    if (resized && props.onResize && !columns[at.column]!.plain) {
      event.preventDefault();
      return props.onResize(columns[at.column]!.id, widthOf(target) + resized);
    }
    const to = moved(event, at, { columns: columns.length, rows: items.length, page: room - 1, header: true });
    if (to) go(to.row, to.column);
    else if (event.key === "/") props.onSearch();
    else if (event.key === "Escape") props.onEscape();
    else if (ticks && target.tagName !== "BUTTON") props.onTick!(items[at.row]!, event.shiftKey);
    else if (enter && target.tagName !== "BUTTON" && !(event.key === " " && target.tagName === "INPUT")) act(at, event.shiftKey);
    else return;
    event.preventDefault();
  };

  const act = (at: Place, add: boolean): void => {
    const item = items[at.row];
    const header = columns[at.column]!;
    if (item !== undefined) props.onOpen(item);
    else if (!header.plain) props.onSort(header.id, add);
  };

  const rows: number[] = [];
  for (let row = first; row < last; row++) rows.push(row);
  if (current.row >= 0 && current.row < items.length && (current.row < first || current.row >= last)) {
    rows.push(current.row);
  }

  const tracks = columns.map(({ track }) => track).join(" ");
  const isActive = (row: number, at: number): boolean => row === current.row && at === column;
  return (
    <div
      ref={scroller}
      class="sw-grid"
      role="grid"
      aria-label={props.label}
      aria-rowcount={items.length + 1}
      aria-colcount={columns.length}
      style={{ height: `${(room + 1) * ROW_HEIGHT}px`, "--sw-tracks": tracks }}
      onScroll={scrolled}
      onKeyDown={keyDown}
      onFocusIn={(event) => {
        focused.current = true;
        adopt(event.target as Element);
      }}
      onFocusOut={(event) => {
        const from = event.target as Element;
        // An element that is taken out of the page while focused fires no event that tells where the focus went.
        queueMicrotask(() => {
          if (from.isConnected && !scroller.current?.contains(from.ownerDocument.activeElement)) focused.current = false;
        });
      }}
    >
      <div role="rowgroup" class="sw-head">
        <div role="row" class="sw-row" aria-rowindex={1}>
          {columns.map((one, at) => {
            const mark = props.sort.findIndex((key) => key.column === one.id);
            const down = props.sort[mark]?.down;
            return (
              <div
                key={one.id}
                role="columnheader"
                class={`sw-cell${one.end ? " sw-cell-end" : ""}${one.plain ? "" : " sw-sortable"}`}
                aria-colindex={at + 1}
                aria-sort={mark < 0 ? undefined : down ? "descending" : "ascending"}
                tabIndex={one.head ? undefined : isActive(-1, at) ? 0 : -1}
                data-active={isActive(-1, at) ? "" : undefined}
                onClick={(event) => {
                  if ((event.target as Element).closest("input, .sw-resize")) return;
                  go(-1, at);
                  if (!one.plain) props.onSort(one.id, event.shiftKey);
                }}
              >
                {one.head ? one.head(isActive(-1, at)) : <span class={one.plain ? "sw-hidden" : "sw-clip"}>{one.title}</span>}
                {mark >= 0 && (
                  <span class="sw-sort">
                    <Icon name="up" turn={down} />
                    {props.sort.length > 1 && <span class="sw-number">{mark + 1}</span>}
                  </span>
                )}
                {props.onResize && !one.plain && (
                  <span
                    class="sw-resize"
                    title="Drag to resize; double-click to fit"
                    onPointerDown={(event) => resize(event, (width) => props.onResize!(one.id, width))}
                    onDblClick={() => props.onResize!(one.id, null)}
                  />
                )}
              </div>
            );
          })}
        </div>
      </div>
      <div role="rowgroup" class="sw-body" style={{ height: `${items.length * ROW_HEIGHT}px` }}>
        {rows.map((row) => {
          const item = items[row]!;
          const key = keyOf(item);
          return (
            <div
              key={key}
              role="row"
              class="sw-row sw-data"
              aria-rowindex={row + 2}
              aria-selected={key === props.selected}
              style={{ transform: `translateY(${row * ROW_HEIGHT}px)` }}
            >
              {columns.map((one, at) => (
                <div
                  key={one.id}
                  role="gridcell"
                  class={`sw-cell${one.end ? " sw-cell-end" : ""}`}
                  aria-colindex={at + 1}
                  tabIndex={one.plain ? undefined : isActive(row, at) ? 0 : -1}
                  data-active={isActive(row, at) ? "" : undefined}
                  // With Shift the browser would mark the text from the last click to this one.
                  onMouseDown={(event) => props.onTick && event.shiftKey && event.preventDefault()}
                  onClick={(event) => {
                    if ((event.target as Element).closest("button, a, input, [popover]") || selectsText(event)) return;
                    go(row, at);
                    if (props.onTick && (one.head || event.ctrlKey || event.metaKey || event.shiftKey)) props.onTick(item, event.shiftKey);
                    else props.onOpen(item);
                  }}
                >
                  {one.cell(item, isActive(row, at))}
                </div>
              ))}
            </div>
          );
        })}
      </div>
    </div>
  );
}

/** Pixels by which Shift and an arrow key make a header's column wider. */
const STEPS: Readonly<Record<string, number>> = { ArrowLeft: -16, ArrowRight: 16 };

function widthOf(target: Element): number {
  return target.closest("[role=columnheader]")!.getBoundingClientRect().width;
}

/** Follow the pointer from a header's edge until it is let go. */
function resize(event: PointerEvent, set: (width: number) => void): void {
  const handle = event.currentTarget as HTMLElement;
  const [begin, width] = [event.clientX, widthOf(handle)];
  const end = new AbortController();
  event.preventDefault();
  handle.setPointerCapture?.(event.pointerId);
  handle.addEventListener("pointermove", (move) => set(width + move.clientX - begin), { signal: end.signal });
  for (const over of ["pointerup", "pointercancel"]) handle.addEventListener(over, () => end.abort(), { signal: end.signal });
}

/** Where the active cell is now: with its row, or in the place that its row had. */
function locate<T>(active: Active, items: readonly T[], keyOf: (item: T) => string): Active {
  if (active.row < 0 || items.length === 0) return { ...active, row: -1 };
  const here = items[active.row];
  const moved =
    active.key === null || (here !== undefined && keyOf(here) === active.key)
      ? active.row
      : items.findIndex((item) => keyOf(item) === active.key);
  const row = Math.min(moved < 0 ? active.row : moved, items.length - 1);
  return { ...active, row, key: active.key === null ? null : keyOf(items[row]!) };
}

/** A drag that marked some text is not meant as a click. */
function selectsText(event: MouseEvent): boolean {
  const marked = (event.currentTarget as Element).ownerDocument.getSelection();
  return marked !== null && marked.toString() !== "" && marked.containsNode(event.target as Node, true);
}

/** Scroll just far enough. The header covers the first row's height. */
function reveal(el: HTMLElement, row: number, room: number): void {
  const at = row * ROW_HEIGHT;
  if (at < el.scrollTop) el.scrollTop = at;
  const end = at + ROW_HEIGHT - room * ROW_HEIGHT;
  if (end > el.scrollTop) el.scrollTop = end;
}

function placeOf(target: Element): Place | null {
  const index = (attribute: string): number => Number(target.closest(`[${attribute}]`)?.getAttribute(attribute) ?? 0);
  const column = index("aria-colindex") - 1;
  return column < 0 ? null : { row: index("aria-rowindex") - 2, column };
}
