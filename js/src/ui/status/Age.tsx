import { serviceTime, ago, duration, everySecond, everyTenSeconds, exact } from "../../page/time";
import type { EtaPicture } from "../../kernel/contract";
import { useView } from "../../view";

/** How long ago, with the exact time on hover and for screen readers. `host` says that the time is the page's own. */
export function Age({ at, host = false }: { at: number; host?: boolean }) {
  const { store } = useView();
  const now = host ? everySecond.value : serviceTime(store.state.value.clock, everyTenSeconds.value);
  const full = exact(at);
  return (
    <time class="sw-number" dateTime={isoOf(at)} title={full}>
      {ago(now - at)}
      <span class="sw-hidden">, {full}</span>
    </time>
  );
}

/** How long something took, or has been taking by the workspace's own clock. */
export function Elapsed({ from, to }: { from: number; to: number | null }) {
  const { store, live } = useView();
  const running = to === null && live.state.value !== "frozen";
  const end = to ?? serviceTime(store.state.value.clock, running ? everySecond.value : Date.now());
  return (
    <span class="sw-number" title={`Since ${exact(from)}`}>
      {duration(end - from)}
    </span>
  );
}

/** When an update may end, told from earlier ones: "about 4 min left", with the spread and whose they were on hover. */
export function Eta({ eta: { median, low, high, by } }: { eta: EtaPicture }) {
  const { store, live } = useView();
  if (live.state.value === "frozen") return null;
  const now = serviceTime(store.state.value.clock, everyTenSeconds.value);
  const minutes = (at: number): number => Math.max(0, Math.round((at - now) / 60_000));
  const left = minutes(median);
  const words = now >= high ? "longer than usual" : left ? `about ${left} min left` : "less than a minute left";
  return (
    <span class="sw-muted sw-number sw-nowrap" title={`${minutes(low)} to ${Math.max(minutes(high), 1)} min, ${by}`}>
      {words}
    </span>
  );
}

function isoOf(at: number): string {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? "" : date.toISOString();
}
