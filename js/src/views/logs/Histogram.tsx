import { useEffect, useRef, useState } from "preact/hooks";
import { Button } from "../../ui/controls/Button";
import { count } from "../../page/words";
import type { HistogramPicture } from "./contract";
import { type Logs, useLogView } from "./logs";

/** Milliseconds after which new lines are counted. */
const PAUSE = 2000;
/** Pixels of the highest bar, and characters of a level's look; by number. */
const HIGH = 32;
const LOOKS = ["plain", "debug", "info", "warning", "error"];

/** How many lines were written when, by level. Dragging over it, or arrow keys, show the lines of a range of time. */
export function Histogram({ logs }: { logs: Logs }) {
  const view = useLogView();
  const { log } = view.store.state.value;
  const { replica, since, until } = logs.options.value;
  const [picture, setPicture] = useState<HistogramPicture | null>(null);
  /** The bars between which the person draws a range. */
  const [drawn, setDrawn] = useState<[number, number] | null>(null);
  const last = useRef(0);
  const box = useRef<HTMLDivElement>(null);
  const still = view.live.state.value === "frozen";

  useEffect(() => {
    if (still || log.reading || log.total === log.first) return;
    let ended = false;
    const ask = async (): Promise<void> => {
      last.current = Date.now();
      const args = { text: "", regex: false, exact: false, levels: [], replica };
      const answer = await view.rpc.request("histogram", args).catch(() => null);
      if (!ended && answer) setPicture(answer.histogram ?? null);
    };
    const timer = setTimeout(() => void ask(), Math.max(0, last.current + PAUSE - Date.now()));
    return () => {
      ended = true;
      clearTimeout(timer);
    };
  }, [log.key, log.total, log.reading, replica, still]);

  if (picture === null || still) return null;
  const { begin, step, bars } = picture;
  const ends = endsOf(picture);
  const highest = Math.max(1, ...bars.map((bar) => bar.reduce((sum, lines) => sum + lines, 0)));
  const chosen = drawn ?? (since === null && until === null ? null : [indexOf(since ?? begin), indexOf((until ?? Infinity) - step / 2)]);
  const [from, to] = chosen ? [Math.min(...chosen), Math.max(...chosen)] : [-1, -1];

  function indexOf(time: number): number {
    return Math.max(0, Math.min(Math.floor((time - begin) / step), bars.length - 1));
  }
  const barAt = (event: PointerEvent): number => {
    const { left, width } = box.current!.getBoundingClientRect();
    return Math.max(0, Math.min(Math.floor(((event.clientX - left) / width) * bars.length), bars.length - 1));
  };
  const choose = ([one, other]: [number, number]): void => {
    const [first, end] = [Math.min(one, other), Math.max(one, other) + 1];
    setDrawn(null);
    logs.set({ since: begin + first * step, until: begin + end * step - 0.001 });
    view.announce(`${clock(begin + first * step, step)} to ${clock(begin + end * step, step)}`);
  };
  const all = (): void => logs.set({ since: null, until: null });
  const keyDown = (event: KeyboardEvent): void => {
    const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (event.key === "Escape" && chosen) all();
    else if (event.key === "Home") choose([0, 0]);
    else if (event.key === "End") choose([bars.length - 1, bars.length - 1]);
    else if (by && event.shiftKey && chosen) choose([from, Math.max(from, Math.min(to + by, bars.length - 1))]);
    else if (by) {
      const at = chosen ? Math.max(0, Math.min(from + by, bars.length - 1)) : by > 0 ? 0 : bars.length - 1;
      choose([at, at]);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div class="sw-log-time">
      <div
        ref={box}
        class="sw-log-bars"
        role="slider"
        tabIndex={0}
        aria-label="Lines over time"
        aria-valuemin={0}
        aria-valuemax={bars.length - 1}
        aria-valuenow={Math.max(from, 0)}
        aria-valuetext={chosen ? words(picture, from, to) : `All: ${words(picture, 0, bars.length - 1)}`}
        title="Drag to show a range of time"
        onKeyDown={keyDown}
        onPointerDown={(event) => {
          const at = barAt(event);
          box.current!.setPointerCapture?.(event.pointerId);
          setDrawn([at, at]);
        }}
        onPointerMove={(event) => drawn && setDrawn([drawn[0], barAt(event)])}
        onPointerUp={() => drawn && choose(drawn)}
        onPointerCancel={() => setDrawn(null)}
      >
        {bars.map((bar, index) => (
          <span
            key={index}
            class={`sw-log-bar${chosen && index >= from && index <= to ? " sw-log-bar-on" : ""}`}
            title={words(picture, index, index)}
          >
            {bar.map((lines, level) =>
              lines ? (
                <span
                  key={level}
                  class={`sw-log-part-${LOOKS[level]}`}
                  style={{ height: `${Math.max(1, Math.round((lines / highest) * HIGH))}px` }}
                />
              ) : null,
            )}
          </span>
        ))}
      </div>
      <div class="sw-log-range sw-caption sw-muted">
        <span>{ends[0]}</span>
        {chosen ? (
          <span class="sw-log-chosen">
            {clock(begin + from * step, step)} – {clock(begin + (to + 1) * step, step)}
            <Button look="quiet" onClick={all}>
              All times
            </Button>
          </span>
        ) : (
          <span>UTC</span>
        )}
        <span>{ends[1]}</span>
      </div>
    </div>
  );
}

function words({ begin, step, bars }: HistogramPicture, from: number, to: number): string {
  const sums = LOOKS.map((_, level) => bars.slice(from, to + 1).reduce((sum, bar) => sum + bar[level]!, 0));
  const grave = [4, 3].flatMap((level) => (sums[level] ? [count(sums[level], LOOKS[level]!)] : []));
  const all = sums.reduce((sum, lines) => sum + lines, 0);
  return [`${clock(begin + from * step, step)} to ${clock(begin + (to + 1) * step, step)}`, count(all, "entry").replace("entrys", "entries"), ...grave].join(", ");
}

/** Begin and end, with their days where there are two: 13:30 to 09:30 would tell nothing. */
function endsOf({ begin, step, bars }: HistogramPicture): string[] {
  const times = [begin, begin + bars.length * step];
  const [from, to] = times.map((seconds) => new Date(seconds * 1000).toISOString().slice(5, 10));
  return times.map((seconds, index) => `${from === to ? "" : `${[from, to][index]} `}${clock(seconds, step)}`);
}

/** "09:30", with seconds where bars are shorter than a minute. */
function clock(seconds: number, step: number): string {
  return new Date(seconds * 1000).toISOString().slice(11, step < 60 ? 19 : 16);
}
