import type { RefObject } from "preact";
import { Button } from "../../ui/controls/Button";
import { Icon } from "../../ui/controls/Icon";
import type { Logs } from "./logs";
import { foundWords } from "./moving";

interface FindProps {
  logs: Logs;
  inputRef: RefObject<HTMLInputElement | null>;
  onLeave(): void;
}

/** Search in all lines: lead from match to match, or show the matches alone. */
export function Find({ logs, inputRef, onLeave }: FindProps) {
  const { query, regex, exact, filter, context } = logs.options.value;
  const fault = logs.fault.value;
  const keyDown = (event: KeyboardEvent): void => {
    if (event.key === "Enter") void logs.moving.nextMatch(event.shiftKey ? -1 : 1);
    else if (event.key === "ArrowDown") onLeave();
    else if (event.key === "Escape") {
      if (query) logs.set({ query: "" });
      else onLeave();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div class="sw-log-find" role="search" aria-label="Find in log">
      <label class="sw-log-search">
        <Icon name="search" />
        <input
          ref={inputRef}
          class="sw-input"
          type="search"
          aria-label="Find in log"
          aria-invalid={fault ? true : undefined}
          placeholder="Find in log"
          spellcheck={false}
          value={query}
          onInput={(event) => logs.set({ query: event.currentTarget.value })}
          onKeyDown={keyDown}
        />
        <span class="sw-log-switches">
          <Toggle label="Match case" on={exact} onToggle={() => logs.set({ exact: !exact })}>
            Aa
          </Toggle>
          <Toggle label="Regular expression" on={regex} onToggle={() => logs.set({ regex: !regex })}>
            .*
          </Toggle>
        </span>
      </label>
      <Button look="quiet" label="Previous match" refused={query ? null : NOTHING} onClick={() => void logs.moving.nextMatch(-1)}>
        <Icon name="chevron" turn />
      </Button>
      <Button look="quiet" label="Next match" refused={query ? null : NOTHING} onClick={() => void logs.moving.nextMatch(1)}>
        <Icon name="chevron" />
      </Button>
      <Toggle label="Show matching lines only" on={filter} onToggle={() => logs.set({ filter: !filter })}>
        Filter
      </Toggle>
      {filter && (
        <label class="sw-log-pick">
          <span class="sw-muted">Context</span>
          <select
            class="sw-select"
            aria-label="Lines of context"
            value={String(context)}
            onChange={(event) => logs.set({ context: Number(event.currentTarget.value) })}
          >
            {CONTEXTS.map((lines) => (
              <option key={lines} value={String(lines)}>
                {lines === 0 ? "none" : `± ${lines}`}
              </option>
            ))}
          </select>
        </label>
      )}
      <span class={`sw-number sw-caption${fault ? " sw-reason" : " sw-muted"}`} aria-live="polite">
        {foundWords(logs)}
      </span>
    </div>
  );
}

const NOTHING = "Enter text to find first.";
const CONTEXTS = [0, 1, 2, 3, 5, 10, 25];

interface ToggleProps {
  label: string;
  on: boolean;
  onToggle(): void;
  children: preact.ComponentChildren;
}

/** A button that stays pressed. */
export function Toggle({ label, on, onToggle, children }: ToggleProps) {
  return (
    <button type="button" class="sw-log-toggle" aria-pressed={on} aria-label={label} title={label} onClick={onToggle}>
      {children}
    </button>
  );
}
