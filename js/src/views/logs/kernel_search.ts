/** Questions to the kernel about the lines of a log: it has all of them, the page only some. */
import { signal } from "@preact/signals";
import type { RpcError } from "../../kernel/rpc";
import type { SearchArgs } from "./contract";
import type { LogView } from "./logs";

/** What the kernel found: the numbers of the lines, and how many lines there were. */
export interface FoundLines {
  key: string;
  numbers: Int32Array;
  total: number;
}

export class KernelSearch {
  /** What was found for what was asked for last; null until the answer is here. */
  readonly found = signal<FoundLines | null>(null);
  /** The line found that is nearest to where the person is, known before all are; null where it is not. */
  readonly nearest = signal<number | null>(null);
  /** What the kernel has against the search, as against an expression that is none. */
  readonly fault = signal("");
  #asked = "";
  #answer: Promise<boolean> = Promise.resolve(true);
  #under: AbortController | null = null;

  constructor(readonly view: LogView) {}

  /**
   * Ask for the lines of a log, `near` the one where the person is; an earlier question is taken back. `moment` is what
   * the answer depends on beside the question. False where the kernel knows no answer.
   */
  ask(log: string, moment: string, search: SearchArgs, near?: number): Promise<boolean> {
    const key = keyOf(log, search);
    const asked = `${key} ${moment}`;
    if (asked !== this.#asked) {
      this.forget(this.found.value?.key === key);
      this.#asked = asked;
      this.#answer = this.#put(asked, key, near === undefined ? search : { ...search, near });
    }
    return this.#answer;
  }

  async #put(asked: string, key: string, search: SearchArgs): Promise<boolean> {
    try {
      const answer = await this.#once(asked, search);
      if (asked !== this.#asked) return true;
      if (answer) this.found.value = { key, ...answer };
      this.fault.value = "";
      return answer !== null;
    } catch (error) {
      if (asked !== this.#asked) return true;
      this.#asked = "";
      this.fault.value = (error as RpcError).problem?.message ?? "";
      return this.fault.value !== "";
    }
  }

  /** What was found of a log, as far as it is the answer to this question. */
  answer(log: string, search: SearchArgs): FoundLines | null {
    const found = this.found.value;
    return found?.key === keyOf(log, search) ? found : null;
  }

  async #once(asked: string, search: SearchArgs): Promise<{ numbers: Int32Array; total: number } | null> {
    const parts: { runs: number[]; after: number }[] = [];
    this.#under = new AbortController();
    const { count, total } = await this.view.rpc.request("search", search, {
      signal: this.#under.signal,
      onProgress: (part) => {
        parts.push(part);
        if (part.nearest !== undefined && asked === this.#asked) this.nearest.value = part.nearest;
      },
    });
    // A kernel of an earlier version answers nothing of the kind.
    if (count === undefined) return null;
    const numbers = new Int32Array(count);
    let at = 0;
    for (const { runs, after } of parts) {
      let line = after;
      runs.forEach((length, index) => {
        if (index % 2) for (let end = line + length; line < end; line++) numbers[at++] = line;
        else line += length;
      });
    }
    return { numbers, total };
  }

  /** Take back what was asked; what was found may stay until there is a newer answer. */
  forget(keep = false): void {
    this.#asked = "";
    this.#under?.abort();
    this.nearest.value = null;
    if (keep) return;
    this.found.value = null;
    this.fault.value = "";
  }
}

function keyOf(log: string, search: SearchArgs): string {
  return `${log} ${JSON.stringify(search)}`;
}
