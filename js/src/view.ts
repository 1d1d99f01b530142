/** One mounted view: its model, its line to the kernel, and the few things that every part of it needs. */
import { signal } from "@preact/signals";
import { createContext } from "preact";
import { useContext, useId } from "preact/hooks";
import { Acts } from "./kernel/acts";
import { watchVisibility } from "./kernel/heartbeat";
import type { Host, Model, MountContext } from "./host";
import { FROZEN, Live } from "./kernel/live";
import { Store, type StoreCalls } from "./kernel/store";
import type { ActOps, Delta, Ops, ErrorFields as Problem, Snapshot } from "./kernel/contract";
import { QUEUED, randomId, Rpc, RpcError } from "./kernel/rpc";

/** What came of an act, and where more of it is to be seen. */
export interface Outcome {
  text: string;
  follow?: { label: string; onClick(): void };
}

/** CSS pixels that the host's own bars may cover at the top of the window. */
const HIDDEN_ABOVE = 100;

/** Makes what keeps a view's snapshots. */
export type StoreKind<T> = new (model: Model, calls: StoreCalls, life: AbortSignal) => T;

export class View<S extends Snapshot = Snapshot, T extends Store<S, any> = Store<S>, O extends Ops = Ops> {
  readonly id = randomId();
  readonly rpc: Rpc<O>;
  readonly live: Live;
  readonly store: T;
  readonly acts: Acts;
  /** A person waits for news: the view is kept up to date even while it is off screen. */
  readonly awaited = signal(false);
  /** What screen readers are told next. */
  readonly said = signal("");
  /** The endpoint that was acted on last in this view. */
  readonly acted = signal<{ name: string } | null>(null);
  /** What came of the last act, until the next one. */
  readonly outcome = signal<Outcome | null>(null);
  /** The refresh that a person asked for: whether it is under way, what is to be said of it, why it failed. */
  readonly refreshing = signal<{ on: boolean; note: string; problem: Problem | null }>(NOT_REFRESHING);

  constructor(
    readonly model: Model,
    readonly root: HTMLElement,
    readonly signal: AbortSignal,
    Kind: StoreKind<T>,
    readonly host?: Host,
    readonly replace?: (model: Model) => void,
  ) {
    this.rpc = new Rpc(
      model,
      {
        heard: () => this.#heard(),
        silent: () => this.live.silent(),
        unsendable: () => this.live.unsendable(),
        message: (content) => {
          if (content.type === "delta") this.store.apply(content as unknown as Delta);
        },
      },
      signal,
    );
    this.live = new Live(
      model,
      {
        hello: () => this.#hello(),
        drawnAt: () => this.store.state.value.clock.taken,
        lost: () => this.rpc.fail(OUTCOME_UNKNOWN),
      },
      signal,
    );
    this.acts = new Acts(this.#line as Rpc<ActOps>, (name) => this.done(name));
    const saved = (model.get("state") as Snapshot | undefined)?.live === false;
    this.live.start(saved);
    const request: Rpc<O>["request"] = (...what) => this.rpc.request(...what);
    this.store = new Kind(model, { request, republish: () => this.#hello() }, signal);
    const published = (): void => this.#heard();
    model.on("change:state", published);
    signal.addEventListener("abort", () => {
      model.off("change:state", published);
      this.#line.tell("bye", { view: this.id });
    });
  }

  /** Count as visible for the kernel's heartbeat. */
  watch({ runtime, runtimeId }: MountContext): void {
    watchVisibility(this, runtime, runtimeId);
  }

  /** Whether it stands inside another view, which says for both whose picture it is. */
  get nested(): boolean {
    return this.root.parentElement?.closest(".sw-root") != null;
  }

  announce(text: string): void {
    // The same sentence twice is read twice only when the region's text differs.
    this.said.value = this.said.value === text ? `${text}\u00a0` : text;
  }

  /** Say what came of an act, where it is seen: what was acted on may have become much shorter. */
  report(text: string, follow?: Outcome["follow"]): void {
    this.outcome.value = { text, follow };
    this.announce(text);
    requestAnimationFrame(() => {
      if (this.root.getBoundingClientRect().top < HIDDEN_ABOVE) this.root.scrollIntoView?.({ block: "start" });
    });
  }

  /** An act was carried out: what came of the one before is old news, and this one can be undone for some seconds. */
  done(name: string): void {
    this.outcome.value = null;
    this.acted.value = { name };
  }

  /** Ask the service now. A click while that is under way changes nothing. */
  async refresh(): Promise<void> {
    if (this.refreshing.value.on) return;
    if (this.live.state.value === "frozen") return this.announce(FROZEN);
    this.refreshing.value = { on: true, note: "", problem: null };
    try {
      await this.#line.request("refresh", {}, {
        onQueued: (queued) => {
          this.refreshing.value = { on: true, note: queued ? QUEUED : "", problem: null };
        },
      });
      this.refreshing.value = NOT_REFRESHING;
    } catch (error) {
      this.refreshing.value = { on: false, note: "", problem: (error as RpcError).problem };
    }
  }

  forgetRefresh(): void {
    this.refreshing.value = NOT_REFRESHING;
  }

  /** The same, for what every view may ask for. */
  get #line(): Rpc {
    return this.rpc as unknown as Rpc;
  }

  #heard(): void {
    const back = this.live.state.value === "frozen";
    this.live.heard();
    if (back) this.store.refill();
  }

  #hello(): void {
    const rev = this.store?.rev ?? (this.model.get("state") as Snapshot | undefined)?.rev;
    this.#line.request("hello", { view: this.id, rev }).then(() => this.rpc.aim(), () => undefined);
  }
}

export const ViewContext = createContext<View | null>(null);

export function useView<S extends Snapshot = Snapshot, T extends Store<S, any> = Store<S>, O extends Ops = Ops>(): View<S, T, O> {
  return useContext(ViewContext) as unknown as View<S, T, O>;
}

/** An id of its own on the page: Preact's differ only within one view. */
export function useUniqueId(): string {
  const view = useView();
  return `sw-${view.id}-${useId()}`;
}

const NOT_REFRESHING = { on: false, note: "", problem: null };

const OUTCOME_UNKNOWN: Problem = {
  code: "outcome_unknown",
  message: "The kernel went away before it answered, so the outcome is unknown.",
  hint: "Run the cell again and look at the status.",
};
