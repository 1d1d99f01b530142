import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { useUniqueId } from "../../view";
import { moved } from "./split";
import type { DraftPart as Part } from "./contract";
import type { Requests } from "./state";

const REST_MS = 150;

/**
 * One slider for each served entity; together they are always 100 %. The others keep their proportions for as long as
 * one is being moved, so that moving it there and back changes nothing.
 */
export function Traffic({ parts, requests }: { parts: readonly Part[]; requests: Requests }) {
  const [local, setLocal] = useState<readonly number[] | null>(null);
  const held = useRef<{ at: number; shares: readonly number[] } | null>(null);
  const later = useMemo(() => requests.later(REST_MS), []);
  const title = useUniqueId();
  useEffect(() => later.flush, []);
  const shares = local?.length === parts.length ? local : parts.map(({ percent }) => percent);

  const move = (at: number, to: number): void => {
    if (held.current?.at !== at || held.current.shares.length !== parts.length) held.current = { at, shares };
    const next = moved(held.current.shares, at, to);
    setLocal(next);
    const percents = Object.fromEntries(parts.map(({ key }, i) => [key, next[i]!]));
    later.plan(() => void requests.send("draft_share", { percents }).then(() => setLocal((now) => (now === next ? null : now))));
  };
  const letGo = (): void => {
    held.current = null;
    later.flush();
  };

  if (parts.length < 2) return null;
  return (
    <div role="group" aria-labelledby={title} class="sw-traffic">
      <div id={title} class="sw-caption">
        Traffic
      </div>
      {parts.map((part, at) => (
        <label key={part.key} class="sw-share">
          <span class="sw-mono sw-clip" title={part.name}>
            {part.name}
          </span>
          <input
            type="range"
            min={0}
            max={100}
            step={1}
            aria-label={`Traffic to ${part.name}`}
            aria-valuetext={`${shares[at]} %`}
            value={shares[at]}
            onInput={(event) => move(at, event.currentTarget.valueAsNumber)}
            onBlur={letGo}
          />
          <span class="sw-number">{shares[at]} %</span>
        </label>
      ))}
    </div>
  );
}
