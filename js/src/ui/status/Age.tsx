import { serviceTime, ago, duration, everySecond, everyTenSeconds, exact } from "../../page/time";
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

function isoOf(at: number): string {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? "" : date.toISOString();
}
