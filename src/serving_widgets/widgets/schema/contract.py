"""What a schema explorer and its page say to each other. Values are text: JavaScript's numbers would change them."""

from __future__ import annotations

from typing import Literal, NotRequired, TypeAlias, TypedDict

from serving_widgets.widgets.core.contract import EndpointBody, ErrorFields, NoArgs, Ops, SavedFile, Snapshot, TextPiece

# Text; null for null; false for a value that is left out; in a list, the beginning of one too long to edit here.
Cell: TypeAlias = str | Literal[False] | tuple[str] | None
ViewKey: TypeAlias = Literal["chat", "table", "form", "json"]


class Revs(TypedDict):
    document: int
    schema: int
    draft: int
    reply: int


class FormatChoice(TypedDict):
    key: str
    label: str


class SchemaPicture(TypedDict):
    state: Literal["loading", "ready", "absent"]
    problem: ErrorFields | None
    path: str
    method: str
    formats: list[FormatChoice]
    format: str
    # Why nothing can be sent; null when it can.
    can: str | None
    sending: bool
    # It shows a document that was given to it, of whatever service.
    of_document: bool
    revs: Revs


class SchemaOperation(TypedDict):
    path: str
    method: str
    summary: str
    entity: str


class SchemaColumn(TypedDict):
    name: str
    type: str
    required: bool
    nullable: bool
    default: str | None
    description: str
    choices: list[str]
    listed: bool
    # Numbers stand at the right.
    end: bool


class Field(SchemaColumn):
    pointer: str
    depth: int
    group: bool
    cell: Cell
    options: list[Cell]
    boolean: bool
    long: bool


class Schema(TypedDict):
    about: str
    kind: str
    words: str
    described: str
    columns: list[SchemaColumn]
    params: list[SchemaColumn]
    more: int
    notes: list[str]
    views: list[ViewKey]


class BodyFinding(TypedDict):
    pointer: str
    code: str
    message: str
    where: str
    column: str | None
    row: int | None
    fix: str
    fixable: bool


class TextFault(TypedDict):
    message: str
    line: int
    column: int


class DraftTable(TypedDict):
    columns: list[SchemaColumn]
    rows: list[list[Cell]]
    total: int
    more_columns: int


class ChatMessage(TypedDict):
    role: str
    text: str
    plain: bool


class BodyDraft(TypedDict):
    rev: int
    text: str
    # Whether `text` is all of it.
    whole: bool
    size: int
    fault: TextFault | None
    undo: bool
    table: DraftTable | None
    fields: list[Field]
    messages: list[ChatMessage] | None
    summary: str
    total: int
    errors: list[BodyFinding]
    warnings: list[BodyFinding]
    # What was changed on the way into the draft.
    notes: list[str]


class SentLine(TypedDict):
    number: int
    # Host time.
    at: int
    path: str
    format: str
    rows: int | None
    outcome: Literal["running", "answered", "failed", "cancelled"]
    status: int | None
    seconds: float | None
    size: int | None
    sent: int
    served: str


class AnswerTablePicture(TypedDict):
    names: list[str]
    ends: list[bool]
    # How many of the columns are the request's.
    inputs: int
    rows: list[list[str]]
    total: int
    more_columns: int


class Answer(SentLine):
    problem: ErrorFields | None
    request_id: str
    kind: str
    note: str
    # Of the request and of the answer.
    tokens: tuple[int, int] | None
    joinable: bool
    beside: bool
    table: AnswerTablePicture | None
    raw: str
    whole: bool


class Comparison(TypedDict):
    left: int
    right: int
    same_request: bool
    values: int
    differing: int
    rows: list[tuple[str, str, str | None, str | None]]


class SnippetPicture(TypedDict):
    target: str
    code: str
    files: list[tuple[str, str]]


class FramePicture(TypedDict):
    name: str
    rows: int
    columns: int


class Parts(TypedDict):
    revs: Revs
    operations: NotRequired[list[SchemaOperation]]
    schema: NotRequired[Schema]
    draft: NotRequired[BodyDraft]
    history: NotRequired[list[SentLine]]
    reply: NotRequired[Answer]


class SchemaBody(EndpointBody):
    schema: SchemaPicture


class SchemaState(Snapshot, SchemaBody):
    """The state of `schema_explorer`."""

    # Only in a frozen notebook: what no kernel is there to be asked for.
    parts: NotRequired[Parts]


class HaveArgs(TypedDict):
    # The revisions that the page has already.
    have: NotRequired[dict[str, int]]


class TextArgs(HaveArgs):
    text: str


class CellArgs(HaveArgs):
    row: int
    column: str
    cell: Cell


class RowsArgs(HaveArgs):
    """Either."""

    add: NotRequired[int]
    remove: NotRequired[list[int]]


class PasteArgs(HaveArgs):
    row: int
    column: str
    text: str


class FieldArgs(HaveArgs):
    pointer: str
    cell: Cell


class MessageArgs(HaveArgs):
    """A message is added without a number, and taken away without a text."""

    number: NotRequired[int | None]
    role: NotRequired[str]
    text: NotRequired[str]


class SampleArgs(HaveArgs):
    rows: NotRequired[int]


class PointerArgs(HaveArgs):
    pointer: str


class FrameArgs(HaveArgs):
    name: str


class NumberArgs(HaveArgs):
    number: int


class Place(TypedDict):
    line: int
    column: int


class OpenOperationArgs(HaveArgs):
    path: str
    method: str


class FormatArgs(HaveArgs):
    key: str


class SendArgs(HaveArgs):
    # A request of the history again, in place of the draft.
    number: NotRequired[int]
    anyway: NotRequired[bool]


class BesideArgs(HaveArgs):
    on: bool


class CompareAnswersArgs(TypedDict):
    left: int
    right: int


class SaveFileArgs(TypedDict):
    what: Literal["document", "answer"]


class EditOps(TypedDict):
    """What answers with the parts that the page does not have in their newest form."""

    text: tuple[TextArgs, Parts]
    undo: tuple[HaveArgs, Parts]
    revert: tuple[HaveArgs, Parts]
    cell: tuple[CellArgs, Parts]
    rows: tuple[RowsArgs, Parts]
    paste: tuple[PasteArgs, Parts]
    field: tuple[FieldArgs, Parts]
    message: tuple[MessageArgs, Parts]
    sample: tuple[SampleArgs, Parts]
    fix: tuple[PointerArgs, Parts]
    load: tuple[FrameArgs, Parts]
    reuse: tuple[NumberArgs, Parts]
    look: tuple[HaveArgs, Parts]
    open: tuple[OpenOperationArgs, Parts]
    format: tuple[FormatArgs, Parts]
    send: tuple[SendArgs, Parts, TextPiece]
    show: tuple[NumberArgs, Parts]
    beside: tuple[BesideArgs, Parts]


class SchemaOps(Ops, EditOps):
    place: tuple[PointerArgs, Place]
    frames: tuple[NoArgs, list[FramePicture]]
    stop: tuple[NoArgs, None]
    compare: tuple[CompareAnswersArgs, Comparison]
    snippets: tuple[NoArgs, list[SnippetPicture]]
    save: tuple[SaveFileArgs, SavedFile, TextPiece]
