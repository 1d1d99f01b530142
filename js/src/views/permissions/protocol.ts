/** What the kernel says of an endpoint's permissions. */
import type { EndpointState, Problem, Recipe } from "../../protocol";

export type Kind = "user" | "group" | "service_principal";

export interface Who {
  kind: Kind;
  name: string;
}

export interface AccessRow extends Who {
  /** "" where it is the name itself. */
  display: string;
  /** What was granted on the endpoint itself. */
  direct: string | null;
  inherited: string | null;
  /** Where the inherited level comes from. */
  from: string[];
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

export const ABILITIES = ["view", "query", "manage"] as const;
export type Ability = (typeof ABILITIES)[number];

export type MatrixRow = Who & { display: string } & Record<Ability, Reason | null>;

export interface Change extends Who {
  before: string | null;
  after: string | null;
}

export interface Plan {
  /** Names what was looked at before saving. */
  key: string;
  method: "PATCH" | "PUT";
  path: string;
  body: { access_control_list: unknown[] };
  changes: Change[];
  concerns: { code: string; message: string }[];
  recipes: Recipe[];
}

export interface News {
  /** Saving was called off for it. */
  refused: boolean;
  /** `yours` is there where that principal's edit is staged: what it would make of it. */
  changes: (Change & { yours?: string | null })[];
}

export interface Access {
  /** Whether the list has ever been read. */
  known: boolean;
  unread: Problem | null;
  /** Why nothing may be changed; null when it may. */
  can: string | null;
  rows: AccessRow[];
  matrix: MatrixRow[];
  levels: { level: string; says: string }[];
  /** Kind → regular expression; the first that fits a name says its kind. */
  forms: Record<Kind, string>;
  me: (Who & { display: string }) | null;
  plan: Plan | null;
  news: News | null;
  failed: Problem | null;
  saving: boolean;
}

export interface PermissionsState extends EndpointState {
  access: Access;
}
