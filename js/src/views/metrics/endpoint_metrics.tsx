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
import { useView } from "../../view";
import css from "./endpoint_metrics.css";
import { MetricsTable } from "./MetricsTable";
import { Plot } from "./Plot";
import type { Metrics, MetricsState } from "./contract";

export { css };

/** The recent course of an endpoint's numbers. The kernel asks for them only while this is on screen. */
export default function EndpointMetrics() {
  const view = useView<MetricsState>();
  const { name, metrics } = view.store.state.value;
  const [chosen, choose] = useState("");
  const [asTable, setAsTable] = useState(false);
  const frozen = view.live.state.value === "frozen";
  const entities = Object.keys(metrics.plots);
  const entity = entities.includes(chosen) ? chosen : "";
  const plotted = (metrics.plots[entity] ?? []).length > 0;
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
                  {each || "All together"}
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
        {plotted && <Button onClick={() => setAsTable(!asTable)}>{asTable ? "Show as plots" : "Show as table"}</Button>}
      </div>
      <LinkBanner />
      <div class="sw-metrics">
        <Body metrics={metrics} name={name} entity={entity} asTable={asTable} />
      </div>
    </div>
  );
}

interface BodyProps {
  metrics: Metrics;
  name: string;
  entity: string;
  asTable: boolean;
}

function Body({ metrics, name, entity, asTable }: BodyProps) {
  const view = useView<MetricsState>();
  const { endpoint, link } = view.store.state.value;
  const { times, problem } = metrics;
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
  const plots = metrics.plots[entity] ?? [];
  return (
    <>
      {problem && !frozen && <Banner tone="info" icon="alert" problem={problem} action={retry} />}
      {metrics.why && <p class="sw-muted">{metrics.why}</p>}
      {plots.length > 0 && asTable && <MetricsTable name={entity || name} plots={plots} times={times} />}
      {plots.length > 0 && !asTable && (
        <div class="sw-plots">
          {plots.map((plot) => (
            <Plot key={plot.key} plot={plot} times={times} gap={metrics.gap} at={at !== null && at < times.length ? at : null} onPoint={setAt} />
          ))}
        </div>
      )}
    </>
  );
}

function Freshness({ metrics, frozen }: { metrics: Metrics; frozen: boolean }) {
  const { note } = useView<MetricsState>().refreshing.value;
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
        {[0, 1, 2, 3].map((each) => (
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
