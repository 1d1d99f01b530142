// Made from src/serving_widgets/widgets/create/contract.py by tests/support/page_contract.py: change that, not this.
import type { ErrorFields, NoArgs, Ops, RecipePicture, Shown, Snapshot, VersionChoice } from "../../kernel/contract";

export interface TagPair {
  key: string;
  value: string;
}

export interface NewDraft {
  name: string;
  /** The model is typed, not picked. */
  typing: boolean;
  catalog: string;
  schema: string;
  /** Its full name. */
  model: string;
  /** A number, or an alias. */
  version: string;
  size: string;
  type: string;
  to_zero: boolean;
  tags: TagPair[];
  policy: string;
}

export interface SizeChoice {
  key: string;
  means: string;
}

export interface CreateBody {
  draft: NewDraft;
  /** What is wrong with the name; "" for one that may be taken. */
  name_fault: string;
  /** What keeps it from being sent. */
  faults: string[];
  catalogs: string[];
  schemas: string[];
  models: string[];
  versions: VersionChoice[];
  /** Why the registry can't be read. */
  unread: string;
  reading: boolean;
  sizes: SizeChoice[];
  types: string[];
  request: Shown | null;
  recipe: RecipePicture | null;
  /** Says which request is meant, so that no other one is sent. */
  mark: string;
  sending: boolean;
  problem: ErrorFields | null;
  created: string | null;
  /** The model of the panel of what was created. */
  panel: string | null;
}

/** The state of `create_endpoint`. */
export interface CreateState extends Snapshot, CreateBody {
}

export interface NewFieldArgs {
  field: string;
  value: string | boolean | TagPair[];
}

export interface CreateArgs {
  mark: string;
}

export interface CreateOps extends Ops {
  edit: [NewFieldArgs, null];
  create: [CreateArgs, null];
  again: [NoArgs, null];
}
