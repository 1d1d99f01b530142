/** What a view of a schema knows beside its snapshot, and what it asks the kernel for. */
import { batch, signal } from "@preact/signals";
import type { ErrorFields as Problem } from "../../kernel/contract";
import { type ArgsOf, type ProgressOf, QUEUED, type RpcError } from "../../kernel/rpc";
import type { Store } from "../../kernel/store";
import { useView } from "../../view";
import type { Answer, BodyFinding as Finding, Cell, Parts, BodyDraft as Draft, Revs, Schema, SchemaOperation as Operation, EditOps, SchemaOps, SchemaState, SendArgs, SentLine as Line, ViewKey } from "./contract";

/** How long the hand rests before what it typed goes to the kernel. */
export const REST_MS = 300;

export const useSchemaView = useView<SchemaState, Store<SchemaState>, SchemaOps>;

/** Where the focus shall go: a cell of the table, a field of the form, a place in the JSON. */
export type Target =
  | { view: "table"; row: number; column: number }
  | { view: "form"; pointer: string }
  | { view: "json"; line: number; column: number };

export class Explorer {
  readonly operations = signal<Operation[]>([]);
  readonly schema = signal<Schema | null>(null);
  readonly draft = signal<Draft | null>(null);
  readonly history = signal<Line[]>([]);
  readonly answer = signal<Answer | null>(null);
  /** What was typed as JSON and is not in the draft yet. */
  readonly typed = signal<string | null>(null);
  /** From the press on Send until there is an answer. */
  readonly waiting = signal(false);
  /** What has come of an answer that streams. */
  readonly streamed = signal("");
  readonly problem = signal<Problem | null>(null);
  readonly note = signal("");
  readonly chosen = signal<ViewKey | null>(null);
  readonly target = signal<Target | null>(null);
  #have: Partial<Revs> = {};
  #open = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(readonly view: ReturnType<typeof useSchemaView>) {
    this.#take(view.store.state.peek().parts ?? null);
  }

  /** Which of the three views of the draft is open. */
  get shown(): ViewKey {
    const views = this.schema.value?.views ?? ["json"];
    const chosen = this.chosen.value;
    return chosen && views.includes(chosen) ? chosen : views[0]!;
  }

  /** Ask for what is new, when the snapshot says that there is something. */
  follow(revs: Revs | undefined): void {
    if (!revs || this.#open > 0) return;
    const stale = (Object.keys(revs) as (keyof Revs)[]).some((part) => revs[part] > (this.#have[part] ?? -1));
    if (stale) void this.ask("look");
  }

  /** Have something done; what it changes comes with the answer. True when it was done. */
  async ask<K extends keyof EditOps>(op: K, args: EditOps[K][0] = {} as EditOps[K][0], onProgress?: (data: ProgressOf<SchemaOps, K>) => void): Promise<boolean> {
    this.#open += 1;
    let done = false;
    if (op !== "look") this.problem.value = null;
    try {
      const told = await this.view.rpc.request(op, { ...args, have: { ...this.#have } } as ArgsOf<SchemaOps, K>, {
        onProgress,
        onQueued: (queued) => {
          this.note.value = queued ? QUEUED : "";
        },
      });
      this.#take(told as Parts);
      done = true;
    } catch (error) {
      const { problem } = error as RpcError;
      if (problem.code !== "view_closed") this.problem.value = problem;
    } finally {
      this.#open -= 1;
      this.note.value = "";
    }
    // Only after an answer: where none comes, asking again and again would bring none either.
    if (done) this.follow(this.view.store.state.peek().schema?.revs);
    return done;
  }

  /** Take what is typed as JSON; it goes to the kernel once the hand rests. */
  type(text: string): void {
    this.typed.value = text;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), REST_MS);
  }

  /** Send what is typed now. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    const text = this.typed.peek();
    if (text === null) return;
    const done = await this.ask("text", { text });
    // What could not be sent stays on screen, and what was typed meanwhile is due by itself.
    if (done && this.typed.peek() === text) this.typed.value = null;
  }

  async edit<K extends keyof EditOps>(op: K, args?: EditOps[K][0]): Promise<boolean> {
    await this.flush();
    return this.ask(op, args);
  }

  /** Show a cell as it was typed at once; the kernel says what it means. */
  async setCell(row: number, column: number, cell: Cell): Promise<boolean> {
    const draft = this.draft.peek();
    const name = draft?.table?.columns[column]?.name;
    if (!draft?.table || name === undefined) return false;
    const rows = draft.table.rows.map((cells, at) => (at === row ? cells.map((one, to) => (to === column ? cell : one)) : cells));
    this.draft.value = { ...draft, table: { ...draft.table, rows } };
    const done = await this.edit("cell", { row, column: name, cell });
    if (!done && this.draft.peek()?.rev === draft.rev) this.draft.value = draft;
    return done;
  }

  async send(args: SendArgs = {}): Promise<void> {
    this.waiting.value = true;
    await this.flush();
    this.streamed.value = "";
    this.view.announce("Sending the request.");
    const sent = await this.ask("send", args, ({ text }) => {
      this.streamed.value += text;
    });
    this.streamed.value = "";
    this.waiting.value = false;
    const answer = this.answer.peek();
    if (sent && answer) this.view.announce(toldOf(answer));
  }

  stop(): void {
    this.view.rpc.request("stop", {}).catch(() => undefined);
  }

  /** Lead to the place of an error: its cell, its field, else its text. */
  goTo({ row, column, pointer }: Finding): void {
    const draft = this.draft.peek();
    const at = draft?.table?.columns.findIndex(({ name }) => name === column) ?? -1;
    if (row !== null && at >= 0 && row < (draft?.table?.rows.length ?? 0)) {
      return this.lead({ view: "table", row, column: at });
    }
    if (draft?.fields.some((field) => field.pointer === pointer)) return this.lead({ view: "form", pointer });
    void this.#leadTo(pointer);
  }

  async #leadTo(pointer: string): Promise<void> {
    await this.flush();
    let place = { line: 1, column: 1 };
    try {
      place = await this.view.rpc.request("place", { pointer });
    } catch {
      // The beginning will do.
    }
    this.lead({ view: "json", ...place });
  }

  lead(target: Target): void {
    batch(() => {
      this.chosen.value = target.view;
      this.target.value = target;
    });
  }

  #take(parts: Parts | null): void {
    if (!parts?.revs) return;
    const { revs, operations, schema, draft, history, reply } = parts;
    const newer = (part: keyof Revs): boolean => revs[part] >= (this.#have[part] ?? 0);
    batch(() => {
      if (operations && newer("document")) this.operations.value = operations;
      if (schema && newer("schema")) this.schema.value = schema;
      if (draft && newer("draft")) this.draft.value = draft;
      if (history && newer("reply")) this.history.value = history;
      if (newer("reply") && (reply || history)) this.answer.value = reply ?? null;
      for (const part of Object.keys(revs) as (keyof Revs)[]) if (newer(part)) this.#have[part] = revs[part];
    });
  }
}

