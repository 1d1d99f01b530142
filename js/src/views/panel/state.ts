/** What the panel's snapshot says beside the endpoint's own, and the requests that its editors make. */
import { signal } from "@preact/signals";
import type { ImpactPicture, ErrorFields as Problem } from "../../kernel/contract";
import type { MarkArgs, PanelOps, PanelState } from "./contract";
import { type ArgsOf, type RpcError, QUEUED } from "../../kernel/rpc";
import type { Store } from "../../kernel/store";
import { useView, type View } from "../../view";

export type PanelView = View<PanelState, Store<PanelState>, PanelOps>;

export const usePanelView = useView<PanelState, Store<PanelState>, PanelOps>;

/** Enter in a field of a form. Browsers hand in by themselves only forms of one field, or with a button of their own kind. */
export function onEnter(hand: () => void): (event: KeyboardEvent) => void {
  return (event) => {
    if (event.key !== "Enter" || (event.target as Element).tagName !== "INPUT") return;
    event.preventDefault();
    hand();
  };
}

/** The requests of one editor. What the kernel refused stands in its snapshot, too, so only what it can't say is kept. */
export class Requests {
  /** Requests under way, and edits that wait for the hand to rest. */
  readonly open = signal(0);
  readonly note = signal("");
  readonly problem = signal<Problem | null>(null);
  /** What the last write would affect: it was not carried out, for it has to be confirmed first. */
  readonly asked = signal<ImpactPicture | null>(null);
  readonly #view: PanelView;
  readonly #writes = new Set<string>();

  constructor(view: PanelView) {
    this.#view = view;
  }

  /**
   * Send a request that writes: once, however often it is asked for before the answer is there. True when it was done;
   * where the kernel wants it confirmed first, `asked` tells.
   */
  async write(op: "deploy" | "tags_save", args: MarkArgs): Promise<boolean> {
    if (this.#writes.has(op)) return false;
    this.#writes.add(op);
    const done = await this.send(op, args);
    this.#writes.delete(op);
    return done && !this.asked.value;
  }

  /** Send one; true when it succeeded. */
  async send<K extends keyof PanelOps>(op: K, args: ArgsOf<PanelOps, K>): Promise<boolean> {
    this.open.value += 1;
    this.problem.value = null;
    this.asked.value = null;
    try {
      const told: unknown = await this.#view.rpc.request(op, args, {
        onQueued: (queued) => {
          this.note.value = queued ? QUEUED : "";
        },
      });
      if ((told as ImpactPicture | null)?.callers) this.asked.value = told as ImpactPicture;
      return true;
    } catch (error) {
      this.problem.value = (error as RpcError).problem;
      return false;
    } finally {
      this.open.value -= 1;
      this.note.value = "";
    }
  }

  /** Send what is typed or moved once the hand rests; `flush` sends it now. */
  later(wait: number): Later {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let due: (() => void) | null = null;
    const flush = (): void => {
      clearTimeout(timer);
      const run = due;
      due = null;
      if (!run) return;
      run();
      this.open.value -= 1;
    };
    return {
      flush,
      plan: (run) => {
        if (!due) this.open.value += 1;
        due = run;
        clearTimeout(timer);
        timer = setTimeout(flush, wait);
      },
    };
  }
}

export interface Later {
  plan(run: () => void): void;
  flush(): void;
}
