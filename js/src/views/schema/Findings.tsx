import { Button } from "../../ui/controls/Button";
import { Prose } from "../../ui/frame/Prose";
import type { Explorer } from "./explorer";
import type { BodyFinding as Finding, BodyDraft as Draft } from "./contract";

const SHOWN = 5;

/** What is wrong with the draft, each with a way to its place; read out when it changes. */
export function Findings({ explorer, draft }: { explorer: Explorer; draft: Draft }) {
  const { errors, warnings, notes, total, fault } = draft;
  return (
    <div class="sw-schema-findings" aria-live="polite">
      {fault ? (
        <p class="sw-schema-fault">
          The JSON can’t be read:{" "}
          <button type="button" class="sw-schema-link" onClick={() => explorer.lead({ view: "json", line: fault.line, column: fault.column })}>
            line {fault.line}
          </button>
        </p>
      ) : (
        total > 0 && <p class="sw-schema-fault">{total === 1 ? "1 error" : `${total.toLocaleString("en")} errors`}</p>
      )}
      {!fault && (
        <ul>
          {errors.slice(0, SHOWN).map((one) => (
            <One key={`${one.pointer} ${one.code}`} explorer={explorer} finding={one} />
          ))}
          {warnings.slice(0, SHOWN).map((one) => (
            <li key={`${one.pointer} ${one.code}`} class="sw-muted">
              Note: {one.message}
            </li>
          ))}
          {notes.map((note) => (
            <li key={note} class="sw-muted">
              <Prose text={note} />
            </li>
          ))}
        </ul>
      )}
      {!fault && total > Math.min(SHOWN, errors.length) && (
        <p class="sw-muted">{(total - Math.min(SHOWN, errors.length)).toLocaleString("en")} more.</p>
      )}
    </div>
  );
}

function One({ explorer, finding }: { explorer: Explorer; finding: Finding }) {
  return (
    <li>
      <button type="button" class="sw-schema-link" onClick={() => explorer.goTo(finding)}>
        {finding.where}
      </button>
      : {finding.message} {finding.fix}{" "}
      {finding.fixable && (
        <Button look="quiet" label={`Fix ${finding.where}`} onClick={() => void explorer.edit("fix", { pointer: finding.pointer })}>
          Fix
        </Button>
      )}
    </li>
  );
}