/** An answer in one sentence, for who can't see it. */
export function toldOf(answer: Answer): string {
  if (answer.outcome === "cancelled") return "The request was canceled.";
  if (answer.outcome === "failed") return `The request failed. ${answer.problem?.message ?? ""}`;
  const rows = answer.table ? `, ${answer.table.total.toLocaleString("en")} row${answer.table.total === 1 ? "" : "s"}` : "";
  return `Answered in ${duration(answer.seconds)}${rows}.`;
}

export function duration(seconds: number | null): string {
  if (seconds === null) return "";
  return seconds < 1 ? `${Math.round(seconds * 1000)} ms` : `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
}

export function bytes(size: number): string {
  if (size < 1000) return `${size} B`;
  return size < 1_000_000 ? `${(size / 1000).toFixed(1)} kB` : `${(size / 1_000_000).toFixed(1)} MB`;
}

/** Let the browser save a text that comes in pieces. */
export async function save(explorer: Explorer, what: "document" | "answer"): Promise<void> {
  const pieces: string[] = [];
  try {
    const { name } = await explorer.view.rpc.request("save", { what }, { onProgress: ({ text }) => pieces.push(text) });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob(pieces, { type: "application/json" }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  } catch (error) {
    explorer.problem.value = (error as RpcError).problem;
  }
}
