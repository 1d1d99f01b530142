import { useEffect, useRef } from "preact/hooks";
import { Button } from "../../ui/controls/Button";
import { useUniqueId } from "../../view";
import { bytes, type Explorer } from "./explorer";
import type { BodyDraft as Draft } from "./contract";

/** Request as JSON. What is typed stays as it is, whether or not it can be read. */
export function Json({ explorer, draft }: { explorer: Explorer; draft: Draft }) {
  const area = useRef<HTMLTextAreaElement>(null);
  const id = useUniqueId();
  const text = explorer.typed.value ?? draft.text;
  const target = explorer.target.value;

  useEffect(() => {
    if (target?.view !== "json") return;
    explorer.target.value = null;
    lead(area.current!, target.line, target.column);
  }, [target]);
  useEffect(() => () => void explorer.flush(), []);

  return (
    <div class="sw-schema-json">
      <textarea
        ref={area}
        class="sw-input sw-mono"
        aria-label="Request as JSON"
        aria-invalid={draft.fault ? true : undefined}
        aria-describedby={draft.fault ? id : undefined}
        spellcheck={false}
        autocomplete="off"
        rows={Math.max(6, Math.min(18, text.split("\n", 20).length + 1))}
        readOnly={!draft.whole}
        value={text}
        onInput={(event) => explorer.type(event.currentTarget.value)}
        onBlur={() => void explorer.flush()}
      />
      {!draft.whole && (
        <p class="sw-muted">The beginning of {bytes(draft.size)}: too much to edit here. All of it is sent.</p>
      )}
      {draft.fault && (
        <p id={id} class="sw-schema-fault">
          Line {draft.fault.line}, column {draft.fault.column}: {draft.fault.message}.
        </p>
      )}
    </div>
  );
}

/** Stands over the other views while the JSON can't be read. */
export function Unreadable({ explorer, draft, table }: { explorer: Explorer; draft: Draft; table: boolean }) {
  const { fault } = draft;
  if (!fault) return null;
  return (
    <div class="sw-banner sw-banner-error">
      <span class="sw-grow">
        {table ? "This shows the last readable request. " : ""}The JSON can’t be read: line {fault.line}, column {fault.column}: {fault.message}.
      </span>
      <Button onClick={() => explorer.lead({ view: "json", line: fault.line, column: fault.column })}>Show the error</Button>
      <Button onClick={() => void explorer.edit("revert")}>Go back</Button>
    </div>
  );
}

function lead(area: HTMLTextAreaElement, line: number, column: number): void {
  const before = area.value.split("\n").slice(0, line - 1);
  const at = Math.min(area.value.length, before.join("\n").length + (before.length ? 1 : 0) + column - 1);
  area.focus();
  area.setSelectionRange(at, at);
}
