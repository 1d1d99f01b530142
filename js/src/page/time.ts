/** Times in words. Everything here is pure but the two ticking signals, which run only while they are read. */
import { signal } from "@preact/signals";
import type { ClockPicture as Clock } from "../kernel/contract";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const MONTH = 30 * DAY;
const YEAR = 365 * DAY;
const JUST_NOW = 5 * SECOND;

// Made once: making one takes longer than drawing a row. Canada writes dates as ISO 8601 does.
const [two, numeric] = ["2-digit", "numeric"] as const;
const clock = { hour: two, minute: two, second: two, hourCycle: "h23", timeZoneName: "short" } as const;
const stamps = new Intl.DateTimeFormat("en-CA", { year: numeric, month: two, day: two, ...clock });

/** Host time, once a second. */
export const everySecond = ticking(SECOND);

/** Host time, every ten seconds: enough for "3 min ago". */
export const everyTenSeconds = ticking(10 * SECOND);

/** Host now in service time. */
export function serviceTime(clock: Clock, host: number): number {
  return clock.at + (host - clock.taken) * clock.rate;
}

/** "just now", "34 s ago", "3 min ago", "2 h ago", "5 d ago", "4 mo ago", "2 y ago". */
export function ago(ms: number): string {
  if (ms < JUST_NOW) return "just now";
  const [size, unit] = unitOf(ms);
  return `${Math.floor(ms / size)} ${unit} ago`;
}

/** "12 s", "2 min 10 s", "1 h 4 min", "3 d 2 h". */
export function duration(ms: number): string {
  const whole = Math.max(0, ms);
  if (whole < MINUTE) return `${Math.floor(whole / SECOND)} s`;
  if (whole < HOUR) return join(whole, MINUTE, "min", SECOND, "s");
  if (whole < DAY) return join(whole, HOUR, "h", MINUTE, "min");
  return join(whole, DAY, "d", HOUR, "h");
}

/** "2026-11-23 14:02:09 GMT+1", in the reader's own zone. */
export function exact(ms: number): string {
  const date = new Date(ms);
  if (Number.isNaN(date.getTime())) return "unknown time";
  return stamps.format(date).replace(",", "");
}

function ticking(every: number) {
  let timer: ReturnType<typeof setInterval> | undefined;
  const now = signal(Date.now(), {
    watched() {
      this.value = Date.now();
      timer = setInterval(() => {
        if (document.visibilityState !== "hidden") now.value = Date.now();
      }, every);
    },
    unwatched() {
      clearInterval(timer);
    },
  });
  return now;
}

function unitOf(ms: number): [number, string] {
  if (ms < MINUTE) return [SECOND, "s"];
  if (ms < HOUR) return [MINUTE, "min"];
  if (ms < DAY) return [HOUR, "h"];
  if (ms < 2 * MONTH) return [DAY, "d"];
  if (ms < YEAR) return [MONTH, "mo"];
  return [YEAR, "y"];
}

function join(ms: number, big: number, bigUnit: string, small: number, smallUnit: string): string {
  const rest = Math.floor((ms % big) / small);
  const first = `${Math.floor(ms / big)} ${bigUnit}`;
  return rest ? `${first} ${rest} ${smallUnit}` : first;
}
