/** Fetches the lines of a log: those on screen first, of a short log the others, too. */
import type { Lines } from "./list/lines";
import type { LogView } from "./logs";

/** A log of so many lines is fetched whole; of a longer one what is looked at, until something needs all of it. */
const EAGER = 20_000;
/** Lines fetched at a time: what is looked at, and what is not. */
const NEAR = 400;
const FAR = 20_000;

export class Fetching {
  /** All lines are wanted, however many. */
  all = false;
  /** The kernel is still reading the log: what it tells of lines besides their text is not known for good. */
  reading = false;
  readonly #early = new Set<number>();
  #visible: readonly number[] = [];
  #waiting: Promise<void> | null = null;

  constructor(
    readonly view: LogView,
    readonly lines: Lines,
    /** Which log's lines they are; null while none can be asked for. */
    readonly log: () => string | null,
    readonly arrived: () => void,
  ) {}

  /** The lines that are on screen, from top to bottom. */
  see(visible: readonly number[]): void {
    this.#visible = visible;
    void this.run();
  }

  /** The first line on screen, and the one after the last. */
  get edges(): [number, number] {
    return [this.#visible[0] ?? 0, (this.#visible.at(-1) ?? -1) + 1];
  }

  /** Fetch what is on screen, then what else is wanted, until nothing is missing. */
  run(): Promise<void> {
    this.#waiting ??= this.#on().finally(() => {
      this.#waiting = null;
    });
    return this.#waiting;
  }

  /** Have a line here, and those round it. */
  async near(line: number): Promise<void> {
    await this.range(line - NEAR / 2, line + NEAR / 2);
  }

  /** Have some lines here, wherever they stand; tells whether they came. */
  async some(numbers: readonly number[]): Promise<boolean> {
    const missing = numbers.filter((line) => line >= this.lines.first && line < this.lines.total && !this.lines.has(line));
    if (missing.length === 0) return true;
    return (await this.#request({ begin: 0, end: 0, numbers: missing })) && missing.every((line) => this.lines.has(line));
  }

  /** Have the lines of a range here; tells whether they came. */
  async range(begin: number, end: number): Promise<boolean> {
    return (await this.#request({ begin, end })) && this.lines.missing(begin, end).length === 0;
  }

  /** Fetch again what came while the log was being read. */
  async again(): Promise<void> {
    const numbers = [...this.#early].filter((line) => line >= this.lines.first);
    this.forget();
    if (numbers.length) await this.#request({ begin: 0, end: 0, numbers });
  }

  /** Forget what came early: this is another log, or it is here again. */
  forget(): void {
    this.#early.clear();
  }

  async #on(): Promise<void> {
    for (let next = this.#next(); next; next = this.#next()) {
      if (!(await next())) return;
    }
  }

  #next(): (() => Promise<boolean>) | null {
    const { lines } = this;
    if (this.log() === null) return null;
    const [from, to] = this.edges;
    if (to - from > 2 * NEAR) {
      const missing = this.#visible.filter((line) => line < lines.total && !lines.has(line));
      if (missing.length) return () => this.some(missing);
    } else {
      const seen = lines.missing(from - NEAR / 2, to + NEAR / 2)[0];
      if (seen && lines.missing(from, to).length) return () => this.range(...seen);
    }
    if (this.reading || (!this.all && lines.total - lines.first > EAGER)) return null;
    const last = lines.missing(lines.first, lines.total).at(-1);
    return last ? () => this.range(Math.max(last[0], last[1] - FAR), last[1]) : null;
  }

  async #request(args: { begin: number; end: number; numbers?: number[] }): Promise<boolean> {
    const log = this.log();
    try {
      await this.view.rpc.request("lines", args, {
        onProgress: (part) => {
          if (log !== this.log()) return;
          this.lines.put(part);
          if (this.reading) for (const [at] of [...part.marks].entries()) this.#early.add(part.numbers?.[at] ?? part.begin + at);
          this.arrived();
        },
      });
    } catch {
      return false;
    }
    return log === this.log();
  }
}
