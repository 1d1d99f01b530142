/** What travels between a schema explorer and its page. Values are text: JavaScript's numbers would change them. */
import type { EndpointState, Problem } from "../../protocol";

/** Text; null for null; false for a value that is left out; in a list, the beginning of one too long to edit here. */
export type Cell = string | null | false | [string];

export interface Revs {
  document: number;
  schema: number;
  draft: number;
  reply: number;
}

export interface SchemaState extends EndpointState {
  /** Only in a frozen notebook: what no kernel is there to be asked for. */
  parts?: Parts;
  schema: {
    state: "loading" | "ready" | "absent";
    problem: Problem | null;
    path: string;
    method: string;
    formats: { key: string; label: string }[];
    format: string;
    /** Why nothing can be sent; null when it can. */
    can: string | null;
    sending: boolean;
    /** It shows a document that was given to it, of whatever service. */
    of_document?: boolean;
    revs: Revs;
  };
}

export interface Operation {
  path: string;
  method: string;
  summary: string;
  entity: string;
}

export interface Column {
  name: string;
  type: string;
  required: boolean;
  nullable: boolean;
  default: string | null;
  description: string;
  choices: string[];
  listed: boolean;
  /** Numbers stand at the right. */
  end: boolean;
}

export interface Field extends Column {
  pointer: string;
  depth: number;
  group: boolean;
  cell: Cell;
  options: Cell[];
  boolean: boolean;
  long: boolean;
}

export type ViewKey = "chat" | "table" | "form" | "json";

export interface Schema {
  about: string;
  kind: string;
  words: string;
  described: string;
  columns: Column[];
  params: Column[];
  more: number;
  notes: string[];
  views: ViewKey[];
}

export interface Finding {
  pointer: string;
  code: string;
  message: string;
  where: string;
  column: string | null;
  row: number | null;
  fix: string;
  fixable: boolean;
}

export interface Draft {
  rev: number;
  text: string;
  /** Whether `text` is all of it. */
  whole: boolean;
  size: number;
  fault: { message: string; line: number; column: number } | null;
  undo: boolean;
  table: { columns: Column[]; rows: Cell[][]; total: number; more_columns: number } | null;
  fields: Field[];
  messages: { role: string; text: string; plain: boolean }[] | null;
  summary: string;
  total: number;
  errors: Finding[];
  warnings: Finding[];
  /** What was changed on the way into the draft. */
  notes: string[];
}

export interface Line {
  number: number;
  /** Host time. */
  at: number;
  path: string;
  format: string;
  rows: number | null;
  outcome: "running" | "answered" | "failed" | "cancelled";
  status: number | null;
  seconds: number | null;
  size: number | null;
  sent: number;
  served: string;
}

export interface AnswerTable {
  names: string[];
  ends: boolean[];
  /** How many of the columns are the request's. */
  inputs: number;
  rows: string[][];
  total: number;
  more_columns: number;
}

export interface Answer extends Line {
  problem: Problem | null;
  request_id: string;
  kind: string;
  note: string;
  /** Of the request and of the answer. */
  tokens?: [number, number] | null;
  joinable: boolean;
  beside: boolean;
  table: AnswerTable | null;
  raw: string;
  whole: boolean;
}

export interface Comparison {
  left: number;
  right: number;
  same_request: boolean;
  values: number;
  differing: number;
  rows: [string, string, string | null, string | null][];
}

export interface Snippet {
  target: string;
  code: string;
  files: [string, string][];
}

export interface Frame {
  name: string;
  rows: number;
  columns: number;
}

export interface Parts {
  revs: Revs;
  operations?: Operation[];
  schema?: Schema;
  draft?: Draft;
  history?: Line[];
  reply?: Answer;
}
