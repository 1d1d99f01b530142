/** What a view knows: the snapshot that the widget model holds, brought up to date by deltas. */
import { signal } from "@preact/signals";
import type { Model } from "../host";
import type { Delta, Ops, Snapshot } from "./contract";
import type { Rpc } from "./rpc";

export interface StoreCalls<O = Ops> {
  request: Rpc<O>["request"];
  /** Ask the kernel to publish its snapshot again. */
  republish(): void;
}

/** Stands in for what a model that has not been filled yet leaves out. */
const BLANK: Snapshot = {
  rev: 0,
  live: true,
  workspace: { name: "", label: "", host: "", colour: null, mock: false, read_only: null },
  link: { state: "loading", seen: null, problem: null },
  clock: { at: 0, taken: 0, rate: 1 },
};

export class Store<S extends Snapshot = Snapshot, O = Ops> {
  readonly state;
  /** The revision on screen; the kernel sends no more than the time to a view that has its latest. */
  rev: number;

  constructor(
    model: Model,
    protected readonly calls: StoreCalls<O>,
    protected readonly life: AbortSignal,
  ) {
    const read = (): S => ({ ...BLANK, ...(model.get("state") as S) });
    this.state = signal(read());
    this.rev = this.state.value.rev;
    const changed = (): void => this.take(read());
    model.on("change:state", changed);
    life.addEventListener("abort", () => model.off("change:state", changed));
  }

  /** A whole snapshot has come. */
  take(snapshot: S): void {
    if (snapshot.rev < this.rev) return;
    this.state.value = snapshot;
    this.rev = snapshot.rev;
  }

  /** A message about what changed has come. */
  apply(delta: Delta): void {
    if (delta.rev <= this.rev) return;
    if (delta.base !== this.rev) return this.calls.republish();
    this.show(delta);
    this.rev = delta.rev;
  }

  /** The kernel has come back: ask again for what is missing. */
  refill(): void {}

  protected show({ patch }: Delta): void {
    if (patch) this.state.value = { ...this.state.value, ...patch };
  }
}
