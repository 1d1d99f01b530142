/**
 * Is there still a kernel behind the picture?
 *
 * A view is frozen when its comm has gone, when sending throws, or when a request stays unacknowledged for five seconds
 * while the kernel is not busy. Anything heard from the kernel thaws it.
 */
import { signal } from "@preact/signals";
import type { Model } from "../host";
import { SILENT_AFTER_MS } from "./rpc";

export type Liveness = "connecting" | "live" | "frozen";

export const FROZEN = "Frozen – the kernel is gone. Run the cell again.";

const LOOK_AGAIN_MS = 2000;
const PROOF_OF_LIFE_MS = 60_000;

export interface LiveCalls {
  hello(): void;
  /** Host time at which the kernel made the picture on screen. */
  drawnAt(): number;
  /** Called once each time the view freezes because no answer can come any more. */
  lost(): void;
}

export class Live {
  readonly state = signal<Liveness>("connecting");
  readonly #model: Model;
  readonly #calls: LiveCalls;
  readonly #signal: AbortSignal;
  #heardAt = 0;
  #watching = false;
  #asked = false;

  constructor(model: Model, calls: LiveCalls, life: AbortSignal) {
    this.#model = model;
    this.#calls = calls;
    this.#signal = life;
    const update = (): void => this.#commChanged();
    model.on("comm_live_update", update);
    life.addEventListener("abort", () => model.off("comm_live_update", update));
  }

  /** Introduce the view, which also aims the kernel's routing at the thread that answers it. */
  start(saved: boolean): void {
    if (saved || this.#model.comm_live === false || this.#model.widget_manager?.kernel === null) {
      this.state.value = "frozen";
    }
    this.#calls.hello();
  }

  heard(): void {
    this.#heardAt = Date.now();
    this.state.value = "live";
  }

  unsendable(): void {
    this.state.value = "frozen";
    this.#calls.lost();
  }

  /** No acknowledgement for five seconds: that means a busy kernel, or none. */
  silent(): void {
    if (this.#watching) return;
    this.#watching = true;
    const since = Date.now();
    let idleSince = since - SILENT_AFTER_MS;
    const look = (): void => {
      const settled = this.#signal.aborted || this.#heardAt >= since - SILENT_AFTER_MS;
      if (this.#busy()) idleSince = Infinity;
      else if (idleSince === Infinity) idleSince = Date.now();
      if (!settled && Date.now() - idleSince < SILENT_AFTER_MS) {
        setTimeout(look, LOOK_AGAIN_MS);
        return;
      }
      this.#watching = false;
      if (!settled) this.state.value = "frozen";
    };
    void this.#ask().then(look);
  }

  /** Ask what is answered after the cell that runs: the debugger's answers make the host call such a kernel idle. */
  #ask(): Promise<void> {
    const answer = this.#model.widget_manager?.kernel?.requestKernelInfo?.();
    if (!answer) return Promise.resolve();
    this.#asked = true;
    const answered = (): void => void (this.#asked = false);
    return Promise.race([answer.then(answered, answered), new Promise<void>((go) => setTimeout(go, LOOK_AGAIN_MS))]);
  }

  /** Where the host hides the kernel's status, a picture of the last minute proves that there is one, at work. */
  #busy(): boolean {
    const status = this.#model.widget_manager?.kernel?.status;
    if (status === "idle" && this.#asked) return true;
    return status === undefined ? Date.now() - this.#calls.drawnAt() < PROOF_OF_LIFE_MS : status === "busy";
  }

  /** Hosts tell that the comm changed, most of them without saying how: assume the worst, then ask. */
  #commChanged(): void {
    if (this.#model.comm_live !== true) this.unsendable();
    this.#calls.hello();
  }
}
