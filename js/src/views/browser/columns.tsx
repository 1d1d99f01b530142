import type { ComponentChildren } from "preact";
import { useRef, useState } from "preact/hooks";
import { ONGOING } from "../../kernel/acts";
import type { BrowserColumn, ColumnKind, Row } from "./contract";
import { type Entry, isMeasure, valueOf } from "./listing";
import { Middle } from "./Middle";
import { useBrowserView } from "./rows";
import type { Browser } from "./state";
import { Age } from "../../ui/status/Age";
import { Button } from "../../ui/controls/Button";
import { copy } from "../../ui/controls/CopyButton";
import { Icon } from "../../ui/controls/Icon";
import { Menu, type MenuItem } from "../../ui/controls/Menu";
import { StatusMark } from "../../ui/status/StatusMark";
import type { Column } from "../../ui/grid/VirtualGrid";
import { kindWords, safeLink } from "../../page/words";

const GLOW_MS = 1000;

/** The tick comes before all others: rows to act on together. */
function tickColumn(browser: Browser): Column<Entry> {
  return {
    id: "tick",
    title: "Select",
    track: "32px",
    plain: true,
    head: (active) => <TickAll browser={browser} active={active} />,
    cell: ({ row }, active) => (
      <input
        type="checkbox"
        aria-label={`Select ${row.name}`}
        tabIndex={active ? 0 : -1}
        checked={browser.isTicked(row.name)}
        onClick={(event) => browser.tick(row.name, event.shiftKey)}
      />
    ),
  };
}

function TickAll({ browser, active }: { browser: Browser; active: boolean }) {
  const shown = browser.found.value.entries;
  const ticked = browser.ticked.value.length && shown.filter(({ row }) => browser.isTicked(row.name)).length;
  return (
    <input
      type="checkbox"
      aria-label="Select all that are shown"
      tabIndex={active ? 0 : -1}
      checked={ticked > 0 && ticked === shown.length}
      indeterminate={ticked > 0 && ticked < shown.length}
      onClick={() => browser.tickAll()}
    />
  );
}

/** How the values of each kind of column are drawn. */
const DRAWN: Readonly<Record<ColumnKind, (entry: Entry, value: unknown) => ComponentChildren>> = {
  name: ({ row }) => <Name row={row} />,
  status: (entry) => <StatusCell entry={entry} />,
  kind: ({ row }) => <Clipped text={kindWords(row.kind)} />,
  text: (_, value) => <Clipped text={String(value ?? "")} />,
  names: (_, value) => <Several texts={(value ?? []) as string[]} mono />,
  tags: (_, value) => <Several texts={(value ?? []) as string[]} />,
  number: (_, value) => (value == null ? null : <span class="sw-number">{(value as number).toLocaleString("en")}</span>),
  time: (_, value) => (value === null ? null : <Age at={value as number} />),
  host_time: (_, value) => (value === undefined ? null : <Age at={value as number} host />),
};

/** What the menu of a row leads to. */
export interface RowActs {
  /** Open the endpoint at a tab of its panel. */
  open(name: string, tab: string): void;
  /** Ask before it is stopped or started. */
  plan(action: "stop" | "start", name: string): void;
  /** Ask before it is deleted. */
  remove(name: string): void;
}

/** The columns that fit, between the ticks and the menus. */
export function columnsFor(width: number, browser: Browser, sample: readonly Entry[], acts: RowActs): readonly Column<Entry>[] {
  const fitting = browser.columns.filter((column) => browser.layout.isShown(column, width));
  const menu: Column<Entry> = {
    id: "more",
    title: "More",
    track: "32px",
    plain: true,
    cell: ({ row }, active) => <RowMenu row={row} active={active} acts={acts} />,
  };
  return [tickColumn(browser), ...fitting.map((column) => columnOf(column, browser.layout.trackOf(column, sample, width))), menu];
}

function columnOf({ key, title, kind }: BrowserColumn, track: string): Column<Entry> {
  return {
    id: key,
    title,
    track,
    end: isMeasure(kind),
    cell: (entry) => DRAWN[kind](entry, valueOf(entry.row, key)),
  };
}

function Name({ row }: { row: Row }) {
  return (
    <Middle text={row.name} title={`${row.name} · ${kindWords(row.kind)}`} />
  );
}

function StatusCell({ entry: { row, changed } }: { entry: Entry }) {
  const { label, phase, note } = row.status;
  const glows = Date.now() - changed < GLOW_MS;
  const words = row.busy ? (ONGOING[row.busy] ?? row.busy) : label;
  return (
    <span key={changed} class={`sw-pair sw-clip${glows ? " sw-glow" : ""}`} title={note ? `${label} · ${note}` : label}>
      <StatusMark phase={phase} />
      <span class="sw-clip">
        <span class={phase === "failed" ? "sw-reason" : ""}>{words}</span>
        {note && <span class="sw-muted"> {note}</span>}
      </span>
    </span>
  );
}

function Clipped({ text }: { text: string }) {
  return (
    <span class="sw-clip" title={text}>
      {text}
    </span>
  );
}

function Several({ texts, mono = false }: { texts: readonly string[]; mono?: boolean }) {
  if (texts.length === 0) return null;
  return (
    <span class="sw-pair sw-clip" title={texts.join("\n")}>
      {mono ? <Middle text={texts[0]!} /> : <span class="sw-clip">{texts[0]}</span>}
      {texts.length > 1 && <span class="sw-muted sw-number">+{texts.length - 1}</span>}
    </span>
  );
}

function RowMenu({ row, active, acts }: { row: Row; active: boolean; acts: RowActs }) {
  const view = useBrowserView();
  const { tabs } = view.store.state.value;
  const anchor = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState(false);
  const link = safeLink(row.console);
  const { name } = row;
  const next = row.status.phase === "stopped" ? "start" : "stop";
  const writable = view.live.state.value !== "frozen" && view.store.state.value.workspace.read_only === null;
  const items: MenuItem[] = [
    ...tabs.map(({ key, label }) => ({ label, icon: null, onPick: () => acts.open(name, key) })),
    ...(writable
      ? [
          { label: next === "stop" ? "Stop…" : "Start…", icon: null, onPick: () => acts.plan(next, name) },
          { label: "Delete…", icon: null, onPick: () => acts.remove(name) },
        ]
      : []),
    { label: "Copy name", icon: "copy", onPick: () => void copy(view, row.name, "the name") },
    ...(row.url ? [{ label: "Copy URL", icon: "copy" as const, onPick: () => void copy(view, row.url, "the URL") }] : []),
    ...(link ? [{ label: "Open in Databricks", icon: "open" as const, href: link }] : []),
  ];
  return (
    <>
      <Button
        look="quiet"
        label={`More for ${row.name}`}
        popup
        expanded={open}
        tabIndex={active ? 0 : -1}
        buttonRef={anchor}
        onClick={() => setOpen(!open)}
      >
        <Icon name="kebab" />
      </Button>
      {open && <Menu anchor={anchor} label={`More for ${row.name}`} items={items} onClose={() => setOpen(false)} />}
    </>
  );
}
