"""What a page is told of a schema, a draft, an answer: as much as a page stays quick with, and all of it as text."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from serving_widgets.api.errors import ApiError
from serving_widgets.openapi.check.json_positions import place_of
from serving_widgets.openapi.document import Document
from serving_widgets.openapi.editing.body_rows import read_rows
from serving_widgets.openapi.editing.cell_values import MISSING, Cell, JsonFault, cell_of, printable, written
from serving_widgets.openapi.editing.request_draft import Pointer, RequestDraft
from serving_widgets.openapi.model import LANGUAGE, Column, InputFormat, Operation
from serving_widgets.openapi.read.columns_of_schema import flat, member_columns
from serving_widgets.openapi.report import NOTHING, Problem, Report
from serving_widgets.openapi.samples.sample import as_text
from serving_widgets.openapi.snippets.snippets import LANGUAGES, render
from serving_widgets.workspace.queries.request_log import Asked, History

from . import contract

if TYPE_CHECKING:
    from serving_widgets.render.blocks.table import Table

#: What a page shows of a table, and how many characters of a cell.
MOST_ROWS = 200
MOST_COLUMNS = 50
MOST_CELL = 300
#: Characters of a cell that can still be edited in the table.
MOST_EDITED = 10_000
#: Characters of all cells of a table together, and of a text.
MOST_CELLS = 400_000
MOST_TEXT = 100_000
#: Operations, columns, fields, and notes of a document that are listed.
MOST_OPERATIONS = 1000
MOST_LISTED = 200
#: How deep a form goes into objects.
DEEPEST = 3

_NAMES_OF_KINDS: Mapping[str, str] = {
    "split": "A table: the names of the columns once, then a list of values for each row.",
    "records": "A table: an object for each row.",
    "inputs": "Arrays, or columns, by name.",
    "instances": "A list of arrays or objects, one for each row.",
    "tensor_v2": "Tensors of the Open Inference Protocol.",
    "chat": "Messages of a conversation.",
    "completion": "A text to be continued.",
    "embeddings": "Texts to be embedded.",
    "responses": "Input of an agent.",
    "json": "Any JSON that the schema takes.",
}


def operations(document: Document | None) -> list[contract.SchemaOperation]:
    """Return the operations of a document, without reading any of them."""
    found = () if document is None else document.operations()
    return [
        {
            "path": printable(each.path),
            "method": each.method,
            "summary": printable(each.summary[:MOST_CELL]),
            "entity": printable(each.entity),
        }
        for each in found[:MOST_OPERATIONS]
    ]


def named(format: InputFormat) -> contract.FormatChoice:
    """Return the tab of a format. JSON is what one of the views of every draft is called, so no format is."""
    return {"key": printable(format.key), "label": "body" if format.key == "json" else printable(format.name)}


def operation(operation: Operation | None, format: InputFormat) -> contract.Schema:
    """Return what one operation takes, in one of its formats."""
    notes = operation.notes if operation is not None else ()
    return {
        "about": printable((operation.description if operation is not None else "")[:2000]),
        "kind": format.kind,
        "words": _NAMES_OF_KINDS[format.kind],
        "described": printable(format.description[:2000]),
        "columns": [_column(each) for each in format.columns[:MOST_LISTED]],
        "params": [_column(each) for each in format.params[:MOST_LISTED]],
        "more": max(0, len(format.columns) - MOST_LISTED),
        "notes": [printable(str(each)[:500]) for each in notes[:MOST_LISTED]],
        "views": [view for view, has in _views(format) if has],
    }


def draft(draft: RequestDraft, report: Report | None, notes: Iterable[str] = ()) -> contract.BodyDraft:
    """Return a draft as a page edits it, and what is wrong with it."""
    short = len(draft.text) <= MOST_TEXT
    return {
        "rev": draft.rev,
        "text": printable(draft.text if short else draft.text[:MOST_TEXT]),
        "whole": short,
        "size": len(draft.text),
        "fault": None if draft.fault is None else _fault(draft.fault),
        "undo": draft.can_undo,
        "table": _table(draft),
        "fields": fields(draft)[:MOST_LISTED],
        "messages": _messages(draft),
        "summary": "" if report is None else printable(report.summary),
        "total": 0 if report is None else report.total,
        "errors": [] if report is None else [_problem(each) for each in report.errors],
        "notes": [printable(note) for note in notes],
        "warnings": [] if report is None else [_problem(each) for each in report.warnings[:20]],
    }


def _fault(fault: JsonFault) -> contract.TextFault:
    return {"message": printable(fault.message), "line": fault.line, "column": fault.column}


def fields(draft: RequestDraft) -> list[contract.Field]:
    """Return the form: a line for each parameter and each member of an object."""
    return [_field(draft, pointer, column) for pointer, column in form_of(draft.format)]


def form_of(format: InputFormat) -> list[tuple[Pointer, Column]]:
    """Return the places of a form and what is known of each; an object stands before its members."""
    if format.kind == "chat":
        return [((column.name,), column) for column in format.params]
    if format.kind in LANGUAGE:
        members = {column.name: column for column in member_columns(format.schema, format.schema)}
        key = members.get(format.key) or Column(format.key, "string" if format.kind == "completion" else "any")
        return [((format.key,), key), *(((column.name,), column) for column in format.params)]
    if format.kind == "json":
        return list(_members((), format.schema, format.schema, DEEPEST))
    return [(("params", column.name), column) for column in format.params]


def place(draft: RequestDraft, pointer: str) -> contract.Place:
    """Return line and column, from 1, of a value in a draft's text; of the fault where that can't be read."""
    if draft.fault is not None:
        return {"line": draft.fault.line, "column": draft.fault.column}
    before = draft.text[: place_of(draft.text, pointer)]
    return {"line": before.count("\n") + 1, "column": len(before) - before.rfind("\n")}


def snippets(name: str, body: Any, entity: str | None, url: str) -> list[contract.SnippetPicture]:
    """Return a request as code that sends it."""
    made = {language.name: render(language.name, name, body, entity=entity, url=url) for language in LANGUAGES}
    return [
        {
            "target": language,
            "code": printable(snippet.code),
            "files": [(file, printable(text)) for file, text in snippet.files.items()],
        }
        for language, snippet in made.items()
    ]


def columns_table(caption: str, path: str, formats: Sequence[InputFormat]) -> Table:
    """Return the columns of all formats, for a notebook without a kernel."""
    from serving_widgets.render.blocks.table import Table
    from serving_widgets.render.schema import COLUMNS, columns_by_format

    rows = [
        (", ".join(name for _, name in places), *row)
        for columns, places in columns_by_format((path, each) for each in formats)
        for row in columns
    ]
    names = ", ".join(each.name for each in formats)
    return Table(("Format", *COLUMNS), rows[:MOST_LISTED], caption, f"{path}: {names}")


def reply(asked: Asked, *, beside: bool) -> contract.Answer:
    """Return what came of a request, as a page shows it."""
    said: contract.Answer = {
        **line(asked),
        "problem": None if asked.error is None else asked.error.problem(),
        "request_id": "",
        "kind": "",
        "note": "",
        "tokens": None,
        "joinable": False,
        "beside": beside,
        "table": None,
        "raw": printable(asked.partial[:MOST_TEXT]),
        "whole": len(asked.partial) <= MOST_TEXT,
    }
    if isinstance(asked.error, ApiError):
        said["request_id"] = printable(asked.error.request_id)
    if asked.reply is None:
        return said
    said["request_id"] = printable(asked.reply.request_id or "")
    said["raw"], said["whole"] = _raw(asked)
    if asked.answer is not None:
        said["kind"] = asked.answer.kind
        said["note"] = printable(" ".join(filter(None, (asked.answer.note, asked.unlike))))
        said["joinable"] = asked.answer.joinable
        if asked.answer.frame is not None:
            said["tokens"] = _tokens(asked.answer.frame.attrs.get("usage"))
            said["table"] = _answer_table(asked, beside and asked.answer.joinable)
    return said


def _tokens(usage: Any) -> tuple[int, int] | None:
    """Return the tokens of a request and of its answer, as the service counts them; None where it does not say."""
    counted = usage if isinstance(usage, Mapping) else {}
    sent, made = counted.get("prompt_tokens"), counted.get("completion_tokens")
    return (sent, made) if isinstance(sent, int) and isinstance(made, int) else None


def line(asked: Asked) -> contract.SentLine:
    """Return a request as a line of the history."""
    status = asked.error.status if isinstance(asked.error, ApiError) else 200 if asked.reply is not None else None
    return {
        "number": asked.number,
        "at": round(asked.at * 1000),
        "path": printable(asked.path),
        "format": printable(asked.format.name),
        "rows": asked.rows,
        "outcome": asked.outcome,
        "status": status,
        "seconds": asked.seconds,
        "size": None if asked.reply is None else len(asked.reply.raw),
        "sent": len(asked.text),
        "served": printable((asked.reply.served_model or "") if asked.reply is not None else ""),
    }


def history(history: History) -> list[contract.SentLine]:
    """Return the requests of this kernel, newest first."""
    return [line(each) for each in reversed(list(history))]


def comparison(left: Asked, right: Asked) -> contract.Comparison:
    """Return how two answers differ, value by value."""
    one, other = _values(left), _values(right)
    places = list(dict.fromkeys([*one, *other]))
    differing = [place for place in places if one.get(place) != other.get(place)]
    return {
        "left": left.number,
        "right": right.number,
        "same_request": left.text == right.text,
        "values": len(places),
        "differing": len(differing),
        "rows": [(str(row), name, one.get((row, name)), other.get((row, name))) for row, name in differing[:MOST_ROWS]],
    }


def _views(format: InputFormat) -> Iterable[tuple[contract.ViewKey, bool]]:
    yield "chat", format.kind == "chat"
    yield "table", format.is_table
    yield "form", bool(form_of(format))
    yield "json", True


def _column(column: Column) -> contract.SchemaColumn:
    return {
        "name": printable(column.name),
        "type": printable(column.words if column.type != "any" else "any JSON"),
        "required": column.required,
        "nullable": column.nullable,
        "default": written(column.default)[:MOST_CELL] if column.has_default else None,
        "description": printable(column.description[:1000]),
        "choices": [written(each)[:MOST_CELL] for each in column.enum[:20]],
        "listed": column.listed,
        "end": column.type in ("integer", "number"),
    }


def _field(draft: RequestDraft, pointer: Pointer, column: Column) -> contract.Field:
    value = draft.get(pointer)
    group = bool(column.schema.get("properties")) and draft.format.kind == "json" and len(pointer) < DEEPEST
    cell = cell_of(value, column)
    return {
        **_column(column),
        "pointer": _pointer(pointer),
        "depth": len(pointer) - 1 if draft.format.kind == "json" else 0,
        "group": group,
        "cell": False if group else _editable(cell),
        "options": [cell_of(each, column) for each in column.enum[:50]] if column.type != "any" else [],
        "boolean": column.type == "boolean",
        "long": column.type in ("array", "object", "any") or (isinstance(cell, str) and len(cell) > 80),
    }


def _members(at: Pointer, schema: Any, root: Any, depth: int) -> Iterable[tuple[Pointer, Column]]:
    for column in member_columns(schema, root):
        yield (*at, column.name), column
        if depth > 1 and flat(column.schema, root).get("properties"):
            yield from _members((*at, column.name), column.schema, root, depth - 1)


def _table(draft: RequestDraft) -> contract.DraftTable | None:
    table = draft.rows()
    if table is None:
        return None
    known = [column.name for column in draft.format.columns]
    names = [*known, *(name for name in table.names if name not in known)]
    shown, left = [], MOST_CELLS
    columns = [draft.column(name) for name in names[:MOST_COLUMNS]]
    places = {name: place for place, name in enumerate(table.names)}
    for row in table.rows[:MOST_ROWS]:
        values = [row[places[column.name]] if column.name in places else MISSING for column in columns]
        cells = [_editable(cell_of(value, column)) for value, column in zip(values, columns, strict=True)]
        left -= sum(len(cell[0]) if isinstance(cell, tuple) else len(cell or "") + 4 for cell in cells)
        if left < 0:
            break
        shown.append(cells)
    return {
        "columns": [_column(column) for column in columns],
        "rows": shown,
        "total": len(table.rows),
        "more_columns": len(names) - len(columns),
    }


def _editable(cell: Cell) -> contract.Cell:
    """Return a cell as it can be edited; alone in a tuple the beginning of one that is too long for that."""
    return (cell[:MOST_CELL],) if isinstance(cell, str) and len(cell) > MOST_EDITED else cell


def _messages(draft: RequestDraft) -> list[contract.ChatMessage] | None:
    if draft.format.kind != "chat":
        return None
    found = draft.get((draft.format.key,))
    said: list[contract.ChatMessage] = []
    for each in found if isinstance(found, list) else ():
        known = each if isinstance(each, Mapping) else {"content": each}
        content = known.get("content")
        text = content if isinstance(content, str) else "" if content is None else written(content)
        plain = isinstance(content, str) and len(content) <= MOST_TEXT
        role = printable(str(known.get("role") or "?"))
        said.append({"role": role, "text": printable(text[:MOST_TEXT]), "plain": plain})
    return said[-MOST_ROWS:]


def _problem(problem: Problem) -> contract.BodyFinding:
    return {
        "pointer": printable(problem.path),
        "code": problem.code,
        "message": printable(problem.message),
        "where": printable(problem.where),
        "column": None if problem.column is None else printable(problem.column),
        "row": problem.row,
        "fix": printable(problem.fix),
        "fixable": problem.value is not NOTHING,
    }


def _pointer(pointer: Pointer) -> str:
    return "".join("/" + printable(str(step)).replace("~", "~0").replace("/", "~1") for step in pointer)


def _raw(asked: Asked) -> tuple[str, bool]:
    """Return an answer's text, laid out where it is short enough for that, and whether it is all of it."""
    made = asked.reply
    if made is None:
        return "", True
    if made.json is not None and len(made.raw) <= MOST_TEXT:
        text = as_text(made.json)
        if len(text) <= 2 * MOST_TEXT:
            return printable(text), True
    text = made.raw[: 4 * MOST_TEXT].decode("utf-8", "replace")
    return printable(text[:MOST_TEXT]), len(made.raw) <= MOST_TEXT


