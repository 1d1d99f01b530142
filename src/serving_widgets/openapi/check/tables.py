"""The shape of tables: rows, names and lengths; and then each column."""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence
from typing import Any

from serving_widgets.openapi.model import Column, InputFormat
from serving_widgets.openapi.report import ReportBuilder

from .columns import NO_VALUE, RowPointer, check_column, escaped
from .messages import shown


def check_split(data: Any, made: InputFormat, findings: ReportBuilder) -> None:
    """Check what stands under ``dataframe_split``."""
    path = f"/{made.key}"
    if not isinstance(data, Mapping):
        _no_object(data, path, findings, '{"columns": […], "data": [[…], …]}')
        return
    for key in data.keys() - {"columns", "data", "index"}:
        findings.error(f"{path}/{escaped(key)}", "unknown_member", f"{made.key} has no {key}; the service refuses it.")
    names, rows = data.get("columns"), data.get("data")
    if not isinstance(names, list):
        missing = "columns" not in data
        what = "columns are missing" if missing else "columns must be a list of names"
        findings.error(
            f"{path}/columns" if not missing else path, "no_columns", f"The {what}.", fix="Name the columns."
        )
        return
    if not isinstance(rows, list):
        findings.error(path, "no_data", "data must be a list of rows, each a list.", fix='Add "data": [[…], …].')
        return
    findings.rows = len(rows)
    check_names(names, made, f"{path}/columns", findings)
    if not _are_rows(rows, len(names), path, findings):
        return
    places = {name: place for place, name in enumerate(names) if isinstance(name, str)}
    values = list(zip(*rows, strict=True)) if rows else [()] * len(names)
    for column in made.columns:
        place = places.get(column.name)
        if place is not None:
            check_column(values[place], column, findings, _in_split(f"{path}/data", place))


def check_records(data: Any, made: InputFormat, findings: ReportBuilder, path: str = "") -> None:
    """Check rows that are objects."""
    path = path or f"/{made.key}"
    if not isinstance(data, list) or not all(isinstance(row, Mapping) for row in data):
        _no_object(data, path, findings, '[{"column": value, …}, …]', "a list of objects, one a row")
        return
    findings.rows = len(data)
    if not data:
        findings.error(path, "no_rows", "There are no rows, and so no columns.", fix="Add a row.")
        return
    alike = len(set(map(tuple, data))) == 1
    named = list(data[0]) if alike else list(dict.fromkeys(name for row in data for name in row))
    check_names(named, made, path, findings)
    present = set(named)
    for column in made.columns:
        if column.name not in present:
            continue
        if alike:
            values: Sequence[Any] = list(map(operator.itemgetter(column.name), data))
        else:
            values = _gathered(data, column, path, findings)
        check_column(values, column, findings, _in_records(path, column.name))


def check_columns(data: Mapping[str, Any], made: InputFormat, findings: ReportBuilder, path: str) -> None:
    """Check columns that are lists, as ``inputs`` may hold them."""
    lengths = {len(values) if isinstance(values, list) else -1 for values in data.values()}
    findings.rows = max(lengths) if lengths - {-1} else 1
    if len(lengths) > 1:
        findings.error(path, "uneven_columns", "The columns are not of one length.", fix="Give each as many values.")
        return
    check_names(list(data), made, path, findings)
    for column in made.columns:
        if column.name in data:
            values = data[column.name]
            if _needs_rows(column):
                what = "bytes" if column.type == "string" else "lists and objects"
                text = f"Written column by column, the service can't read {what}."
                fix = "Write a list of objects, one a row."
                where = f"{path}/{escaped(column.name)}"
                findings.error(where, "needs_rows", text, column=column.name, fix=fix)
                continue
            if isinstance(values, list):
                where = f"{path}/{escaped(column.name)}"
                _refuse_null_text(values, column, findings, where)
                check_column(values, column, findings, _in_list(where), one_form=False)
            else:
                check_column([values], column, findings, _always(f"{path}/{escaped(column.name)}"), whole=True)


def check_names(names: Sequence[Any], made: InputFormat, path: str, findings: ReportBuilder) -> None:
    """Check the names of a table's columns."""
    seen: set[Any] = set()
    known = {column.name for column in made.columns}
    for place, name in enumerate(names):
        where = f"{path}/{place}" if made.kind == "split" else path
        if isinstance(name, str) and name in seen:
            findings.error(where, "duplicate_column", f"The column {name} is there twice.", column=name)
        if isinstance(name, str):
            seen.add(name)
        elif not isinstance(name, int):
            findings.error(where, "not_a_name", f"{shown(name)} is no name of a column.", fix="Give names as text.")
        if known and name not in known:
            text = f"The model has no column {name}; the service ignores it."
            findings.warning(where, "unknown_column", text, column=str(name))
    for column in made.columns:
        if column.required and column.name not in seen:
            text, fix = f"The column {column.name} is missing.", f"Add {column.name}, {column.words}."
            findings.error(path, "missing_column", text, column=column.name, fix=fix)


def _are_rows(rows: Sequence[Any], width: int, path: str, findings: ReportBuilder) -> bool:
    if set(map(type, rows)) <= {list, tuple} and set(map(len, rows)) <= {width}:
        return True
    for row, values in enumerate(rows):
        where = f"{path}/data/{row}"
        if not isinstance(values, list):
            findings.error(where, "not_a_row", f"{shown(values)} is no row.", row=row, fix="Give a list of values.")
        elif len(values) != width:
            short = len(values) < width
            words = "the service would take null for the others" if short else "the service refuses it"
            text = f"The row has {len(values)} values for {width} columns; {words}."
            findings.error(where, "short_row" if short else "long_row", text, row=row, fix="Give one for each column.")
    return False


def _gathered(rows: Sequence[Mapping[str, Any]], column: Column, path: str, findings: ReportBuilder) -> list[Any]:
    """Return a column's values of rows that don't all have it."""
    values = []
    for row, record in enumerate(rows):
        value = record.get(column.name, NO_VALUE)
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


def _needs_rows(column: Column) -> bool:
    return column.type in ("array", "object") or column.format in ("byte", "binary")


def _refuse_null_text(values: Sequence[Any], column: Column, findings: ReportBuilder, path: str) -> None:
    if column.type == "string" and not column.format and None in values:
        row = values.index(None)
        text = 'null stands among text; in this format the service would read it as the text "None".'
        findings.error(f"{path}/{row}", "null", text, column=column.name, row=row, fix="Use dataframe_split instead.")


def _no_object(data: Any, path: str, findings: ReportBuilder, form: str, what: str = "an object") -> None:
    findings.error(path, "wrong_shape", f"{shown(data)} stands where {what} must.", fix=f"Write {form}.")


def _in_split(path: str, place: int) -> RowPointer:
    return lambda row: f"{path}/{row}/{place}"


def _in_records(path: str, name: str) -> RowPointer:
    return lambda row: f"{path}/{row}/{escaped(name)}"


def _in_list(path: str) -> RowPointer:
    return lambda row: f"{path}/{row}"


def _always(path: str) -> RowPointer:
    return lambda row: path
