import { useRef, useState } from "preact/hooks";
import { FROZEN } from "../../kernel/live";
import { QUEUED } from "../../kernel/rpc";
import { LastChecked } from "../../ui/status/LastChecked";
import { Button } from "../../ui/controls/Button";
import { Heading } from "../../ui/frame/Heading";
import { Icon } from "../../ui/controls/Icon";
import { Menu } from "../../ui/controls/Menu";
import { Popover } from "../../ui/controls/Popover";
import { CodeLine } from "../../ui/controls/Recipes";
import { useView } from "../../view";
import { Toggle } from "./Find";
import { type Logs, useLogView } from "./logs";
import { copyShown, download, linkOf } from "./copying";
import { Pickers } from "./Pickers";
import type { LogViewerState as LogState } from "./contract";

interface HeaderProps {
  logs: Logs;
  onCompare(): void;
}

/** Whose log, how fresh it is, and what can be done with all of it. */
export function Header({ logs, onCompare }: HeaderProps) {
  const view = useView<LogState>();
  const { name, follow, endpoint } = view.store.state.value;
  const frozen = view.live.state.value === "frozen";
  return (
    <div class="sw-header">
      <Heading name={name} />
      <Pickers logs={logs} />
      <span class="sw-log-end">
        <Freshness logs={logs} />
        {!frozen && endpoint && (
          <Toggle label="Follow" on={follow} onToggle={() => logs.follow(!follow)}>
            Follow
          </Toggle>
        )}
        <Button look="quiet" label="Refresh" refused={frozen ? FROZEN : null} onClick={() => void view.refresh()}>
          <Icon name="refresh" spin={view.refreshing.value.on} />
        </Button>
        <RecipeButton logs={logs} />
        <More logs={logs} onCompare={onCompare} />
      </span>
    </div>
  );
}

function Freshness({ logs }: { logs: Logs }) {
  const { store, live, refreshing } = useView<LogState>();
  const { log, follow, link } = store.state.value;
  const note = refreshing.value.note || logs.busy.value;
  const words = (): string => {
    if (note) return note;
    if (live.state.value === "frozen") return "";
    // The first lines of a log are here while the others are still being read.
    if (log.reading) return "Reading…";
    if (log.state === "loading") return link.state === "error" ? "" : "Loading…";
    if (log.state !== "live") return "";
    return follow ? "" : "Not following";
  };
  const stale = log.state === "stale" && log.seen !== null && live.state.value !== "frozen";
  const said = words();
  return (
    <>
      <span class={`sw-caption ${note === QUEUED ? "" : "sw-muted"} sw-nowrap`} title={log.problem?.message}>
        {said}
        {stale && <LastChecked seen={log.seen!} />}
      </span>
    </>
  );
}

/** The lines that show in a cell what is shown here. */
function RecipeButton({ logs }: { logs: Logs }) {
  const view = useLogView();
  const { name, recipe } = view.store.state.value;
  const anchor = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState(false);
  const [shown, setShown] = useState(recipe);
  if (!recipe) return null;
  const toggle = (): void => {
    setShown(recipe);
    setOpen(!open);
    const { query } = logs.options.value;
    if (!open && (query || logs.narrowed.value)) linkOf(logs).then((link) => link.magic && setShown(link), () => undefined);
  };
  return (
    <>
      <Button look="quiet" label="Recipe" popup expanded={open} buttonRef={anchor} onClick={toggle}>
        <Icon name="code" />
      </Button>
      {open && (
        <Popover anchor={anchor} role="group" label={`Recipe for this log of ${name}`} onClose={() => setOpen(false)}>
          <div class="sw-recipes">
            <CodeLine text={shown.magic} what="the magic line" />
            <CodeLine text={shown.python} what="the Python line" />
          </div>
        </Popover>
      )}
    </>
  );
}

function More({ logs, onCompare }: HeaderProps) {
  const view = useView<LogState>();
  const anchor = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState(false);
  const { sort, log } = view.store.state.value;
  const shown = logs.choice.value.rows.length;
  const items = [
    ...(log.total > log.first ? [{ label: "Download the log", onPick: () => void download(logs, false) }] : []),
    ...(shown && logs.narrowed.value ? [{ label: "Download lines shown", onPick: () => void download(logs, true) }] : []),
    ...(shown ? [{ label: "Copy all lines shown", onPick: () => void copyShown(logs) }] : []),
    ...(sort === "build" ? [{ label: "Compare builds…", onPick: onCompare }] : []),
  ];
  if (items.length === 0) return null;
  return (
    <>
      <Button look="quiet" label="More" popup expanded={open} buttonRef={anchor} onClick={() => setOpen(!open)}>
        <Icon name="kebab" />
      </Button>
      {open && <Menu anchor={anchor} label="More" items={items} onClose={() => setOpen(false)} />}
    </>
  );
}
