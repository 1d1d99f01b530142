"""Parameters against what a model declares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from serving_widgets.openapi.model import Column
from serving_widgets.openapi.report import ReportBuilder

from .columns import escaped
from .messages import shown
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
        findings.error("/params", "not_an_object", f"{shown(params)} stands where an object must.", fix="Write {…}.")
        return
    by_name = {column.name: column for column in known}
    for name, value in params.items():
        column, path = by_name.get(name), f"/params/{escaped(name)}"
        if column is None:
            text = f"The model has no parameter {name}; the service ignores it."
            findings.warning(path, "unknown_param", text, column=name)
            continue
        if value is None:
            continue
        if column.type == "integer" and type(value) is float:
            whole = {"value": int(value)} if value.is_integer() else {}
            text = f"{value!r} is not a whole number; the service refuses it as a parameter."
            findings.error(path, "not_integer", text, column=name, fix="Write it without a point.", **whole)
            continue
        fault = fault_of(value, column)
        if fault is not None:
            findings.error(path, fault.code, fault.message, column=name, fix=fault.fix, value=fault.value)
