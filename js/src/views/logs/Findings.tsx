import { useState } from "preact/hooks";
import { Button } from "../../ui/controls/Button";
import { Icon } from "../../ui/controls/Icon";
import { Prose } from "../../ui/frame/Prose";
import { openTab } from "../../page/open_tab";
import { useView } from "../../view";
import type { Logs } from "./logs";
import type { LogFinding, LogViewerState as LogState } from "./contract";
import { safeToPaste } from "./list/text";

interface FindingsProps {
  logs: Logs;
  /** Takes the focus to the log. */
  onLeave(): void;
  /** Null where there is no other build to compare with. */
  onCompare: (() => void) | null;
}

/** What to do about a known failure and what it means, with the line that gives it away. */
export function Findings({ logs, onLeave, onCompare }: FindingsProps) {
  const view = useView<LogState>();
  const { findings, key } = view.store.state.value.log;
  const [chosen, setChosen] = useState("");
  const [dismissed, setDismissed] = useState<ReadonlySet<string>>(new Set());
  const id = (code: string, number: number): string => `${key} ${code} ${number}`;
  const left = findings.filter(({ code, number }) => !dismissed.has(id(code, number)));
  if (left.length === 0) return null;
  const shown = left.find(({ code }) => code === chosen) ?? left[0]!;
  const show = async (): Promise<void> => {
    onLeave();
    await logs.moving.goTo(shown.number);
  };
  const dismiss = (): void => {
    // The button goes with the last finding.
    if (left.length === 1) onLeave();
    setDismissed(new Set([...dismissed, id(shown.code, shown.number)]));
  };
  return (
    <section class="sw-log-finding" aria-label="Diagnosis">
      <Icon name="alert" />
      <div class="sw-grow">
        <div class="sw-log-finding-head">
          <strong>{shown.title}</strong>
          {left.length > 1 && (
            <select
              class="sw-select"
              aria-label="Other findings"
              value={shown.code}
              onChange={(event) => setChosen(event.currentTarget.value)}
            >
              {left.map(({ code, title }, index) => (
                <option key={code} value={code}>
                  {`${index + 1} of ${left.length}: ${title}`}
                </option>
              ))}
            </select>
          )}
        </div>
        <div>
          <Prose text={shown.remedy} />
        </div>
        <div class="sw-muted">
          <Prose text={shown.meaning} />
        </div>
        {!quotes(shown) && <code class="sw-log-finding-line">{safeToPaste(shown.line).trim()}</code>}
        <div class="sw-log-finding-head">
          <Button onClick={() => void show()}>Show line {(shown.number + 1).toLocaleString("en")}</Button>
          {onCompare && <Button onClick={onCompare}>Compare with the last good build</Button>}
          {view.nested && <Button onClick={() => openTab(view.root, "config")}>Deploy a version</Button>}
        </div>
      </div>
      <Button look="quiet" label="Dismiss" onClick={dismiss}>
        <Icon name="close" />
      </Button>
    </section>
  );
}

/** Whether the meaning says already what the line says. */
function quotes({ meaning, line }: LogFinding): boolean {
  const quoted = /Here: (.*)\.$/.exec(meaning)?.[1]?.split("; ")[0];
  return (quoted !== undefined && line.includes(quoted)) || meaning.includes(line.trim());
}
