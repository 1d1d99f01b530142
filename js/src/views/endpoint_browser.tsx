import { useEffect, useMemo, useRef } from "preact/hooks";
import { Banner } from "../ui/Banner";
import { LinkBanner } from "../ui/LinkBanner";
import { VirtualGrid } from "../ui/VirtualGrid";
import { columnsFor } from "./browser/columns";
import { Detail } from "./browser/Detail";
import { LoadingRows, NoEndpoints, NothingMatches } from "./browser/Empty";
import { Filters } from "./browser/Filters";
import { Header } from "./browser/Header";
import type { Entry, SortColumn } from "./browser/listing";
import { RowStore, useBrowserView } from "./browser/rows";
import { Browser } from "./browser/state";
import css from "./endpoint_browser.css";

export { css, RowStore as Store };

const MOST_ROWS = 12;
const FEWEST_ROWS = 3;
/** CSS pixels below which words give way to icons and the search box takes a line of its own. */
const NARROW = 480;

/** All endpoints of a workspace: search, facets, sorting, and the details of the chosen one below. */
export default function EndpointBrowser() {
  const view = useBrowserView();
  const browser = useMemo(() => new Browser(view), []);
  const search = useRef<HTMLInputElement>(null);
  const details = useRef<HTMLDivElement>(null);
  const { state, total, complete } = view.store;
  const { link, workspace } = state.value;
  const found = browser.found.value;
  const narrow = browser.width.value < NARROW;
  const columns = useMemo(() => columnsFor(browser.width.value), [browser.width.value]);

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

  const empty = view.store.entries.value.size === 0;
  const loading = empty && (link.state === "loading" || (total.value > 0 && !complete.value));
  const chosen = browser.chosen.value;
  return (
    <div class={`sw-panel${narrow ? " sw-narrow" : ""}`} aria-busy={loading}>
      <Header narrow={narrow} />
      <LinkBanner />
      {workspace.read_only !== null && (
        <Banner tone="info" icon="lock" problem={{ code: "", message: workspace.read_only, hint: "" }} />
      )}
      {loading ? (
        <LoadingRows />
      ) : empty ? (
        link.state !== "error" && <NoEndpoints />
      ) : (
        <>
          <Filters browser={browser} inputRef={search} onDown={focusGrid} onClear={clear} />
          <div class="sw-stack">
            <VirtualGrid<Entry>
              label="Endpoints"
              columns={columns}
              items={found.entries}
              keyOf={({ row }) => row.name}
              room={Math.max(FEWEST_ROWS, Math.min(MOST_ROWS, total.value))}
              orderKey={browser.orderKey.value}
              sort={browser.sort.value}
              onSort={(column, add) => browser.sortBy(column as SortColumn, add)}
              selected={browser.selected.value}
              onOpen={({ row }) => browser.select(row.name)}
              onEscape={close}
              onSearch={() => search.current?.focus()}
              onSettled={(names) => browser.tellVisible(names)}
            />
            {found.entries.length === 0 && <NothingMatches onClear={clear} />}
          </div>
        </>
      )}
      {chosen && (
        <div ref={details} onKeyDown={(event) => event.key === "Escape" && close()}>
          <Detail key={chosen.row.name} {...chosen} onClose={close} />
        </div>
      )}
    </div>
  );
}
