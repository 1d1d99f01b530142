import type { Phase, Served } from "../protocol";
import { deploymentWords } from "../words";
import { StatusMark } from "./StatusMark";

const PHASES: readonly string[] = ["ready", "updating", "failed", "stopped"];

/** What answers queries now, and with which share of them. */
export function ServedEntities({ served }: { served: readonly Served[] }) {
  return (
    <div>
      <div class="sw-caption">Served entities</div>
      <ul class="sw-steps">
        {served.map((one) => (
          <li key={one.name} class="sw-step">
            <StatusMark phase={(PHASES.includes(one.phase) ? one.phase : "other") as Phase} />
            <span class="sw-mono sw-clip" title={`${one.name}\n${one.model}`}>
              {one.model || one.name}
            </span>
            <span class="sw-muted sw-nowrap">{[one.version && `v${one.version}`, one.size].filter(Boolean).join(" · ")}</span>
            <span class="sw-grow sw-muted">{deploymentWords(one.state)}</span>
            {one.traffic !== null && <span class="sw-number">{one.traffic} %</span>}
            {one.message && <p class={one.phase === "failed" ? "sw-reason" : "sw-muted"}>{one.message}</p>}
          </li>
        ))}
      </ul>
    </div>
  );
}
