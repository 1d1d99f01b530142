"""Arrays against the shapes and types that a model declares."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from serving_widgets.openapi.model import Column, InputFormat, TensorSpec
from serving_widgets.openapi.report import ReportBuilder

from .messages import escaped, shown
from .tables import are_rows, no_object
from .values import fault_of


def check_tensors(data: Any, made: InputFormat, findings: ReportBuilder) -> None:
    """Check what stands under ``inputs`` or ``instances``."""
    path = f"/{made.key}"
    if len(made.tensors) == 1 and not made.tensors[0].name:
        _check(data, made.tensors[0], path, findings)
        return
    if len(made.tensors) == 1 and isinstance(data, list) and not any(isinstance(row, Mapping) for row in data):
        _check(data, made.tensors[0], path, findings)
        return
    if made.kind == "instances" and not isinstance(data, Mapping):
        _check_rows(data, made, path, findings)
        return
    if not isinstance(data, Mapping):
        text = f"{shown(data)} stands where an object of arrays is required."
        findings.error(path, "wrong_shape", text, fix='Write {"name": […], …}.')
        return
    _check_names(data, made, path, findings)
    for tensor in made.tensors:
        if tensor.name in data:
            _check(data[tensor.name], tensor, f"{path}/{escaped(tensor.name)}", findings)
    lengths = {len(each) for each in data.values() if isinstance(each, list)}
    if made.kind == "instances" and len(lengths) > 1 and not findings.counts:
        findings.error(path, "uneven_columns", "The arrays are not of one length.", fix="Give each as many rows.")


def check_tensor_table(data: Any, made: InputFormat, findings: ReportBuilder) -> None:
    """Check a table for a model that takes arrays: a column for each; of one array, also a column for each place."""
    path = f"/{made.key}"
    table = _table(data, made, path, findings)
    if table is None:
        return
    names, rows = table
    findings.rows = len(rows)
    if not rows or not names:
        findings.error(path, "no_rows", "There are no rows, and the service refuses an empty table.", fix="Add a row.")
        return
    member = f"{path}/data" if made.kind == "split" else path
    columns: list[Sequence[Any]] = list(zip(*rows, strict=True))
    if not made.tensors[0].name:
        tensor = made.tensors[0]
        if len(names) > 1:
            wanted = replace(tensor, shape=(-1, len(names)))
            if tensor.shape != wanted.shape:
                text = f"A table of {len(names)} columns is read as an array of that width: the model takes "
                findings.error(path, "wrong_shape", f"{text}{_shape(tensor.shape)}.")
                return
            _check([list(row) for row in rows], wanted, member, findings)
            return
        _check_cells(columns[0], tensor, member, findings)
        return
    _check_names(dict.fromkeys(names), made, path, findings)
    for tensor in made.tensors:
        if tensor.name in names:
            _check_cells(columns[names.index(tensor.name)], tensor, member, findings)


def _table(
    data: Any, made: InputFormat, path: str, findings: ReportBuilder
) -> tuple[list[Any], Sequence[Sequence[Any]]] | None:
    """Return the names and the rows of a table; None where it is none."""
    if made.kind == "records":
        if not isinstance(data, list) or not all(isinstance(row, Mapping) for row in data):
            no_object(data, path, findings, '[{"column": value, …}, …]', "a list of objects, one a row")
            return None
        names = list(dict.fromkeys(name for row in data for name in row))
        if any(name not in row for row in data for name in names):
            findings.error(
                path, "missing_value", "Some rows lack what others have.", fix="Give all of them each column."
            )
            return None
        return names, [[row[name] for name in names] for row in data]
    if not isinstance(data, Mapping) or not isinstance(data.get("data"), list):
        no_object(data, path, findings, '{"columns": […], "data": [[…], …]}')
        return None
    rows = data["data"]
    width = max((len(row) for row in rows if isinstance(row, list | tuple)), default=0)
    names = data.get("columns", list(range(width)))
    for key in data.keys() - {"columns", "data"}:
        text = f"{made.key} has a member {key}, with which the service may take other rows."
        findings.error(f"{path}/{escaped(key)}", "unknown_member", text, fix="Leave it out.")
    if not isinstance(names, list) or any(isinstance(name, list | dict) for name in names):
        findings.error(f"{path}/columns", "no_columns", "columns must be a list of names.", fix="Name the columns.")
        return None
    return (names, rows) if are_rows(rows, len(names), path, findings) else None


def _check_cells(values: Sequence[Any], tensor: TensorSpec, path: str, findings: ReportBuilder) -> None:
    """Check a column whose cells are the rows of an array: numbers, or flat lists that are given the array's shape."""
    if tensor.shape[0] != -1 or -1 in tensor.shape[1:]:
        text = (
            f"A table can't be read as an array of the shape {_shape(tensor.shape)}: only the first axis may be free."
        )
        findings.error(path, "wrong_shape", text, column=tensor.name or None, fix="Use inputs instead.")
        return
    width = math.prod(tensor.shape[1:])
    if isinstance(values[0], list | tuple) and len(tensor.shape) > 1:
        flat = replace(tensor, shape=(-1, width))
        _check([list(each) if isinstance(each, tuple) else each for each in values], flat, path, findings)
        if values[0] and values[0][0] is None:
            text = "The first value of the first row is null, by which the service can't tell what the column holds."
            findings.error(path, "null", text, column=tensor.name or None, row=0, fix="Use inputs instead.")
        return
    if tensor.shape not in ((-1,), (-1, 1)):
        text = f"Single values stand in a column for an array of the shape {_shape(tensor.shape)}."
        findings.error(path, "wrong_shape", text, column=tensor.name or None, fix="Give a list for each row.")
        return
    _check(list(values), replace(tensor, shape=(-1,)), path, findings)


