// Made from src/serving_widgets/widgets/permissions/contract.py by tests/support/page_contract.py: change that, not this.

export type PrincipalKind = "user" | "group" | "service_principal";
import type { EndpointBody, ErrorFields, ImpactOps, NoArgs, Question, RecipePicture, Snapshot } from "../../kernel/contract";

export interface Who {
  kind: PrincipalKind;
  name: string;
}

export interface NamedWho extends Who {
  /** "" where it is the name itself. */
  display: string;
}

export interface AccessRow extends NamedWho {
  /** What was granted on the endpoint itself. */
  direct: string | null;
  inherited: string | null;
  /** Where the inherited level comes from. */
  origins: string[];
  staged: boolean;
  /** What it has on the endpoint itself once the edits are saved. */
  wanted: string | null;
  me: boolean;
  /** A group of the caller's. */
  mine: boolean;
  /** What the service had against the edit of this row, in its words. */
  fault: string | null;
}

export interface Reason {
  level: string;
  source: "direct" | "group" | "inherited";
  /** The group, or where it is inherited from. */
  through: string;
}

export interface MatrixRow extends NamedWho {
  view: Reason | null;
  query: Reason | null;
  manage: Reason | null;
}

export interface ChangePicture extends Who {
  before: string | null;
  after: string | null;
}

export interface ConcernPicture {
  code: string;
  message: string;
}

export interface AclBody {
  access_control_list: unknown[];
}

export interface PlanPicture {
  /** Names what was looked at when it is saved. */
  key: string;
  method: "PATCH" | "PUT";
  path: string;
  body: AclBody;
  changes: ChangePicture[];
  concerns: ConcernPicture[];
  recipes: RecipePicture[];
}

export interface OthersChange extends ChangePicture {
  /** What the edit that is staged for that principal would make of it. */
  yours?: string | null;
}

export interface News {
  /** Saving was called off for it. */
  refused: boolean;
  changes: OthersChange[];
}

export interface Level {
  level: string;
  says: string;
}

export interface AccessPicture {
  /** Whether the list has ever been read. */
  known: boolean;
  unread: ErrorFields | null;
  /** Why nothing may be changed; null when it may. */
  can: string | null;
  rows: AccessRow[];
  matrix: MatrixRow[];
  levels: Level[];
  /** Kind → regular expression; the first that fits a name says its kind. */
  forms: Record<PrincipalKind, string>;
  me: NamedWho | null;
  plan: PlanPicture | null;
  news: News | null;
  failed: ErrorFields | null;
  saving: boolean;
  /** How changes are confirmed, where a pattern says so. */
  question: Question;
}

export interface PermissionsBody extends EndpointBody {
  access: AccessPicture;
}

/** The state of `permissions_editor`. */
export interface PermissionsState extends Snapshot, PermissionsBody {
}

export interface GrantArgs {
  principal: string;
  level: string;
}

export interface StageArgs {
  principal: Who;
  /** Null takes it away. */
  level: string | null;
}

export interface WhoArgs {
  principal: Who;
}

export interface SavePlanArgs {
  plan: string;
  confirm: boolean;
  /** The name as it was typed, where that confirms it. */
  typed?: string;
}

export interface Saved {
  outcome: "saving" | "saved" | "changed" | "failed";
}

export interface NamesArgs {
  text: string;
}

export interface CopyArgs {
  name: string;
  replace: boolean;
}

export interface ImportArgs {
  json: string;
  replace: boolean;
}

export interface Exported {
  file: string;
  text: string;
}

/** How many grants there were, and how many edits came of them. */
export interface Taken {
  grants: number;
  staged: number;
}

export interface PermissionsOps extends ImpactOps {
  add: [GrantArgs, Who];
  stage: [StageArgs, null];
  unstage: [WhoArgs, null];
  discard: [NoArgs, null];
  seen: [NoArgs, null];
  save: [SavePlanArgs, Saved];
  names: [NamesArgs, string[]];
  copy_from: [CopyArgs, Taken];
  export: [NoArgs, Exported];
  import: [ImportArgs, Taken];
}
