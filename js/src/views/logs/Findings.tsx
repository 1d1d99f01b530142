import { useState } from "preact/hooks";
import { Button } from "../../ui/controls/Button";
import { Icon } from "../../ui/controls/Icon";
import { Prose } from "../../ui/frame/Prose";
import { useView } from "../../view";
import type { Logs } from "./logs";
import type { LogViewerState as LogState } from "./contract";
import { safeToPaste } from "./list/text";

/** What a known failure means and what to do, with the line that gives it away; `onLeave` takes the focus to the log. */
export function Findings({ logs, onLeave }: { logs: Logs; onLeave(): void }) {
  const { findings, key } = useView<LogState>().store.state.value.log;
  const [chosen, setChosen] = useState("");
  const [dismissed, setDismissed] = useState<ReadonlySet<string>>(new Set());
  const id = (code: string, number: number): string => `${key} ${code} ${number}`;
  const left = findings.filter(({ code, number }) => !dismissed.has(id(code, number)));
  if (left.length === 0) return null;
  const shown = left.find(({ code }) => code === chosen) ?? left[0]!;
  const show = async (): Promise<void> => {
    onLeave();
    if (!logs.lines.has(shown.number)) await logs.near(shown.number);
    logs.goTo(shown.number);
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
          <Button onClick={() => void show()}>Show line {(shown.number + 1).toLocaleString("en")}</Button>
        </div>
        <code class="sw-log-finding-line">{safeToPaste(shown.line).trim()}</code>
        <div>
          <Prose text={shown.meaning} />
        </div>
        <div class="sw-muted">
          <Prose text={shown.remedy} />
        </div>
      </div>
      <Button look="quiet" label="Dismiss" onClick={dismiss}>
        <Icon name="close" />
      </Button>
    </section>
  );
}
