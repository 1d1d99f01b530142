/** Searches in the kernel: over all lines of a log, of which the page has only some. */
import { signal } from "@preact/signals";
import type { RpcError } from "../../kernel/rpc";
import type { SearchArgs } from "./contract";
import type { LogView } from "./logs";

export type Search = SearchArgs;

/** What the kernel found: the numbers of the lines, and how many lines there were. */
export interface FoundLines {
  key: string;
  numbers: Int32Array;
  total: number;
}

export class KernelSearch {
  /** What was found for what was asked for last; null until the answer is here. */
  readonly found = signal<FoundLines | null>(null);
  /** What the kernel has against the search, as against an expression that is none. */
  readonly fault = signal("");
  #asked = "";

  constructor(readonly view: LogView) {}

  /** Ask for the lines of a log; the answer to an earlier question is dropped. False where the kernel knows no answer. */
  async ask(log: string, total: number, search: Search): Promise<boolean> {
    const key = keyOf(log, search);
    const asked = `${key} ${total}`;
    if (asked === this.#asked) return true;
    this.#asked = asked;
    if (this.found.value?.key !== key) this.found.value = null;
    try {
      const answer = await this.once(search);
      if (asked !== this.#asked) return true;
      if (answer) this.found.value = { key, ...answer };
      this.fault.value = "";
      return answer !== null;
    } catch (error) {
      if (asked === this.#asked) this.fault.value = (error as RpcError).problem?.message ?? "";
      return this.fault.value !== "";
    }
  }

  /** What the kernel finds, asked for once; null where it knows no answer. */
  async once(search: Search): Promise<{ numbers: Int32Array; total: number } | null> {
    const numbers: number[] = [];
    const { count, total } = await this.view.rpc.request("search", search, {
      onProgress: (part) => {
        for (const number of part.numbers) numbers.push(number);
      },
    });
    // A kernel of an earlier version answers nothing of the kind.
    return count === undefined ? null : { numbers: new Int32Array(numbers), total };
  }

  forget(): void {
    this.#asked = "";
    this.found.value = null;
    this.fault.value = "";
  }
}

export function keyOf(log: string, search: Search): string {
  return `${log} ${JSON.stringify(search)}`;
}
