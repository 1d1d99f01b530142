import { useRef, useState } from "preact/hooks";
import { FROZEN } from "../../kernel/live";
import { Age } from "../../ui/status/Age";
import { Banner } from "../../ui/frame/Banner";
import { Button } from "../../ui/controls/Button";
import { Icon } from "../../ui/controls/Icon";
import { Heading } from "../../ui/frame/Heading";
import { LinkBanner } from "../../ui/status/LinkBanner";
import { Popover } from "../../ui/controls/Popover";
import { CodeLine } from "../../ui/controls/Recipes";
import type { Store } from "../../kernel/store";
import { useView } from "../../view";
import { compared } from "./compare";
import css from "./endpoint_metrics.css";
import { OwnLatency } from "./OwnLatency";
import { MetricsTable } from "./MetricsTable";
import { Plot } from "./Plot";
import type { MetricPlot, Metrics, MetricsOps, MetricsState } from "./contract";
import { placeOf, rangeWords, utc } from "./scale";

export { css };

/** The choice of all entities beside each other; no entity has this name, as names have no signs. */
const COMPARED = "*";

/** The recent course of an endpoint's numbers. The kernel asks for them only while this is on screen. */
export default function EndpointMetrics() {
  const view = useView<MetricsState, Store<MetricsState>, MetricsOps>();
  const { name, endpoint, metrics } = view.store.state.value;
  const [chosen, choose] = useState<string | null>(null);
  const [asTable, setAsTable] = useState(false);
  const frozen = view.live.state.value === "frozen";
  const plots = Object.keys(metrics.plots).length > 2 ? { [COMPARED]: compared(metrics.plots), ...metrics.plots } : metrics.plots;
  const entities = Object.keys(plots);
  // Where traffic is split, how the versions do beside each other is what one looks for.
  const wanted = chosen ?? ((endpoint?.traffic ?? []).filter(({ percent }) => percent > 0).length > 1 ? COMPARED : "");
  const entity = entities.includes(wanted) ? wanted : "";
  const shown = plots[entity] ?? [];
  return (
    <div class={`sw-panel${view.nested ? " sw-nested" : ""}`}>
      <div class="sw-header">
        <Heading name={name} />
        {entities.length > 1 && (
          <label class="sw-which">
            <span class="sw-caption">Entity</span>
            <select class="sw-input" value={entity} onChange={(event) => choose(event.currentTarget.value)}>
              {entities.map((each) => (
                <option key={each} value={each}>
                  {each === COMPARED ? "Versions compared" : each || "All entities"}
                </option>
              ))}
            </select>
          </label>
        )}
        {metrics.ranges && metrics.times.length > 0 && (
          <label class="sw-which">
            <span class="sw-caption">Time</span>
            <select
              class="sw-input"
              disabled={frozen}
              value={String(metrics.range)}
              onChange={(event) => void view.rpc.request("range", { minutes: Number(event.currentTarget.value) }).catch(() => undefined)}
            >
              {metrics.ranges.map((minutes) => (
                <option key={minutes} value={minutes}>
                  {rangeWords(minutes)}
                </option>
              ))}
            </select>
          </label>
        )}
        {metrics.left_out > 0 && <span class="sw-caption">and {metrics.left_out} more</span>}
        <Freshness metrics={metrics} frozen={frozen} />
        <Button look="quiet" label="Refresh metrics" refused={frozen ? FROZEN : null} onClick={() => void view.refresh()}>
          <Icon name="refresh" spin={view.refreshing.value.on} />
        </Button>
        <RecipeButton name={name} metrics={metrics} />
        {shown.length > 0 && <Button onClick={() => setAsTable(!asTable)}>{asTable ? "Show as plots" : "Show as table"}</Button>}
      </div>
      <LinkBanner />
      <div class="sw-metrics">
        <Body metrics={metrics} name={entity && entity !== COMPARED ? entity : name} plots={shown} asTable={asTable} />
        {shown.length > 0 && !frozen && <OwnLatency />}
      </div>
    </div>
  );
}

