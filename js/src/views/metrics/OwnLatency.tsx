import { useState } from "preact/hooks";
import type { RpcError } from "../../kernel/rpc";
import type { Store } from "../../kernel/store";
import { useView } from "../../view";
import type { LatencyFound, LatencyRow, MetricsOps, MetricsState } from "./contract";

/** How long this kernel's own calls took, beside the server's measure: read when it is unfolded. */
export function OwnLatency() {
  const view = useView<MetricsState, Store<MetricsState>, MetricsOps>();
  const [found, setFound] = useState<LatencyFound | null>(null);
  const [fault, setFault] = useState("");
  const read = (open: boolean): void => {
    if (!open) return;
    setFault("");
    view.rpc.request("latency", {}).then(setFound, (error: RpcError) => setFault(error.message));
  };
  return (
    <details class="sw-unfold" onToggle={(event) => read(event.currentTarget.open)}>
      <summary>This kernel's calls beside the server's latency</summary>
      {fault ? <p class="sw-reason">{fault}</p> : !found ? <p class="sw-muted">Reading…</p> : <Latencies found={found} />}
    </details>
  );
}

function Latencies({ found: { rows, note } }: { found: LatencyFound }) {
  const called = rows.filter(({ calls }) => calls > 0);
  return (
    <>
      {called.length === 0 && <p class="sw-muted">No query was answered in this kernel yet.</p>}
      <table class="sw-latency">
        <caption class="sw-hidden">Milliseconds: this kernel's calls, and the server's last minute</caption>
        <thead>
          <tr>
            {["Milliseconds", "Calls", "Own p50", "Own p99", "Server p50", "Server p99", "Outside"].map((title) => (
              <th key={title} scope="col">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.entity}>
              <th scope="row" class="sw-mono">
                {row.entity || "all"}
              </th>
              {[row.calls, row.own_p50, row.own_p99, row.server_p50, row.server_p99, row.outside].map((value, i) => (
                <td key={i} class="sw-number">
                  {value === null ? "–" : value.toLocaleString("en", { maximumFractionDigits: 1 })}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {called.map((row) => (
        <Histogram key={row.entity} row={row} />
      ))}
      {called.length > 0 && (
        <p class="sw-muted">Outside is what the median call takes longer than the server: the network, and waiting on the way. The server counts everyone's calls of the last minute.</p>
      )}
      {note && <p class="sw-muted">{note}</p>}
    </>
  );
}

function Histogram({ row: { entity, histogram } }: { row: LatencyRow }) {
  const most = Math.max(...histogram.map(({ calls }) => calls));
  return (
    <ul class="sw-bars" aria-label={`Calls of ${entity || "the endpoint"} by time`}>
      {histogram.map(({ up_to: upTo, calls }) => (
        <li key={upTo}>
          <span class="sw-number sw-muted">{upTo === null ? "longer" : `up to ${upTo.toLocaleString("en")} ms`}</span>
          <span class="sw-filled" style={{ width: `${(calls / most) * 100}%` }} aria-hidden="true" />
          <span class="sw-number">{calls}</span>
        </li>
      ))}
    </ul>
  );
}
