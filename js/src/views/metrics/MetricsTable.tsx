import { utc, writing } from "./scale";
import type { MetricPlot } from "./contract";

/** The same numbers as the plots, the latest first. */
export function MetricsTable({ name, plots, times }: { name: string; plots: readonly MetricPlot[]; times: readonly number[] }) {
  const lines = plots.flatMap((plot) => plot.lines.map((line) => ({ ...line, key: `${plot.key} ${line.name}`, write: writing(line.values) })));
  const order = times.map((_, i) => times.length - 1 - i);
  return (
    <div class="sw-figures" role="region" aria-label={`Metrics of ${name} as a table`} tabIndex={0}>
      <table>
        <caption class="sw-hidden">Metrics of {name}</caption>
        <thead>
          <tr>
            <th scope="col" rowSpan={2}>
              Time (UTC)
            </th>
            {plots.map(({ key, title, unit, note, lines: { length } }) => (
              <th key={key} scope="colgroup" colSpan={length} title={note || undefined}>
                {title}
                {unit && ` (${unit})`}
              </th>
            ))}
          </tr>
          <tr>
            {lines.map((line) => (
              <th key={line.key} scope="col">
                {line.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {order.map((i) => (
            <tr key={times[i]}>
              <th scope="row">{utc(times[i]!).replace(" UTC", "")}</th>
              {lines.map((line) => (
                <td key={line.key}>{line.write(line.values[i])}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
