/** The writes a person asked for in one view: what is under way, what went wrong, and why something may not be done. */
import { signal } from "@preact/signals";
import { FROZEN, type Liveness } from "./live";
import type { Action, ActOps, ImpactPicture, Picture, ErrorFields as Problem, Snapshot } from "./contract";
import { QUEUED, type Rpc, RpcError } from "./rpc";

export interface Doing {
  /** The request under way. */
  action: Action | null;
  /** "Kernel busy – queued", or what the kernel says about its progress. */
  note: string;
  /** The last failure, until it is dismissed or the same thing is tried again. */
  failed: { action: Action; problem: Problem } | null;
  /** What it would affect, and so has to be confirmed before it is done. */
  asked: { action: Action; impact: ImpactPicture } | null;
}

export const VERB: Readonly<Record<Action, string>> = { stop: "Stop", start: "Start", delete: "Delete" };
export const ONGOING: Readonly<Record<string, string>> = {
  stop: "Stopping…",
  start: "Starting…",
  delete: "Deleting…",
  create: "Creating…",
  update: "Sending the update…",
  tags: "Changing tags…",
  permissions: "Changing permissions…",
};

const IDLE: Doing = { action: null, note: "", failed: null, asked: null };

export class Acts {
  readonly #rpc: Rpc<ActOps>;
  /** Told of each act that was carried out. */
  readonly #done: (name: string) => void;
  readonly #all = signal<Readonly<Record<string, Doing>>>({});

  constructor(rpc: Rpc<ActOps>, done: (name: string) => void) {
    this.#rpc = rpc;
    this.#done = done;
  }

  /** What is going on with one endpoint. */
  of(name: string): Doing {
    return (Object.hasOwn(this.#all.value, name) && this.#all.value[name]) || IDLE;
  }

  /**
   * Send one intent; while it is under way nothing else is sent for that endpoint. True when it succeeded; where the
   * kernel wants it confirmed first, `asked` tells.
   */
  async act(action: Action, name: string, confirm?: string): Promise<boolean> {
    if (this.of(name).action) return false;
    this.#set(name, { action, note: "", failed: null });
    try {
      const impact = await this.#rpc.request(
        "act",
        { action, name, ...(confirm === undefined ? {} : { confirm }) },
        {
          onQueued: (queued) => this.#set(name, { note: queued ? QUEUED : "" }),
          onProgress: (data) => this.#set(name, { note: progressText(data) }),
        },
      );
      this.#set(name, IDLE);
      const done = !impact?.callers;
      if (done) this.#done(name);
      else this.#set(name, { asked: { action, impact } });
      return done;
    } catch (error) {
      const problem = (error as RpcError).problem;
      this.#set(name, { action: null, note: "", failed: { action, problem }, asked: null });
      return false;
    }
  }

  dismiss(name: string): void {
    this.#set(name, { failed: null, asked: null });
  }

  #set(name: string, change: Partial<Doing>): void {
    this.#all.value = { ...this.#all.value, [name]: { ...this.of(name), ...change } };
  }
}

/** Why an action may not be asked for now; null when it may. */
export function whyNot(
  action: Action,
  picture: Picture,
  { live, state, doing }: { live: Liveness; state: Snapshot; doing: Doing },
): string | null {
  if (live === "frozen") return FROZEN;
  if (picture.deleted) return `${picture.name} is deleted.`;
  if (state.workspace.read_only !== null) return state.workspace.read_only;
  const busy = doing.action ?? picture.busy;
  if (busy) return `${(ONGOING[busy] ?? busy).replace("…", "")} is in progress.`;
  return picture.can[action] ?? null;
}

function progressText(data: unknown): string {
  const message = (data as { message?: unknown } | null)?.message;
  return typeof message === "string" ? message : "";
}
