/** What the snapshot of `endpoint_metrics` says beside the endpoint's own. */
import type { EndpointState, Problem, Recipe } from "../../protocol";

/** One line of a plot, with a number for each of the times; null where there is none. */
export interface MetricLine {
  name: string;
  values: (number | null)[];
}

export interface MetricPlot {
  key: string;
  title: string;
  unit: string;
  /** Whose numbers they are, where that is not what one would think. */
  note: string;
  /** They are the whole endpoint's where one entity's were asked for. */
  whole?: boolean;
  lines: MetricLine[];
}

/** Something that may show in the numbers from then on. */
export interface Deploy {
  /** Service time. */
  at: number;
  what: string;
}

export interface Metrics {
  state: "loading" | "live" | "stale" | "error";
  problem: Problem | null;
  /** Why there are none, or fewer than elsewhere. */
  why: string;
  recipe: Recipe;
  /** Milliseconds: samples further apart are not joined, as no sample was taken in between. */
  gap: number;
  /** Minutes that a sample stands for. */
  every?: number;
  /** Minutes up to the latest sample that are looked at, and those that can be. */
  range?: number;
  ranges?: number[];
  deploys?: Deploy[];
  /** Service time of each sample, the oldest first. */
  times: number[];
  /** By served entity; "" is all of them together. */
  plots: Record<string, MetricPlot[]>;
  /** Entities that can't be chosen, because there are too many. */
  left_out: number;
}

export interface MetricsState extends EndpointState {
  metrics: Metrics;
}
