// Made from src/serving_widgets/widgets/metrics/contract.py by tests/support/page_contract.py: change that, not this.
import type { EndpointBody, ErrorFields, LinkState, NoArgs, Ops, RecipePicture, Snapshot } from "../../kernel/contract";

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
export interface DeployMark {
  /** Service time. */
  at: number;
  what: string;
}

export interface Numbers {
  /** Milliseconds: samples further apart are not joined, as none were taken in between. */
  gap: number;
  /** Minutes that a sample stands for. */
  every: number;
  /** Service time of each sample, the oldest first. */
  times: number[];
  /** By served entity; "" is all of them together. */
  plots: Record<string, MetricPlot[]>;
  /** Entities that can't be chosen, because there are too many. */
  left_out: number;
}

export interface Metrics extends Numbers {
  state: LinkState;
  problem: ErrorFields | null;
  /** Why there are none, or fewer than elsewhere. */
  why: string;
  recipe: RecipePicture;
  /** Minutes up to the latest sample that are looked at, and those that can be. */
  range: number;
  ranges: number[];
  deploys: DeployMark[];
}

export interface MetricsBody extends EndpointBody {
  metrics: Metrics;
}

/** The state of `endpoint_metrics`. */
export interface MetricsState extends Snapshot, MetricsBody {
}

export interface RangeArgs {
  minutes: number;
}

/** Calls up to a time; null: longer. */
export interface TimedCalls {
  up_to: number | null;
  calls: number;
}

/** How long this kernel's calls of an entity took beside the server's measure, in milliseconds. */
export interface LatencyRow {
  entity: string;
  calls: number;
  own_p50: number | null;
  own_p99: number | null;
  server_p50: number | null;
  server_p99: number | null;
  /** How much longer than the server the median call takes. */
  outside: number | null;
  histogram: TimedCalls[];
}

export interface LatencyFound {
  rows: LatencyRow[];
  /** What could not be read. */
  note: string;
}

export interface MetricsOps extends Ops {
  range: [RangeArgs, null];
  latency: [NoArgs, LatencyFound];
}