def _check_rows(data: Any, made: InputFormat, path: str, findings: ReportBuilder) -> None:
    if not isinstance(data, list) or not all(isinstance(row, Mapping) for row in data):
        findings.error(path, "wrong_shape", f"{shown(data)} stands where a list of objects is required, one a row.")
        return
    findings.rows = len(data)
    for place, row in enumerate(data):
        _check_names(row, made, f"{path}/{place}", findings, place)
    if findings.counts:
        return
    for tensor in made.tensors:
        _check([row[tensor.name] for row in data], tensor, path, findings, tensor.name)


def _check_names(
    given: Mapping[str, Any], made: InputFormat, path: str, findings: ReportBuilder, row: int | None = None
) -> None:
    for tensor in made.tensors:
        if tensor.name not in given:
            text = f"The array {tensor.name} is missing."
            findings.error(path, "missing_column", text, column=tensor.name, row=row, fix=f"Add {tensor.name}.")
    known = {tensor.name for tensor in made.tensors}
    for name in (str(each) for each in given if each not in known):
        findings.warning(path, "unknown_column", f"The model has no array {name}; the service ignores it.", column=name)


def _check(data: Any, tensor: TensorSpec, path: str, findings: ReportBuilder, member: str = "") -> None:
    column = Column(tensor.name, tensor.type, tensor.format, required=True)
    wanted = tensor.shape
    if isinstance(data, list | tuple):
        findings.rows = len(data)
    named = tensor.name or None
    made_of_names = bool(tensor.name)
    level: list[tuple[str, Any]] = [("", data)]
    for axis, length in enumerate(wanted):
        lengths = set()
        deeper: list[tuple[str, Any]] = []
        for way, value in level:
            if not isinstance(value, list | tuple):
                text = f"{shown(value)} stands where a list is required: the model takes {_shape(wanted)}."
                findings.error(_at(path, way, member), "wrong_shape", text, column=named, row=_row(way))
                return
            lengths.add(len(value))
            if length not in (-1, len(value)) or len(lengths) > 1:
                expected = length if length != -1 else min(lengths - {len(value)}, default=0)
                counts = f"There are {len(value)} values along axis {axis}, not {expected}"
                text = f"{counts}: the model takes {_shape(wanted)}."
                findings.error(_at(path, way, member), "wrong_shape", text, column=named, row=_row(way))
                return
            deeper += [(f"{way}/{place}", each) for place, each in enumerate(value)]
        if not deeper and (axis + 1 < len(wanted) or not made_of_names):
            text = f"There are no values, and so no axes that the service could see: the model takes {_shape(wanted)}."
            findings.error(path, "no_values", text, column=named, fix="Add a row.")
            return
        level = deeper
    for way, value in level:
        if isinstance(value, list | tuple):
            text = f"There are more axes than the model takes: {_shape(wanted)}."
            findings.error(_at(path, way, member), "wrong_shape", text, column=named, row=_row(way))
            return
        fault = fault_of(value, column)
        if fault is not None:
            findings.error(
                _at(path, way, member),
                fault.code,
                fault.message,
                column=named,
                row=_row(way),
                fix=fault.fix,
                value=fault.value,
            )


def _shape(shape: tuple[int, ...]) -> str:
    return "(" + ", ".join("any" if each == -1 else str(each) for each in shape) + ")"


def _at(path: str, way: str, member: str) -> str:
    if not member or not way:
        return path + way
    _, row, *rest = way.split("/")
    return "/".join([path, row, escaped(member), *rest])


def _row(way: str) -> int | None:
    return int(way.split("/")[1]) if way else None
