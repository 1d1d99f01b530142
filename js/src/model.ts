/**
 * What a view knows: the snapshot that the widget model holds, brought up to date by deltas.
 *
 * A browser's snapshot carries the first rows only. The others are asked for with `rows`, and asked for again whenever a
 * revision was missed; deltas that arrive meanwhile are shown at once and applied again on top of the answer.
 */
import { batch, computed, signal } from "@preact/signals";
import type { Model } from "./host";
import { type Entry, entryOf } from "./listing";
import type { BrowserState, Delta, Row, RowsChunk, Snapshot } from "./protocol";

export interface StoreCalls {
  /** Ask for all rows; resolves with their revision. */
  rows(onChunk: (chunk: RowsChunk) => void): Promise<number>;
  /** Ask the kernel to publish its snapshot again. */
  republish(): void;
}

const ASK_AGAIN_MS = 2000;

/** Stands in for what a model that has not been filled yet leaves out. */
const BLANK: Snapshot = {
  v: 1,
  rev: 0,
  live: true,
  workspace: { name: "", label: "", host: "", mock: false, read_only: null },
  link: { state: "loading", seen: null, every: 0, problem: null },
  clock: { at: 0, taken: 0, rate: 1 },
};

export class Store<S extends Snapshot = Snapshot> {
  readonly state;
  /** Every row by name; empty for widgets that have none. */
  readonly entries = signal<ReadonlyMap<string, Entry>>(new Map());
  /** False while rows are known to be missing. */
  readonly complete = signal(true);
  readonly total = computed(() =>
    this.complete.value ? this.entries.value.size : ((this.state.value as unknown as BrowserState).total ?? 0),
  );

  readonly #calls: StoreCalls;
  readonly #signal: AbortSignal;
  #rev = -1;
  #fetching = false;
  #meanwhile: Delta[] = [];

  constructor(model: Model, calls: StoreCalls, life: AbortSignal) {
    this.#calls = calls;
    this.#signal = life;
    const read = (): S => ({ ...BLANK, ...(model.get("state") as S) });
    this.state = signal(read());
    const changed = (): void => this.take(read());
    model.on("change:state", changed);
    life.addEventListener("abort", () => model.off("change:state", changed));
    this.take(this.state.value);
  }

  /** A whole snapshot has come. */
  take(snapshot: S): void {
    if (snapshot.rev < this.#rev) return;
    const rows = (snapshot as unknown as Partial<BrowserState>).rows;
    batch(() => {
      this.state.value = snapshot;
      if (!rows) {
        this.#rev = snapshot.rev;
        return;
      }
      const all = rows.length >= ((snapshot as unknown as BrowserState).total ?? 0);
      const current = !all && this.complete.value && snapshot.rev === this.#rev;
      this.#put(rows, all ? "replace" : "add");
      this.#rev = snapshot.rev;
      if (all || current) {
        this.complete.value = true;
      } else {
        this.complete.value = false;
        void this.#fetch();
      }
    });
  }

  /** Ask for missing rows once more, for instance because the kernel has come back. */
  refill(): void {
    if (!this.complete.value) void this.#fetch();
  }

  /** A message about what changed has come. */
  apply(delta: Delta): void {
    if (delta.rev <= this.#rev && !this.#fetching) return;
    if (this.#fetching) {
      this.#meanwhile.push(delta);
      this.#show(delta);
    } else if (delta.base === this.#rev) {
      this.#show(delta);
      this.#rev = delta.rev;
    } else if ("rows" in this.state.value) {
      this.#meanwhile.push(delta);
      this.#show(delta);
      void this.#fetch();
    } else {
      this.#calls.republish();
    }
  }

  /** Ask for all rows, unless that is already under way. */
  async #fetch(): Promise<void> {
    if (this.#fetching || this.#signal.aborted) return;
    this.#fetching = true;
    const names = new Set<string>();
    try {
      const rev = await this.#calls.rows((chunk) => {
        for (const row of chunk.rows) names.add(row.name);
        batch(() => {
          this.#put(chunk.rows, "add");
          this.#replay(chunk.rev);
        });
      });
      batch(() => {
        this.#keep(names);
        this.complete.value = true;
        this.#rev = rev;
        this.#replay(rev);
      });
    } catch {
      this.complete.value = false;
    }
    const gap = this.#chainBroken();
    this.#meanwhile = [];
    this.#fetching = false;
    if (gap && this.complete.value) setTimeout(() => void this.#fetch(), ASK_AGAIN_MS);
  }

  /** Follow the deltas that came meanwhile from the fetched revision on; true when one in between is missing. */
  #chainBroken(): boolean {
    for (const delta of this.#meanwhile) {
      if (delta.rev <= this.#rev) continue;
      if (delta.base !== this.#rev) return true;
      this.#rev = delta.rev;
    }
    return false;
  }

  #replay(after: number): void {
    for (const delta of this.#meanwhile) if (delta.rev > after) this.#show(delta);
  }

  #show(delta: Delta): void {
    batch(() => {
      if (delta.patch) this.state.value = { ...this.state.value, ...delta.patch };
      if (delta.upsert?.length) this.#put(delta.upsert, "add");
      if (delta.remove?.length) {
        const gone = new Set(delta.remove);
        this.#keep(new Set([...this.entries.value.keys()].filter((name) => !gone.has(name))));
      }
    });
  }

  #put(rows: readonly Row[], how: "add" | "replace"): void {
    const before = this.entries.value;
    const after = new Map(how === "add" ? before : []);
    let changed = after.size !== before.size;
    for (const row of rows) {
      const entry = entryOf(row, before.get(row.name));
      changed ||= entry !== before.get(row.name);
      after.set(row.name, entry);
    }
    if (changed || after.size !== before.size) this.entries.value = after;
  }

  #keep(names: ReadonlySet<string>): void {
    const before = this.entries.value;
    const after = new Map([...before].filter(([name]) => names.has(name)));
    if (after.size !== before.size) this.entries.value = after;
  }
}