def _answer_table(asked: Asked, beside: bool) -> contract.AnswerTablePicture | None:
    frame = asked.answer.frame if asked.answer is not None else None
    if frame is None:
        return None
    names: list[str] = []
    columns: list[list[str]] = []
    ends: list[bool] = []
    if beside:
        names, columns, ends = _inputs(asked)
    inputs = len(names)
    part = frame.iloc[:MOST_ROWS, : max(1, MOST_COLUMNS - inputs)]
    for place, name in enumerate(part.columns):
        values = part.iloc[:, place].tolist()
        names.append(printable(str(name)))
        columns.append([_shown(value) for value in values])
        ends.append(all(isinstance(value, int | float) and not isinstance(value, bool) for value in values))
    rows, left = [], MOST_CELLS
    for row in zip(*columns, strict=False):
        left -= sum(map(len, row))
        if left < 0:
            break
        rows.append(list(row))
    return {
        "names": names,
        "ends": ends,
        "inputs": inputs,
        "rows": rows,
        "total": len(frame),
        "more_columns": frame.shape[1] - part.shape[1],
    }


def _inputs(asked: Asked) -> tuple[list[str], list[list[str]], list[bool]]:
    body = json.loads(asked.text)
    key = next((key for key in ("dataframe_split", "dataframe_records", "inputs", "instances") if key in body), "")
    table = read_rows(InputFormat(key, "split" if key == "dataframe_split" else "records"), body)
    if table is None:
        return [], [], []
    places = range(min(len(table.names), MOST_COLUMNS // 2))
    columns = [[row[place] for row in table.rows[:MOST_ROWS]] for place in places]
    ends = [all(isinstance(value, int | float) and not isinstance(value, bool) for value in each) for each in columns]
    return (
        [printable(table.names[place]) for place in places],
        [[_shown(value) for value in each] for each in columns],
        ends,
    )


def _values(asked: Asked) -> dict[tuple[int, str], str]:
    """Return every value of an answer by its row and column, the whole of it where it is not a table."""
    frame = asked.answer.frame if asked.answer is not None else None
    if frame is None:
        return {(0, "answer"): _raw(asked)[0][:MOST_CELL]} if asked.reply is not None else {}
    return {
        (row, printable(str(name))): _shown(value)
        for place, name in enumerate(frame.columns[:MOST_COLUMNS])
        for row, value in enumerate(frame.iloc[:, place].tolist())
    }


def _shown(value: Any) -> str:
    """Return a value of an answer as text, not too long for a cell."""
    if value is MISSING:
        return ""
    if isinstance(value, str):
        text = printable(value)
    elif isinstance(value, float) and not math.isfinite(value):
        text = "null" if math.isnan(value) else "∞" if value > 0 else "-∞"
    elif isinstance(value, bool | int | float | list | dict) or value is None:
        text = written(value)
    else:
        text = "null" if str(value) in ("<NA>", "NaT") else printable(str(value))
    return text if len(text) <= MOST_CELL else text[: MOST_CELL - 1] + "…"
