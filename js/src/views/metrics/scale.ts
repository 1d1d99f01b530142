/** The arithmetic of plots: where a number stands, and what to call it. Pure. */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

export type Values = readonly (number | null)[];

/** The least round number that is not below, of those whose half is round, too. */
export function roundUp(value: number): number {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 2, 3, 4, 5, 6, 8, 10].find((each) => each * power >= value * (1 - 1e-9)) ?? 10;
  return Number((step * power).toPrecision(3));
}

/** Where each time stands, from 0 to 1; a single one at the end. */
export function places(times: readonly number[]): number[] {
  const first = times[0] ?? 0;
  const span = (times.at(-1) ?? 0) - first;
  return times.map((time) => (span > 0 ? (time - first) / span : 1));
}

/** The place of the sample that is nearest to a part of the way, from 0 to 1. */
export function nearest(at: readonly number[], part: number): number {
  let best = 0;
  at.forEach((place, i) => {
    if (Math.abs(place - part) < Math.abs(at[best]! - part)) best = i;
  });
  return best;
}

/** The path of a line in a box of 100 by 100, broken where a number is missing or no sample was taken for longer than `gap`. */
export function pathOf(values: Values, times: readonly number[], top: number, gap: number): string {
  const at = places(times);
  let path = "";
  let before: number | null = null;
  values.forEach((value, i) => {
    if (value === null) {
      before = null;
      return;
    }
    const point = `${round(at[i]! * 100)} ${round(100 - (value / top) * 100)}`;
    const joined = before !== null && times[i]! - before <= gap;
    // A line of no length, so that a sample between two gaps shows as a dot.
    path += joined ? `L${point}` : `M${point}h0`;
    before = times[i]!;
  });
  return path;
}

/** Stretches of which there are no samples, from the one before to the one after. */
export function gapsOf(times: readonly number[], gap: number): [from: number, to: number][] {
  return times.slice(1).flatMap((to, i) => (to - times[i]! > gap ? [[times[i]!, to] as [number, number]] : []));
}

/** Where a moment stands between the first and the last time, from 0 to 1; null for one before or after them. */
export function placeOf(time: number, times: readonly number[]): number | null {
  const [first, last] = [times[0] ?? 0, times.at(-1) ?? 0];
  return last > first && time >= first && time <= last ? (time - first) / (last - first) : null;
}

export interface Extent {
  /** What the latest sample says; null where that says nothing, for an older number is not what is now. */
  latest: number | null;
  lowest: number;
  highest: number;
}

export function extentOf(values: Values): Extent | null {
  const known = values.filter((value) => value !== null);
  if (!known.length) return null;
  return { latest: values.at(-1) ?? null, lowest: Math.min(...known), highest: Math.max(...known) };
}

/** How to write the numbers of a line: all with the same decimals, so that they stand below one another. */
export function writing(values: Values): (value: number | null | undefined) => string {
  const known = values.filter((value) => value !== null);
  const most = Math.max(0, ...known.map(Math.abs));
  const digits = known.every(Number.isInteger) || most >= 100 ? 0 : most >= 10 ? 1 : 2;
  const format = new Intl.NumberFormat("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return (value) => (value === null || value === undefined ? "–" : format.format(value));
}

/** "2026-01-12 09:03 UTC". */
export function utc(time: number): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? "unknown time" : `${date.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

/** How long before the latest sample: "−12 min", "−2 h 5 min"; "latest" for that itself. */
export function before(ms: number): string {
  const minutes = Math.round(ms / MINUTE);
  if (ms <= 0) return "latest";
  if (ms < MINUTE) return `−${Math.round(ms / 1000)} s`;
  if (ms < HOUR) return `−${minutes} min`;
  return `−${Math.floor(minutes / 60)} h${minutes % 60 ? ` ${minutes % 60} min` : ""}`;
}

/** "Last 15 min", "Last 6 h": a time range up to now. */
export function rangeWords(minutes: number): string {
  return `Last ${minutes < 60 ? `${minutes} min` : `${minutes / 60} h`}`;
}

/** "500", "2.5": a number of the axis. */
export function tick(value: number): string {
  return value.toLocaleString("en", { maximumSignificantDigits: 3 });
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