interface BodyProps {
  metrics: Metrics;
  name: string;
  plots: readonly MetricPlot[];
  asTable: boolean;
}

function Body({ metrics, name, plots, asTable }: BodyProps) {
  const view = useView<MetricsState, Store<MetricsState>, MetricsOps>();
  const { endpoint, link } = view.store.state.value;
  const { times, problem, gap, every = 1, deploys = [] } = metrics;
  const [at, setAt] = useState<number | null>(null);
  const frozen = view.live.state.value === "frozen";
  const retry = { label: "Retry", onClick: () => void view.refresh() };
  if (problem && !times.length) {
    if (problem.code === "permission_denied") return <Banner tone="info" icon="lock" problem={problem} />;
    return <Banner tone="error" problem={problem} action={frozen ? undefined : retry} />;
  }
  if (!times.length) {
    if (frozen) return <p class="sw-muted">No metrics were read.</p>;
    return endpoint?.deleted || link.state === "error" ? null : <Waiting />;
  }
  const marked = plots.length > 0 ? deploys.filter((deploy) => placeOf(deploy.at, times) !== null) : [];
  return (
    <>
      {problem && !frozen && <Banner tone="info" icon="alert" problem={problem} action={retry} />}
      {metrics.why && <p class="sw-muted">{metrics.why}</p>}
      {plots.length > 0 && asTable && <MetricsTable name={name} plots={plots} times={times} gap={gap} deploys={deploys} />}
      {plots.length > 0 && !asTable && (
        <div class="sw-plots">
          {plots.map((plot) => (
            <Plot key={plot.key} plot={plot} times={times} gap={gap} deploys={deploys} at={at !== null && at < times.length ? at : null} onPoint={setAt} />
          ))}
        </div>
      )}
      {!asTable && marked.length > 0 && (
        <ul class="sw-deploys" aria-label="Deployments in this time">
          {marked.map((deploy) => (
            <li key={`${deploy.at} ${deploy.what}`}>
              <span class="sw-number sw-muted">{utc(deploy.at)}</span> {deploy.what}
            </li>
          ))}
        </ul>
      )}
      {every > 1 && plots.length > 0 && (
        <p class="sw-muted">Each sample stands for {every} minutes: the mean of counts, the highest of everything else.</p>
      )}
    </>
  );
}

function Freshness({ metrics, frozen }: { metrics: Metrics; frozen: boolean }) {
  const { note } = useView<MetricsState, Store<MetricsState>, MetricsOps>().refreshing.value;
  const measured = metrics.times.at(-1);
  return (
    <span class="sw-grow sw-caption sw-nowrap">
      {note ||
        (measured !== undefined && (
          <>
            Measured <Age at={measured} />
            {metrics.problem && !frozen && " – retrying"}
          </>
        ))}
    </span>
  );
}

/** Where the plots will stand, so that nothing jumps when they come. */
function Waiting() {
  return (
    <>
      <span class="sw-hidden">Loading…</span>
      <div class="sw-plots" aria-hidden="true">
        {[0, 1, 2, 3, 4, 5].map((each) => (
          <div key={each} class="sw-plot sw-plot-wait" />
        ))}
      </div>
    </>
  );
}

/** The lines that read the same in a cell. */
function RecipeButton({ name, metrics: { recipe } }: { name: string; metrics: Metrics }) {
  const anchor = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button look="quiet" label="Recipe" popup expanded={open} buttonRef={anchor} onClick={() => setOpen(!open)}>
        <Icon name="code" />
      </Button>
      {open && (
        <Popover anchor={anchor} role="group" label={`Recipe for the metrics of ${name}`} onClose={() => setOpen(false)}>
          <div class="sw-recipes">
            <CodeLine text={recipe.magic} what="the magic line" />
            <CodeLine text={recipe.python} what="the Python line" />
          </div>
        </Popover>
      )}
    </>
  );
}
