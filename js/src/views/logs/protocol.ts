/** What the log viewer's snapshot says beside what those of all views of one endpoint say. */
import type { EndpointState, Problem, Recipe } from "../../protocol";
import type { Level, LinePart } from "./list/lines";

export type Sort = "server" | "build";

export interface EntityChoice {
  name: string;
  /** Versions of the configuration that serve it, the newest first. */
  versions: number[];
  /** Earlier versions that may have served it. */
  older: number[];
  /** It is on its way and serves nothing yet. */
  pending: boolean;
}

export interface Finding {
  code: string;
  title: string;
  meaning: string;
  remedy: string;
  /** The number of the line that shows it. */
  number: number;
  line: string;
}

export interface LogPicture {
  /** Which log this is: lines of one key belong together. */
  key: string;
  state: "loading" | "live" | "stale" | "error";
  /** Host time of the last good look. */
  seen: number | null;
  problem: Problem | null;
  /** The service had no lines when last asked. */
  empty: boolean;
  /** Lines have come that are still being read in the kernel. */
  reading: boolean;
  first: number;
  total: number;
  counts: Partial<Record<Level, number>>;
  gaps: number;
  /** Short ids; the first is "" and stands for none. */
  replicas: string[];
  findings: Finding[];
}

export interface LogState extends EndpointState {
  entities: EntityChoice[];
  entity: string | null;
  /** The version of the configuration; null: the present one. */
  version: number | null;
  sort: Sort;
  follow: boolean;
  /** The lines that show this log in a cell. */
  recipe: Recipe;
  log: LogPicture;
  /** The last lines, so that a new view has something to draw. */
  tail: LinePart | null;
}

export interface PackageChange {
  name: string;
  before: string | null;
  after: string | null;
}
