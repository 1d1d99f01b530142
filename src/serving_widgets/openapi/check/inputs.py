"""Tables under ``inputs`` and ``instances``, which the scoring server turns into arrays and then into columns.

What gets lost on that way is wrong here: bytes are not decoded, null among text becomes the text "None", and rows of
lists or objects under ``instances`` are refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from serving_widgets.openapi.model import Column, InputFormat
from serving_widgets.openapi.report import ReportBuilder

from .columns import RowPointer, check_column
from .messages import escaped, shown
from .tables import columns_at, no_object, record_columns
from .values import fault_of

_BETTER = "Use dataframe_split or dataframe_records instead."


def check_inputs(data: Any, made: InputFormat, findings: ReportBuilder) -> None:
    """Check what stands under ``inputs`` or ``instances`` for a model that takes columns."""
    path = f"/{made.key}"
    if isinstance(data, list) and data and all(isinstance(row, Mapping) for row in data):
        if made.by_place and made.kind == "inputs":
            findings.error(path, "no_names", "The model's columns have no names, and these have.", fix=_BETTER)
            return
        _check_rows(data, made, findings)
    elif isinstance(data, list) and data and not any(isinstance(row, Mapping) for row in data):
        _check_list(data, made, path, findings)
    elif isinstance(data, Mapping) and not made.by_place:
        _check_columns(data, made, path, findings)
    elif data == [] and len(made.columns) == 1 and not made.by_place and not made.numbered:
        findings.rows = 0  # no rows of the one column
    else:
        no_object(data, path, findings, '[{"column": value, …}, …]', "a list of objects, one a row")


def _check_rows(data: Sequence[Mapping[str, Any]], made: InputFormat, findings: ReportBuilder) -> None:
    path = f"/{made.key}"
    parts = [column.name for column in made.columns if column.type in ("array", "object")]
    if made.kind == "instances" and parts:
        text = f"Under instances the service can't read lists and objects, as in {parts[0]}."
        findings.error(path, "needs_rows", text, column=parts[0], fix=_BETTER)
        return
    if made.kind == "instances" and len(set(map(frozenset, data))) > 1:
        text = "The rows don't all have the same columns, which the service wants under instances."
        findings.error(path, "missing_value", text, fix=_BETTER)
        return
    for column, values, place in record_columns(data, made, findings):
        if made.kind == "instances" and column.type == "any" and _becomes_one_type(values):
            text = f"The values of {column.name} are of several types, and under instances they become all of one."
            findings.error(path, "mixed_types", text, column=column.name, fix=_BETTER)
        if made.by_place and _stays_unfit(values, column):
            text = f"Without a name, the service converts nothing to {column.words} in this format, and refuses it."
            findings.error(path, "not_converted", text, column=column.name, fix=_BETTER)
        given = [row.get(column.name, "") for row in data]
        if made.by_place:
            given = [value for value in values if value is not None]
        if not _tell_lost(given, column, findings, place):
            check_column(values, column, findings, place, inferred=made.by_place or column.type == "any")


def _check_list(data: Sequence[Any], made: InputFormat, path: str, findings: ReportBuilder) -> None:
    """Check values without names: of a single column; or rows of columns without names, all of one type."""
    findings.rows = len(data)
    first = made.columns[0]
    if len(made.columns) == 1 and not (made.by_place and any(isinstance(each, list | tuple) for each in data)):
        column = first if first.type != "array" else None
        if column is None:
            no_object(data, path, findings, '[{"column": value, …}, …]', "a list of objects, one a row")
            return
        _check_values(data, column, findings, lambda row: f"{path}/{row}")
        return
    if not made.by_place and not made.numbered:
        no_object(data, path, findings, '[{"column": value, …}, …]', "a list of objects, one a row")
        return
    width = len(made.columns)
    for row, values in enumerate(data):
        if not isinstance(values, list | tuple) or len(values) != width:
            text = f"{shown(values)} stands where a list of {width} values is required."
            findings.error(f"{path}/{row}", "wrong_shape", text, row=row, fix="Give one for each column.")
            return
    if any((column.type, column.format) != (first.type, first.format) for column in made.columns):
        text = "The model's columns are of several types, and the service would make one type of all values here."
        findings.error(path, "mixed_types", text, fix=_BETTER)
        return
    for place, values in enumerate(zip(*data, strict=True)):
        column = made.columns[place]
        _check_values(values, column, findings, lambda row, place=place: f"{path}/{row}/{place}")  # type: ignore[misc]


def _check_columns(data: Mapping[str, Any], made: InputFormat, path: str, findings: ReportBuilder) -> None:
    """Check columns by name: a list for each; single values are one row, and so is all if the model takes parts."""
    names = list(data)
    known = columns_at(names, made, path, findings)
    has_parts = any(column.type == "array" or _is_object(column) for column in made.columns)
    listed = {name for name, values in data.items() if isinstance(values, list | tuple)}
    if has_parts or not listed:
        findings.rows = 1
        if not has_parts and len(known) < len(data):
            text = "Beside single values the service refuses a column that the model doesn't have."
            findings.error(path, "unknown_column", text, fix="Leave it out, or write a list of objects, one a row.")
        for place, column in known.items():
            where = f"{path}/{escaped(names[place])}"
            value = data[names[place]]
            if not has_parts and (column.type == "object" or isinstance(value, Mapping)):
                text = "Written column by column, the service can't read objects."
                findings.error(where, "needs_rows", text, column=column.name, fix="Write a list of objects, one a row.")
            elif column.type not in ("array", "object", "any") and isinstance(value, list | tuple):
                text = f"A list stands for {column.name}: beside lists and objects the service takes one row only."
                findings.error(where, "needs_rows", text, column=column.name, fix=_BETTER)
            else:
                _check_values([value], column, findings, _always(where), whole=True)
        return
    lengths = {len(values) if name in listed else -1 for name, values in data.items()}
    findings.rows = max(lengths)
    if len(lengths) > 1:
        findings.error(path, "uneven_columns", "The columns are not of one length.", fix="Give each as many values.")
        return
    for place, column in known.items():
        where = f"{path}/{escaped(names[place])}"
        if column.type == "object":
            text = "Written column by column, the service can't read objects."
            findings.error(where, "needs_rows", text, column=column.name, fix="Write a list of objects, one a row.")
        else:
            _check_values(data[names[place]], column, findings, _in_list(where))


def _check_values(
    values: Sequence[Any], column: Column, findings: ReportBuilder, place: RowPointer, *, whole: bool = False
) -> None:
    """Check the values of a column, and what happens to them on the way through an array."""
    if not _tell_lost(values, column, findings, place, whole=whole):
        check_column(values, column, findings, place, whole=whole, inferred=column.type == "any")


def _tell_lost(
    values: Sequence[Any], column: Column, findings: ReportBuilder, place: RowPointer, *, whole: bool = False
) -> bool:
    """Tell the first value of a column of which something is lost, and return whether there is one."""
    if column.type not in ("string", "array"):
        return False
    for row, value in enumerate(values):
        told = _lost(value, column)
        if told is not None:
            number = None if whole else row
            findings.error(place(row), told[0], told[1], column=column.name, row=number, fix=_BETTER)
            return True
    return False


def _becomes_one_type(values: Sequence[Any]) -> bool:
    kinds = set(map(type, values))
    if list in kinds:
        return len(kinds) > 1 or len(set(map(len, values))) > 1
    return len(kinds) > 1 and kinds <= {str, int, float, bool} and not kinds <= {int, float}


def _stays_unfit(values: Sequence[Any], column: Column) -> bool:
    """Whether values of a column without a name are not converted to its type, and refused for that."""
    if column.type == "number" and column.format != "float":
        return set(map(type, values)) == {int} and not set(values) <= {0, 1}
    return column.format in ("float", "int32", "date-time", "byte", "binary")


def _lost(value: Any, column: Column) -> tuple[str, str] | None:
    """Return what is lost of a text or a list: a code and a sentence; None where nothing is."""
    if column.type == "array":
        if value is None:
            return "null", "null stands where a list is required; the service refuses it in this format."
        items = column.schema.get("items") or {}
        narrow = items.get("type") == "number" and items.get("format") == "float"
        return ("no_json_fits", "No JSON fits a list of float in this format.") if narrow and value else None
    if column.format in ("byte", "binary"):
        if value == "" or fault_of(value, column) is not None:
            return None
        return "needs_rows", "In this format the service can't read bytes: it takes base64 for the bytes themselves."
    if column.format:
        return None
    if value is None:
        return "null", 'null stands among text; in this format the service would read it as the text "None".'
    if isinstance(value, str) and value.endswith("\0"):
        return "trailing_nul", f"{shown(value)} ends in NUL, which the service would cut off in this format."
    return None


def _is_object(column: Column) -> bool:
    """Whether a column is an object with members of its own, and no map."""
    return column.type == "object" and bool(column.schema.get("properties"))


def _in_list(path: str) -> RowPointer:
    return lambda row: f"{path}/{row}"


def _always(path: str) -> RowPointer:
    return lambda row: path
