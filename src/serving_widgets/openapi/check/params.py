"""Parameters against what a model declares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
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
        items = column.schema.get("items")
        element = _element(name, items) if column.type == "array" and isinstance(items, Mapping) else None
        if element is None or not isinstance(value, list | tuple):
            _check_value(value, column, path, name, findings)
            continue
        for place, each in enumerate(value):
            if each is not None:
                _check_value(each, element, f"{path}/{place}", name, findings)


def _element(name: str, items: Mapping[str, Any]) -> Column | None:
    """Return what the values of a list have to be; None where they have parts of their own."""
    kind, form = items.get("type"), items.get("format")
    if kind not in ("integer", "number", "boolean", "string"):
        return None
    return Column(name, kind, form if isinstance(form, str) else "", schema=items)


def _check_value(value: Any, column: Column, path: str, name: str, findings: ReportBuilder) -> None:
    """Check a value, each by itself: parameters are converted one by one, and their types have no range."""
    if column.type == "integer" and type(value) is int and not column.enum:
        return
    if column.type == "integer" and type(value) is float:
        whole = {"value": int(value)} if value.is_integer() else {}
        text = f"{value!r} is not a whole number; the service refuses it as a parameter."
        findings.error(path, "not_integer", text, column=name, fix="Write it without a point.", **whole)
        return
    known = replace(column, format="double") if column.type == "number" else column
    fault = fault_of(value, known)
    if fault is not None:
        findings.error(path, fault.code, fault.message, column=name, fix=fault.fix, value=fault.value)
