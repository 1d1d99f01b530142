import type { Picture } from "../../kernel/contract";
import { deploymentWords } from "../../page/words";
import { StatusMark } from "./StatusMark";

/** What answers queries, and with which share of them. What the timeline says already is not said again. */
export function ServedEntities({ picture: { served, update } }: { picture: Picture }) {
  const told = new Set(update?.steps.map(({ message }) => message));
  return (
    <div>
      <div class="sw-caption">Served entities</div>
      <ul class="sw-steps">
        {served.map((one) => (
          <li key={one.name} class="sw-step">
            <StatusMark phase={one.phase} />
            <span class="sw-mono sw-clip" title={`${one.name}\n${one.model}`}>
              {one.model || one.name}
            </span>
            <span class="sw-muted sw-nowrap">{[one.version && `v${one.version}`, one.size].filter(Boolean).join(" · ")}</span>
            <span class="sw-grow sw-muted">{deploymentWords(one.state)}</span>
            {one.traffic !== null && <span class="sw-number">{one.traffic} %</span>}
            {one.message && !told.has(one.message) && <p class={one.phase === "failed" ? "sw-reason" : "sw-muted"}>{one.message}</p>}
          </li>
        ))}
      </ul>
    </div>
  );
}
