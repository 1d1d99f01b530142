// Made from src/serving_widgets/widgets/logs/contract.py by tests/support/page_contract.py: change that, not this.
import type { EndpointBody, ErrorFields, LinkState, Ops, RecipePicture, SavedFile, Snapshot, TextPiece } from "../../kernel/contract";

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

export interface LogFinding {
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
  state: LinkState;
  /** Host time of the last good look. */
  seen: number | null;
  problem: ErrorFields | null;
  /** The service had no lines when last asked. */
  empty: boolean;
  /** Lines have come that are still being read in the kernel. */
  reading: boolean;
  first: number;
  total: number;
  /** By level; "plain" is none. */
  counts: Record<string, number>;
  gaps: number;
  /** Short ids; the first is "" and stands for none. */
  replicas: string[];
  findings: LogFinding[];
}

/** Consecutive lines: a character of marks and one of replicas for each. */
export interface LinePart {
  begin: number;
  text: string;
  marks: string;
  replicas: string;
  /** The numbers of the lines, where they are not consecutive. */
  numbers?: number[];
}

export interface LogBody extends EndpointBody {
  entities: EntityChoice[];
  entity: string | null;
  /** The version of the configuration; null: the present one. */
  version: number | null;
  /** Entities whose lines stand between those of the entity. */
  beside: string[];
  sort: Sort;
  follow: boolean;
  /** The lines that show this log in a cell. */
  recipe: RecipePicture;
  log: LogPicture;
  /** The last lines, so that a new view has something to draw. */
  tail: LinePart | null;
}

/** The state of `log_viewer`. */
export interface LogViewerState extends Snapshot, LogBody {
}

/** What is left out stays as it is. */
export interface OpenLogArgs {
  sort?: Sort;
  entity?: string | null;
  version?: number | null;
  beside?: string[];
}

export interface LinesArgs {
  begin: number;
  end: number;
  /** Only these. */
  numbers?: number[];
}

export interface LinesSent {
  first: number;
}

export interface FollowArgs {
  on: boolean;
}

export interface SearchArgs {
  text: string;
  regex: boolean;
  exact: boolean;
  levels: number[];
  replica?: string | null;
  /** In seconds since the epoch. */
  since?: number | null;
  until?: number | null;
  /** Only the lines that something begins with. */
  heads?: boolean;
  /** Lines before and after each that are found with it. */
  context?: number;
  /** The line from which nearness counts. */
  near?: number;
}

export interface SearchDone {
  count: number;
  total: number;
}

/** Numbers of lines: by turns how many are not found, and how many are; counted from `after` on. */
export interface FoundLines {
  runs: number[];
  after: number;
  /** The line nearest to where one is, told before all are known. */
  nearest?: number;
}

/** How many things there are of each level, of a replica and in a range of time. */
export interface LevelCounts {
  counts: Record<string, number>;
}

export interface HistogramPicture {
  /** When the first bar begins, in seconds since the epoch, and how many seconds each takes. */
  begin: number;
  step: number;
  /** Of each bar how many things there are of each level, by number. */
  bars: number[][];
}

export interface HistogramAnswer {
  histogram: HistogramPicture | null;
}

export interface ErrorGroupPicture {
  text: string;
  count: number;
  /** The number of the line that begins the last of them. */
  last: number;
}

export interface ErrorGroupsAnswer {
  groups: ErrorGroupPicture[];
}

export interface UnitArgs {
  line: number;
}

export interface UnitText {
  /** A traceback, or another thing, without what stands before its lines. */
  text: string;
}

export interface SaveLogArgs {
  /** Only what is shown. */
  shown?: SearchArgs;
}

export interface CompareBuildsArgs {
  entity: string;
  version: number | null;
}

export interface PackageChangePicture {
  name: string;
  /** The failure names it. */
  blamed: boolean;
  before: string | null;
  after: string | null;
}

export interface Compared {
  changes: PackageChangePicture[];
}

export interface LogOps extends Ops {
  open: [OpenLogArgs, null];
  lines: [LinesArgs, LinesSent, LinePart];
  follow: [FollowArgs, null];
  search: [SearchArgs, SearchDone, FoundLines];
  histogram: [SearchArgs, HistogramAnswer];
  levels: [SearchArgs, LevelCounts];
  groups: [SearchArgs, ErrorGroupsAnswer];
  unit: [UnitArgs, UnitText];
  save: [SaveLogArgs, SavedFile, TextPiece];
  link: [SearchArgs, RecipePicture];
  compare: [CompareBuildsArgs, Compared];
}
