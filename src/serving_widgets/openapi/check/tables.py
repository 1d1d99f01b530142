"""The shape of tables: rows, names and lengths; and then each column."""

from __future__ import annotations

import json
import operator
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from serving_widgets.openapi.model import Column, InputFormat
from serving_widgets.openapi.report import ReportBuilder

from .columns import NO_VALUE, RowPointer, check_column
from .messages import escaped, shown


def check_split(data: Any, made: InputFormat, findings: ReportBuilder) -> None:
    """Check what stands under ``dataframe_split``."""
    path = f"/{made.key}"
    if not isinstance(data, Mapping):
        no_object(data, path, findings, '{"columns": […], "data": [[…], …]}')
        return
    for key in data.keys() - {"columns", "data", "index"}:
        findings.error(f"{path}/{escaped(key)}", "unknown_member", f"{made.key} has no {key}; the service refuses it.")
    names, rows = data.get("columns"), data.get("data")
    if not isinstance(rows, list):
        findings.error(path, "no_data", "data must be a list of rows, each a list.", fix='Add "data": [[…], …].')
        return
    if names is None and not rows:
        text = "There are neither rows nor names, and so no columns."
        findings.error(path, "no_columns", text, fix="Name the columns, or add a row.")
        return
    if names is None and (made.by_place or made.numbered):
        width = max((len(row) for row in rows if isinstance(row, list | tuple)), default=len(made.columns))
        names = list(range(width))
    if not isinstance(names, list):
        missing = "columns" not in data
        what = "columns are missing" if missing else "columns must be a list of names"
        findings.error(
            f"{path}/columns" if not missing else path, "no_columns", f"The {what}.", fix="Name the columns."
        )
        return
    findings.rows = len(rows)
    _check_index(data.get("index"), len(rows), f"{path}/index", findings)
    known = columns_at(names, made, f"{path}/columns", findings)
    if not are_rows(rows, len(names), path, findings):
        return
    values = list(zip(*rows, strict=True)) if rows else [()] * len(names)
    for place, column in known.items():
        check_column(values[place], column, findings, _in_split(f"{path}/data", place))


def check_records(data: Any, made: InputFormat, findings: ReportBuilder) -> None:
    """Check rows that are objects."""
    path = f"/{made.key}"
    if not isinstance(data, list) or not all(isinstance(row, Mapping) for row in data):
        no_object(data, path, findings, '[{"column": value, …}, …]', "a list of objects, one a row")
        return
    for column, values, place in record_columns(data, made, findings):
        check_column(values, column, findings, place)


def record_columns(
    data: Sequence[Mapping[str, Any]], made: InputFormat, findings: ReportBuilder
) -> Iterator[tuple[Column, Sequence[Any], RowPointer]]:
    """Yield each known column of rows that are objects, with its values and where they stand."""
    path = f"/{made.key}"
    findings.rows = len(data)
    if not data:
        findings.error(path, "no_rows", "There are no rows, and so no columns.", fix="Add a row.")
        return
    alike = len(set(map(tuple, data))) == 1
    named = list(data[0]) if alike else list(dict.fromkeys(name for row in data for name in row))
    for place, column in columns_at(named, made, path, findings).items():
        name = named[place]
        if alike:
            values: Sequence[Any] = list(map(operator.itemgetter(name), data))
        else:
            values = _gathered(data, name, column, path, findings)
        yield column, values, _in_records(path, name)


