/** What one log viewer shows: the open log's lines, the person's options, and where in it all the view is. */
import { batch, computed, signal } from "@preact/signals";
import type { ErrorFields as Problem } from "../../kernel/contract";
import type { ArgsOf, RpcError } from "../../kernel/rpc";
import type { Store } from "../../kernel/store";
import { useView, type View } from "../../view";
import { ALL, arrange, type Choice, choose, DEFAULTS, lineOf, Matches, NONE, type Options, rowOf, soughtBy } from "./list/choose";
import { Lines } from "./list/lines";
import { Fetching } from "./fetching";
import { KernelSearch } from "./kernel_search";
import { Moving } from "./moving";
import type { LogOps, LogViewerState as LogState, SearchArgs } from "./contract";

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
  readonly target = signal<{ line: number; match: boolean } | null>(null);
  /** What the person asked for last did not work. */
  readonly problem = signal<Problem | null>(null);
  /** What is under way at the person's wish, in words. */
  readonly busy = signal("");
  readonly fetching: Fetching;
  readonly moving: Moving;
  readonly #version = signal(0);
  readonly #seenTo = signal(0);
  readonly #matches = new Matches();
  readonly #rowSearch: KernelSearch;
  readonly #matchSearch: KernelSearch;
  /** What was shown before the kernel has answered. */
  #shown: Choice = { rows: new Int32Array(0), matches: new Int32Array(0), widest: 0 };
  #key = "";

  readonly sought = computed(() => soughtBy(this.options.value));
  /** Whether lines are left out at the person's wish. */
  readonly narrowed = computed(() => {
    const { levels, replica, filter, since, until } = this.options.value;
    const text = filter && this.sought.value.sought !== null;
    return levels.size > 0 || replica !== null || since !== null || until !== null || text;
  });
  /** Whether the kernel tells which lines: the page has some only, or not when they were written. */
  readonly remote = computed(() => {
    const { query, times, since, until } = this.options.value;
    void this.#version.value;
    if (this.view.live.state.value === "frozen" || this.fetching.all) return false;
    // A match may be in a time stamp, which the kernel does not know to be left out.
    return since !== null || until !== null || (!this.lines.complete && (query === "" || times));
  });
  readonly choice = computed((): Choice => {
    const options = this.options.value;
    const opened = this.opened.value;
    void this.#version.value;
    if (this.remote.value && this.narrowed.value) {
      const found = this.#rowSearch.found.value;
      if (found === null) return this.#shown;
      const matches = this.matches.value ?? new Int32Array(0);
      const kept = (line: number): boolean => options.filter && matches[rowOf(matches, line)] === line;
      return (this.#shown = { ...arrange(this.lines, found.numbers, options.fold, opened, kept), matches });
    }
    const { replicas } = this.view.store.state.value.log;
    const { sought } = this.sought.value;
    // A log that names no replicas is not narrowed to one of another log.
    const named = options.replica !== null && replicas.some((name) => name !== "");
    const whose = named ? replicas.indexOf(options.replica!) : ALL;
    const matched = sought && !this.remote.value ? this.#matches.of(this.lines, sought, options.times) : null;
    return (this.#shown = choose(this.lines, options, named && whose < 0 ? NONE : whose, matched, opened));
  });
  /** The lines that match; null while not known. */
  readonly matches = computed((): Int32Array | null => {
    if (!this.remote.value) return this.choice.value.matches;
    void this.#matchSearch.found.value;
    return this.options.value.query ? (this.#matchSearch.answer(this.#key, this.shownArgs(0, true))?.numbers ?? null) : NOTHING;
  });
  /** Whether what is shown waits for the kernel. */
  readonly waiting = computed(
    () => this.remote.value && this.narrowed.value && this.#rowSearch.found.value?.key === undefined && !this.fault.value,
  );
  /** What is wrong with what is searched for. */
  readonly fault = computed(() => {
    const { fault } = this.sought.value;
    return fault || (this.remote.value ? this.#matchSearch.fault.value || this.#rowSearch.fault.value : "");
  });
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

  constructor(readonly view: LogView) {
    this.#rowSearch = new KernelSearch(view);
    this.#matchSearch = new KernelSearch(view);
    const log = (): string | null => (view.live.state.value === "frozen" ? null : this.#key);
    this.fetching = new Fetching(view, this.lines, log, () => this.#version.value++);
    this.moving = new Moving(this);
    this.#matchSearch.nearest.subscribe(() => this.moving.showNearest());
    const stop = view.store.state.subscribe((state) => this.#take(state));
    view.signal.addEventListener("abort", stop);
  }

  /** Which log is open, and how many lines it has. */
  get key(): string {
    return this.#key;
  }

  /** What the answers of the kernel depend on: how many lines there are, and what is known of them by now. */
  get moment(): string {
    const { total, reading, counts } = this.view.store.state.value.log;
    return reading ? `${total} ${JSON.stringify(counts)}` : String(total);
  }

  /** Whether what is found may not be all: it depends on what is not known yet of lines that are still being read. */
  get partial(): boolean {
    return this.view.store.state.value.log.reading && narrows(this.shownArgs());
  }

  /** The match nearest to where the person is, known before all matches are. */
  get nearest(): number | null {
    return this.#matchSearch.nearest.value;
  }

  set(change: Partial<Options>): void {
    this.options.value = { ...this.options.value, ...change };
    if (change.query !== undefined) this.moving.want(change.query !== "");
    void this.settle();
    this.moving.showNearest();
  }

  pick(level: number): void {
    const levels = new Set(this.options.value.levels);
    if (!levels.delete(level)) levels.add(level);
    this.set({ levels });
  }

  /** Show every line again. What is searched for stays. */
  clear(): void {
    this.set({ levels: new Set(), replica: null, filter: false, since: null, until: null });
  }

  open(args: ArgsOf<LogOps, "open">): void {
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

  /** What the kernel is asked for: the lines that match, or those that are shown. */
  shownArgs(context = 0, text = this.options.value.filter): SearchArgs {
    const { query, regex, exact, levels, replica, since, until } = this.options.value;
    const range = { replica, since, until, context };
    return { text: text ? query : "", regex, exact, levels: [...levels].sort(), ...range };
  }

  /** Wait until it is known what is shown. */
  async settle(): Promise<void> {
    const { query, filter, context } = this.options.value;
    if (this.remote.value) {
      const asked = [];
      const [from, to] = this.fetching.edges;
      const text = this.shownArgs(0, true);
      // Every line's text can be searched at once; the rest is known when it is read.
      const moment = narrows(text) ? this.moment : String(this.lines.total);
      if (query) asked.push(this.#matchSearch.ask(this.#key, moment, text, Math.floor((from + to) / 2)));
      if (this.narrowed.value) asked.push(this.#rowSearch.ask(this.#key, this.moment, this.shownArgs(filter ? context : 0)));
      const known = await Promise.all(asked);
      if (known.includes(false)) await this.all();
      this.moving.showNearest();
    } else if (!this.remote.value && (query || this.narrowed.value)) this.fetching.all = true;
    void this.fetching.run();
  }

  toggle(line: number): void {
    const { head } = this.lines.units();
    const own = line - (this.lines.place(line) - head[this.lines.place(line)]!);
    const opened = new Set(this.opened.value);
    if (!opened.delete(own)) opened.add(own);
    this.opened.value = opened;
  }

  /** Wait until all lines are here. */
  async all(): Promise<void> {
    this.fetching.all = true;
    this.#version.value++;
    await this.fetching.run();
  }

  /** Undo no more than what hides a line. */
  async reveal(line: number): Promise<void> {
    const { head, level } = this.lines.units();
    const place = this.lines.place(line);
    const own = line - (place - head[place]!);
    if (own !== line && !this.opened.value.has(own)) this.opened.value = new Set([...this.opened.value, own]);
    const { levels } = this.options.value;
    const undo: Partial<Options>[] = [{ levels: new Set([...levels, level[place]!]) }, { replica: null }, { since: null, until: null }, { filter: false }];
    if (levels.size === 0 || levels.has(level[place]!)) undo.shift();
    while (undo.length && !this.#shows(line)) {
      this.set(undo.shift()!);
      await this.settle();
    }
  }

  #shows(line: number): boolean {
    const { rows } = this.choice.value;
    return lineOf(rows[rowOf(rows, line)] ?? -1) === line;
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
        this.fetching.all = false;
        this.fetching.forget();
        for (const search of [this.#rowSearch, this.#matchSearch]) search.forget();
        this.moving.forget();
        this.fetching.reading = true;
      }
      this.lines.resize(log.first, log.total);
      if (tail && this.lines.loaded === 0) this.lines.put(tail);
      this.#version.value++;
      if (this.sticky.value) this.#seenTo.value = log.total;
      const read = this.fetching.reading && !log.reading;
      this.fetching.reading = log.reading;
      void this.settle();
      // The first lines drawn may have been a glimpse: what they are is told for good once all are read.
      if (read && log.total > log.first) void this.fetching.near(log.total).then(() => this.fetching.again());
    });
  }

  #order<K extends keyof LogOps>(op: K, args: ArgsOf<LogOps, K>): void {
    this.view.rpc.request(op, args).catch((error: RpcError) => {
      if (error.problem.code !== "cancelled") this.problem.value = error.problem;
    });
  }
}

const NOTHING = new Int32Array(0);

/** Whether a search asks for more of lines than their text. */
function narrows({ levels, replica, since, until }: SearchArgs): boolean {
  return levels.length > 0 || (replica ?? since ?? until ?? null) !== null;
}
