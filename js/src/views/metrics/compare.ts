/** The served entities of an endpoint beside each other: a plot for each number that tells how they do. Pure. */
import type { MetricLine, MetricPlot } from "./contract";
import type { Values } from "./scale";

/** Entities that a plot can tell apart; of more, those with the most requests. */
export const MOST_COMPARED = 4;

interface Compared {
  key: string;
  title: string;
  unit: string;
  /** The plot and the line of it; without a line, the sum of all. */
  of: string;
  line?: string;
  /** As percents of all entities together. */
  share?: boolean;
}

const COMPARED: readonly Compared[] = [
  { key: "requests", title: "Requests a minute", unit: "", of: "requests" },
  { key: "share", title: "Share of requests", unit: "%", of: "requests", share: true },
  { key: "errors", title: "Error rate, 4xx and 5xx", unit: "%", of: "errors" },
  { key: "latency", title: "Latency, p99", unit: "ms", of: "latency", line: "p99" },
  { key: "cpu", title: "CPU", unit: "%", of: "cpu", line: "CPU" },
  { key: "memory", title: "Memory", unit: "%", of: "cpu", line: "Memory" },
  { key: "gpu", title: "GPU", unit: "%", of: "gpu", line: "GPU" },
];

/** Plots with a line for each entity; one line for all where only the whole endpoint's numbers are told. */
export function compared(plots: Readonly<Record<string, readonly MetricPlot[]>>): MetricPlot[] {
  const busiest = Object.keys(plots)
    .filter((entity) => entity !== "")
    .sort((a, b) => latest(plots[b]!) - latest(plots[a]!))
    .slice(0, MOST_COMPARED)
    .sort();
  return COMPARED.flatMap((one) => {
    const found = busiest.flatMap((entity) => {
      const plot = plots[entity]!.find(({ key }) => key === one.of);
      const chosen = plot?.lines.filter(({ name }) => !one.line || name === one.line) ?? [];
      return plot && chosen.length ? [{ name: entity, values: sum(chosen.map(({ values }) => values)), plot }] : [];
    });
    if (!found.length) return [];
    const { key, title, unit } = one;
    const { note, whole = false } = found[0]!.plot;
    if (whole) return one.share ? [] : [{ key, title, unit, note, whole, lines: [{ name: "All entities", values: found[0]!.values }] }];
    const lines = found.map(({ name, values }) => ({ name, values }));
    return [{ key, title, unit, note: "", lines: one.share ? shares(lines, requests(plots[""]) ?? lines) : lines }];
  });
}

function requests(plots: readonly MetricPlot[] | undefined): readonly MetricLine[] | undefined {
  return plots?.find(({ key }) => key === "requests")?.lines;
}

function latest(plots: readonly MetricPlot[]): number {
  return requests(plots)?.[0]?.values.at(-1) ?? 0;
}

/** Shares of all requests, those of entities that are not compared or serve no more included. */
function shares(lines: readonly MetricLine[], all: readonly MetricLine[]): MetricLine[] {
  const totals = sum(all.map(({ values }) => values));
  const part = (value: number | null, total: number | null | undefined): number | null =>
    value === null || !total ? null : Math.round((1000 * value) / total) / 10;
  return lines.map(({ name, values }) => ({ name, values: values.map((value, i) => part(value, totals[i])) }));
}

/** Sums, without what is missing; null where all is. */
function sum(rows: readonly Values[]): (number | null)[] {
  return (rows[0] ?? []).map((_, i) => {
    const known = rows.map((row) => row[i]).filter((value) => typeof value === "number");
    return known.length ? Math.round(known.reduce((all, value) => all + value, 0) * 100) / 100 : null;
  });
}
