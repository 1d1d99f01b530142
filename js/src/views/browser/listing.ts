/** Search, facets and sorting of the browser's rows. Pure, and quick enough for 10,000 rows at every keystroke. */
import { PHASES } from "../../page/tables";
import { kindWords } from "../../page/words";
import type { BrowserColumn, ColumnKind, Row } from "./contract";

/** A row with what searching needs, made once. */
export interface Entry {
  readonly row: Row;
  readonly hay: string;
  /** Host time at which the status was last seen to change; 0 for never. */
  readonly changed: number;
}

export type Facet = "status" | "kind" | "creator" | "model" | "tag" | "permission";

/** What every status has in common that tells of a failure. */
export const FAILED = "Failed";

export interface SortKey {
  column: string;
  kind: ColumnKind;
  down: boolean;
}

export interface Query {
  text: string;
  picked: Readonly<Record<Facet, ReadonlySet<string>>>;
}

export interface Found {
  entries: readonly Entry[];
  /** How many rows each value would show, the other filters applied. */
  counts: Readonly<Record<Facet, ReadonlyMap<string, number>>>;
}

export const FACETS: readonly Facet[] = ["status", "kind", "creator", "model", "tag", "permission"];
export const NO_QUERY: Query = { text: "", picked: perFacet(() => new Set<string>()) };

/** What wants attention first: what a person who sorts by status is looking for. */
const PHASE_ORDER: readonly string[] = Object.keys(PHASES);

const words = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

/** The entry for a row; the one before is kept when nothing in the row changed. */
export function entryOf(row: Row, before?: Entry): Entry {
  if (before && (before.row === row || JSON.stringify(before.row) === JSON.stringify(row))) return before;
  const moved = before !== undefined && statusKey(before.row) !== statusKey(row);
  return { row, hay: haystack(row), changed: moved ? Date.now() : (before?.changed ?? 0) };
}

/** What a row has of a facet: one value of most, any number of models and tags. */
export function facetValues(row: Row, facet: Facet): readonly string[] {
  if (facet === "status") return row.status.phase === "failed" ? [FAILED, row.status.label] : [row.status.label];
  if (facet === "model") return [...new Set(row.entities.map((entity) => entity.replace(/ v\d+$/, "")))];
  if (facet === "tag") return row.tags;
  if (facet === "permission") return row.permission ? [row.permission] : [];
  return [row[facet]];
}

/** Numbers and times stand at the right, and are sorted from the highest. */
export function isMeasure(kind: ColumnKind): boolean {
  return kind === "number" || kind === "time" || kind === "host_time";
}

/** What a column says of a row; its own member of the row, else one of the cells. */
export function valueOf(row: Row, column: string): unknown {
  return Object.hasOwn(row, column) ? row[column as keyof Row] : row.cells[column];
}

/** The rows that match all words and facets, in the order given, and the counts beside each facet's values. */
export function find(entries: readonly Entry[], query: Query): Found {
  const terms = query.text.toLowerCase().split(/\s+/).filter(Boolean);
  const counts = perFacet(() => new Map<string, number>());
  const shown: Entry[] = [];
  for (const entry of entries) {
    if (!terms.every((term) => entry.hay.includes(term))) continue;
    let misses = 0;
    let missed: Facet | null = null;
    for (const facet of FACETS) {
      const picked = query.picked[facet];
      if (picked.size === 0 || facetValues(entry.row, facet).some((value) => picked.has(value))) continue;
      misses += 1;
      missed = facet;
    }
    if (misses === 0) shown.push(entry);
    if (misses > 1) continue;
    for (const facet of FACETS) {
      if (misses === 1 && missed !== facet) continue;
      for (const value of facetValues(entry.row, facet)) counts[facet].set(value, (counts[facet].get(value) ?? 0) + 1);
    }
  }
  return { entries: shown, counts };
}

/** Sorted by each key in turn, then by name; rows without a value come last in both directions. */
export function sort(entries: readonly Entry[], keys: readonly SortKey[]): Entry[] {
  return [...entries].sort((a, b) => {
    for (const key of keys) {
      const order = compare(key, a.row, b.row);
      if (order) return order;
    }
    return words.compare(a.row.name, b.row.name) || (a.row.name < b.row.name ? -1 : 1);
  });
}

/** The keys after a click on a column's header; with `add` (Shift) the other keys stay. */
export function nextSort(keys: readonly SortKey[], { key: column, kind }: Sortable, add: boolean): SortKey[] {
  const at = keys.findIndex((key) => key.column === column);
  const current = keys[at];
  const downFirst = isMeasure(kind);
  if (!add) return [{ column, kind, down: current && keys.length === 1 ? !current.down : downFirst }];
  if (!current) return [...keys, { column, kind, down: downFirst }];
  if (current.down === downFirst) return keys.map((key, i) => (i === at ? { ...key, down: !downFirst } : key));
  return keys.filter((_, i) => i !== at);
}

/** A column, as far as sorting by it goes. */
export type Sortable = Pick<BrowserColumn, "key" | "kind">;

function perFacet<T>(make: () => T): Record<Facet, T> {
  return { status: make(), kind: make(), creator: make(), model: make(), tag: make(), permission: make() };
}

/** By one column. Rows without a value come last in both directions. */
function compare({ column, kind, down }: SortKey, a: Row, b: Row): number {
  const sign = down ? -1 : 1;
  if (kind === "status") {
    const phases = PHASE_ORDER.indexOf(a.status.phase) - PHASE_ORDER.indexOf(b.status.phase);
    return sign * (phases || words.compare(a.status.label, b.status.label));
  }
  const [left, right] = [comparable(a, column), comparable(b, column)];
  if (left === "" || right === "") return Number(left === "") - Number(right === "");
  if (typeof left === "number" && typeof right === "number") return sign * (left - right);
  return sign * words.compare(String(left), String(right));
}

function comparable(row: Row, column: string): string | number {
  const value = valueOf(row, column) ?? "";
  return typeof value === "number" ? value : Array.isArray(value) ? value.join(" ") : String(value);
}

function statusKey(row: Row): string {
  return [row.status.label, row.status.phase, row.status.note, row.busy].join("\n");
}

function haystack(row: Row): string {
  // Tags are found by what a line calls them, "team=risk", too.
  const tags = row.tags.flatMap((tag) => [tag, tag.replace(": ", "=")]);
  const cells = Object.values(row.cells).flat();
  const parts = [row.name, ...facetValues(row, "status"), row.status.note, row.creator, kindWords(row.kind), ...row.entities, ...tags, ...cells];
  return parts.join("\n").toLowerCase();
}
