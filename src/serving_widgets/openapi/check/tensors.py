"""Arrays against the shapes and types that a model declares."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from serving_widgets.openapi.model import Column, InputFormat, TensorSpec
from serving_widgets.openapi.report import ReportBuilder

from .columns import escaped
from .messages import shown
from .values import fault_of


def check_tensors(data: Any, made: InputFormat, findings: ReportBuilder) -> None:
    """Check what stands under ``inputs`` or ``instances``."""
    path = f"/{made.key}"
    if len(made.tensors) == 1 and not made.tensors[0].name:
        _check(data, made.tensors[0], path, findings)
        return
    if made.kind == "instances":
        _check_rows(data, made, path, findings)
        return
    if not isinstance(data, Mapping):
        text = f"{shown(data)} stands where an object of arrays must."
        findings.error(path, "wrong_shape", text, fix='Write {"name": […], …}.')
        return
    _check_names(data, made, path, findings)
    for tensor in made.tensors:
        if tensor.name in data:
            _check(data[tensor.name], tensor, f"{path}/{escaped(tensor.name)}", findings)


def _check_rows(data: Any, made: InputFormat, path: str, findings: ReportBuilder) -> None:
    if not isinstance(data, list) or not all(isinstance(row, Mapping) for row in data):
        findings.error(path, "wrong_shape", f"{shown(data)} stands where a list of objects must, one a row.")
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
    for name in given.keys() - {tensor.name for tensor in made.tensors}:
        findings.warning(path, "unknown_column", f"The model has no array {name}; the service ignores it.", column=name)


def _check(data: Any, tensor: TensorSpec, path: str, findings: ReportBuilder, member: str = "") -> None:
    column = Column(tensor.name, tensor.type, tensor.format, required=True)
    wanted = tensor.shape
    if isinstance(data, list):
        findings.rows = len(data)
    named = tensor.name or None
    level: list[tuple[str, Any]] = [("", data)]
    for axis, length in enumerate(wanted):
        lengths = set()
        deeper: list[tuple[str, Any]] = []
        for way, value in level:
            if not isinstance(value, list):
                text = f"{shown(value)} stands where a list must: the model takes {_shape(wanted)}."
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
        level = deeper
    for way, value in level:
        if isinstance(value, list):
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
