/**
 * Which lines are shown. Everything that a person can set is in one object, so that no option resets another, and none
 * is lost when new lines come.
 */
import { type Lines } from "./lines";

export interface Options {
  query: string;
  regex: boolean;
  /** Whether capitals and small letters differ. */
  exact: boolean;
  /** Show only the lines that match, instead of leading from one to the next. */
  filter: boolean;
  /** Lines shown before and after each that matches. */
  context: number;
  /** Levels that are shown, by number; none: all. */
  levels: ReadonlySet<number>;
  /** The replica whose lines are shown, by its short id; null: all. */
  replica: string | null;
  /** From when on and up to when lines are shown, in seconds since the epoch; null: all. */
  since: number | null;
  until: number | null;
  fold: boolean;
  wrap: boolean;
  times: boolean;
}

export const DEFAULTS: Options = {
  query: "",
  regex: false,
  exact: false,
  filter: false,
  context: 0,
  levels: new Set(),
  replica: null,
  since: null,
  until: null,
  fold: true,
  wrap: false,
  times: true,
};

/** Instead of a replica's number: whichever it is, and one that is not here. */
export const ALL = -1;
export const NONE = -2;

/** What is shown, from top to bottom. */
export interface Choice {
  /** Numbers of lines. A negative one, `-1 - line`, says that lines are missing before that line. */
  rows: Int32Array;
  /** The lines that match and may be shown. */
  matches: Int32Array;
  /** The most characters of a row. */
  widest: number;
}

/** The expression that is searched for; null while there is none. What is not an expression is told in words. */
export function soughtBy({ query, regex, exact }: Options): { sought: RegExp | null; fault: string } {
  if (!query) return { sought: null, fault: "" };
  try {
    const source = regex ? query : query.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    return { sought: new RegExp(source, exact ? "g" : "gi"), fault: "" };
  } catch (error) {
    const why = error instanceof Error ? error.message.split(": ").at(-1) : String(error);
    return { sought: null, fault: `Invalid regular expression: ${why}` };
  }
}

/** Whether lines match, remembered for as long as the same is searched for. */
export class Matches {
  /** By place: 0 not known yet, 1 no, 2 yes. */
  #known = new Uint8Array(0);
  #key = "";

  /** By place: 2 where a line matches. */
  of(lines: Lines, sought: RegExp, times: boolean): Uint8Array {
    const key = `${lines.place(0)} ${times} ${sought}`;
    const places = lines.place(lines.total);
    if (key !== this.#key) this.#known = new Uint8Array(places);
    else if (places > this.#known.length) {
      const larger = new Uint8Array(Math.max(places, 2 * this.#known.length));
      larger.set(this.#known);
      this.#known = larger;
    }
    this.#key = key;
    const test = new RegExp(sought.source, sought.flags.replace("g", ""));
    const known = this.#known;
    for (let line = lines.first; line < lines.total; line++) {
      const place = lines.place(line);
      if (known[place] === 0 && lines.has(line)) known[place] = test.test(lines.shown(line, times)) ? 2 : 1;
    }
    return known;
  }
}

/**
 * Choose what is shown.
 *
 * @param whose the number of the replica whose lines are shown, {@link ALL} or {@link NONE}
 * @param matched by place, 2 where a line matches; null where nothing is searched for
 * @param opened the numbers of lines whose things are shown whole, folded though the others are
 */
export function choose(
  lines: Lines,
  options: Options,
  whose: number,
  matched: Uint8Array | null,
  opened: ReadonlySet<number>,
): Choice {
  const { first, total } = lines;
  const { level } = lines.units();
  const { levels, fold, filter, context } = options;
  const narrowed = levels.size > 0 || whose !== ALL;
  const filtering = filter && matched !== null;

  // The lines that level and replica let through; context is counted among these.
  const candidates = new Int32Array(total - first);
  let count = 0;
  for (let line = first; line < total; line++) {
    const place = lines.place(line);
    if ((narrowed || filtering) && !lines.has(line)) continue;
    if (levels.size > 0 && !levels.has(level[place]!)) continue;
    if (whose !== ALL && lines.replica(line) !== whose) continue;
    candidates[count++] = line;
  }

  const near = filtering ? new Uint8Array(count) : null;
  const matches: number[] = [];
  if (matched) {
    let until = -1;
    for (let i = 0; i < count; i++) {
      if (matched[lines.place(candidates[i]!)] !== 2) continue;
      matches.push(candidates[i]!);
      if (!near) continue;
      for (let k = Math.max(i - context, until + 1); k <= Math.min(i + context, count - 1); k++) near[k] = 1;
      until = Math.min(i + context, count - 1);
    }
  }

  const chosen = near ? candidates.subarray(0, count).filter((_, i) => near[i]) : candidates.subarray(0, count);
  const kept = filtering ? (line: number): boolean => matched![lines.place(line)] === 2 : () => false;
  return { ...arrange(lines, chosen, fold, opened, kept), matches: new Int32Array(matches) };
}

/** Rows of some lines: without those that a folded traceback hides, but for those that are `kept`. */
export function arrange(
  lines: Lines,
  chosen: Int32Array,
  fold: boolean,
  opened: ReadonlySet<number>,
  kept: (line: number) => boolean,
): Omit<Choice, "matches"> {
  const { head, size, trace } = lines.units();
  const rows = new Int32Array(2 * chosen.length);
  let shown = 0;
  let widest = 0;
  for (let i = 0; i < chosen.length; i++) {
    const line = chosen[i]!;
    const place = lines.place(line);
    const own = head[place]!;
    if (fold && own !== place && trace[own] && !opened.has(line - (place - own)) && !kept(line)) continue;
    if (lines.gap(line)) rows[shown++] = -1 - line;
    rows[shown++] = line;
    const length = lines.plain(line).length + (fold && size[place] && trace[place] ? FOLDED_WORDS : 0);
    if (length > widest) widest = length;
  }
  return { rows: rows.slice(0, shown), widest };
}

/** Room for what stands behind the first line of a folded traceback. */
const FOLDED_WORDS = 100;

/** The line that a row shows, or before which it says that lines are missing. */
export function lineOf(row: number): number {
  return row < 0 ? -1 - row : row;
}

/** The place of the first row that shows this line or one after it. */
export function rowOf(rows: Int32Array, line: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (lineOf(rows[middle]!) < line) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The next number in an ascending list after `from`, or before it; round the end once. */
export function step(numbers: Int32Array, from: number, by: 1 | -1): number | null {
  if (numbers.length === 0) return null;
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numbers[middle]! <= (by === 1 ? from : from - 1)) low = middle + 1;
    else high = middle;
  }
  const at = by === 1 ? low : low - 1;
  return numbers[(at + numbers.length) % numbers.length]!;
}
