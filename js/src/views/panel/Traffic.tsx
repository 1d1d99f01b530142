import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { useUniqueId, useView } from "../../view";
import type { DraftPart as Part } from "./contract";
import { moved, typedShares } from "./split";
import type { Requests } from "./state";

const REST_MS = 150;

/**
 * The share of each served entity, on a slider and as a number; together they are always 100 %. Those that are locked
 * stay as they are. The others keep their proportions for as long as one is being moved, so that moving it there and
 * back changes nothing.
 */
export function Traffic({ parts, requests }: { parts: readonly Part[]; requests: Requests }) {
  const [local, setLocal] = useState<readonly number[] | null>(null);
  const [kept, setKept] = useState<ReadonlySet<string>>(new Set());
  const held = useRef<{ at: number; shares: readonly number[] } | null>(null);
  const later = useMemo(() => requests.later(REST_MS), []);
  const title = useUniqueId();
  useEffect(() => later.flush, []);
  const shares = local?.length === parts.length ? local : parts.map(({ percent }) => percent);
  const locked = new Set(parts.flatMap(({ key }, i) => (kept.has(key) ? [i] : [])));

  const share = (next: readonly number[]): void => {
    setLocal(next);
    const percents = Object.fromEntries(parts.map(({ key }, i) => [key, next[i]!]));
    later.plan(() => void requests.send("draft_share", { percents }).then(() => setLocal((now) => (now === next ? null : now))));
  };
  const move = (at: number, to: number): void => {
    if (held.current?.at !== at || held.current.shares.length !== parts.length) held.current = { at, shares };
    share(moved(held.current.shares, at, to, locked));
  };
  const letGo = (): void => {
    held.current = null;
    later.flush();
  };
  const lock = (key: string, on: boolean): void => {
    letGo();
    setKept(new Set(on ? [...kept, key] : [...kept].filter((one) => one !== key)));
  };

  if (parts.length < 2) return null;
  return (
    <div role="group" aria-labelledby={title} class="sw-traffic">
      <div id={title} class="sw-caption">
        Traffic
      </div>
      {parts.map((part, at) => (
        <div key={part.key} class="sw-share">
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
            disabled={kept.has(part.key)}
            value={shares[at]}
            onInput={(event) => move(at, event.currentTarget.valueAsNumber)}
            onBlur={letGo}
          />
          <Percent
            name={part.name}
            value={shares[at]!}
            count={parts.length}
            locked={kept.has(part.key)}
            onSet={(typed) => {
              share(typed.length > 1 ? typed : moved(shares, at, typed[0]!, locked));
              letGo();
            }}
          />
          <label class="sw-choice">
            <input type="checkbox" aria-label={`Lock ${part.name}`} checked={kept.has(part.key)} onChange={(event) => lock(part.key, event.currentTarget.checked)} />
            Lock
          </label>
        </div>
      ))}
    </div>
  );
}

interface PercentProps {
  name: string;
  value: number;
  count: number;
  locked: boolean;
  onSet(shares: number[]): void;
}

/** A share as a number: taken with Enter, or when the field is left. "60/10/30" sets all of them. */
function Percent({ name, value, count, locked, onSet }: PercentProps) {
  const view = useView();
  const [typed, setTyped] = useState<string | null>(null);
  const take = (): void => {
    if (typed === null) return;
    const shares = typedShares(typed, count);
    setTyped(null);
    if (shares) onSet(shares);
    else view.announce(`Type a whole percent, or ${count} of them that sum to 100.`);
  };
  return (
    <span class="sw-percent">
      <input
        class="sw-input sw-number"
        type="text"
        inputMode="numeric"
        autocomplete="off"
        aria-label={`Percent for ${name}`}
        readOnly={locked}
        value={typed ?? String(value)}
        onFocus={(event) => event.currentTarget.select()}
        onInput={(event) => setTyped(event.currentTarget.value)}
        onKeyDown={(event) => event.key === "Enter" && take()}
        onBlur={take}
      />
      %
    </span>
  );
}
