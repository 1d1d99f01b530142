/** What the panel's snapshot says beside the endpoint's own, and the requests that its editors make. */
import { signal } from "@preact/signals";
import type { EndpointState, Problem, Recipe } from "../../protocol";
import { type RpcError, QUEUED } from "../../kernel/rpc";
import { useView, type View } from "../../view";

export interface Line {
  field: string;
  left: string | null;
  right: string | null;
  changed: boolean;
}

export interface Group {
  left: string | null;
  right: string | null;
  lines: Line[];
}

export interface Shown {
  method: string;
  path: string;
  text: string;
}

export interface Part {
  key: string;
  name: string;
  model: string;
  version: string | null;
  size: string | null;
  type: string | null;
  to_zero: boolean | null;
  percent: number;
  added: boolean;
  edited: string[];
}

export interface Draft {
  source: Source;
  /** The configurations that there are to begin with, where that is a question. */
  sources: Source[];
  base: number | null;
  parts: Part[];
  /** What keeps it from being sent. */
  faults: string[];
  /** What others did meanwhile. */
  notes: string[];
  changes: Group[];
  request: Shown;
  recipe: Recipe;
  /** Says which draft is meant, so that no other one is deployed. */
  mark: string;
  sending: boolean;
  problem: Problem | null;
  sizes: string[];
  types: string[];
}

export type Source = "active" | "pending";

export interface Config {
  active: number | null;
  pending: number | null;
  /** What became of the pending one. */
  fate: "" | "running" | "failed";
  groups: Group[];
  can: string | null;
  /** Versions by model. */
  known: Record<string, string[]>;
  draft: Draft | null;
}

export interface TagRow {
  key: string;
  /** Null: no such tag. */
  before: string | null;
  after: string | null;
  staged: boolean;
}

export interface Tags {
  rows: TagRow[];
  can: string | null;
  request: Shown | null;
  recipe: Recipe | null;
  mark: string;
  sending: boolean;
  problem: Problem | null;
}

export interface Budget {
  policy: string | null;
  possible: boolean;
  source: string;
  change: string;
}

export interface PanelState extends EndpointState {
  tab: string;
  /** It is a language model that one talks to. */
  chat?: boolean;
  /** Tab → what its widget's model is called. */
  children: Record<string, string>;
  budget: Budget | null;
  tags: Tags | null;
  config: Config | null;
}

export type PanelView = View<PanelState>;

export function usePanelView(): PanelView {
  return useView<PanelState>();
}

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
  readonly #view: PanelView;
  readonly #writes = new Set<string>();

  constructor(view: PanelView) {
    this.#view = view;
  }

  /** Send a request that writes: once, however often it is asked for before the answer is there. */
  async write(op: string, args: Record<string, unknown> = {}): Promise<boolean> {
    if (this.#writes.has(op)) return false;
    this.#writes.add(op);
    const done = await this.send(op, args);
    this.#writes.delete(op);
    return done;
  }

  /** Send one; true when it succeeded. */
  async send(op: string, args: Record<string, unknown> = {}): Promise<boolean> {
    this.open.value += 1;
    this.problem.value = null;
    try {
      await this.#view.rpc.request(op, args, {
        onQueued: (queued) => {
          this.note.value = queued ? QUEUED : "";
        },
      });
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
