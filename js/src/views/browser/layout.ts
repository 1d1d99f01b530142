/** How a person wants a browser to look: columns, their widths, and views by name. Kept per notebook. */
import { signal } from "@preact/signals";
import type { Model } from "../../host";
import { keep, recall } from "../../page/notebook";
import type { BrowserColumn } from "./contract";
import { type Entry, FACETS, type Facet, type Query, type SortKey, valueOf } from "./listing";

/** Filters and order that can be had again. */
export interface SavedView {
  name: string;
  text: string;
  picked: Partial<Record<Facet, string[]>>;
  sort: SortKey[];
}

interface Kept {
  /** By column: shown or not, where a person said so. */
  shown: Record<string, boolean>;
  /** By column, in pixels. */
  widths: Record<string, number>;
  views: SavedView[];
}

const NOTHING: Kept = { shown: {}, widths: {}, views: [] };
/** CSS pixels of a character, of what stands round a text, and of a column at least and at most. */
const CHARACTER = 7;
const ROUND = 36;
const LEAST = 48;
const MOST = 480;
/** CSS pixels of a list from which statuses are shown whole. */
const ROOMY = 540;
/** CSS pixels of a list up to which names come before what else is long. */
const WIDE = 900;
/** Rows that are looked at to size a column: all would take too long. */
const SAMPLE = 300;

export class Layout {
  readonly #kept;
  readonly #model: Model;

  constructor(model: Model) {
    this.#model = model;
    this.#kept = signal<Kept>({ ...NOTHING, ...recall<Kept>(model, "browser") });
  }

  get views(): readonly SavedView[] {
    return this.#kept.value.views;
  }

  isShown({ key, shown_from: from }: BrowserColumn, width: number): boolean {
    return this.#kept.value.shown[key] ?? (from !== null && width >= from);
  }

  show(key: string, on: boolean): void {
    this.#change({ shown: { ...this.#kept.value.shown, [key]: on } });
  }

  /** The grid track of a column: as wide as a person made it, else in proportion to what stands in it. */
  trackOf({ key, kind, width, fixed }: BrowserColumn, entries: readonly Entry[], room: number): string {
    const own = this.#kept.value.widths[key];
    if (own) return `${own}px`;
    if (fixed) return `${width}px`;
    const longest = entries.slice(0, SAMPLE).reduce((most, { row }) => Math.max(most, lengthOf(valueOf(row, key), kind)), 0);
    const wanted = Math.min(MOST, Math.max(width, longest * CHARACTER + ROUND));
    // Statuses differ at their ends: where there is room they are shown whole.
    const roomy = room >= ROOMY;
    const weight = kind === "name" && roomy && room < WIDE ? 2.5 : 1;
    return `minmax(${kind === "status" && roomy ? wanted : width}px, ${wanted * weight}fr)`;
  }

  /** Make a column so wide; null leaves it to what stands in it. */
  resize(key: string, width: number | null): void {
    const { [key]: _, ...widths } = this.#kept.value.widths;
    this.#change({ widths: width === null ? widths : { ...widths, [key]: Math.round(Math.max(LEAST, width)) } });
  }

  save(view: SavedView): void {
    this.#change({ views: [...this.views.filter(({ name }) => name !== view.name), view] });
  }

  forget(name: string): void {
    this.#change({ views: this.views.filter((view) => view.name !== name) });
  }

  #change(change: Partial<Kept>): void {
    this.#kept.value = { ...this.#kept.value, ...change };
    keep(this.#model, "browser", this.#kept.value);
  }
}

/** What is filtered and sorted by now, as a view named after it. */
export function viewOf({ text, picked }: Query, sort: readonly SortKey[]): SavedView {
  const chosen = FACETS.filter((facet) => picked[facet].size > 0).map((facet) => [facet, [...picked[facet]].sort()] as const);
  const name = [...chosen.flatMap(([, values]) => values), ...(text.trim() ? [`“${text.trim()}”`] : [])].join(", ");
  return { name, text: text.trim(), picked: Object.fromEntries(chosen), sort: [...sort] };
}

function lengthOf(value: unknown, kind: BrowserColumn["kind"]): number {
  if (kind === "status") return (value as { label: string }).label.length;
  return (Array.isArray(value) ? String(value[0] ?? "") : String(value ?? "")).length;
}