def columns_at(names: Sequence[Any], made: InputFormat, path: str, findings: ReportBuilder) -> dict[int, Column]:
    """Return which column of the model stands at which place, and check the names."""
    seen: set[Any] = set()
    known: dict[Any, Column] = dict(made.by_name)
    if made.numbered and any(isinstance(name, str) and name.isdecimal() and int(name) in known for name in names):
        text = "The model's columns are called by numbers, and the service doesn't take text for them."
        fix = f"Write dataframe_split with the columns {json.dumps(list(known))}."
        findings.error(path, "names_as_text", text, fix=fix)
        return {}
    if made.by_place and sorted(map(str, names)) != sorted(known):
        # The signature has no names: the service goes by the places, whatever the columns are called.
        pairs = zip(names, made.columns, strict=False)
        known = {name: replace(column, name=str(name)) for name, column in pairs if isinstance(name, str | int)}
    elif made.by_place and list(map(str, names)) != list(known):
        text = (
            "The columns stand in another order than the model's, and without names the service goes by their places."
        )
        findings.error(path, "wrong_order", text, fix=f"Give them in the order {', '.join(known)}.")
    elif made.by_place:
        known = {name: known[str(name)] for name in names}
    result = {}
    for place, name in enumerate(names):
        where = f"{path}/{place}" if made.kind == "split" else path
        if not isinstance(name, str | int) or isinstance(name, bool):
            findings.error(where, "not_a_name", f"{shown(name)} is not a column name.", fix="Give names as text.")
            continue
        if name in seen:
            findings.error(where, "duplicate_column", f"The column {name} is there twice.", column=str(name))
        seen.add(name)
        if name in known:
            result[place] = known[name]
        elif known:
            text = f"The model has no column {name}; the service ignores it."
            findings.warning(where, "unknown_column", text, column=str(name))
    named = [column for name, column in known.items() if column.required and name not in seen]
    missing = made.columns[len(result) :] if made.by_place else named
    for column in missing:
        text, fix = f"The column {column.name} is missing.", f"Add {column.name}, {column.words}."
        findings.error(path, "missing_column", text, column=column.name, fix=fix)
    return result


def _check_index(index: Any, rows: int, path: str, findings: ReportBuilder) -> None:
    if index is None:
        return
    if not isinstance(index, list) or any(isinstance(each, list | Mapping) for each in index):
        findings.error(
            path, "wrong_shape", f"{shown(index)} stands where a list of labels is required.", fix="Leave it out."
        )
    elif len(index) != rows:
        text = f"The index has {len(index)} labels for {rows} rows; the service would refuse or repeat rows."
        findings.error(path, "index_length", text, fix="Leave it out.")


def are_rows(rows: Sequence[Any], width: int, path: str, findings: ReportBuilder) -> bool:
    """Whether rows are lists of a length; those that are not are told."""
    if set(map(type, rows)) <= {list, tuple} and set(map(len, rows)) <= {width}:
        return True
    for row, values in enumerate(rows):
        where = f"{path}/data/{row}"
        if not isinstance(values, list):
            findings.error(where, "not_a_row", f"{shown(values)} is not a row.", row=row, fix="Give a list of values.")
        elif len(values) != width:
            short = len(values) < width
            words = "the service would take null for the others" if short else "the service refuses it"
            text = f"The row has {len(values)} values for {width} columns; {words}."
            findings.error(where, "short_row" if short else "long_row", text, row=row, fix="Give one for each column.")
    return False


def _gathered(
    rows: Sequence[Mapping[str, Any]], name: Any, column: Column, path: str, findings: ReportBuilder
) -> list[Any]:
    """Return a column's values of rows that don't all have it; one that may be left out is null there."""
    values = []
    needed = column.required or column.type in ("array", "object")
    for row, record in enumerate(rows):
        value = record.get(name, NO_VALUE if needed else None)
        values.append(value)
        if value is NO_VALUE:
            findings.error(
                f"{path}/{row}",
                "missing_value",
                f"{column.name} is missing here and there in other rows; the service would take null for it.",
                column=column.name,
                row=row,
                fix=f"Add {column.name}.",
            )
    return values


def no_object(data: Any, path: str, findings: ReportBuilder, form: str, what: str = "an object") -> None:
    """Tell that something of another shape stands in a place."""
    findings.error(path, "wrong_shape", f"{shown(data)} stands where {what} is required.", fix=f"Write {form}.")


def _in_split(path: str, place: int) -> RowPointer:
    return lambda row: f"{path}/{row}/{place}"


def _in_records(path: str, name: str) -> RowPointer:
    return lambda row: f"{path}/{row}/{escaped(name)}"
