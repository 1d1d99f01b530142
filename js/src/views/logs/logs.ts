/** What one log viewer shows: the open log's lines, the person's options, and where in it all the view is. */
import { batch, computed, signal } from "@preact/signals";
import type { ErrorFields as Problem } from "../../kernel/contract";
import type { ArgsOf, RpcError } from "../../kernel/rpc";
import type { Store } from "../../kernel/store";
import { useView, type View } from "../../view";
import { count } from "../../page/words";
import { ALL, choose, DEFAULTS, lineOf, Matches, NONE, type Options, rowOf, soughtBy, step } from "./list/choose";
import { ERROR, Lines } from "./list/lines";
import { keyOf, KernelSearch, type Search } from "./kernel_search";
import type { LogOps, LogViewerState as LogState, Sort } from "./contract";
import { safeToPaste } from "./list/text";

/** A log of so many lines is fetched whole; of a longer one what is looked at, until something needs all of it. */
const EAGER = 20_000;
/** Lines fetched at a time: what is looked at, and what is not. */
const NEAR = 400;
const FAR = 20_000;

export type LogView = View<LogState, Store<LogState>, LogOps>;

export const useLogView = useView<LogState, Store<LogState>, LogOps>;

export class Logs {
  readonly lines = new Lines();
  readonly options = signal<Options>(DEFAULTS);
  /** Numbers of the lines whose tracebacks are shown whole. */
  readonly opened = signal<ReadonlySet<number>>(new Set());
  /** Lines that were chosen: where that began, and where it is now. */
  readonly cursor = signal<{ from: number; to: number } | null>(null);
  /** The end stays in view. */
  readonly sticky = signal(true);
  /** A line to bring into view; a new object each time. */
  readonly target = signal<{ line: number } | null>(null);
  /** What the person asked for last did not work. */
  readonly problem = signal<Problem | null>(null);
  /** What is under way at the person's wish, in words. */
  readonly busy = signal("");
  readonly #version = signal(0);
  readonly #seenTo = signal(0);
  readonly #matches = new Matches();
  readonly #kernel: KernelSearch;
  /** What is looked for is to be brought into view, once it is found. */
  #wanted = false;
  readonly #view: LogView;
  #key = "";
  #reading = false;
  #visible: [number, number] = [0, 0];
  #all = false;
  #fetching: Promise<void> | null = null;

