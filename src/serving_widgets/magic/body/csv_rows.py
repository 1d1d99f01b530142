"""CSV as the body of a request."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from serving_widgets.line import LineError, delimiter_of

from .request_body import RequestBody

if TYPE_CHECKING:
    from serving_widgets.openapi.model import InputFormat


def read_csv(text: str, made: InputFormat | None, line: str, start: int) -> RequestBody:
    """Return the request that CSV or TSV makes.

    The first line names the columns; each value is what its column makes of it, and an empty one is null where the
    column doesn't hold text.

    Parameters
    ----------
    made
        The format to write it in, with its columns; None for ``dataframe_split`` of unknown columns.
    line, start
        The text that it is a part of, and where in it, for the place of a fault.

    Raises
    ------
    LineError
        When it is not a table.
    """
    from serving_widgets.openapi.editing.body_rows import BodyTable, write_rows
    from serving_widgets.openapi.editing.cell_values import value_of
    from serving_widgets.openapi.model import Column, InputFormat

    names, rows, places = _records(text, line, start)
    made = made or InputFormat("dataframe_split", "split")
    known = {column.name: column for column in made.columns}
    columns = [known.get(name) or Column(name, listed=False) for name in names]
    values = [[value_of(cell, column) for cell, column in zip(row, columns, strict=True)] for row in rows]
    empty: Any = [] if made.kind in ("records", "instances") else {}
    body = write_rows(made, {made.key: empty}, BodyTable(names, values))
    return RequestBody(body, line=line, start=start, row_starts=tuple(places))


def _records(text: str, line: str, start: int) -> tuple[list[str], list[list[str]], list[int]]:
    """Return the names of the columns, the rows, and where each row begins."""
    lines = _line_places(text)
    places: list[int] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text), strict=True)
    names: list[str] = []
    rows: list[list[str]] = []
    while True:
        at = start + lines[min(reader.line_num, len(lines) - 1)]
        try:
            row = next(reader, None)
        except csv.Error as error:
            raise LineError(f"This is neither JSON nor CSV: {error}.", line, at) from None
        if row is None:
            break
        if not row or (len(row) == 1 and not row[0].strip() and len(names) != 1):
            continue
        if not names:
            names = [name.strip() for name in row]
            _check_names(names, line, at)
        elif len(row) != len(names):
            raise LineError(f"{_several(len(row), 'value')} for {_several(len(names), 'column')}.", line, at)
        else:
            rows.append(row)
            places.append(at)
    return names, rows, places


def _check_names(names: list[str], line: str, at: int) -> None:
    if not all(names):
        raise LineError("A column has no name: the first line of CSV names the columns.", line, at)
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise LineError(f"Two columns are called {twice!r}.", line, at)


def _line_places(text: str) -> list[int]:
    places = [0]
    for each in io.StringIO(text, newline=""):
        places.append(places[-1] + len(each))
    return places


def _several(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"
