import { useRef, useState } from "preact/hooks";
import { Button } from "../../ui/controls/Button";
import { Icon } from "../../ui/controls/Icon";
import { Menu } from "../../ui/controls/Menu";
import { useView } from "../../view";
import type { Logs } from "./logs";
import type { EntityChoice, LogViewerState as LogState } from "./contract";

/** Whose log: which served entity, and of which version of the configuration. */
export function Pickers({ logs }: { logs: Logs }) {
  const { entities, entity, version } = useView<LogState>().store.state.value;
  const chosen = entities.find(({ name }) => name === entity);
  if (entities.length === 0) return null;
  return (
    <>
      {entities.length === 1 ? (
        <span class="sw-mono sw-clip" title={entities[0]!.name}>
          {titleOf(entities[0]!)}
        </span>
      ) : (
        <select
          class="sw-select sw-mono"
          aria-label="Served entity"
          value={entity ?? ""}
          onChange={(event) => logs.open({ entity: event.currentTarget.value, version: null })}
        >
          {entity === null && <option value="">Choose an entity</option>}
          {entities.map((each) => (
            <option key={each.name} value={each.name}>
              {titleOf(each)}
            </option>
          ))}
        </select>
      )}
      {chosen && entities.length > 1 && <Beside logs={logs} />}
      {chosen && (
        <select
          class="sw-select"
          aria-label="Config version"
          value={version === null ? "" : String(version)}
          onChange={(event) => {
            const { value } = event.currentTarget;
            logs.open({ version: value ? Number(value) : null });
          }}
        >
          <option value="">Current config</option>
          {versionsOf(chosen).map(({ number, words }) => (
            <option key={number} value={String(number)}>
              {words}
            </option>
          ))}
        </select>
      )}
    </>
  );
}

/** Other entities whose lines stand between, in one order of time. */
function Beside({ logs }: { logs: Logs }) {
  const { entities, entity, beside } = useView<LogState>().store.state.value;
  const anchor = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState(false);
  const others = entities.filter(({ name }) => name !== entity).map(({ name }) => name);
  const toggle = (name: string): void => {
    logs.open({ beside: beside.includes(name) ? beside.filter((each) => each !== name) : [...beside, name] });
  };
  return (
    <>
      <Button look="quiet" popup expanded={open} buttonRef={anchor} onClick={() => setOpen(!open)}>
        {beside.length ? `+ ${beside.length}` : "Merge with"}
        <Icon name="chevron" />
      </Button>
      {open && (
        <Menu
          anchor={anchor}
          label="Merge with, in order of time"
          items={others.map((name) => ({ label: name, checked: beside.includes(name), onPick: () => toggle(name) }))}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}

export function titleOf({ name, pending }: EntityChoice): string {
  return pending ? `${name} (pending)` : name;
}

export function versionsOf({ versions, older }: EntityChoice): { number: number; words: string }[] {
  return [
    ...versions.map((number) => ({ number, words: `Config v${number}` })),
    ...older.map((number) => ({ number, words: `Config v${number} (earlier)` })),
  ];
}