  readonly sought = computed(() => soughtBy(this.options.value));
  readonly choice = computed(() => {
    const options = this.options.value;
    const { replicas } = this.#view.store.state.value.log;
    const opened = this.opened.value;
    const { sought } = this.sought.value;
    void this.#version.value;
    // A log that names no replicas is not narrowed to one of another log.
    const named = options.replica !== null && replicas.some((name) => name !== "");
    const whose = named ? replicas.indexOf(options.replica!) : ALL;
    const matched = sought && this.#matches.of(this.lines, sought, options.times);
    return choose(this.lines, options, named && whose < 0 ? NONE : whose, matched, opened);
  });
  /** Whether the kernel searches: where the page has some lines only, and shows all of them. */
  readonly remote = computed(() => {
    const { query, levels, replica, filter, times } = this.options.value;
    void this.#version.value;
    const whole = filter || !times || levels.size > 0 || replica !== null || this.#all || this.lines.complete;
    return query !== "" && !whole && this.#view.live.state.value !== "frozen";
  });
  /** The lines that match; null while not known. */
  readonly matches = computed((): Int32Array | null => {
    const { matches } = this.choice.value;
    if (!this.remote.value) return matches;
    const found = this.#kernel.found.value;
    if (found?.key !== keyOf(this.#key, this.#search())) return null;
    const since = matches.filter((line) => line >= found.total);
    return since.length ? Int32Array.from([...found.numbers, ...since]) : found.numbers;
  });
  /** What is wrong with what is searched for. */
  readonly fault = computed(() => this.sought.value.fault || (this.remote.value ? this.#kernel.fault.value : ""));
  /** Lines that came while the view was elsewhere. */
  readonly unseen = computed(() => {
    void this.#version.value;
    return this.sticky.value ? 0 : Math.max(0, this.lines.total - this.#seenTo.value);
  });
  /** How much of the log is here, 0 to 1, while all of it is being fetched. */
  readonly share = computed(() => {
    void this.#version.value;
    const all = this.lines.total - this.lines.first;
    return all === 0 ? 1 : this.lines.loaded / all;
  });
  /** Whether lines are left out at the person's wish. */
  readonly narrowed = computed(() => {
    const { levels, replica, filter } = this.options.value;
    return levels.size > 0 || replica !== null || (filter && this.sought.value.sought !== null);
  });

  constructor(view: LogView) {
    this.#view = view;
    this.#kernel = new KernelSearch(view);
    const stop = view.store.state.subscribe((state) => this.#take(state));
    view.signal.addEventListener("abort", stop);
  }

  set(change: Partial<Options>): void {
    this.options.value = { ...this.options.value, ...change };
    if (change.query !== undefined) this.#wanted = change.query !== "";
    this.#wantAllIfNeeded();
    this.#showNearest();
  }

  pick(level: number): void {
    const levels = new Set(this.options.value.levels);
    if (!levels.delete(level)) levels.add(level);
    this.set({ levels });
  }

  /** Show every line again. What is searched for stays. */
  clear(): void {
    this.set({ levels: new Set(), replica: null, filter: false });
  }

  open(args: { sort?: Sort; entity?: string; version?: number | null }): void {
    this.problem.value = null;
    this.#order("open", args);
  }

  follow(on: boolean): void {
    if (on) this.stick();
    this.#order("follow", { on });
  }

  /** Go to the end, and stay there. */
  stick(): void {
    batch(() => {
      this.sticky.value = true;
      this.cursor.value = null;
      this.#seenTo.value = this.lines.total;
    });
  }

  /** The person has gone elsewhere than to the end. */
  release(): void {
    if (!this.sticky.value) return;
    batch(() => {
      this.#seenTo.value = this.lines.total;
      this.sticky.value = false;
    });
  }

  /** The lines that are on screen. */
  see(from: number, to: number): void {
    this.#visible = [from, to];
    void this.#fetch();
  }

  /** Bring a line into view, whatever hides it. */
  goTo(line: number, words = ""): void {
    batch(() => {
      this.release();
      this.#reveal(line);
      this.cursor.value = { from: line, to: line };
      this.target.value = { line };
    });
    this.#view.announce(`${words}Line ${line + 1}: ${this.lines.plain(line)}`);
  }

  /** Move the cursor by rows, or to a row's line. */
  move(to: number, extend: boolean): void {
    const { rows } = this.choice.value;
    if (rows.length === 0) return;
    const line = lineOf(rows[Math.max(0, Math.min(to, rows.length - 1))]!);
    batch(() => {
      this.release();
      this.cursor.value = { from: extend ? (this.cursor.value?.from ?? line) : line, to: line };
      this.target.value = { line };
    });
    this.#view.announce(`Line ${line + 1}: ${this.lines.plain(line)}`);
  }

  selectAll(): void {
    const { rows } = this.choice.value;
    if (rows.length) this.cursor.value = { from: lineOf(rows[0]!), to: lineOf(rows.at(-1)!) };
  }

  /** Where moving on begins: at the cursor, else at the edge of what is on screen. */
  #from(by: 1 | -1): number {
    return this.cursor.value?.to ?? (by === 1 ? this.#visible[0] - 1 : this.#visible[1]);
  }

  nextMatch(by: 1 | -1): void {
    const matches = this.matches.value;
    if (matches === null) return this.#view.announce("Still searching.");
    const line = step(matches, this.#from(by), by);
    if (line === null) return this.#view.announce("No matches.");
    void this.#bring(line, `Match ${rowOf(matches, line) + 1} of ${matches.length}. `);
  }

  /** Go to a line that may not be here yet. */
  async #bring(line: number, words: string): Promise<void> {
    if (!this.lines.has(line)) await this.near(line);
    this.goTo(line, words);
  }

  /** Bring the match into view that is nearest to what is on screen, unless one is there already. */
  #showNearest(): void {
    const matches = this.matches.value;
    if (!this.#wanted || matches === null) return;
    this.#wanted = false;
    const [from, to] = this.#visible;
    const after = matches[rowOf(matches, from)];
    if (matches.length === 0 || (after !== undefined && after < to)) return;
    const before = matches[rowOf(matches, from) - 1];
    const line = after === undefined || (before !== undefined && from - before <= after - to) ? before! : after;
    batch(() => {
      this.release();
      this.target.value = { line };
    });
  }

  /** What the kernel is asked to look for. */
  #search(): Search {
    const { query, regex, exact } = this.options.value;
    return { text: query, regex, exact, levels: [], heads: false };
  }

  async nextError(by: 1 | -1): Promise<void> {
    const { levels, replica, filter } = this.options.value;
    if (!this.lines.complete && !filter && replica === null && levels.size === 0) {
      const all: Search = { text: "", regex: false, exact: false, levels: [ERROR], heads: true };
      const found = await this.#kernel.once(all).catch(() => null);
      const error = found && step(found.numbers, this.#from(by), by);
      if (found && error !== null) {
        return this.#bring(error, `Error ${rowOf(found.numbers, error) + 1} of ${found.numbers.length}. `);
      }
    }
    if (!this.lines.complete) await this.all();
    const { head, level } = this.lines.units();
    const errors = this.choice.value.rows.filter((row) => {
      const place = this.lines.place(row);
      return row >= 0 && level[place] === ERROR && head[place] === place;
    });
    const line = step(errors, this.#from(by), by);
    if (line === null) return this.#view.announce("No errors.");
    this.goTo(line, `Error ${rowOf(errors, line) + 1} of ${errors.length}. `);
  }

  toggle(line: number): void {
    const { head } = this.lines.units();
    const own = line - (this.lines.place(line) - head[this.lines.place(line)]!);
    const opened = new Set(this.opened.value);
    if (!opened.delete(own)) opened.add(own);
    this.opened.value = opened;
  }

  /** The lines of a range as they may go to a clipboard: without numbers, and without what a terminal would obey. */
  textOf(from: number, to: number): string {
    const { times } = this.options.value;
    const { rows } = this.choice.value;
    const texts: string[] = [];
    for (let row = rowOf(rows, Math.min(from, to)); row < rows.length; row++) {
      const line = rows[row]!;
      if (line < 0) continue;
      if (line > Math.max(from, to)) break;
      texts.push(safeToPaste(this.lines.shown(line, times)));
      texts.push(...this.#folded(line).map((each) => safeToPaste(this.lines.shown(each, times))));
    }
    return texts.join("\n");
  }

  /** All lines that are shown, as {@link textOf} has them. */
  async everything(): Promise<string> {
    await this.all();
    const { rows } = this.choice.value;
    return rows.length ? this.textOf(lineOf(rows[0]!), lineOf(rows.at(-1)!)) : "";
  }

  /** Have a line here, and those round it. */
  async near(line: number): Promise<void> {
    await this.#request(line - NEAR / 2, line + NEAR / 2);
  }

  /** Wait until all lines are here. */
  async all(): Promise<void> {
    this.#all = true;
    await this.#fetch();
  }

  /** Have the whole log as a file, straight from the kernel. */
  async save(): Promise<{ name: string; text: string } | null> {
    const pieces: string[] = [];
    this.busy.value = "Preparing the download…";
    try {
      const { name } = await this.#view.rpc.request("save", {}, { onProgress: ({ text }) => pieces.push(text) });
      return { name, text: pieces.join("") };
    } catch (error) {
      this.problem.value = (error as RpcError).problem;
      return null;
    } finally {
      this.busy.value = "";
    }
  }

  /** The lines that a folded traceback hides. */
  #folded(line: number): number[] {
    const { head, size, trace } = this.lines.units();
    const place = this.lines.place(line);
    if (!this.options.value.fold || !trace[place] || head[place] !== place || this.opened.value.has(line)) return [];
    const hidden: number[] = [];
    for (let next = line + 1; next < this.lines.total && hidden.length < size[place]!; next++) {
      if (head[this.lines.place(next)] === place) hidden.push(next);
    }
    return this.options.value.filter && this.sought.value.sought ? [] : hidden;
  }

  /** Undo no more than what hides a line. */
  #reveal(line: number): void {
    const place = this.lines.place(line);
    const { head, level } = this.lines.units();
    const own = line - (place - head[place]!);
    if (own !== line && !this.opened.value.has(own)) this.opened.value = new Set([...this.opened.value, own]);
    const shown = (): boolean => {
      const { rows } = this.choice.value;
      return lineOf(rows[rowOf(rows, line)] ?? -1) === line;
    };
    if (shown()) return;
    const { levels, replica } = this.options.value;
    if (levels.size && !levels.has(level[place]!)) this.set({ levels: new Set([...levels, level[place]!]) });
    if (replica !== null && !shown()) this.set({ replica: null });
    if (!shown()) this.set({ filter: false });
  }

  #take(state: LogState): void {
    const { log, tail } = state;
    if (!log) return;
    batch(() => {
      if (log.key !== this.#key) {
        this.#key = log.key;
        this.lines.clear(log.first);
        this.opened.value = new Set();
        this.cursor.value = null;
        this.sticky.value = true;
        this.#all = false;
        this.#kernel.forget();
        this.#reading = true;
      }
      this.lines.resize(log.first, log.total);
      if (tail && this.lines.loaded === 0) this.lines.put(tail);
      this.#version.value++;
      if (this.sticky.value) this.#seenTo.value = log.total;
      const read = this.#reading && !log.reading;
      this.#reading = log.reading;
      this.#wantAllIfNeeded();
      // The first lines drawn may have been a glimpse: what they are is told for good once all are read.
      if (read && log.total > log.first) void this.#request(Math.max(log.first, log.total - NEAR), log.total);
    });
  }

  #wantAllIfNeeded(): void {
    const { query, levels, replica } = this.options.value;
    if (this.remote.value) void this.#ask();
    else if (query || levels.size || replica !== null) this.#all = true;
    void this.#fetch();
  }

  /** Have the kernel search; where it can't, all lines are fetched and searched here. */
  async #ask(): Promise<void> {
    if (this.#reading || this.#view.live.state.value === "frozen") return;
    if (!(await this.#kernel.ask(this.#key, this.lines.total, this.#search()))) {
      this.#all = true;
      this.#version.value++;
      await this.#fetch();
    }
    this.#showNearest();
  }

  /** Fetch what is on screen, then what else is wanted, until nothing is missing. */
  #fetch(): Promise<void> {
    this.#fetching ??= this.#fetchOn().finally(() => {
      this.#fetching = null;
    });
    return this.#fetching;
  }

  async #fetchOn(): Promise<void> {
    for (let next = this.#next(); next; next = this.#next()) {
      if (!(await this.#request(...next))) return;
    }
  }

  #next(): [number, number] | null {
    if (this.#reading || this.#view.live.state.value === "frozen") return null;
    const { lines } = this;
    const [from, to] = this.#visible;
    const seen = lines.missing(from - NEAR / 2, to + NEAR / 2)[0];
    if (seen && lines.missing(from, to).length) return seen;
    if (!this.#all && lines.total - lines.first > EAGER) return null;
    const last = lines.missing(lines.first, lines.total).at(-1);
    return last ? [Math.max(last[0], last[1] - FAR), last[1]] : null;
  }

  /** Ask for lines; tells whether they came. */
  async #request(begin: number, end: number): Promise<boolean> {
    const key = this.#key;
    try {
      await this.#view.rpc.request("lines", { begin, end }, {
        onProgress: (part) => {
          if (key !== this.#key) return;
          this.lines.put(part);
          this.#version.value++;
        },
      });
    } catch {
      return false;
    }
    return key === this.#key && this.lines.missing(begin, end).length === 0;
  }

  #order<K extends keyof LogOps>(op: K, args: ArgsOf<LogOps, K>): void {
    this.#view.rpc.request(op, args).catch((error: RpcError) => {
      if (error.problem.code !== "cancelled") this.problem.value = error.problem;
    });
  }
}

/** "41 matches", "3 of 41", or why it is not known. */
export function foundWords(logs: Logs): string {
  const { sought } = logs.sought.value;
  if (logs.fault.value) return logs.fault.value;
  if (!sought) return "";
  const matches = logs.matches.value;
  const share = logs.share.value;
  const cursor = logs.cursor.value;
  if (matches === null) return "Searching…";
  if (share < 1 && !logs.remote.value) return `${matches.length.toLocaleString("en")} so far, ${Math.floor(share * 100)}% loaded`;
  if (matches.length === 0) return "No matches";
  const at = cursor === null ? -1 : rowOf(matches, cursor.to);
  if (at >= 0 && matches[at] === cursor?.to) {
    return `${(at + 1).toLocaleString("en")} of ${matches.length.toLocaleString("en")}`;
  }
  return matches.length === 1 ? "1 match" : `${count(matches.length, "match")}`.replace(/s$/, "es");
}
