import { extentOf, before, gapsOf, nearest, pathOf, placeOf, places, roundUp, tick, utc, writing } from "./scale";
import type { DeployMark as Deploy, MetricPlot } from "./contract";

interface PlotProps {
  plot: MetricPlot;
  times: readonly number[];
  /** Milliseconds: samples further apart are not joined. */
  gap: number;
  deploys: readonly Deploy[];
  /** The sample that is pointed at in one of the plots; null: the latest is told. */
  at: number | null;
  onPoint(at: number | null): void;
}

/** One plot: lines told apart by their dashes and by name, over an axis that begins at 0. */
export function Plot({ plot, times, gap, deploys, at, onPoint }: PlotProps) {
  const known = plot.lines.flatMap(({ values }) => values.filter((value) => value !== null));
  const top = roundUp(Math.max(0, ...known));
  const across = places(times);
  const point = (event: PointerEvent): void => {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    if (box.width) onPoint(nearest(across, (event.clientX - box.left) / box.width));
  };
  const latest = times.at(-1)!;
  const missing = gapsOf(times, gap).map(([from, to]) => {
    const [left, right] = [placeOf(from, times)! * 100, placeOf(to, times)! * 100];
    return `M${left} 0H${right}V100H${left}Z`;
  });
  const marks = deploys.map((deploy) => placeOf(deploy.at, times)).filter((place) => place !== null);
  return (
    <figure class="sw-plot">
      <figcaption class="sw-bar">
        <span class="sw-plot-title">{plot.title}</span>
        <span class="sw-caption">{[plot.unit, plot.note].filter(Boolean).join(", ")}</span>
      </figcaption>
      <div class="sw-legend" aria-hidden="true">
        {plot.lines.map(({ name, values }, i) => (
          <span key={name} class="sw-pair">
            <svg class="sw-swatch" viewBox="0 0 20 4">
              <path class={`sw-curve sw-curve-${i}`} d="M1 2h18" />
            </svg>
            {name}
            <strong class="sw-number">{writing(values)(values[at ?? values.length - 1])}</strong>
          </span>
        ))}
      </div>
      <div class="sw-plot-box">
        <div class="sw-scale sw-number" aria-hidden="true">
          {known.length > 0 && (
            <>
              <span>{tick(top)}</span>
              {/* There is no half of a request. */}
              <span>{plot.unit || top > 1 ? tick(top / 2) : ""}</span>
              <span>0</span>
            </>
          )}
        </div>
        <svg
          class="sw-drawing"
          role="img"
          aria-label={spoken(plot, times, gap, deploys)}
          viewBox="0 0 100 100"
          preserveAspectRatio="none"
          onPointerMove={point}
          onPointerLeave={() => onPoint(null)}
        >
          <path class="sw-grid-lines" d="M0 0h100M0 50h100M0 100h100" />
          {missing.length > 0 && <path class="sw-missing" d={missing.join("")} />}
          {marks.length > 0 && <path class="sw-deployed" d={marks.map((place) => `M${place * 100} 0v100`).join("")} />}
          {at !== null && <path class="sw-cross" d={`M${across[at]! * 100} 0v100`} />}
          {plot.lines.map(({ name, values }, i) => (
            <path key={name} class={`sw-curve sw-curve-${i}`} d={pathOf(values, times, top, gap)} />
          ))}
        </svg>
      </div>
      <div class="sw-span sw-number sw-caption" aria-hidden="true">
        <span>{times.length > 1 ? before(latest - times[0]!) : ""}</span>
        <span class="sw-clip">{at === null ? (known.length ? "" : "not measured") : [utc(times[at]!), ...(latest > times[at]! ? [before(latest - times[at]!)] : [])].join(" · ")}</span>
        <span>latest</span>
      </div>
    </figure>
  );
}

/** What the drawing tells, in words. */
function spoken({ title, unit, note, lines }: MetricPlot, times: readonly number[], gap: number, deploys: readonly Deploy[]): string {
  const head = [unit ? `${title} in ${unit}` : title, ...(note ? [note] : [])].join(", ");
  const when =
    times.length > 1 ? `${times.length} samples from ${utc(times[0]!)} to ${utc(times.at(-1)!)}` : `at ${utc(times[0]!)}`;
  const told = lines.map(({ name, values }) => {
    const [found, write] = [extentOf(values), writing(values)];
    return found === null
      ? `${name} not measured`
      : `${name} latest ${write(found.latest)}, lowest ${write(found.lowest)}, highest ${write(found.highest)}`;
  });
  told.push(...gapsOf(times, gap).map(([from, to]) => `not measured between ${utc(from)} and ${utc(to)}`));
  told.push(...deploys.filter(({ at }) => placeOf(at, times) !== null).map(({ at, what }) => `${what} at ${utc(at)}`));
  return `${head}, ${when}: ${told.join("; ")}`;
}
