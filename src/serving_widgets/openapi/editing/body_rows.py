"""Bodies of requests as rows: the same table out of every way that a format has to write one. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from serving_widgets.openapi.model import InputFormat

from .cell_values import MISSING


@dataclass(slots=True)
class BodyTable:
    """A table: each row has a value, or ``MISSING``, for each name."""

    names: list[str] = field(default_factory=list)
    rows: list[list[Any]] = field(default_factory=list)


def read_rows(format: InputFormat, body: Any) -> BodyTable | None:
    """Return the table in a body; None where it has none.

    Examples
    --------
    >>> read_rows(InputFormat("dataframe_records", "records"), {"dataframe_records": [{"a": 1}, {"b": 2}]}).rows
    [[1, MISSING], [MISSING, 2]]
    """
    if not format.is_table and format.kind not in ("split", "records"):
        return None
    data = body.get(format.key) if isinstance(body, Mapping) else None
    table = _split(data) if format.kind == "split" else _records(data) if isinstance(data, list) else _columns(data)
    if table is not None and format.kind != "split" and not table.names and not table.rows:
        table.names = [column.name for column in format.columns if column.required]
    return table


def write_rows(format: InputFormat, body: Any, table: BodyTable) -> Any:
    """Return a body with another table in it; whatever else it has stays."""
    data = body.get(format.key)
    made: Any
    if format.kind == "split":
        kept = {key: value for key, value in data.items() if key not in ("columns", "data", "index")}
        made = {**_written_split(table), **kept}
    elif isinstance(data, list):
        made = [
            {name: value for name, value in zip(table.names, row, strict=True) if value is not MISSING}
            for row in table.rows
        ]
    else:
        made = {
            name: [None if row[place] is MISSING else row[place] for row in table.rows]
            for place, name in enumerate(table.names)
            if not table.rows or any(row[place] is not MISSING for row in table.rows)
        }
    return {**body, format.key: made}


def _split(data: Any) -> BodyTable | None:
    if not isinstance(data, Mapping):
        return None
    names, rows = data.get("columns"), data.get("data")
    if not isinstance(names, list) or not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        return None
    if not all(isinstance(name, str) for name in names) or len(set(names)) < len(names):
        return None
    if any(len(row) > len(names) for row in rows):
        return None
    return BodyTable(list(names), [[*row, *[MISSING] * (len(names) - len(row))] for row in rows])


def _records(data: list[Any]) -> BodyTable | None:
    if not all(isinstance(row, Mapping) for row in data):
        return None
    names = list(dict.fromkeys(name for row in data for name in row))
    return BodyTable(names, [[row.get(name, MISSING) for name in names] for row in data])


def _columns(data: Any) -> BodyTable | None:
    if not isinstance(data, Mapping) or not all(isinstance(each, list) for each in data.values()):
        return None
    longest = max(map(len, data.values()), default=0)
    if any(len(each) < longest for each in data.values()):
        return None
    return BodyTable(list(data), [list(row) for row in zip(*data.values(), strict=True)])


def _written_split(table: BodyTable) -> dict[str, Any]:
    """Return a table under column names; a column that no row has is left out, a value that is missing becomes null."""
    kept = [
        place
        for place in range(len(table.names))
        if not table.rows or any(row[place] is not MISSING for row in table.rows)
    ]
    return {
        "columns": [table.names[place] for place in kept],
        "data": [[None if row[place] is MISSING else row[place] for place in kept] for row in table.rows],
    }
