/** Moving in a log: by rows, from match to match, from error to error; one step at a time. */
import { batch, computed } from "@preact/signals";
import { count } from "../../page/words";
import type { SearchArgs } from "./contract";
import { KernelSearch } from "./kernel_search";
import { lineOf, rowOf, step } from "./list/choose";
import { ERROR } from "./list/lines";
import type { Logs } from "./logs";

export class Moving {
  readonly #errors: KernelSearch;
  /** What is looked for is to be brought into view, once it is found. */
  #wanted = false;
  #stepping = false;

  constructor(readonly logs: Logs) {
    this.#errors = new KernelSearch(logs.view);
  }

  /** "Error 3 of 852", where the cursor is at one that was led to. */
  readonly errorWords = computed(() => {
    const found = this.#errors.found.value?.numbers;
    const at = this.logs.cursor.value?.to;
    if (found === undefined || at === undefined || found[rowOf(found, at)] !== at) return "";
    return placeWords("Error", found, at);
  });

  want(wanted: boolean): void {
    this.#wanted = wanted;
  }

  forget(): void {
    this.#errors.forget();
  }

  /** Bring a line into view, whatever hides it, and wherever it is. */
  async goTo(line: number, words = "", match = false): Promise<void> {
    const { logs } = this;
    logs.release();
    if (!logs.lines.has(line)) await logs.fetching.near(line);
    await logs.reveal(line);
    batch(() => {
      logs.cursor.value = { from: line, to: line };
      logs.target.value = { line, match };
    });
    logs.view.announce(`${words}Line ${line + 1}: ${logs.lines.plain(line)}`);
  }

  /** Move the cursor by rows, or to a row's line. */
  move(to: number, extend: boolean): void {
    const { logs } = this;
    const { rows } = logs.choice.value;
    if (rows.length === 0) return;
    const line = lineOf(rows[Math.max(0, Math.min(to, rows.length - 1))]!);
    batch(() => {
      logs.release();
      logs.cursor.value = { from: extend ? (logs.cursor.value?.from ?? line) : line, to: line };
      logs.target.value = { line, match: false };
    });
    logs.view.announce(`Line ${line + 1}: ${logs.lines.plain(line)}`);
  }

  selectAll(): void {
    const { rows } = this.logs.choice.value;
    if (rows.length) this.logs.cursor.value = { from: lineOf(rows[0]!), to: lineOf(rows.at(-1)!) };
  }

  nextMatch(by: 1 | -1): Promise<void> {
    return this.#step(async () => {
      await this.logs.settle();
      const matches = this.logs.matches.value;
      const line = matches && step(matches, this.#from(by), by);
      if (line === null) return this.logs.view.announce("No matches.");
      await this.goTo(line, `${placeWords("Match", matches!, line)}. `, true);
    });
  }

  /** Lead to an error, of those of the replica and time that are shown, whether errors are shown or not. */
  nextError(by: 1 | -1): Promise<void> {
    const { logs } = this;
    return this.#step(async () => {
      const { replica, since, until } = logs.options.value;
      const search: SearchArgs = { text: "", regex: false, exact: false, levels: [ERROR], heads: true, replica, since, until };
      const known = await this.#errors.ask(logs.key, logs.moment, search);
      let errors = known ? this.#errors.answer(logs.key, search)?.numbers : undefined;
      if (errors === undefined) {
        // The kernel is gone, or of an earlier version: what is here has to do.
        await logs.all();
        const { head, level } = logs.lines.units();
        errors = logs.choice.value.rows.filter((row) => row >= 0 && isError(level, head, logs.lines.place(row)));
      }
      const line = step(errors, this.#from(by), by);
      if (line === null) return logs.view.announce("No errors.");
      await this.goTo(line, `${placeWords("Error", errors, line)}. `);
    });
  }

  /** Bring the match into view that is nearest to what is on screen, unless one is there already. */
  showNearest(): void {
    const { logs } = this;
    if (!this.#wanted || logs.waiting.value) return;
    const matches = logs.matches.value ?? (logs.nearest === null ? null : Int32Array.of(logs.nearest));
    if (matches === null) return;
    this.#wanted = false;
    const [from, to] = logs.fetching.edges;
    const after = matches[rowOf(matches, from)];
    if (matches.length === 0 || (after !== undefined && after < to)) return;
    const before = matches[rowOf(matches, from) - 1];
    const line = after === undefined || (before !== undefined && from - before <= after - to) ? before! : after;
    batch(() => {
      logs.release();
      logs.target.value = { line, match: true };
    });
  }

  /** Where moving on begins: at the cursor, else at the edge of what is on screen. */
  #from(by: 1 | -1): number {
    const [from, to] = this.logs.fetching.edges;
    return this.logs.cursor.value?.to ?? (by === 1 ? from - 1 : to);
  }

  /** Take one step and say so at once; a press meanwhile is none, rather than one more step later. */
  async #step(take: () => Promise<void>): Promise<void> {
    if (this.#stepping) return;
    this.#stepping = true;
    this.logs.busy.value = "Searching…";
    try {
      await take();
    } finally {
      this.#stepping = false;
      this.logs.busy.value = "";
    }
  }
}

function isError(level: Uint8Array, head: Int32Array, place: number): boolean {
  return level[place] === ERROR && head[place] === place;
}

function placeWords(noun: string, numbers: Int32Array, line: number): string {
  return `${noun} ${(rowOf(numbers, line) + 1).toLocaleString("en")} of ${numbers.length.toLocaleString("en")}`;
}

/** "41 matches", "Match 3 of 41", or why it is not known. */
export function foundWords(logs: Logs): string {
  const { sought } = logs.sought.value;
  if (logs.fault.value) return logs.fault.value;
  if (!sought) return "";
  const matches = logs.matches.value;
  const share = logs.share.value;
  const at = logs.cursor.value?.to;
  if (matches === null || logs.waiting.value) return "Searching…";
  if (share < 1 && !logs.remote.value) {
    return `${matches.length.toLocaleString("en")} so far, ${Math.floor(share * 100)}% loaded`;
  }
  // Levels, replicas and times are not known yet of lines that are still being read.
  if (logs.partial) {
    return `${matches.length.toLocaleString("en")} so far, still reading`;
  }
  if (matches.length === 0) return "No matches";
  if (at !== undefined && matches[rowOf(matches, at)] === at) return placeWords("Match", matches, at);
  return matches.length === 1 ? "1 match" : `${count(matches.length, "match")}`.replace(/s$/, "es");
}
