/** What one view of the permissions is about: which tab and dialog, what is typed, and what went wrong last. */
import { signal } from "@preact/signals";
import { FROZEN } from "../../kernel/live";
import type { ErrorFields as Problem } from "../../kernel/contract";
import { type ArgsOf, QUEUED, type ResultOf, type RpcError } from "../../kernel/rpc";
import type { Store } from "../../kernel/store";
import { useView } from "../../view";
import type { PermissionsOps, PermissionsState, Who } from "./contract";
import { levelWords, visible } from "./words";

export type Layer = "copy" | "import" | "export" | "confirm";

export const usePermissionsView = useView<PermissionsState, Store<PermissionsState>, PermissionsOps>;

const DEFAULT_LEVEL = "CAN_QUERY";

export class Editor {
  /** CSS pixels of room. */
  readonly width = signal(700);
  readonly tab = signal("grants");
  readonly layer = signal<Layer | null>(null);
  readonly typed = signal("");
  readonly level = signal(DEFAULT_LEVEL);
  /** What was asked for and not answered yet. */
  readonly doing = signal("");
  /** "Kernel busy – queued", or what came of the last save. */
  readonly note = signal("");
  /** The last refusal that the snapshot does not tell, and of what. */
  readonly failed = signal<{ op: string; problem: Problem } | null>(null);

  readonly #edits = new Set<Promise<unknown>>();
  #saving = false;

  constructor(readonly view: ReturnType<typeof usePermissionsView>) {}

  get access(): PermissionsState["access"] {
    return this.view.store.state.value.access;
  }

  /** Why nothing may be edited now; null when it may. */
  get refused(): string | null {
    if (this.view.live.state.value === "frozen") return FROZEN;
    if (this.access.saving) return "The edits are being saved.";
    return this.access.can;
  }

  /** Send one intent. Undefined when it was refused, which `failed` tells about. */
  async ask<K extends keyof PermissionsOps>(op: K, args: ArgsOf<PermissionsOps, K>): Promise<ResultOf<PermissionsOps, K> | undefined> {
    if (this.view.live.state.value === "frozen") {
      this.view.announce(FROZEN);
      return undefined;
    }
    this.failed.value = null;
    this.note.value = "";
    this.doing.value = op;
    try {
      return await this.view.rpc.request(op, args, {
        onQueued: (queued) => {
          this.note.value = queued ? QUEUED : "";
        },
      });
    } catch (error) {
      this.failed.value = { op, problem: (error as RpcError).problem };
      return undefined;
    } finally {
      this.doing.value = "";
    }
  }

  problemOf(...ops: string[]): Problem | null {
    const { value } = this.failed;
    return value && ops.includes(value.op) ? value.problem : null;
  }

  /** Stage a grant for whoever is typed; what is typed stays when it is refused. */
  async grant(): Promise<void> {
    const level = this.level.value;
    const added = await this.#edit("add", { principal: this.typed.value, level });
    if (!added) return;
    this.typed.value = "";
    this.view.announce(`Staged: ${visible(added.name)}, ${levelWords(level)}.`);
  }

  async stage({ kind, name }: Who, level: string | null): Promise<void> {
    const done = await this.#edit("stage", { principal: { kind, name }, level });
    if (done !== undefined) this.view.announce(`Staged: ${visible(name)}, ${level === null ? "removed" : levelWords(level)}.`);
  }

  async unstage({ kind, name }: Who): Promise<void> {
    const done = await this.#edit("unstage", { principal: { kind, name } });
    if (done !== undefined) this.view.announce(`${visible(name)} stays as it is.`);
  }

  async discard(): Promise<void> {
    const done = await this.#edit("discard", {});
    if (done !== undefined) this.view.announce("The staged changes are discarded.");
  }

  /** Save what this view shows; whatever has to be confirmed is asked first. */
  async save(confirm = false, typed?: string): Promise<void> {
    if (this.#saving) return;
    this.#saving = true;
    try {
      // A click may come before the kernel has said what the one before it makes of the request.
      await Promise.all(this.#edits);
      await this.#save(confirm, typed);
    } finally {
      this.#saving = false;
    }
  }

  async #save(confirm: boolean, typed?: string): Promise<void> {
    const { plan, question } = this.access;
    if (!plan) return;
    if ((plan.concerns.length > 0 || question === "typed" || question === "click") && !confirm) {
      this.layer.value = "confirm";
      return;
    }
    const told = await this.ask("save", { plan: plan.key, confirm, ...(typed ? { typed } : {}) });
    this.layer.value = null;
    if (told?.outcome !== "saved") return;
    this.view.done(this.view.store.state.value.name);
    this.view.report("The permissions are saved.");
  }

  async #edit<K extends keyof PermissionsOps>(op: K, args: ArgsOf<PermissionsOps, K>): Promise<ResultOf<PermissionsOps, K> | undefined> {
    const asked = this.ask(op, args);
    this.#edits.add(asked);
    const told = await asked;
    this.#edits.delete(asked);
    return told;
  }

  open(layer: Layer): void {
    this.failed.value = null;
    this.layer.value = layer;
  }

  close = (): void => {
    this.layer.value = null;
  };
}
