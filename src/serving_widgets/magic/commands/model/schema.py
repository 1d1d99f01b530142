"""``%serving schema``: what an endpoint takes."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from serving_widgets.magic.running.call import CommandCall
from serving_widgets.magic.shared.request_options import ENTITY, FORMAT, entity_of, format_problem, formats_of
from serving_widgets.magic.syntax.grammar import Argument, Command, Option, Result
from serving_widgets.magic.syntax.value_types import ENDPOINT, FILE, of_known

if TYPE_CHECKING:
    from serving_widgets.openapi.model import InputFormat, Operation, SchemaNote
    from serving_widgets.render import Table
    from serving_widgets.workspace import Endpoint
    from serving_widgets.workspace.queries.schema import SchemaDocument


def run(call: CommandCall) -> Any:
    """Return the document, with its paths, formats and columns to look at."""
    from serving_widgets.openapi.errors import FormatError
    from serving_widgets.render import message
    from serving_widgets.render.schema import schema_card
    from serving_widgets.render.stack import Stack

    endpoint = call.endpoint()
    entity = entity_of(call, endpoint)
    if call["watch"] and call.display != "static":
        return _explorer(call, endpoint, entity)
    document, said = _document(call, endpoint)
    try:
        part = _part(document, entity, call["format"])
    except FormatError as error:
        raise format_problem(call, error) from None
    if call.given("against"):
        return _against(call, endpoint, document, entity)
    if call.given("save"):
        call.save(lambda file: file.write_bytes(document.text), "schema.json")
        said.append(f"The document was saved in {call['save']}, byte for byte as the service gives it.")
    if call.given("client"):
        return _client(call, document, entity)
    see = "below" if call["notes"] else "--notes shows them"
    card = schema_card(part, name=endpoint.name, where=endpoint.workspace.where, see=see)
    notes = _notes(part) if call["notes"] else None
    return Result(document, Stack(*map(message, said), card, notes))


def _against(call: CommandCall, endpoint: Endpoint, document: SchemaDocument, entity: str | None) -> Result:
    """Return what changes for callers of the endpoint when another one, or an entity of it, takes its place."""
    from serving_widgets.openapi.errors import FormatError
    from serving_widgets.workspace import Endpoint
    from serving_widgets.workspace.review.contract_diff import contract_changes, contract_table

    other, served = call["against"], [each.name for each in endpoint.info.entities]
    try:
        before = document.operation(entity)
        inside = document.operation(other) if other in served else None
        after = inside or Endpoint(endpoint.workspace, other).openapi().operation()
    except FormatError as error:
        raise format_problem(call, error) from None
    changes = contract_changes(before, after)
    named = entity or endpoint.name
    table = contract_table(changes, named, other, where=endpoint.workspace.where)
    return Result(changes, table, data=table.records())


def _client(call: CommandCall, document: SchemaDocument, entity: str | None) -> Result:
    """Write the source of a typed client into a file."""
    from serving_widgets.render import message

    source, file = document.python_client(entity, call["format"]), call["client"]
    call.save(lambda path: path.write_text(source, encoding="utf-8"), "client.py", option="client")
    words = f"A typed client of {document.endpoint} was written to {file}: its models, and query()."
    return Result(source, message(f"{words} It needs httpx and pydantic."))


def _explorer(call: CommandCall, endpoint: Endpoint, entity: str | None) -> Any:
    hint = "The explorer shows every format, and has its own buttons. Leave one of the two out."
    call.refuse_with(("format", "save", "client", "notes"), "{} is for a table; --watch opens the explorer.", hint)
    from serving_widgets.widgets.schema.schema_explorer import SchemaExplorer

    return SchemaExplorer(endpoint, entity=entity)


def _document(call: CommandCall, endpoint: Endpoint) -> tuple[SchemaDocument, list[str]]:
    """Return the document; for a language model without one what its task says, and why."""
    from serving_widgets.openapi.errors import SchemaUnavailable

    try:
        return endpoint.openapi(), []
    except SchemaUnavailable as error:
        if error.code not in ("external_model", "foundation_model"):
            raise
        try:
            made = formats_of(endpoint)
        except SchemaUnavailable:
            raise error from None
        if call.given("save"):
            raise call.problem(error.message, at="save", hint="There is no document to save.") from None
        return made, [f"{error.message}\nThis is what every model for {made.task} takes:"]


@dataclasses.dataclass(frozen=True, slots=True)
class _Asked:
    """One path of a document, with some of its formats."""

    path: str
    method: str
    formats: Sequence[InputFormat]


@dataclasses.dataclass(frozen=True, slots=True)
class _Part:
    """A part of a document."""

    version: str
    asked: Sequence[_Asked]
    notes: Sequence[SchemaNote]

    def operations(self) -> Sequence[_Asked]:
        """Return what can be asked."""
        return self.asked


def _part(document: SchemaDocument, entity: str | None, format: str | None) -> _Part:
    operations: Sequence[Operation] = [each for each in document.operations() if each.method == "post"]
    if entity is not None:
        operations = [document.operation(entity)]
    if format is not None:
        document.format(format, entity)
    asked = [_Asked(each.path, each.method, _formats(each, format)) for each in operations]
    notes = document.notes if entity is None else operations[0].notes
    return _Part(document.version, [each for each in asked if each.formats or format is None], notes)


def _formats(operation: Operation, format: str | None) -> Sequence[InputFormat]:
    return [made for made in operation.formats if format in (None, made.key, made.name)]


def _notes(part: _Part) -> Table:
    from serving_widgets.render import Table

    caption = "Read otherwise than it is written"
    path = next((each.path for each in part.asked if all(note.where.startswith(each.path) for note in part.notes)), "")
    rows = [(note.text, note.where.removeprefix(path).lstrip("/")) for note in part.notes]
    return Table(
        ("Note", "Where"), rows, f"{caption}, in {path}" if path and rows else caption, "" if rows else "Nothing was."
    )


COMMAND = Command(
    summary="Show what an endpoint takes: its paths, the formats of each, and their columns.",
    about="The service gives a schema, an OpenAPI document, while an endpoint is ready, of models that were logged "
    "with a signature. --notes tells what was read differently from how it is written. The value is the document: "
    "operations(), format(name), raw, text.",
    run=run,
    see_also=("sample", "query"),
    arguments=(Argument("name", ENDPOINT, "The endpoint."),),
    options=(
        ENTITY,
        Option(("--format",), "Only this format, such as dataframe_records.", FORMAT),
        Option(("--save",), "Write the document to a file, as the service gives it.", FILE),
        Option(
            ("--against",),
            "Show what changes for callers if this other endpoint, or served entity, takes its place.",
            of_known("OTHER", lambda known: (*known.entities(), *known.endpoints())),
        ),
        Option(("--client",), "Write a typed client in Python to a file: models, and a function query().", FILE),
        Option(("--notes",), "Show what was read differently from how it is written."),
        Option(("--watch",), "Open the explorer, which drafts a request, checks it and sends it."),
    ),
    examples=(
        ("schema example-endpoint", "Paths, formats and columns."),
        ("schema fraud-detector --entity fraud_challenger-2 --format dataframe_records", "One format of one entity."),
        ("schema churn --against unity-model-endpoint", "What another endpoint changes for callers, breaking or not."),
        ("schema example-endpoint --save schema.json", "Keep the document, for tools that make clients of it."),
        ("schema example-endpoint --client client.py", "Call it from a program of yours, with types."),
        ("schema example-endpoint --watch", "Try a request in the explorer."),
        ("schema chat", "What a language model takes, which has no schema."),
    ),
)
