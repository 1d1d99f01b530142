"""What an endpoint takes, a request to begin with, and what is wrong with one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from .cards import Card
from .table import Table
from .text import escape

#: Faults that are shown of a request that has more.
MOST = 20


class _Column(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def words(self) -> str: ...
    @property
    def required(self) -> bool: ...
    @property
    def has_default(self) -> bool: ...
    @property
    def default(self) -> object: ...
    @property
    def description(self) -> str: ...


class _Format(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def columns(self) -> Sequence[_Column]: ...
    @property
    def params(self) -> Sequence[_Column]: ...


class _Operation(Protocol):
    @property
    def path(self) -> str: ...
    @property
    def method(self) -> str: ...
    @property
    def formats(self) -> Sequence[_Format]: ...


class _Document(Protocol):
    @property
    def version(self) -> str: ...
    def operations(self) -> Sequence[_Operation]: ...
    @property
    def notes(self) -> Sequence[object]: ...


class _Problem(Protocol):
    @property
    def where(self) -> str: ...
    @property
    def message(self) -> str: ...
    @property
    def fix(self) -> str: ...


class _Report(Protocol):
    @property
    def summary(self) -> str: ...
    @property
    def errors(self) -> Sequence[_Problem]: ...
    @property
    def warnings(self) -> Sequence[_Problem]: ...


def schema_card(document: _Document, *, name: str, where: str) -> Card:
    """Return what an endpoint takes: its paths, their formats, and the columns of each."""
    asked = [each for each in document.operations() if each.method == "post"][:MOST]
    tables = []
    for operation in asked:
        for made in operation.formats:
            rows = [_row(column, "") for column in made.columns] + [_row(column, "params") for column in made.params]
            if rows:
                tables.append(Table(_HEAD, rows, f"{operation.path} – {made.name}"))
    notes = len(document.notes)
    facts = [
        ("Config version", document.version),
        ("Paths", ", ".join(each.path for each in asked)),
        ("Formats", ", ".join(dict.fromkeys(made.name for each in asked for made in each.formats))),
        ("Notes", f"{notes} (see .notes)" if notes else ""),
    ]
    title = f"Schema of {name} – {where}" if where else f"Schema of {name}"
    return Card(title, facts, _joined(tables))


def schema_table(document: _Document, *, name: str, where: str) -> Table:
    """Return the columns of every format of every path, one row each."""
    rows = [
        (operation.path, made.name, *_facts(column, part))
        for operation in document.operations()
        if operation.method == "post"
        for made in operation.formats
        for columns, part in ((made.columns, ""), (made.params, "params"))
        for column in columns
    ]
    return Table(("Path", "Format", *_HEAD), rows, f"Columns of {name} – {where}")


def sample_html(text: str, format: str, origin: str, notes: Sequence[str]) -> str:
    """Return a request with what there is to say of it."""
    said = "".join(f"\n<p>{escape(note)}</p>" for note in notes)
    head = f"<p>{escape(format)}, from the document's {_ORIGINS.get(origin, origin)}</p>"
    return f"{head}\n<pre><code>{escape(text, lines=True)}</code></pre>{said}"


def report_html(report: _Report) -> str:
    """Return what is wrong with a request."""
    rows = [("error", each.where, each.message, each.fix) for each in report.errors[:MOST]]
    rows += [("warning", each.where, each.message, each.fix) for each in report.warnings[:MOST]]
    if not rows:
        return f"<p>{escape(report.summary)}</p>"
    return Table(("", "Where", "What", "What to do"), rows, report.summary)._repr_html_()


_HEAD = ("Name", "Part", "Type", "Required", "Default", "Description")
_ORIGINS = {"example": "example", "example repaired": "example, mended", "default": "default", "generated": "types"}


def _facts(column: _Column, part: str) -> tuple[str, str, str, bool, str, str]:
    default = repr(column.default) if column.has_default else ""
    return (column.name, part, column.words, column.required, default, column.description)


def _row(column: _Column, part: str) -> tuple[str, ...]:
    name, part, words, required, default, description = _facts(column, part)
    return (name, part, words, "yes" if required else "no", default, description)


def _joined(tables: Sequence[Table]) -> list[Table]:
    """Leave out a table that says the same as one before it, as two formats of the same columns do."""
    seen: dict[tuple[tuple[object, ...], ...], Table] = {}
    for table in tables:
        key = table.rows
        if key in seen:
            seen[key] = Table(table.columns, table.rows, f"{seen[key].caption}, {table.caption.rpartition(' – ')[2]}")
        else:
            seen[key] = table
    return list(seen.values())
