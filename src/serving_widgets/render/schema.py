"""What an endpoint takes, a request to begin with, and what is wrong with one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from serving_widgets.render.blocks.table import Table
from serving_widgets.render.blocks.text import escape

from .cards import Card

Rows = tuple[tuple[str, ...], ...]

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


def schema_card(document: _Document, *, name: str, where: str, see: str = "see .notes") -> Card:
    """Return what an endpoint takes: its paths, their formats, and the columns of each.

    Parameters
    ----------
    see
        Where the notes are to be seen.
    """
    asked = [each for each in document.operations() if each.method == "post"][:MOST]
    tables = [
        Table(COLUMNS, rows, _caption(places))
        for rows, places in columns_by_format((each.path, made) for each in asked for made in each.formats)
    ]
    notes = len(document.notes)
    facts = [
        ("Config version", document.version),
        ("Paths", ", ".join(each.path for each in asked)),
        ("Formats", ", ".join(dict.fromkeys(made.name for each in asked for made in each.formats))),
        ("Notes", f"{notes} ({see})" if notes else ""),
    ]
    title = f"Schema of {name} – {where}" if where else f"Schema of {name}"
    return Card(title, facts, tables)


def columns_by_format(places: Iterable[tuple[str, _Format]]) -> list[tuple[Rows, list[tuple[str, str]]]]:
    """Return the columns of formats, each table of them once, with the paths and names of the formats that have it.

    Two formats of the same columns are one thing to read, and so are two entities that take the same.
    """
    seen: dict[Rows, list[tuple[str, str]]] = {}
    for path, made in places:
        rows = tuple(_row(each, "") for each in made.columns) + tuple(_row(each, "params") for each in made.params)
        if rows:
            seen.setdefault(rows, []).append((path, made.name))
    return list(seen.items())


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
    return Table(("Path", "Format", *COLUMNS), rows, f"Columns of {name} – {where}")


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


#: What is told of a column, or of a parameter.
COLUMNS = ("Name", "Part", "Type", "Required", "Default", "Description")
_ORIGINS = {"example": "example", "example repaired": "example, repaired", "default": "default", "generated": "types"}


def _facts(column: _Column, part: str) -> tuple[str, str, str, bool, str, str]:
    default = repr(column.default) if column.has_default else ""
    return (column.name, part, column.words, column.required, default, column.description)


def _row(column: _Column, part: str) -> tuple[str, ...]:
    name, part, words, required, default, description = _facts(column, part)
    return (name, part, words, "yes" if required else "no", default, description)


def _caption(places: Sequence[tuple[str, str]]) -> str:
    """Return the paths that take the same columns, with their formats: said once where all have the same."""
    formats: dict[str, list[str]] = {}
    for path, name in places:
        formats.setdefault(path, []).append(name)
    paths: dict[str, list[str]] = {}
    for path, names in formats.items():
        paths.setdefault(", ".join(names), []).append(path)
    return "; ".join(f"{', '.join(each)} – {names}" for names, each in paths.items())
