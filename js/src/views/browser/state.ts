import { computed, signal } from "@preact/signals";
import { Layout, type SavedView } from "./layout";
import { type Facet, facetValues, FACETS, find, nextSort, NO_QUERY, type Query, sort, type SortKey } from "./listing";
import type { BrowserColumn, Row } from "./contract";
import type { BrowserView } from "./rows";

/** A choice comes back from the kernel within this time; anything else that comes by then is older. */
const ECHO_MS = 1000;

/** The endpoint that is open. */
export interface Chosen {
  name: string;
  /** Null while the list does not have it, or when there is no such endpoint. */
  row: Row | null;
  /** Null until the kernel has made the panel. */
  model: string | null;
}

/** What one browser shows: the person's filters, order and choice. */
export class Browser {
  readonly query = signal<Query>(NO_QUERY);
  readonly sort = signal<readonly SortKey[]>([{ column: "name", kind: "name", down: false }]);
  readonly selected = signal<string | null>(null);
  /** CSS pixels; a notebook's usual width until it is measured. */
  readonly width = signal(700);
  readonly layout: Layout;
  readonly #view: BrowserView;
  readonly #sorted;
  readonly found;
  readonly chosen;
  /** Those to act on together, of which there still is a row. */
  readonly ticked;
  readonly orderKey = computed(() => JSON.stringify([this.sort.value, this.query.value.text, ...this.#picked()]));
  /** Whether there is a choice of values, whatever is filtered: menus that came and went would jump. */
  readonly choices = computed(() => {
    const rows = [...this.#view.store.entries.value.values()];
    const first = (facet: Facet) => rows.find(({ row }) => facetValues(row, facet).length > 0);
    const differs = (facet: Facet) => {
      const one = first(facet)?.row;
      return one !== undefined && rows.some(({ row }) => String(facetValues(row, facet)) !== String(facetValues(one, facet)));
    };
    return Object.fromEntries(FACETS.map((facet) => [facet, differs(facet)])) as Record<Facet, boolean>;
  });
  readonly #ticks = signal<ReadonlySet<string>>(new Set());
  /** Where Shift goes on from. */
  #ticking: string | null = null;
  #visible = "";
  #kernelSaid: string | null = null;
  #pickedAt = 0;

  constructor(view: BrowserView) {
    this.#view = view;
    this.layout = new Layout(view.model);
    const { state, entries } = view.store;
    this.#sorted = computed(() => sort([...entries.value.values()], this.sort.value));
    this.found = computed(() => find(this.#sorted.value, this.query.value));
    this.chosen = computed((): Chosen | null => {
      const name = this.selected.value;
      if (name === null) return null;
      const { panel } = state.value;
      return { name, row: entries.value.get(name)?.row ?? null, model: panel?.name === name ? panel.model : null };
    });
    this.ticked = computed(() => [...this.#ticks.value].filter((name) => entries.value.has(name)));
    this.#follow(state.value.selected);
    const stop = state.subscribe(({ selected }) => this.#follow(selected));
    view.signal.addEventListener("abort", stop);
  }

  get columns(): readonly BrowserColumn[] {
    return this.#view.store.state.value.columns;
  }

  sortBy(column: string, add: boolean): void {
    const found = this.columns.find(({ key }) => key === column);
    if (!found) throw new Error(`The rows can't be sorted by ${column}.`);
    this.sort.value = nextSort(this.sort.value, found, add);
  }

  search(text: string): void {
    this.query.value = { ...this.query.value, text };
  }

  pick(facet: keyof Query["picked"], value: string): void {
    const { picked } = this.query.value;
    const values = new Set(picked[facet]);
    if (!values.delete(value)) values.add(value);
    this.query.value = { ...this.query.value, picked: { ...picked, [facet]: values } };
  }

  /** Filter and sort as a saved view does. */
  use({ text, picked, sort }: SavedView): void {
    const sets = FACETS.map((facet) => [facet, new Set(picked[facet])] as const);
    this.query.value = { text, picked: Object.fromEntries(sets) as unknown as Query["picked"] };
    this.sort.value = sort;
  }

  clear(): void {
    this.query.value = NO_QUERY;
  }

  get filtered(): boolean {
    const { text, picked } = this.query.value;
    return text.trim() !== "" || Object.values(picked).some(({ size }) => size > 0);
  }

  /** Open an endpoint, at a tab of its panel where that is asked for; null closes it. */
  select(name: string | null, tab?: string): void {
    if (this.selected.value === name) return;
    this.selected.value = name;
    this.#pickedAt = Date.now();
    this.#view.rpc.request("select", tab ? { name, tab } : { name }).catch(() => undefined);
  }

  isTicked(name: string): boolean {
    return this.#ticks.value.has(name);
  }

  /** Tick a row, or take the tick back; with `through` all rows from the last one ticked to this one. */
  tick(name: string, through: boolean): void {
    const shown = this.found.value.entries.map(({ row }) => row.name);
    const [from, to] = [shown.indexOf(this.#ticking ?? ""), shown.indexOf(name)].sort((a, b) => a - b) as [number, number];
    const ticks = new Set(this.#ticks.value);
    if (through && from >= 0) for (const each of shown.slice(from, to + 1)) ticks.add(each);
    else if (!ticks.delete(name)) ticks.add(name);
    this.#ticking = name;
    this.#ticks.value = ticks;
  }

  /** Tick all rows that are shown; when they are, none. */
  tickAll(): void {
    const shown = this.found.value.entries.map(({ row }) => row.name);
    this.#ticks.value = new Set(shown.every((name) => this.#ticks.value.has(name)) ? [] : shown);
  }

  untick(): void {
    this.#ticks.value = new Set();
  }

  tellVisible(names: string[]): void {
    const key = names.join("\n");
    if (key === this.#visible) return;
    this.#visible = key;
    this.#view.rpc.tell("visible", { view: this.#view.id, names });
  }

  /** Another view of the same widget, or Python, chose an endpoint. What is older than a choice made here is not followed. */
  #follow(selected: string | null | undefined): void {
    if (selected === undefined || selected === this.#kernelSaid) return;
    this.#kernelSaid = selected;
    if (Date.now() - this.#pickedAt >= ECHO_MS) this.selected.value = selected;
  }

  #picked(): string[][] {
    return Object.values(this.query.value.picked).map((values) => [...values]);
  }
}
