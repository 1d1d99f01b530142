/** What travels between kernel and page. Times are epoch milliseconds: service time unless a comment says host time. */

export type Phase = "ready" | "updating" | "failed" | "stopped" | "other";
export type Action = "stop" | "start" | "delete";

export interface Problem {
  code: string;
  message: string;
  hint: string;
}

export interface StatusShort {
  label: string;
  phase: Phase;
  note: string;
}

export interface Status extends StatusShort {
  reason: string;
  done: number | null;
  total: number | null;
}

export interface Link {
  state: "loading" | "live" | "stale" | "error";
  /** Host time of the last good look. */
  seen: number | null;
  problem: Problem | null;
}

export interface Clock {
  /** Service time at the moment `taken`. */
  at: number;
  /** Host time. */
  taken: number;
  /** Service seconds per host second. */
  rate: number;
}

export interface Workspace {
  name: string;
  label: string;
  host: string;
  /** What the connection is marked with, beside its name. */
  colour?: string | null;
  mock: boolean;
  /** Why nothing may be written, with the line that unlocks it; null when writing is allowed. */
  read_only: string | null;
}

export interface Row {
  name: string;
  kind: string;
  status: StatusShort;
  entities: string[];
  /** The registered models among them. */
  models?: string[];
  creator: string;
  created: number | null;
  updated: number | null;
  tags: [string, string][];
  url: string;
  console: string | null;
  busy: string | null;
}

export interface Step {
  entity: string;
  version: string;
  state: string;
  phase: Phase;
  message: string;
  started: number | null;
  ended: number | null;
}

export interface Update {
  started: number | null;
  /** Null while it runs, and when its end was not seen. */
  finished: number | null;
  /** It has ended, whether or not its end was seen. */
  over: boolean;
  version: number | null;
  steps: Step[];
}

export interface Served {
  name: string;
  model: string;
  version: string;
  size: string;
  state: string;
  message: string;
  phase: string;
  traffic: number | null;
}

export interface Recipe {
  magic: string;
  python: string;
}

export interface Picture extends Row {
  id: string | null;
  status: Status;
  route_optimized: boolean;
  permission: string | null;
  traffic: { entity: string; percent: number }[];
  update: Update | null;
  served: Served[];
  /** Null: allowed. A sentence: why not. */
  can: Record<Action, string | null>;
  recipes: Record<string, Recipe>;
  deleted: boolean;
}

export interface Snapshot {
  rev: number;
  live: boolean;
  workspace: Workspace;
  link: Link;
  clock: Clock;
}

/** The state of `status_badge` and of `endpoint_controls`. */
export interface EndpointState extends Snapshot {
  name: string;
  endpoint: Picture | null;
}

export interface BrowserState extends Snapshot {
  total: number;
  /** The first rows by name; the rest is asked for with `rows`. */
  rows: Row[];
  selected: string | null;
  /** The widget that shows the open endpoint, and of which endpoint it is. */
  panel: { name: string; model: string } | null;
}

export interface Delta {
  type: "delta";
  /** The revision this builds upon. */
  base: number;
  rev: number;
  upsert?: Row[];
  remove?: string[];
  patch?: Record<string, unknown>;
}

export interface RowsChunk {
  rows: Row[];
  done: number;
  total: number;
  rev: number;
}

export type Reply =
  | { id: string; type: "ack" }
  | { id: string; type: "progress"; data: unknown }
  | { id: string; type: "result"; data: unknown }
  | { id: string; type: "error"; error: Problem };
