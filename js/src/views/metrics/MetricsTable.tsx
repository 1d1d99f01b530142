import { gapsOf, placeOf, utc, writing } from "./scale";
import type { DeployMark as Deploy, MetricPlot } from "./contract";

interface MetricsTableProps {
  name: string;
  plots: readonly MetricPlot[];
  times: readonly number[];
  /** Milliseconds: samples further apart have minutes without a sample between them. */
  gap: number;
  deploys: readonly Deploy[];
}

/** The same as the plots tell, the latest first. */
export function MetricsTable({ name, plots, times, gap, deploys }: MetricsTableProps) {
  const lines = plots.flatMap((plot) => plot.lines.map((line) => ({ ...line, key: `${plot.key} ${line.name}`, write: writing(line.values) })));
  const rows = [
    ...times.map((at, i) => ({ at, i, said: "" })),
    ...gapsOf(times, gap).map(([from, to]) => ({ at: to - 1, i: -1, said: `Not measured since ${clock(from)}` })),
    ...deploys.filter(({ at }) => placeOf(at, times) !== null).map(({ at, what }) => ({ at, i: -1, said: what })),
  ].sort((a, b) => b.at - a.at);
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
          {rows.map(({ at, i, said }) => (
            <tr key={`${at} ${said}`}>
              <th scope="row">{clock(at)}</th>
              {said ? (
                <td colSpan={lines.length} class="sw-said">
                  {said}
                </td>
              ) : (
                lines.map((line) => <td key={line.key}>{line.write(line.values[i])}</td>)
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function clock(time: number): string {
  return utc(time).replace(" UTC", "");
}
