// Made from src/serving_widgets/widgets/schema/contract.py by tests/support/page_contract.py: change that, not this.
import type { EndpointBody, ErrorFields, NoArgs, Ops, SavedFile, Snapshot, TextPiece } from "../../kernel/contract";

export type Cell = string | false | [string] | null;

export type ViewKey = "chat" | "table" | "form" | "json";

export interface Revs {
  document: number;
  schema: number;
  draft: number;
  reply: number;
}

export interface FormatChoice {
  key: string;
  label: string;
}

export interface SchemaPicture {
  state: "loading" | "ready" | "absent";
  problem: ErrorFields | null;
  path: string;
  method: string;
  formats: FormatChoice[];
  format: string;
  /** Why nothing can be sent; null when it can. */
  can: string | null;
  sending: boolean;
  /** It shows a document that was given to it, of whatever service. */
  of_document: boolean;
  revs: Revs;
}

export interface SchemaOperation {
  path: string;
  method: string;
  summary: string;
  entity: string;
}

export interface SchemaColumn {
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

export interface Field extends SchemaColumn {
  pointer: string;
  depth: number;
  group: boolean;
  cell: Cell;
  options: Cell[];
  boolean: boolean;
  long: boolean;
}

export interface Schema {
  about: string;
  kind: string;
  words: string;
  described: string;
  columns: SchemaColumn[];
  params: SchemaColumn[];
  more: number;
  notes: string[];
  views: ViewKey[];
}

export interface BodyFinding {
  pointer: string;
  code: string;
  message: string;
  where: string;
  column: string | null;
  row: number | null;
  fix: string;
  fixable: boolean;
}

export interface TextFault {
  message: string;
  line: number;
  column: number;
}

export interface DraftTable {
  columns: SchemaColumn[];
  rows: Cell[][];
  total: number;
  more_columns: number;
}

export interface ChatMessage {
  role: string;
  text: string;
  plain: boolean;
}

export interface BodyDraft {
  rev: number;
  text: string;
  /** Whether `text` is all of it. */
  whole: boolean;
  size: number;
  fault: TextFault | null;
  undo: boolean;
  table: DraftTable | null;
  fields: Field[];
  messages: ChatMessage[] | null;
  summary: string;
  total: number;
  errors: BodyFinding[];
  warnings: BodyFinding[];
  /** What was changed on the way into the draft. */
  notes: string[];
}

export interface SentLine {
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

export interface AnswerTablePicture {
  names: string[];
  ends: boolean[];
  /** How many of the columns are the request's. */
  inputs: number;
  rows: string[][];
  total: number;
  more_columns: number;
}

export interface Answer extends SentLine {
  problem: ErrorFields | null;
  request_id: string;
  kind: string;
  note: string;
  /** Of the request and of the answer. */
  tokens: [number, number] | null;
  joinable: boolean;
  beside: boolean;
  table: AnswerTablePicture | null;
  raw: string;
  whole: boolean;
}

export interface Comparison {
  left: number;
  right: number;
  same_request: boolean;
  values: number;
  differing: number;
  rows: ([string, string, string | null, string | null])[];
}

export interface SnippetPicture {
  target: string;
  code: string;
  files: [string, string][];
}

export interface FramePicture {
  name: string;
  rows: number;
  columns: number;
}

export interface Parts {
  revs: Revs;
  operations?: SchemaOperation[];
  schema?: Schema;
  draft?: BodyDraft;
  history?: SentLine[];
  reply?: Answer;
}

export interface SchemaBody extends EndpointBody {
  schema: SchemaPicture;
}

/** The state of `schema_explorer`. */
export interface SchemaState extends Snapshot, SchemaBody {
  /** Only in a frozen notebook: what no kernel is there to be asked for. */
  parts?: Parts;
}

export interface HaveArgs {
  /** The revisions that the page has already. */
  have?: Record<string, number>;
}

export interface TextArgs extends HaveArgs {
  text: string;
}

export interface CellArgs extends HaveArgs {
  row: number;
  column: string;
  cell: Cell;
}

/** Either. */
export interface RowsArgs extends HaveArgs {
  add?: number;
  remove?: number[];
}

export interface PasteArgs extends HaveArgs {
  row: number;
  column: string;
  text: string;
}

export interface FieldArgs extends HaveArgs {
  pointer: string;
  cell: Cell;
}

/** A message is added without a number, and taken away without a text. */
export interface MessageArgs extends HaveArgs {
  number?: number | null;
  role?: string;
  text?: string;
}

export interface SampleArgs extends HaveArgs {
  rows?: number;
}

export interface PointerArgs extends HaveArgs {
  pointer: string;
}

export interface FrameArgs extends HaveArgs {
  name: string;
}

export interface NumberArgs extends HaveArgs {
  number: number;
}

export interface Place {
  line: number;
  column: number;
}

export interface OpenOperationArgs extends HaveArgs {
  path: string;
  method: string;
}

export interface FormatArgs extends HaveArgs {
  key: string;
}

export interface SendArgs extends HaveArgs {
  /** A request of the history again, in place of the draft. */
  number?: number;
  anyway?: boolean;
}

export interface BesideArgs extends HaveArgs {
  on: boolean;
}

export interface CompareAnswersArgs {
  left: number;
  right: number;
}

export interface SaveFileArgs {
  what: "document" | "answer";
}

/** What answers with the parts that the page does not have in their newest form. */
export interface EditOps {
  text: [TextArgs, Parts];
  undo: [HaveArgs, Parts];
  revert: [HaveArgs, Parts];
  cell: [CellArgs, Parts];
  rows: [RowsArgs, Parts];
  paste: [PasteArgs, Parts];
  field: [FieldArgs, Parts];
  message: [MessageArgs, Parts];
  sample: [SampleArgs, Parts];
  fix: [PointerArgs, Parts];
  load: [FrameArgs, Parts];
  reuse: [NumberArgs, Parts];
  look: [HaveArgs, Parts];
  open: [OpenOperationArgs, Parts];
  format: [FormatArgs, Parts];
  send: [SendArgs, Parts, TextPiece];
  show: [NumberArgs, Parts];
  beside: [BesideArgs, Parts];
}

export interface SchemaOps extends Ops, EditOps {
  place: [PointerArgs, Place];
  frames: [NoArgs, FramePicture[]];
  stop: [NoArgs, null];
  compare: [CompareAnswersArgs, Comparison];
  snippets: [NoArgs, SnippetPicture[]];
  save: [SaveFileArgs, SavedFile, TextPiece];
}
