import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { FROZEN } from "../../live";
import { Age } from "../../ui/Age";
import { Banner } from "../../ui/Banner";
import { Button } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { Popover } from "../../ui/Popover";
import { CodeLine } from "../../ui/Recipes";
import { MetricsTable } from "./MetricsTable";
import { Plot } from "./Plot";
import { type Metrics, Requests, usePanelView } from "./state";

/** The recent course of an endpoint's numbers. The kernel asks for them only while this is on screen. */
export function MetricsTab({ name, metrics }: { name: string; metrics: Metrics | null }) {
  const view = usePanelView();
  const requests = useMemo(() => new Requests(view), []);
  const [chosen, choose] = useState("");
  const [asTable, setAsTable] = useState(false);
  const [at, setAt] = useState<number | null>(null);
  useEffect(() => {
    void requests.send("metrics_show", { view: view.id, on: true });
    return () => view.rpc.tell("metrics_show", { view: view.id, on: false });
  }, []);

  const frozen = view.live.state.value === "frozen";
  const retry = (): void => void requests.write("metrics_read");
  if (!metrics || (metrics.state === "loading" && !metrics.times.length)) return frozen ? <Nothing why="No metrics were read." /> : <Waiting />;
  if (metrics.problem && !metrics.times.length) {
    if (metrics.problem.code === "permission_denied") return <Banner tone="info" icon="lock" problem={metrics.problem} />;
    return <Banner tone="error" problem={metrics.problem} action={frozen ? undefined : { label: "Retry", onClick: retry }} />;
  }
  const entities = Object.keys(metrics.plots);
  const entity = entities.includes(chosen) ? chosen : "";
  const plots = metrics.plots[entity] ?? [];
  const pointed = at !== null && at < metrics.times.length ? at : null;
  return (
    <>
      <div class="sw-bar sw-metrics-bar">
        {entities.length > 1 && (
          <label class="sw-choice">
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
        <Freshness metrics={metrics} frozen={frozen} note={requests.note.value} />
        <Button look="quiet" label="Refresh metrics" refused={frozen ? FROZEN : null} onClick={retry}>
          <Icon name="refresh" spin={requests.open.value > 0} />
        </Button>
        <RecipeButton name={name} metrics={metrics} />
        {plots.length > 0 && <Button onClick={() => setAsTable(!asTable)}>{asTable ? "Show as plots" : "Show as table"}</Button>}
      </div>
      {metrics.state === "stale" && metrics.problem && !frozen && (
        <Banner tone="info" icon="alert" problem={metrics.problem} action={{ label: "Retry", onClick: retry }} />
      )}
      {metrics.why && <Nothing why={metrics.why} />}
      {plots.length > 0 && asTable && <MetricsTable name={entity || name} plots={plots} times={metrics.times} />}
      {plots.length > 0 && !asTable && (
        <div class="sw-plots">
          {plots.map((plot) => (
            <Plot key={plot.key} plot={plot} times={metrics.times} at={pointed} onPoint={setAt} />
          ))}
        </div>
      )}
    </>
  );
}

function Freshness({ metrics, frozen, note }: { metrics: Metrics; frozen: boolean; note: string }) {
  const measured = metrics.times.at(-1);
  return (
    <span class="sw-grow sw-caption sw-nowrap">
      {note ||
        (measured !== undefined && (
          <>
            Measured <Age at={measured} />
            {metrics.state === "stale" && !frozen && " – retrying"}
          </>
        ))}
    </span>
  );
}

function Nothing({ why }: { why: string }) {
  return <p class="sw-muted">{why}</p>;
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
