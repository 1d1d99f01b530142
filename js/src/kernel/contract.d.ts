// Made from src/serving_widgets/widgets/core/contract.py by tests/support/page_contract.py: change that, not this.

export type Phase = "ready" | "updating" | "failed" | "stopped" | "other";

/** An error as a view shows it. */
export interface ErrorFields {
  code: string;
  message: string;
  hint: string;
}

export type Question = "" | "typed" | "click" | "none";

export type Action = "stop" | "start" | "delete";

export type LinkState = "loading" | "live" | "stale" | "error";

export interface ShortStatus {
  label: string;
  phase: Phase;
  note: string;
}

export interface StatusPicture extends ShortStatus {
  reason: string;
  done: number | null;
  total: number | null;
}

export interface LinkPicture {
  state: LinkState;
  /** Host time of the last good look. */
  seen: number | null;
  problem: ErrorFields | null;
}

export interface ClockPicture {
  /** Service time at the moment `taken`. */
  at: number;
  /** Host time. */
  taken: number;
  /** Service seconds per host second. */
  rate: number;
}

export interface WorkspacePicture {
  name: string;
  label: string;
  host: string;
  /** What the connection is marked with, beside its name. */
  colour: string | null;
  mock: boolean;
  /** Why nothing may be written, with the line that unlocks it; null when writing is allowed. */
  read_only: string | null;
}

export interface Header {
  live: boolean;
  workspace: WorkspacePicture;
  link: LinkPicture;
  clock: ClockPicture;
}

/** What it takes to open a connection and a widget again in a fresh kernel, beside what the snapshot says. */
export interface Reopening {
  /** The class of the widget. */
  widget: string;
  args: Record<string, unknown>;
  /** Of an embedded workspace. */
  scenario: string | null;
  profile: string | null;
  protect: Record<string, string>;
}

export interface Snapshot extends Header {
  rev: number;
  /** Null: the view can't be opened again by itself. */
  again?: Reopening | null;
}

export interface Facts {
  kind: string;
  /** Its served entities, as a list shows them. */
  entities: string[];
  creator: string;
  created: number | null;
  updated: number | null;
  /** "team: risk", or the key alone. */
  tags: string[];
  url: string;
  console: string | null;
}

export interface StepPicture {
  entity: string;
  version: string;
  state: string;
  phase: Phase;
  message: string;
  started: number | null;
  ended: number | null;
}

/** When a running update may end, as earlier ones tell: service times. */
export interface EtaPicture {
  median: number;
  low: number;
  high: number;
  /** Whose and how many. */
  by: string;
}

export interface UpdatePicture {
  started: number | null;
  /** Null while it runs, and where its end was not seen. */
  finished: number | null;
  /** It has ended, whether or not its end was seen. */
  over: boolean;
  version: number | null;
  steps: StepPicture[];
  /** None where no such update was seen before. */
  eta?: EtaPicture;
}

export interface Served {
  name: string;
  model: string;
  version: string;
  size: string;
  state: string;
  message: string;
  phase: Phase;
  traffic: number | null;
}

export interface RecipePicture {
  magic: string;
  python: string;
}

export interface Share {
  entity: string;
  percent: number;
}

export interface Picture {
  name: string;
  status: StatusPicture;
  busy: string | null;
  /** Null where a view does without: there may be many badges in one notebook. */
  facts: Facts | null;
  id: string | null;
  route_optimized: boolean;
  permission: string | null;
  traffic: Share[];
  update: UpdatePicture | null;
  served: Served[];
  /** By action. Null: allowed. A sentence: why not. */
  can: Record<string, string | null>;
  recipes: Record<string, RecipePicture>;
  deleted: boolean;
}

export interface EndpointBody {
  name: string;
  endpoint: Picture | null;
}

/** The state of `status_badge` and of `endpoint_controls`. */
export interface EndpointViewState extends Snapshot, EndpointBody {
}

export interface Delta {
  type: "delta";
  /** The revision this builds upon. */
  base: number;
  rev: number;
  patch?: Record<string, unknown>;
}

export interface AckReply {
  id: string;
  type: "ack";
}

export interface ProgressReply {
  id: string;
  type: "progress";
  data: unknown;
}

export interface ResultReply {
  id: string;
  type: "result";
  data: unknown;
}

export interface FailureReply {
  id: string;
  type: "error";
  error: ErrorFields;
}

export type Reply = AckReply | ProgressReply | ResultReply | FailureReply;

export interface NoArgs {
}

export interface TextPiece {
  text: string;
}

export interface SavedFile {
  name: string;
}

export interface HelloArgs {
  view: string;
  /** The revision that the view has already. */
  rev?: number | null;
}

export interface ByeArgs {
  view: string;
}

export interface ActArgs {
  action: Action;
  name: string;
  /** What was asked before it is confirmed: by the name as it was typed, where that is wanted. */
  confirm?: string;
}

export interface NameArgs {
  name: string;
}

/** A request, secrets left out. */
export interface Shown {
  method: string;
  path: string;
  text: string;
}

/** A version of a model in the registry. */
export interface VersionChoice {
  version: string;
  aliases: string[];
  status: string;
  created: number | null;
  creator: string;
  comment: string;
}

/** What was done last to an endpoint, and what would undo it. */
export interface UndoPicture {
  number: number;
  said: string;
  /** What the button that undoes it says. */
  verb: string;
  requests: Shown[];
  /** What does not come back. */
  notes: string[];
}

export interface UndoArgs {
  number: number;
}

export interface EntityImpact {
  name: string;
  requests: number | null;
  percent: number;
}

/** What a change of an endpoint would affect. */
export interface ImpactPicture {
  /** Requests of the last minute; null where they are not told. */
  requests: number | null;
  trend: string;
  entities: EntityImpact[];
  /** The first of those who can query, and how many there are. */
  callers: string[];
  total: number;
  /** What could not be read, and why. */
  notes: string[];
  /** How changes of it are confirmed, where a pattern says so. */
  question: Question;
}

/** What every page may ask for: operation → its arguments, its result and what comes as progress. */
export interface Ops {
  hello: [HelloArgs, null];
  bye: [ByeArgs, null];
  refresh: [NoArgs, null];
}

export interface ImpactOps extends Ops {
  impact: [NameArgs, ImpactPicture];
  undo_plan: [NameArgs, UndoPicture];
  undo: [UndoArgs, string];
}

export interface ActOps extends ImpactOps {
  /** Not null: nothing was done yet, for it is to be confirmed first. */
  act: [ActArgs, ImpactPicture | null];
}
