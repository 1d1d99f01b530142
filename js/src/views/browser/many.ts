/** One action on several endpoints: who is affected, the act itself once, and how it went with each. */
import { computed, signal } from "@preact/signals";
import type { ErrorFields as Problem, RecipePicture as Recipe } from "../../kernel/contract";
import type { RpcError } from "../../kernel/rpc";
import { QUEUED } from "../../kernel/rpc";
import type { ManyAction, ManyStep, Outlook } from "./contract";
import type { BrowserView } from "./rows";

export type Going = "waiting" | ManyStep["state"];

export interface Went {
  state: Going;
  problem: Problem | null;
}

const WAITING: Went = { state: "waiting", problem: null };

export class Many {
  readonly stage = signal<"idle" | "planning" | "asking" | "doing" | "done">("idle");
  readonly open = signal(false);
  readonly outlooks = signal<readonly Outlook[]>([]);
  readonly recipe = signal<Recipe | null>(null);
  readonly note = signal("");
  readonly problem = signal<Problem | null>(null);
  readonly #went = signal<Readonly<Record<string, Went>>>({});
  readonly ended = computed(() => Object.values(this.#went.value).filter(({ state }) => state !== "doing").length);
  readonly #view: BrowserView;
  action: ManyAction = "stop";

  constructor(view: BrowserView) {
    this.#view = view;
  }

  /** Those that it would be done to. */
  get affected(): readonly Outlook[] {
    return this.outlooks.value.filter(({ why }) => why === null);
  }

  of(name: string): Went {
    return (Object.hasOwn(this.#went.value, name) && this.#went.value[name]) || WAITING;
  }

  /** Ask the kernel who would be affected, and why others would not. */
  async plan(action: ManyAction, names: string[]): Promise<void> {
    if (this.stage.value !== "idle") return;
    this.action = action;
    this.stage.value = "planning";
    this.outlooks.value = [];
    this.problem.value = null;
    this.#went.value = {};
    this.open.value = true;
    try {
      const { rows, recipe } = await this.#view.rpc.request("plan_many", { action, names }, { onQueued: this.#queued });
      this.outlooks.value = rows;
      this.recipe.value = recipe;
    } catch (error) {
      this.problem.value = (error as RpcError).problem;
    }
    this.stage.value = "asking";
  }

  /** Once it is done, ask about another action on some of them. */
  async again(action: ManyAction, names: string[]): Promise<void> {
    this.hide();
    await this.plan(action, names);
  }

  /** Do it, once, to those that were shown. */
  async act(): Promise<void> {
    if (this.stage.value !== "asking" || this.affected.length === 0) return;
    this.stage.value = "doing";
    try {
      const names = this.affected.map(({ name }) => name);
      await this.#view.rpc.request("act_many", { action: this.action, names }, {
        onProgress: ({ name, ...went }) => {
          this.#went.value = { ...this.#went.value, [name]: went };
        },
        onQueued: this.#queued,
      });
    } catch (error) {
      this.problem.value = (error as RpcError).problem;
    }
    this.stage.value = "done";
    this.#view.announce(this.summary);
  }

  /** How it went, in a line. */
  get summary(): string {
    const counts = { done: 0, refused: 0, failed: 0, waiting: 0, doing: 0 };
    for (const { name } of this.affected) counts[this.of(name).state] += 1;
    const done = `${counts.done} ${this.action === "stop" ? "stopped" : "started"}`;
    const parts = [
      done,
      counts.refused && `${counts.refused} refused`,
      counts.failed && `${counts.failed} failed`,
      counts.waiting + counts.doing && `${counts.waiting + counts.doing} unknown`,
    ];
    return parts.filter(Boolean).join(", ");
  }

  show(): void {
    this.open.value = true;
  }

  /** Close the dialog. What is under way goes on; what is over, or was not begun, is forgotten. */
  hide(): void {
    this.open.value = false;
    if (this.stage.value !== "doing") this.stage.value = "idle";
  }

  #queued = (queued: boolean): void => {
    this.note.value = queued ? QUEUED : "";
  };
}
