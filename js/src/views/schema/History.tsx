import { useState } from "preact/hooks";
import type { RpcError } from "../../kernel/rpc";
import { Button } from "../../ui/controls/Button";
import { count } from "../../page/words";
import { bytes, duration, type Explorer } from "./explorer";
import type { Comparison, SentLine as Line } from "./contract";

/** The requests that were sent from this kernel: to look at, to send again, to edit, to compare with the one shown. */
export function History({ explorer, lines, shown, frozen, refused }: {
  explorer: Explorer;
  lines: Line[];
  shown: number;
  frozen: string | null;
  refused: string | null;
}) {
  const [told, setTold] = useState<Comparison | null>(null);
  const compare = async (left: number, right: number): Promise<void> => {
    try {
      setTold(await explorer.view.rpc.request("compare", { left, right }));
    } catch (error) {
      explorer.problem.value = (error as RpcError).problem;
    }
  };
  const hasAnswer = lines.some((line) => line.number === shown && line.outcome === "answered");
  return (
    <details class="sw-schema-more">
      <summary>
        History <span class="sw-muted sw-number">{lines.length}</span>
      </summary>
      <div class="sw-schema-scroll" tabIndex={0} role="region" aria-label="Requests from this kernel">
        <table class="sw-schema-rows">
          <caption class="sw-hidden">Requests that were sent from this kernel</caption>
          <thead>
            <tr>
              {["#", "Sent", "Format", "Outcome", "Time", "Size"].map((head) => (
                <th key={head} scope="col">
                  {head}
                </th>
              ))}
              <th scope="col">
                <span class="sw-hidden">Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {lines.map((line) => (
              <tr key={line.number} aria-current={line.number === shown ? "true" : undefined}>
                <th scope="row" class="sw-schema-number">
                  {line.number}
                </th>
                <td class="sw-number" title={new Date(line.at).toISOString()}>
                  {new Date(line.at).toLocaleTimeString("en-GB")}
                </td>
                <td>
                  <span class="sw-mono">{line.format}</span>
                  {line.rows !== null && <span class="sw-muted">, {count(line.rows, "row")}</span>}
                </td>
                <td>{line.outcome === "failed" ? `Failed${line.status ? `, ${line.status}` : ""}` : sentence(line.outcome)}</td>
                <td class="sw-schema-end">{duration(line.seconds)}</td>
                <td class="sw-schema-end">{line.size === null ? "" : bytes(line.size)}</td>
                <td class="sw-nowrap">
                  <Button look="quiet" label={`Show answer ${line.number}`} refused={frozen} onClick={() => void explorer.ask("show", { number: line.number })}>
                    Show
                  </Button>
                  <Button look="quiet" label={`Edit request ${line.number}`} refused={frozen} onClick={() => void explorer.edit("reuse", { number: line.number })}>
                    Edit
                  </Button>
                  <Button look="quiet" label={`Repeat request ${line.number}`} refused={refused} onClick={() => void explorer.send({ number: line.number })}>
                    Repeat
                  </Button>
                  {line.number !== shown && line.outcome === "answered" && hasAnswer && (
                    <Button look="quiet" label={`Compare answer ${line.number} with answer ${shown}`} refused={frozen} onClick={() => void compare(line.number, shown)}>
                      Compare
                    </Button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {told && <Compared told={told} onClose={() => setTold(null)} />}
    </details>
  );
}

function Compared({ told, onClose }: { told: Comparison; onClose(): void }) {
  const { left, right, differing, values, rows } = told;
  return (
    <section class="sw-schema-pane" aria-label={`Answers ${left} and ${right}`}>
      <div class="sw-bar">
        <span class="sw-grow" role="status">
          Answers {left} and {right}: {differing === 0 ? `all ${count(values, "value")} are the same` : `${differing.toLocaleString("en")} of ${count(values, "value")} differ`}
          {told.same_request ? ", for the same request." : ", for different requests."}
        </span>
        <Button onClick={onClose}>Close</Button>
      </div>
      {rows.length > 0 && (
        <div class="sw-schema-scroll" tabIndex={0} role="region" aria-label="Differences">
          <table class="sw-schema-rows">
            <caption class="sw-hidden">Values that differ</caption>
            <thead>
              <tr>
                {["Row", "Column", `Answer ${left}`, `Answer ${right}`].map((head) => (
                  <th key={head} scope="col">
                    {head}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map(([row, column, one, other]) => (
                <tr key={`${row} ${column}`}>
                  <th scope="row" class="sw-schema-number">
                    {row}
                  </th>
                  <td class="sw-mono">{column}</td>
                  <td>{one ?? "–"}</td>
                  <td>{other ?? "–"}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function sentence(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
