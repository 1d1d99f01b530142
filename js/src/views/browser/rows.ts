/**
 * The rows of a browser. Its snapshot carries the first ones only. The others are asked for with `rows`, and asked for
 * again whenever a revision was missed; deltas that arrive meanwhile are shown at once and applied again on top of the
 * answer.
 */
import { batch, computed, signal } from "@preact/signals";
import type { Model } from "../../host";
import { Store, type StoreCalls } from "../../kernel/store";
import type { BrowserDelta, BrowserOps, BrowserState, Row, RowChange, RowsChunk } from "./contract";
import { useView, type View } from "../../view";
import { type Entry, entryOf } from "./listing";

const ASK_AGAIN_MS = 2000;

export class RowStore extends Store<BrowserState, BrowserOps> {
  /** Every row by name. */
  readonly entries = signal<ReadonlyMap<string, Entry>>(new Map());
  /** False while rows are known to be missing. */
  readonly complete = signal(true);
  readonly total = computed(() => (this.complete.value ? this.entries.value.size : (this.state.value.total ?? 0)));
  /** The row request found the kernel busy. */
  readonly queued = signal(false);

  #fetching = false;
  #meanwhile: BrowserDelta[] = [];

  constructor(model: Model, calls: StoreCalls<BrowserOps>, life: AbortSignal) {
    super(model, calls, life);
    this.rev = -1;
    this.take(this.state.value);
  }

  override take(snapshot: BrowserState): void {
    if (snapshot.rev < this.rev) return;
    batch(() => {
      const { rows } = snapshot;
      const before = this.rev;
      super.take(snapshot);
      if (!rows) return;
      const all = rows.length >= (snapshot.total ?? 0);
      const current = !all && this.complete.value && snapshot.rev === before;
      this.#put(rows, all ? "replace" : "add");
      this.complete.value = all || current;
      if (!this.complete.value) void this.#fetch();
    });
  }

  override refill(): void {
    if (!this.complete.value) void this.#fetch();
  }

  override apply(delta: BrowserDelta): void {
    if (delta.rev <= this.rev && !this.#fetching) return;
    this.show(delta);
    if (!this.#fetching && delta.base === this.rev) this.rev = delta.rev;
    else {
      this.#meanwhile.push(delta);
      void this.#fetch();
    }
  }

  protected override show(delta: BrowserDelta): void {
    batch(() => {
      super.show(delta);
      this.#put([...(delta.upsert ?? []), ...(delta.changed ?? [])], "add");
      const gone = new Set(delta.remove);
      if (gone.size) this.#keep((name) => !gone.has(name));
    });
  }

  /** Ask for all rows, unless that is already under way. */
  async #fetch(): Promise<void> {
    if (this.#fetching || this.life.aborted) return;
    this.#fetching = true;
    const names = new Set<string>();
    const take = ({ rows, rev }: RowsChunk): void => {
      for (const row of rows) names.add(row.name);
      batch(() => {
        this.#put(rows, "add");
        this.#replay(rev);
      });
    };
    try {
      const { rev } = await this.calls.request("rows", {}, {
        onQueued: (queued) => {
          this.queued.value = queued;
        },
        onProgress: take,
      });
      batch(() => {
        this.#keep((name) => names.has(name));
        this.complete.value = true;
        this.rev = rev;
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
    return this.#meanwhile.some((delta) => {
      if (delta.base === this.rev) this.rev = delta.rev;
      return delta.rev > this.rev;
    });
  }

  #replay(after: number): void {
    for (const delta of this.#meanwhile) if (delta.rev > after) this.show(delta);
  }

  /** Take rows in, and changes of rows; a change of one that is not here comes again with all rows. */
  #put(rows: readonly (Row | RowChange)[], how: "add" | "replace"): void {
    const before = this.entries.value;
    const after = new Map(how === "add" ? before : []);
    let changed = false;
    for (const row of rows) {
      const old = before.get(row.name);
      if ("to" in row && !old) continue;
      const entry = entryOf("to" in row ? { ...old!.row, ...row.to } : row, old);
      changed ||= entry !== old;
      after.set(row.name, entry);
    }
    if (changed || after.size !== before.size) this.entries.value = after;
  }

  #keep(stays: (name: string) => boolean): void {
    const before = this.entries.value;
    const after = new Map([...before].filter(([name]) => stays(name)));
    if (after.size !== before.size) this.entries.value = after;
  }
}

export type BrowserView = View<BrowserState, RowStore, BrowserOps>;

export const useBrowserView = useView<BrowserState, RowStore, BrowserOps>;
