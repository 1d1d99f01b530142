import { useRef, useState } from "preact/hooks";
import { ONGOING } from "../../kernel/acts";
import { type Entry, kindWords, tagWords } from "./listing";
import { Middle } from "./Middle";
import type { Browser } from "./state";
import type { Row } from "./contract";
import { Age } from "../../ui/status/Age";
import { Button } from "../../ui/controls/Button";
import { copy } from "../../ui/controls/CopyButton";
import { Icon } from "../../ui/controls/Icon";
import { Menu, type MenuItem } from "../../ui/controls/Menu";
import { StatusMark } from "../../ui/status/StatusMark";
import type { Column } from "../../ui/grid/VirtualGrid";
import { useView } from "../../view";
import { safeLink } from "../../page/words";

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

/** Each column with the width in pixels that it wants the grid to have; narrower, it is left out. */
const COLUMNS: readonly (Column<Entry> & { from: number })[] = [
  { id: "name", from: 0, title: "Name", track: "minmax(112px, 2fr)", cell: ({ row }) => <Name row={row} /> },
  { id: "status", from: 0, title: "Status", track: "minmax(132px, 2.3fr)", cell: (entry) => <StatusCell entry={entry} /> },
  {
    id: "entities",
    from: 440,
    title: "Served entities",
    track: "minmax(92px, 1.5fr)",
    cell: ({ row }) => <Several texts={row.entities} mono />,
  },
  {
    id: "creator",
    from: 640,
    title: "Creator",
    track: "minmax(80px, 1.2fr)",
    cell: ({ row }) => <Clipped text={row.creator} />,
  },
  {
    id: "updated",
    from: 540,
    title: "Updated",
    track: "88px",
    end: true,
    cell: ({ row }) => (row.updated === null ? null : <Age at={row.updated} />),
  },
  {
    id: "tags",
    from: 880,
    title: "Tags",
    track: "minmax(72px, 1fr)",
    cell: ({ row }) => <Several texts={row.tags.map(tagWords)} />,
  },
  {
    id: "more",
    from: 0,
    title: "More",
    track: "32px",
    plain: true,
    cell: () => null,
  },
];

/** What the menu of a row leads to. */
export interface RowActs {
  /** Open the endpoint at a tab of its panel. */
  open(name: string, tab: string): void;
  /** Ask before it is stopped or started. */
  plan(action: "stop" | "start", name: string): void;
  /** Ask before it is deleted. */
  remove(name: string): void;
}

/** The columns that fit. They go in this order: tags, creator, updated, served entities. */
export function columnsFor(width: number, browser: Browser, acts: RowActs): readonly Column<Entry>[] {
  const shown = COLUMNS.filter(({ from }) => width >= from).map((column) =>
    column.id === "more" ? { ...column, cell: ({ row }: Entry, active: boolean) => <RowMenu row={row} active={active} acts={acts} /> } : column,
  );
  return [tickColumn(browser), ...shown];
}

/** The tabs that a row's menu leads to. */
const TABS = [
  ["logs", "Logs"],
  ["permissions", "Permissions"],
  ["schema", "Query"],
] as const;

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
  const view = useView();
  const anchor = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState(false);
  const link = safeLink(row.console);
  const { name } = row;
  const next = row.status.phase === "stopped" ? "start" : "stop";
  const writable = view.live.state.value !== "frozen" && view.store.state.value.workspace.read_only === null;
  const items: MenuItem[] = [
    ...TABS.map(([tab, label]) => ({ label, icon: null, onPick: () => acts.open(name, tab) })),
    ...(writable
      ? [
          { label: next === "stop" ? "Stop…" : "Start…", icon: null, onPick: () => acts.plan(next, name) },
          { label: "Delete…", icon: null, onPick: () => acts.remove(name) },
        ]
      : []),
    { label: "Copy name", icon: "copy", onPick: () => void copy(view, row.name, "the name") },
    ...(row.url ? [{ label: "Copy URL", icon: "copy" as const, onPick: () => void copy(view, row.url, "the URL") }] : []),
    ...(link ? [{ label: "Open in the console", icon: "open" as const, href: link }] : []),
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
