"""Parameters against what a model declares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from serving_widgets.openapi.model import Column
from serving_widgets.openapi.report import ReportBuilder

from .messages import escaped, shown
from .values import fault_of


def check_params(params: Any, known: Sequence[Column], findings: ReportBuilder, *, complete: bool = True) -> None:
    """Check the parameters of a request.

    Parameters
    ----------
    complete
        Whether they are all that will be sent.
    """
    if params is None:
        return
    if not isinstance(params, Mapping):
        findings.error(
            "/params", "not_an_object", f"{shown(params)} stands where an object is required.", fix="Write {…}."
        )
        return
    by_name = {column.name: column for column in known}
    for name, value in params.items():
        column, path = by_name.get(name), f"/params/{escaped(name)}"
        if column is None:
            text = f"The model has no parameter {name}; the service ignores it."
            findings.warning(path, "unknown_param", text, column=name)
            continue
        if value is None:
            if column.type in ("array", "object"):
                wanted = "a list" if column.type == "array" else "an object"
                text = f"null stands where {wanted} is required; the service refuses it."
                findings.error(path, "null", text, column=name, fix=f"Give {wanted}, or leave it out.")
            continue
        if _is_whole(value, column) or (column.type == "array" and _are_whole(value, column)):
            continue  # parameters have no range: whatever is whole is handed on
        if column.type == "integer" and type(value) is float:
            whole = {"value": int(value)} if value.is_integer() else {}
            text = f"{value!r} is not a whole number; the service refuses it as a parameter."
            findings.error(path, "not_integer", text, column=name, fix="Write it without a point.", **whole)
            continue
        fault = fault_of(value, column)
        if fault is not None:
            findings.error(path, fault.code, fault.message, column=name, fix=fault.fix, value=fault.value)


def _is_whole(value: Any, column: Column) -> bool:
    return column.type == "integer" and type(value) is int and not column.enum


def _are_whole(values: Any, column: Column) -> bool:
    """Whether these are values, or nulls, of a list of whole numbers or text, as the service takes them."""
    items = column.schema.get("items")
    kind = {"integer": int, "string": str}.get(items.get("type", "") if isinstance(items, Mapping) else "")
    if kind is None or (isinstance(items, Mapping) and items.get("format", "") not in ("", "int32", "int64")):
        return False
    return isinstance(values, list) and all(each is None or type(each) is kind for each in values)
