// Made from src/serving_widgets/widgets/compare/contract.py by tests/support/page_contract.py: change that, not this.
import type { ErrorFields, Ops, Snapshot } from "../../kernel/contract";

export interface SideHeading {
  name: string;
  /** What its workspace is called, where the two are of different ones. */
  where: string;
  colour: string | null;
}

export interface ComparedRow {
  what: string;
  left: string | null;
  right: string | null;
}

/** What differs and what is the same of one subject, such as tags. */
export interface ComparedSection {
  title: string;
  differs: ComparedRow[];
  same: ComparedRow[];
}

export interface CompareBody {
  left: SideHeading;
  right: SideHeading;
  sections: ComparedSection[];
  /** What could not be read, and so was not compared. */
  notes: string[];
  /** Whether both sides were ever read. */
  known: boolean;
  unread: ErrorFields | null;
}

/** The state of `endpoint_compare`. */
export interface CompareState extends Snapshot, CompareBody {
}

export interface CompareOps extends Ops {
}
