// Made from src/serving_widgets/widgets/panel/contract.py by tests/support/page_contract.py: change that, not this.
import type { ActOps, EndpointBody, ErrorFields, ImpactPicture, NoArgs, RecipePicture, Shown, Snapshot, VersionChoice } from "../../kernel/contract";

export type Source = "active" | "pending";

export interface Line {
  field: string;
  left: string | null;
  right: string | null;
  changed: boolean;
}

export interface Group {
  left: string | null;
  right: string | null;
  lines: Line[];
}

export interface DraftPart {
  key: string;
  name: string;
  model: string;
  version: string | null;
  size: string | null;
  type: string | null;
  to_zero: boolean | null;
  percent: number;
  added: boolean;
  edited: string[];
}

export interface DraftPicture {
  source: Source;
  /** The configurations that there are to begin with, where that is a question. */
  sources: Source[];
  parts: DraftPart[];
  /** What keeps it from being sent. */
  faults: string[];
  /** What others changed meanwhile. */
  notes: string[];
  changes: Group[];
  request: Shown;
  recipe: RecipePicture;
  /** Says which draft is meant, so that no other one is deployed. */
  mark: string;
  sending: boolean;
  problem: ErrorFields | null;
  sizes: string[];
  types: string[];
}

export interface ConfigPicture {
  active: number | null;
  pending: number | null;
  /** What became of the pending one. */
  fate: "" | "running" | "failed";
  groups: Group[];
  can: string | null;
  /** Versions by model. */
  known: Record<string, VersionChoice[]>;
  /** Why the registry can't be read; "" where it can, or was not needed. */
  unread: string;
  draft: DraftPicture | null;
}

export interface TagRow {
  key: string;
  /** Null: no such tag. */
  before: string | null;
  after: string | null;
  staged: boolean;
}

export interface TagsPicture {
  rows: TagRow[];
  can: string | null;
  request: Shown | null;
  recipe: RecipePicture | null;
  mark: string;
  sending: boolean;
  problem: ErrorFields | null;
}

export interface BudgetPicture {
  policy: string | null;
  source: string;
  change: string;
}

export interface PanelTabPicture {
  key: string;
  /** Where it is another word than the key. */
  label?: string;
  /** Another widget fills it. */
  child?: boolean;
  /** That widget goes when another tab is looked at. */
  transient?: boolean;
  /** The tab whose widget it shows a part of, beside that tab itself. */
  part_of?: string;
  /** "always" or "opened": it stays for an endpoint that was deleted, if at all. */
  of_deleted?: string;
}

export interface PanelBody extends EndpointBody {
  tab: string;
  tabs: PanelTabPicture[];
  /** Tab → what its widget's model is called. */
  children: Record<string, string>;
  budget: BudgetPicture | null;
  tags: TagsPicture | null;
  config: ConfigPicture | null;
}

/** The state of `endpoint_panel`. */
export interface PanelState extends Snapshot, PanelBody {
}

export interface TabArgs {
  name: string;
}

export interface TagArgs {
  key: string;
}

export interface TagSetArgs extends TagArgs {
  value: string;
}

export interface MarkArgs {
  mark: string;
  /** As of `act`. */
  confirm?: string;
}

export interface DraftArgs {
  source?: Source;
}

export interface PartArgs {
  key: string;
}

export interface EditArgs extends PartArgs {
  field: string;
  value: string | boolean;
}

export interface AddArgs {
  model: string;
  version: string;
}

export interface ShareArgs {
  percents: Record<string, number>;
}

/** The entity that gets all traffic. */
export interface SplitArgs {
  to: string;
}

export interface PanelOps extends ActOps {
  tab: [TabArgs, null];
  tag_set: [TagSetArgs, null];
  tag_remove: [TagArgs, null];
  tag_undo: [TagArgs, null];
  tags_discard: [NoArgs, null];
  tags_save: [MarkArgs, ImpactPicture | null];
  draft: [DraftArgs, null];
  draft_discard: [NoArgs, null];
  draft_edit: [EditArgs, null];
  draft_add: [AddArgs, null];
  draft_remove: [PartArgs, null];
  draft_share: [ShareArgs, null];
  draft_split: [SplitArgs, null];
  deploy: [MarkArgs, ImpactPicture | null];
}
