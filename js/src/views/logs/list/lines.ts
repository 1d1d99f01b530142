/**
 * The lines of the open log, as far as the page has them. They come in parts and in any order; each has a number that it
 * keeps when old ones go.
 */
import type { LinePart } from "../contract";
import { plainOf, stampOf } from "./text";

export const LEVELS = ["plain", "debug", "info", "warning", "error"] as const;
export type Level = (typeof LEVELS)[number];
export const ERROR = 4;

/** What belongs together, as a traceback does. All by a line's place. */
export interface Units {
  /** The place of the line that the thing began with. */
  head: Int32Array;
  /** At a head: how many lines go on with it. */
  size: Int32Array;
  /** How grave the thing is. */
  level: Uint8Array;
  /** At a head: whether it holds a traceback. */
  trace: Uint8Array;
}

const HEAD = 8;
const GAP = 16;
const PRINTABLE = 48;
const TRACEBACK = "Traceback (most recent call last):";

export class Lines {
  /** Changes whenever lines come or go. */
  version = 0;
  /** The first number that is kept, and the next one after the last. */
  first = 0;
  total = 0;
  /** How many of them are here. */
  loaded = 0;
  #origin = 0;
  #plain: (string | undefined)[] = [];
  #raw = new Map<number, string>();
  #marks = new Uint8Array(1024);
  #whose = new Uint8Array(1024);
  #stamps = new Uint8Array(2048);
  #units: (Units & { version: number }) | null = null;

  /** Forget everything: this is another log. */
  clear(first = 0): void {
    this.#origin = this.first = this.total = first;
    this.loaded = 0;
    this.#plain = [];
    this.#raw.clear();
    this.version++;
  }

  /** Which lines there are. */
  resize(first: number, total: number): void {
    if (total < this.total || first < this.first || first - this.#origin > 500_000) this.clear(first);
    if (first === this.first && total === this.total) return;
    for (let line = this.first; line < Math.min(first, this.total); line++) this.#drop(line);
    this.first = first;
    this.total = total;
    const places = total - this.#origin;
    this.#plain.length = places;
    if (this.#marks.length < places) {
      this.#marks = grown(this.#marks, places);
      this.#whose = grown(this.#whose, places);
      this.#stamps = grown(this.#stamps, 2 * places);
    }
    this.version++;
  }

  /** Take lines in; those that are known already are written over. */
  put({ begin: first, text, marks, replicas, numbers }: LinePart): void {
    const texts = text.split("\n");
    for (let i = 0; i < marks.length; i++) {
      const line = numbers ? numbers[i]! : first + i;
      if (line < this.first || line >= this.total) continue;
      const place = line - this.#origin;
      const raw = texts[i] ?? "";
      const plain = plainOf(raw);
      if (this.#plain[place] === undefined) this.loaded++;
      this.#plain[place] = plain;
      if (plain !== raw) this.#raw.set(line, raw);
      else this.#raw.delete(line);
      this.#marks[place] = marks.charCodeAt(i) - PRINTABLE;
      this.#whose[place] = replicas.charCodeAt(i) - PRINTABLE;
      const [begin, end] = stampOf(plain);
      this.#stamps[2 * place] = begin;
      this.#stamps[2 * place + 1] = end;
    }
    this.version++;
  }

  get complete(): boolean {
    return this.loaded === this.total - this.first;
  }

  has(line: number): boolean {
    return this.#plain[line - this.#origin] !== undefined;
  }

  /** The place of a line in what {@link units} returns. */
  place(line: number): number {
    return line - this.#origin;
  }

  raw(line: number): string {
    return this.#raw.get(line) ?? this.plain(line);
  }

  plain(line: number): string {
    return this.#plain[line - this.#origin] ?? "";
  }

  /** The plain text as it is shown: with its time stamp or without. */
  shown(line: number, times: boolean): string {
    const plain = this.plain(line);
    if (times) return plain;
    const [begin, end] = this.stamp(line);
    return end ? plain.slice(0, begin) + plain.slice(end) : plain;
  }

  stamp(line: number): [number, number] {
    const place = 2 * (line - this.#origin);
    return [this.#stamps[place]!, this.#stamps[place + 1]!];
  }

  /** Whether lines are missing before this one. */
  gap(line: number): boolean {
    return this.has(line) && (this.#marks[line - this.#origin]! & GAP) !== 0;
  }

  replica(line: number): number {
    return this.#whose[line - this.#origin]!;
  }

  /** Which ranges of a range are not here. */
  missing(from: number, to: number): [number, number][] {
    const ranges: [number, number][] = [];
    for (let line = Math.max(from, this.first); line < Math.min(to, this.total); line++) {
      if (this.has(line)) continue;
      const last = ranges.at(-1);
      if (last && last[1] === line) last[1]++;
      else ranges.push([line, line + 1]);
    }
    return ranges;
  }

  /** What belongs together. A line of which the page does not know what it goes on with stands for itself. */
  units(): Units {
    if (this.#units?.version === this.version) return this.#units;
    const places = this.total - this.#origin;
    const head = new Int32Array(places);
    const size = new Int32Array(places);
    const level = new Uint8Array(places);
    const trace = new Uint8Array(places);
    const open = new Int32Array(256).fill(-1);
    for (let place = this.first - this.#origin; place < places; place++) {
      const plain = this.#plain[place];
      head[place] = place;
      if (plain === undefined) {
        open.fill(-1);
        continue;
      }
      const mark = this.#marks[place]!;
      const whose = this.#whose[place]!;
      if (mark & GAP) open.fill(-1);
      const begun = mark & HEAD ? -1 : open[whose]!;
      const own = begun < 0 ? place : begun;
      if (begun < 0) open[whose] = place;
      else size[own]!++;
      head[place] = own;
      level[own] = Math.max(level[own]!, mark & 7);
      if ((mark & 7) === ERROR && plain.includes(TRACEBACK)) trace[own] = 1;
    }
    for (let place = this.first - this.#origin; place < places; place++) level[place] = level[head[place]!]!;
    this.#units = { head, size, level, trace, version: this.version };
    return this.#units;
  }

  #drop(line: number): void {
    const place = line - this.#origin;
    if (this.#plain[place] === undefined) return;
    this.#plain[place] = undefined;
    this.#raw.delete(line);
    this.loaded--;
  }
}

function grown(array: Uint8Array<ArrayBuffer>, size: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(Math.max(size, 2 * array.length));
  larger.set(array);
  return larger;
}
