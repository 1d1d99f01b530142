import { useRef, useState } from "preact/hooks";
import { Button } from "../../ui/controls/Button";
import { Icon } from "../../ui/controls/Icon";
import { Popover } from "../../ui/controls/Popover";
import type { ErrorGroupPicture } from "./contract";
import { type Logs, useLogView } from "./logs";
import { safeToPaste } from "./list/text";

/** The way from error to error, and which errors there are again and again. */
export function Errors({ logs }: { logs: Logs }) {
  const view = useLogView();
  const anchor = useRef<HTMLButtonElement>(null);
  const [groups, setGroups] = useState<ErrorGroupPicture[] | null>(null);
  const frozen = view.live.state.value === "frozen";
  const busy = logs.busy.value !== "";
  const open = async (): Promise<void> => {
    if (groups) return setGroups(null);
    logs.busy.value = "Grouping…";
    try {
      const { replica, since, until } = logs.options.value;
      const args = { text: "", regex: false, exact: false, levels: [], replica, since, until };
      setGroups((await view.rpc.request("groups", args)).groups ?? []);
    } catch {
      setGroups([]);
    } finally {
      logs.busy.value = "";
    }
  };
  const pick = async ({ text, last }: ErrorGroupPicture): Promise<void> => {
    setGroups(null);
    anchor.current?.focus();
    logs.set({ query: text, regex: false, exact: true });
    await logs.moving.goTo(last);
  };
  return (
    <span class="sw-log-errors" aria-busy={busy}>
      <span class="sw-caption">Errors</span>
      <Button look="quiet" label="Previous error" onClick={() => void logs.moving.nextError(-1)}>
        <Icon name="chevron" turn />
      </Button>
      <Button look="quiet" label="Next error" onClick={() => void logs.moving.nextError(1)}>
        <Icon name="chevron" />
      </Button>
      <span class="sw-caption sw-muted sw-number">
        {logs.moving.errorWords.value}
      </span>
      {!frozen && (
        <Button look="quiet" popup expanded={groups !== null} buttonRef={anchor} onClick={() => void open()}>
          Repeated errors
          <Icon name="chevron" />
        </Button>
      )}
      {groups && (
        <Popover anchor={anchor} role="group" label="Repeated errors" onClose={() => setGroups(null)}>
          <ul class="sw-log-groups">
            {groups.map((group) => (
              <li key={group.last}>
                <button type="button" class="sw-item" onClick={() => void pick(group)}>
                  <span class="sw-mono sw-grow">{safeToPaste(group.text)}</span>
                  <span class="sw-number sw-muted">× {group.count.toLocaleString("en")}</span>
                </button>
              </li>
            ))}
            {groups.length === 0 && <li class="sw-muted">There are none.</li>}
          </ul>
        </Popover>
      )}
    </span>
  );
}
