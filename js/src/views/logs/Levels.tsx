import { useEffect, useRef, useState } from "preact/hooks";
import { Button } from "../../ui/controls/Button";
import { Icon } from "../../ui/controls/Icon";
import { Menu } from "../../ui/controls/Menu";
import { useView } from "../../view";
import type { Options } from "./list/choose";
import { Errors } from "./Errors";
import { ERROR, LEVELS } from "./list/lines";
import { type Logs, useLogView } from "./logs";
import type { LogViewerState as LogState } from "./contract";

const WORDS = ["Other", "Debug", "Info", "Warning", "Error"];
const GRAVEST_FIRST = [4, 3, 2, 1, 0];

/** Level chips with counts, the way to the next error, the replica, and how lines are drawn. */
export function Levels({ logs }: { logs: Logs }) {
  const { log } = useView<LogState>().store.state.value;
  const { levels, replica } = logs.options.value;
  const counts = useCounts(logs);
  const named = log.replicas.filter((name) => name !== "");
  const errors = counts[LEVELS[ERROR]!] ?? 0;
  return (
    <div class="sw-log-levels">
      <div class="sw-log-chips" role="group" aria-label="Levels">
        {GRAVEST_FIRST.filter((level) => (log.counts[LEVELS[level]!] ?? 0) > 0 || levels.has(level)).map((level) => (
          <button
            key={level}
            type="button"
            class={`sw-log-chip sw-log-chip-${LEVELS[level]}`}
            aria-pressed={levels.has(level)}
            onClick={() => logs.pick(level)}
          >
            {WORDS[level]} <span class="sw-number">{(counts[LEVELS[level]!] ?? 0).toLocaleString("en")}</span>
          </button>
        ))}
      </div>
      {errors > 0 && <Errors logs={logs} />}
      <span class="sw-grow" />
      {logs.narrowed.value && (
        <Button look="quiet" onClick={() => logs.clear()}>
          Show all
        </Button>
      )}
      {(named.length > 1 || replica !== null) && (
        <select
          class="sw-select"
          aria-label="Replica"
          value={replica ?? ""}
          onChange={(event) => logs.set({ replica: event.currentTarget.value || null })}
        >
          <option value="">All replicas</option>
          {[...new Set([...named, ...(replica === null ? [] : [replica])])].map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      )}
      <ViewMenu logs={logs} />
    </div>
  );
}

/** How many things there are of each level: of the replica and in the range of time that are shown. */
function useCounts(logs: Logs): Readonly<Record<string, number>> {
  const view = useLogView();
  const { log } = view.store.state.value;
  const { replica, since, until } = logs.options.value;
  const [counted, setCounted] = useState<Readonly<Record<string, number>> | null>(null);
  const all = replica === null && since === null && until === null;
  useEffect(() => {
    if (all) return setCounted(null);
    let ended = false;
    const args = { text: "", regex: false, exact: false, levels: [], replica, since, until };
    void view.rpc.request("levels", args).then(
      ({ counts }) => void (ended || setCounted(counts ?? null)),
      () => undefined,
    );
    return () => {
      ended = true;
    };
  }, [log.key, logs.moment, replica, since, until]);
  return (!all && counted) || log.counts;
}

const SWITCHES: [keyof Pick<Options, "wrap" | "times" | "fold">, string][] = [
  ["wrap", "Wrap lines"],
  ["times", "Time stamps"],
  ["fold", "Fold tracebacks"],
];

function ViewMenu({ logs }: { logs: Logs }) {
  const anchor = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState(false);
  const options = logs.options.value;
  return (
    <>
      <Button look="quiet" popup expanded={open} buttonRef={anchor} onClick={() => setOpen(!open)}>
        View
        <Icon name="chevron" />
      </Button>
      {open && (
        <Menu
          anchor={anchor}
          label="View"
          items={SWITCHES.map(([option, label]) => ({
            label,
            checked: options[option],
            onPick: () => logs.set({ [option]: !options[option] }),
          }))}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}
