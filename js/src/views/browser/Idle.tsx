import { useEffect, useState } from "preact/hooks";
import type { ErrorFields as Problem } from "../../kernel/contract";
import type { RpcError } from "../../kernel/rpc";
import { count } from "../../page/words";
import { Button } from "../../ui/controls/Button";
import { CodeLine } from "../../ui/controls/Recipes";
import { Dialog } from "../../ui/dialogs/Dialog";
import { Banner } from "../../ui/frame/Banner";
import type { IdleFound } from "./contract";
import { useBrowserView } from "./rows";

const HOURS: readonly [number, string][] = [
  [0, "at any time"],
  [1, "more than an hour ago"],
  [24, "more than a day ago"],
  [168, "more than a week ago"],
];

/** Endpoints that may not be worth what they take, each with the evidence; those that are ticked are stopped together. */
export function Idle({ onStop, onClose }: { onStop(names: string[]): void; onClose(): void }) {
  const view = useBrowserView();
  const [hours, setHours] = useState(24);
  const [found, setFound] = useState<IdleFound | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  useEffect(() => {
    let current = true;
    setFound(null);
    setProblem(null);
    view.rpc.request("idle", { hours }).then(
      (told) => {
        if (!current) return;
        setFound(told);
        // What answers requests is not to be stopped by mistake, however large or outdated it is.
        setTicked(new Set(told.rows.filter(({ reasons, stoppable }) => stoppable && reasons.includes("idle")).map(({ name }) => name)));
      },
      (error: RpcError) => current && setProblem(error.problem),
    );
    return () => {
      current = false;
    };
  }, [hours]);
  const names = (found?.rows ?? []).filter(({ name }) => ticked.has(name)).map(({ name }) => name);
  const tick = (name: string): void => {
    const next = new Set(ticked);
    if (!next.delete(name)) next.add(name);
    setTicked(next);
  };
  const readOnly = view.store.state.value.workspace.read_only;
  return (
    <Dialog title="Idle, over-sized or forgotten" onClose={onClose}>
      <label class="sw-bar">
        <span class="sw-muted">Changed</span>
        <select class="sw-input sw-idle-hours" value={hours} onChange={(event) => setHours(Number(event.currentTarget.value))}>
          {HOURS.map(([value, words]) => (
            <option key={value} value={value}>
              {words}
            </option>
          ))}
        </select>
      </label>
      {!found && !problem && <p class="sw-muted">Reading the metrics of each endpoint…</p>}
      {problem && <Banner tone="error" problem={problem} />}
      {found?.rows.length === 0 && <p>None was found.</p>}
      {found && found.rows.length > 0 && (
        <ul class="sw-steps sw-many">
          {found.rows.map(({ name, reasons, evidence, stoppable }) => (
            <li key={name} class="sw-step">
              <input
                type="checkbox"
                aria-label={`Stop ${name}`}
                disabled={!stoppable}
                checked={ticked.has(name)}
                onChange={() => tick(name)}
              />
              <span class="sw-mono sw-clip" title={name}>
                {name}
              </span>
              <span class="sw-grow">{reasons.join(", ")}</span>
              <p class="sw-muted">
                {evidence}
                {!stoppable && ". It can't be stopped"}.
              </p>
            </li>
          ))}
        </ul>
      )}
      {found && <CodeLine text={found.recipe.magic} what="the magic line" />}
      <div class="sw-bar sw-end">
        <span data-safe>
          <Button onClick={onClose}>Close</Button>
        </span>
        <Button look="main" refused={readOnly ?? (names.length ? null : "None of them is ticked.")} onClick={() => onStop(names)}>
          {names.length ? `Stop ${count(names.length, "endpoint")}…` : "Stop…"}
        </Button>
      </div>
    </Dialog>
  );
}
