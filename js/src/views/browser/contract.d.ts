// Made from src/serving_widgets/widgets/browser/contract.py by tests/support/page_contract.py: change that, not this.

export type ColumnKind = "name" | "status" | "kind" | "text" | "names" | "tags" | "number" | "time" | "host_time";
import type { ActOps, Delta, ErrorFields, Facts, NameArgs, NoArgs, Phase, Picture, RecipePicture, ShortStatus, Snapshot } from "../../kernel/contract";

export type ManyAction = "stop" | "start";

export interface Row extends Facts {
  name: string;
  status: ShortStatus;
  busy: string | null;
  /** What the caller may do with it, where the list tells. */
  permission: string | null;
  /** By the column's key, for those columns that no other member is about. */
  cells: Record<string, string | number | string[] | null>;
}

export interface BrowserColumn {
  key: string;
  title: string;
  kind: ColumnKind;
  width: number;
  /** It takes no part of the room that is left. */
  fixed?: boolean;
  /** Pixels from which it is shown; null: only when asked for. */
  shown_from: number | null;
}

/** A tab that the menu of a row leads to. */
export interface RowTab {
  key: string;
  label: string;
}

export interface OpenPanel {
  name: string;
  model: string;
}

export interface BrowserBody {
  columns: BrowserColumn[];
  tabs: RowTab[];
  total: number;
  /** The first rows by name; the rest is asked for with `rows`. */
  rows: Row[];
  selected: string | null;
  /** The widget that shows the open endpoint, and of which endpoint it is. */
  panel: OpenPanel | null;
  /** The model of the form that creates an endpoint, while it is open. */
  creating: string | null;
}

/** The state of `endpoint_browser`. */
export interface BrowserState extends Snapshot, BrowserBody {
}

/** A row that the page has, with those members of it that look different now. */
export interface RowChange {
  name: string;
  to: Record<string, unknown>;
}

export interface BrowserDelta extends Delta {
  upsert?: Row[];
  changed?: RowChange[];
  remove?: string[];
}

export interface RowsSent {
  rev: number;
  total: number;
}

export interface RowsChunk extends RowsSent {
  rows: Row[];
  done: number;
}

export interface Caller {
  /** As endpoints name their creator; null where the service does not say. */
  user: string | null;
}

export interface SelectArgs {
  name: string | null;
  tab?: string;
}

export interface IdleArgs {
  /** Only endpoints that were not changed for so many service hours. */
  hours: number;
}

/** An endpoint that may not be worth what it takes. */
export interface IdleRow {
  name: string;
  reasons: string[];
  evidence: string;
  stoppable: boolean;
}

export interface IdleFound {
  rows: IdleRow[];
  recipe: RecipePicture;
}

export interface FormArgs {
  on: boolean;
}

export interface VisibleArgs {
  view: string;
  names: string[];
}

export interface ManyArgs {
  action: ManyAction;
  names: string[];
}

/** An endpoint before several are acted on; `why` says why it can't be one of them. */
export interface Outlook {
  name: string;
  label: string;
  phase: Phase;
  why: string | null;
  /** Of the last minute; null where they are not told. */
  requests: number | null;
}

export interface ManyPlan {
  rows: Outlook[];
  recipe: RecipePicture | null;
}

export interface ManyStep {
  name: string;
  state: "doing" | "done" | "refused" | "failed";
  problem: ErrorFields | null;
}

/** Names by what became of them. */
export interface ManyDone {
  done: string[];
  refused: string[];
  failed: string[];
}

export interface BrowserOps extends ActOps {
  rows: [NoArgs, RowsSent, RowsChunk];
  select: [SelectArgs, null];
  creating: [FormArgs, null];
  visible: [VisibleArgs, null];
  plan_many: [ManyArgs, ManyPlan];
  act_many: [ManyArgs, ManyDone, ManyStep];
  idle: [IdleArgs, IdleFound];
  me: [NoArgs, Caller];
  picture: [NameArgs, Picture];
}
