import { useState } from "preact/hooks";
import { Banner } from "../../ui/frame/Banner";
import { Button } from "../../ui/controls/Button";
import { CodeButtons, CopyButton } from "../../ui/controls/CopyButton";
import { Icon } from "../../ui/controls/Icon";
import { Tabs } from "../../ui/controls/Tabs";
import { bytes, duration, type Explorer, save } from "./explorer";
import type { Answer as Told, AnswerTablePicture as AnswerTable } from "./contract";

/** Where the answer will stand. */
export function Waiting() {
  return (
    <section class="sw-schema-answer" aria-label="Answer">
      <div class="sw-schema-facts">
        <span class="sw-title">Answer</span>
        <span class="sw-pair sw-muted">
          <Icon name="refresh" spin />
          Waiting for the answer…
        </span>
      </div>
    </section>
  );
}

const TABS = [
  { key: "table", label: "Rows" },
  { key: "raw", label: "Raw" },
];

/** What came of a request. */
export function Answer({ explorer, answer, frozen }: { explorer: Explorer; answer: Told; frozen: string | null }) {
  const [tab, setTab] = useState("table");
  const { table, problem, outcome, raw } = answer;
  const shown = table ? tab : "raw";
  return (
    <section class="sw-schema-answer" aria-label="Answer">
      <div class="sw-schema-facts">
        <span class="sw-title">Answer {answer.number}</span>
        <Facts answer={answer} />
      </div>
      {problem && <Banner tone="error" problem={problem} />}
      {outcome === "cancelled" && <p class="sw-muted">Canceled. The model may still be working on it.</p>}
      {(table || raw) && (
        <Tabs label="Answer as" tabs={table ? TABS : TABS.slice(1)} chosen={shown} onChoose={setTab}>
          <div class="sw-schema-pane">
            {answer.note && <p class="sw-muted">{answer.note}</p>}
            {shown === "table" && table ? (
              <>
                {answer.joinable && (
                  <label class="sw-schema-check">
                    <input
                      type="checkbox"
                      checked={answer.beside}
                      disabled={frozen !== null}
                      onChange={(event) => void explorer.ask("beside", { on: event.currentTarget.checked })}
                    />
                    Show the inputs too
                  </label>
                )}
                <Rows table={table} />
              </>
            ) : (
              <Raw explorer={explorer} answer={answer} frozen={frozen} />
            )}
          </div>
        </Tabs>
      )}
    </section>
  );
}

function Facts({ answer }: { answer: Told }) {
  const { outcome, status, seconds, size, served, request_id, tokens } = answer;
  const word = { running: "Sending…", answered: `Status ${status}`, failed: status ? `Status ${status}` : "Failed", cancelled: "Canceled" }[outcome];
  return (
    <span class="sw-schema-told">
      <span class={outcome === "failed" ? "sw-schema-bad" : ""}>{word}</span>
      {seconds !== null && <span class="sw-number">{duration(seconds)}</span>}
      {size !== null && <span class="sw-number">{bytes(size)}</span>}
      {tokens && <span class="sw-number">{`${tokens[0].toLocaleString("en")} tokens in, ${tokens[1].toLocaleString("en")} out`}</span>}
      {served && (
        <span>
          <span class="sw-muted">by</span> <span class="sw-mono">{served}</span>
        </span>
      )}
      {request_id && <CopyButton text={request_id} what="request id" />}
    </span>
  );
}

function Rows({ table }: { table: AnswerTable }) {
  const { names, ends, rows, inputs, total, more_columns: more } = table;
  const cut = rows.length < total || more > 0;
  return (
    <>
      <div class="sw-schema-scroll sw-schema-narrow" tabIndex={0} role="region" aria-label="Answer rows">
        <table class="sw-schema-rows">
          <caption class="sw-hidden">Answer rows</caption>
          <thead>
            <tr>
              <th scope="col" class="sw-schema-number">
                <span class="sw-hidden">Row</span>
              </th>
              {names.map((name, at) => (
                <th key={at} scope="col" class={`${ends[at] ? "sw-schema-end" : ""}${at < inputs ? " sw-schema-input" : ""}`}>
                  <span class="sw-mono">{name}</span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((cells, row) => (
              <tr key={row}>
                <th scope="row" class="sw-schema-number">
                  {row}
                </th>
                {cells.map((cell, at) => (
                  <td key={at} class={`${ends[at] ? "sw-schema-end" : ""}${at < inputs ? " sw-schema-input" : ""}`} title={cell.length > 40 ? cell : undefined}>
                    {cell}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {total === 0 && <p class="sw-muted">The answer has no rows.</p>}
      {cut && (
        <p class="sw-muted">
          The first {rows.length.toLocaleString("en")} of {total.toLocaleString("en")} rows
          {more > 0 && `, without ${more.toLocaleString("en")} columns`}. All of it is in <code class="sw-code">explorer.answer.frame</code>.
        </p>
      )}
    </>
  );
}

/** A cell that has an answer as a value: strings of JSON are strings of Python. */
function asPython(json: string): string {
  return `import json\n\nanswer = json.loads(${JSON.stringify(json)})`;
}

function Raw({ explorer, answer, frozen }: { explorer: Explorer; answer: Told; frozen: string | null }) {
  return (
    <>
      <pre class="sw-schema-raw sw-mono" tabIndex={0} role="region" aria-label="Raw answer">
        {answer.raw}
      </pre>
      <div class="sw-bar">
        {answer.whole ? (
          <CodeButtons text={answer.raw} what="the answer" source={asPython(answer.raw)} />
        ) : (
          <span class="sw-muted">The beginning of {bytes(answer.size ?? answer.raw.length)}.</span>
        )}
        {answer.size !== null && (
          <Button refused={frozen} onClick={() => void save(explorer, "answer")}>
            Save answer
          </Button>
        )}
      </div>
    </>
  );
}
