import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { Button } from "../../ui/controls/Button";
import { Icon } from "../../ui/controls/Icon";
import { Child } from "../../ui/frame/Child";
import { ReadOnly } from "../../ui/frame/ReadOnly";
import { LinkBanner } from "../../ui/status/LinkBanner";
import { UndoBanner } from "../../ui/status/UndoBanner";
import { VirtualGrid } from "../../ui/grid/VirtualGrid";
import { Ended, Waits } from "../../ui/status/Waits";
import { DeleteDialog } from "../../ui/dialogs/DeleteDialog";
import type { RpcError } from "../../kernel/rpc";
import type { Picture } from "../../kernel/contract";
import { columnsFor, type RowActs } from "./columns";
import { Detail } from "./Detail";
import { LoadingRows, NoEndpoints, NothingMatches } from "./Empty";
import { Filters } from "./Filters";
import { Header, openForm } from "./Header";
import type { Entry } from "./listing";
import { Idle } from "./Idle";
import { Many } from "./many";
import { ManyDialog } from "./ManyDialog";
import { RowStore, useBrowserView } from "./rows";
import { Browser } from "./state";
import grid from "../../ui/grid/grid.css";
import own from "./endpoint_browser.css";

export { RowStore as Store };
export const css = grid + own;

const MOST_ROWS = 12;
const FEWEST_ROWS = 3;
/** CSS pixels below which words give way to icons and the search box takes a line of its own. */
const NARROW = 480;
/** CSS pixels from which the open endpoint stands beside the list, and the share of them that the list keeps. */
const WIDE = 1100;
const LIST_SHARE = 0.44;

/** All endpoints of a workspace: search, facets, sorting, and the details of the chosen one below. */
export default function EndpointBrowser() {
  const view = useBrowserView();
  const browser = useMemo(() => new Browser(view), []);
  const many = useMemo(() => new Many(view), []);
  const waits = useMemo(() => new Waits(view), []);
  const search = useRef<HTMLInputElement>(null);
  const details = useRef<HTMLDivElement>(null);
  const { state, total, complete } = view.store;
  const { link, workspace } = state.value;
  const found = browser.found.value;
  const narrow = browser.width.value < NARROW;
  const chosen = browser.chosen.value;
  const open = chosen !== null && (chosen.row ?? chosen.model) !== null;
  const beside = open && browser.width.value >= WIDE;
  const acts = useMemo((): RowActs => ({
    open: (name, tab) => {
      if (browser.selected.value !== name) browser.select(name, tab);
      else details.current?.querySelector<HTMLElement>(`[role=tab][id$="-${tab}"]`)?.click();
      requestAnimationFrame(() => details.current?.scrollIntoView?.({ block: "nearest" }));
    },
    plan: (action, name) => void many.plan(action, [name]),
    remove: (name) => {
      view.rpc
        .request("picture", { name })
        .then(setRemoving)
        .catch((error: RpcError) => view.report(error.message));
    },
  }), []);
  const [idle, setIdle] = useState(false);
  const [removing, setRemoving] = useState<Picture | null>(null);
  const listed = beside ? browser.width.value * LIST_SHARE : browser.width.value;
  const entries = view.store.entries.value;
  // Widths follow what stands in the columns when there is much more of it, not at every refresh.
  const magnitude = Math.ceil(Math.log2(entries.size + 1));
  const sample = useMemo(() => [...entries.values()], [magnitude]);
  const columns = columnsFor(listed, browser, sample, acts);
  useEffect(() => {
    for (const name of waits.names.value) waits.see(name, entries.get(name)?.row.status ?? null);
  }, [entries, waits.names.value]);
  useEffect(() => {
    if (typeof ResizeObserver === "undefined") return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry) browser.width.value = entry.contentRect.width;
    });
    observer.observe(view.root);
    return () => observer.disconnect();
  }, []);

  const focusGrid = (): void => view.root.querySelector<HTMLElement>("[role=grid] [data-active]")?.focus();
  const clear = (): void => {
    browser.clear();
    search.current?.focus();
  };
  const close = (): void => {
    const inside = details.current?.contains(view.root.ownerDocument.activeElement);
    browser.select(null);
    if (inside) focusGrid();
  };

  const empty = entries.size === 0;
  const loading = empty && (link.state === "loading" || (total.value > 0 && !complete.value));
  // Beside nothing, the room below a few rows that were found is better used by what is open.
  const rows = open && !beside ? found.entries.length : total.value;
  return (
    <div class={`sw-panel${narrow ? " sw-narrow" : ""}`} aria-busy={loading}>
      <Header narrow={narrow} browser={browser} width={listed} />
      <LinkBanner outcome={<UndoBanner />} />
      {workspace.read_only !== null && <ReadOnly reason={workspace.read_only} />}
      {state.value.creating && (
        <section class="sw-detail" aria-label="New endpoint" onKeyDown={(event) => event.key === "Escape" && !event.defaultPrevented && openForm(view, false)}>
          <span class="sw-detail-close">
            <Button look="quiet" label="Close the form" onClick={() => openForm(view, false)}>
              <Icon name="close" />
            </Button>
          </span>
          <Child of={state.value.creating} />
        </section>
      )}
      <div class={beside ? "sw-sides" : ""}>
      {loading ? (
        <LoadingRows />
      ) : empty ? (
        link.state !== "error" && <NoEndpoints />
      ) : (
        <div class="sw-listed">
          <Filters browser={browser} inputRef={search} onDown={focusGrid} onClear={clear} many={many} onIdle={() => setIdle(true)} />
          {idle && (
            <Idle
              onClose={() => setIdle(false)}
              onStop={(names) => {
                setIdle(false);
                void many.plan("stop", names);
              }}
            />
          )}
          {many.open.value && <ManyDialog many={many} waits={waits} onClose={() => many.hide()} />}
          {removing && <DeleteDialog picture={removing} onClose={() => setRemoving(null)} />}
          <Ended waits={waits} />
          <div class="sw-stack">
            <VirtualGrid<Entry>
              label="Endpoints"
              columns={columns}
              items={found.entries}
              keyOf={({ row }) => row.name}
              room={Math.max(FEWEST_ROWS, Math.min(MOST_ROWS, rows))}
              orderKey={browser.orderKey.value}
              sort={browser.sort.value}
              onSort={(column, add) => browser.sortBy(column, add)}
              onResize={(column, to) => browser.layout.resize(column, to)}
              selected={browser.selected.value}
              onOpen={({ row }) => browser.select(row.name)}
              onTick={({ row }, through) => browser.tick(row.name, through)}
              onEscape={close}
              onSearch={() => search.current?.focus()}
              onSettled={(names) => browser.tellVisible(names)}
            />
            {found.entries.length === 0 && <NothingMatches onClear={clear} />}
          </div>
        </div>
      )}
      {chosen && open && (
        <div ref={details} onKeyDown={(event) => event.key === "Escape" && !event.defaultPrevented && close()}>
          <Detail key={chosen.name} {...chosen} onClose={close} />
        </div>
      )}
      </div>
    </div>
  );
}
