/**
 * Requests to the kernel over custom messages.
 *
 * A request is sent once, whatever happens to it: an unanswered one is queued in the kernel, not lost. The caller learns
 * through `onQueued` when no acknowledgement has come within a second, and can cancel through an AbortSignal.
 */
import type { Model } from "../host";
import type { Ops, ErrorFields as Problem, Reply } from "./contract";

export const BUSY_AFTER_MS = 1000;
export const SILENT_AFTER_MS = 5000;
export const QUEUED = "Kernel busy – queued";

/** An answer that is a refusal or a failure, in words for the person who asked. */
export class RpcError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.message);
  }
}

/** What an operation takes, what it answers, and what it tells meanwhile, as the contract of its room has it. */
export type ArgsOf<O, K extends keyof O> = O[K] extends readonly [infer A, ...unknown[]] ? A : never;
export type ResultOf<O, K extends keyof O> = O[K] extends readonly [unknown, infer R, ...unknown[]] ? R : never;
export type ProgressOf<O, K extends keyof O> = O[K] extends readonly [unknown, unknown, infer P] ? P : unknown;

export interface RequestOptions<P = unknown> {
  signal?: AbortSignal;
  onProgress?(data: P): void;
  /** Called with `true` when the acknowledgement is overdue, with `false` once it is there. */
  onQueued?(queued: boolean): void;
}

interface Pending extends RequestOptions<any> {
  resolve(data: any): void;
  reject(error: RpcError): void;
  timers: ReturnType<typeof setTimeout>[];
  acknowledged: boolean;
  queued: boolean;
}

export interface RpcEvents {
  /** Anything at all has arrived from the kernel. */
  heard?(): void;
  /** A request has been waiting for its acknowledgement for five seconds. */
  silent?(): void;
  /** The comm refused to send. */
  unsendable?(): void;
  /** A message that answers no request of ours. */
  message?(content: Record<string, unknown>): void;
}

export class Rpc<O = Ops> {
  readonly #model: Model;
  readonly #events: RpcEvents;
  readonly #pending = new Map<string, Pending>();
  readonly #prefix = randomId();
  #count = 0;

  constructor(model: Model, events: RpcEvents, signal: AbortSignal) {
    this.#model = model;
    this.#events = events;
    const receive = (content: Record<string, unknown>): void => this.#receive(content);
    model.on("msg:custom", receive);
    signal.addEventListener("abort", () => {
      model.off("msg:custom", receive);
      this.fail({ code: "view_closed", message: "The view was closed.", hint: "" });
    });
  }

  /** Send one request and wait for its result. Rejects with `RpcError` only. */
  request<K extends keyof O>(op: K, args: ArgsOf<O, K>, options: RequestOptions<ProgressOf<O, K>> = {}): Promise<ResultOf<O, K>> {
    const id = `${this.#prefix}-${++this.#count}`;
    return new Promise((resolve, reject) => {
      const pending: Pending = { ...options, resolve, reject, timers: [], acknowledged: false, queued: false };
      this.#pending.set(id, pending);
      pending.timers.push(
        setTimeout(() => {
          pending.queued = true;
          pending.onQueued?.(true);
        }, BUSY_AFTER_MS),
        setTimeout(() => this.#events.silent?.(), SILENT_AFTER_MS),
      );
      options.signal?.addEventListener("abort", () => {
        if (!this.#settle(id)) return;
        this.#post({ id: `${id}-c`, op: "cancel", args: { id } });
        reject(new RpcError({ code: "cancelled", message: "Canceled.", hint: "" }));
      });
      if (!this.#post({ id, op, args })) {
        this.#settle(id);
        reject(new RpcError(NOT_SENT));
      }
    });
  }

  /** Send without expecting anything back. */
  tell<K extends keyof O>(op: K, args: ArgsOf<O, K>): void {
    this.#post({ id: `${this.#prefix}-${++this.#count}`, op, args });
  }

  /**
   * Send what changes nothing but is acknowledged, once the kernel has answered: JupyterLab may not have had a subshell
   * for the first message, and ipykernel sends later ones where it answered last, there behind the cells.
   */
  aim(): void {
    this.#post({ id: `${this.#prefix}-${++this.#count}`, op: "cancel", args: { id: "" } });
  }

  /** Give up on everything under way, because no answer can come any more. */
  fail(problem: Problem): void {
    for (const id of [...this.#pending.keys()]) this.#settle(id)?.reject(new RpcError(problem));
  }

  #post(content: unknown): boolean {
    try {
      const sent = this.#model.send(content);
      if (sent instanceof Promise) sent.catch(() => this.#events.unsendable?.());
      return true;
    } catch {
      this.#events.unsendable?.();
      return false;
    }
  }

  #receive(content: Record<string, unknown>): void {
    this.#events.heard?.();
    const pending = typeof content.id === "string" ? this.#pending.get(content.id) : undefined;
    if (!pending) {
      if (content.id === undefined) this.#events.message?.(content);
      return;
    }
    const reply = content as unknown as Reply;
    this.#acknowledge(pending);
    if (reply.type === "progress") pending.onProgress?.(reply.data);
    if (reply.type === "result") this.#settle(reply.id)?.resolve(reply.data);
    if (reply.type === "error") this.#settle(reply.id)?.reject(new RpcError(reply.error));
  }

  #acknowledge(pending: Pending): void {
    if (pending.acknowledged) return;
    pending.acknowledged = true;
    pending.timers.forEach(clearTimeout);
    if (pending.queued) pending.onQueued?.(false);
  }

  #settle(id: string): Pending | undefined {
    const pending = this.#pending.get(id);
    pending?.timers.forEach(clearTimeout);
    this.#pending.delete(id);
    return pending;
  }
}

/** A name for a view or a family of requests: two views never share one. */
export function randomId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

const NOT_SENT: Problem = {
  code: "not_sent",
  message: "Nothing was sent: the kernel is gone.",
  hint: "Run the cell again.",
};
