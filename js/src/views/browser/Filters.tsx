import type { RefObject } from "preact";
import { useRef, useState } from "preact/hooks";
import type { Facet } from "./listing";
import { Button } from "../../ui/controls/Button";
import { Icon } from "../../ui/controls/Icon";
import { Menu, type MenuItem } from "../../ui/controls/Menu";
import { ONGOING } from "../../kernel/acts";
import { FROZEN } from "../../kernel/live";
import { count, kindWords, permissionWords } from "../../page/words";
import { useBrowserView } from "./rows";
import type { Many } from "./many";
import type { Browser } from "./state";
import { Views } from "./ViewMenus";

/** A menu longer than this is not a menu; the search box takes over. */
const MOST_VALUES = 100;

interface FiltersProps {
  browser: Browser;
  inputRef: RefObject<HTMLInputElement | null>;
  /** The arrow key leads from the search box into the rows. */
  onDown(): void;
  onClear(): void;
  many: Many;
  onIdle(): void;
}

export function Filters({ browser, inputRef, onDown, onClear, many, onIdle }: FiltersProps) {
  const { store } = useBrowserView();
  const { text } = browser.query.value;
  const shown = browser.found.value.entries.length;
  const total = store.total.value;
  const held = store.entries.value.size;
  const has = (facet: Facet): boolean => browser.choices.value[facet] || browser.query.value.picked[facet].size > 0;
  const keyDown = (event: KeyboardEvent): void => {
    if (event.key === "ArrowDown") onDown();
    else if (event.key === "Escape" && text) browser.search("");
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div class="sw-filters">
      <label class="sw-search">
        <Icon name="search" />
        <input
          ref={inputRef}
          class="sw-input"
          type="search"
          aria-label="Search endpoints"
          placeholder="Search endpoints"
          spellcheck={false}
          value={text}
          onInput={(event) => browser.search(event.currentTarget.value)}
          onKeyDown={keyDown}
        />
      </label>
      <FacetMenu browser={browser} facet="status" title="Status" />
      <FacetMenu browser={browser} facet="kind" title="Kind" words={kindWords} />
      <FacetMenu browser={browser} facet="creator" title="Creator" words={(creator) => creator || "No creator"} />
      {has("model") && <FacetMenu browser={browser} facet="model" title="Model" />}
      {has("tag") && <FacetMenu browser={browser} facet="tag" title="Tag" />}
      {has("permission") && <FacetMenu browser={browser} facet="permission" title="Permission" words={permissionWords} />}
      <Views browser={browser} onIdle={onIdle} />
      <span class="sw-grow" />
      {browser.filtered && shown > 0 && (
        <Button look="quiet" onClick={onClear}>
          Clear filters
        </Button>
      )}
      {browser.ticked.value.length > 0 || many.stage.value !== "idle" ? (
        <Together browser={browser} many={many} />
      ) : (
        <span class="sw-muted sw-number sw-nowrap" aria-live="polite">
          {browser.filtered
            ? `${shown.toLocaleString("en")} of ${total.toLocaleString("en")}`
            : held < total
              ? `${held.toLocaleString("en")} of ${total.toLocaleString("en")} loaded`
              : count(total, "endpoint")}
        </span>
      )}
    </div>
  );
}

/** What can be done to the ticked ones together. Nothing happens before a dialog has said to whom. */
function Together({ browser, many }: { browser: Browser; many: Many }) {
  const view = useBrowserView();
  const names = browser.ticked.value;
  if (many.stage.value === "doing" || many.stage.value === "done") {
    return (
      <Button onClick={() => many.show()}>
        {many.stage.value === "doing" ? `${ONGOING[many.action]} ${many.ended} of ${many.affected.length}` : "Results"}
      </Button>
    );
  }
  const frozen = view.live.state.value === "frozen" ? FROZEN : null;
  const refused = frozen ?? view.store.state.value.workspace.read_only;
  return (
    <span class="sw-bar" role="group" aria-label="Selected endpoints">
      <span class="sw-number sw-nowrap" aria-live="polite">
        {names.length.toLocaleString("en")} selected
      </span>
      <Button label="Stop the selected endpoints" refused={refused} onClick={() => void many.plan("stop", names)}>
        Stop…
      </Button>
      <Button label="Start the selected endpoints" refused={refused} onClick={() => void many.plan("start", names)}>
        Start…
      </Button>
      <Button look="quiet" label="Clear the selection" onClick={() => browser.untick()}>
        <Icon name="close" />
      </Button>
    </span>
  );
}

interface FacetMenuProps {
  browser: Browser;
  facet: Facet;
  title: string;
  words?(value: string): string;
}

function FacetMenu({ browser, facet, title, words = (value) => value }: FacetMenuProps) {
  const anchor = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState(false);
  const picked = browser.query.value.picked[facet];
  const only = picked.size === 1 ? words([...picked][0]!) : "";
  return (
    <>
      <Button look="quiet" popup expanded={open} buttonRef={anchor} onClick={() => setOpen(!open)}>
        <span>
          {title}
          {picked.size > 0 && <span class="sw-accent">{only ? `: ${only}` : ` (${picked.size})`}</span>}
        </span>
        <Icon name="chevron" />
      </Button>
      {open && (
        <Menu
          anchor={anchor}
          label={title}
          items={itemsOf(browser, facet, words)}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}

/** The values by name, each with what picking it would show. Picked ones stay in sight even when they show nothing. */
function itemsOf(browser: Browser, facet: Facet, words: (value: string) => string): MenuItem[] {
  const counts = browser.found.value.counts[facet];
  const picked = browser.query.value.picked[facet];
  return [...new Set([...counts.keys(), ...picked])]
    .map((value) => ({
      label: words(value),
      checked: picked.has(value),
      count: counts.get(value) ?? 0,
      onPick: () => browser.pick(facet, value),
    }))
    .sort((a, b) => a.label.localeCompare(b.label))
    .slice(0, MOST_VALUES);
}
