/** The last act of a person in one view, for as long as a click undoes it. */
import { signal } from "@preact/signals";
import type { ImpactOps, ErrorFields as Problem, UndoPicture } from "./contract";
import type { Rpc, RpcError } from "./rpc";

export const OFFERED_MS = 20_000;

export class Undo {
  readonly offer = signal<UndoPicture | null>(null);
  readonly sending = signal(false);
  /** Why it was refused. */
  readonly problem = signal<Problem | null>(null);
  readonly #rpc: Rpc<ImpactOps>;
  readonly #undone: (text: string) => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** What an answer has to find as it was when it was asked for: else it is about an older act, or was dismissed. */
  #turn = 0;

  constructor(rpc: Rpc<ImpactOps>, undone: (text: string) => void, life: AbortSignal) {
    this.#rpc = rpc;
    this.#undone = undone;
    life.addEventListener("abort", () => this.hold());
  }

  /** Offer to undo what was just done to an endpoint. What can't be undone is not offered. */
  async look(name: string): Promise<void> {
    this.forget();
    const turn = this.#turn;
    const offer = await this.#rpc.request("undo_plan", { name }).catch(() => null);
    if (!offer?.number || turn !== this.#turn) return;
    this.offer.value = offer;
    this.wait();
  }

  async send(): Promise<void> {
    const offer = this.offer.value;
    if (!offer || this.sending.value) return;
    this.hold();
    const turn = ++this.#turn;
    this.sending.value = true;
    this.problem.value = null;
    try {
      const said = await this.#rpc.request("undo", { number: offer.number });
      if (turn !== this.#turn) return;
      this.forget();
      this.#undone(said);
    } catch (error) {
      const { problem } = error as RpcError;
      if (turn === this.#turn) this.problem.value = problem;
      else this.#undone(problem.message);
    } finally {
      this.sending.value = false;
      this.wait();
    }
  }

  /** Keep the offer for as long as someone reads it. */
  hold(): void {
    clearTimeout(this.#timer);
  }

  wait(): void {
    this.hold();
    if (this.offer.value && !this.sending.value && !this.problem.value) this.#timer = setTimeout(() => this.forget(), OFFERED_MS);
  }

  forget(): void {
    this.hold();
    this.#turn++;
    this.offer.value = null;
    this.problem.value = null;
  }
}
