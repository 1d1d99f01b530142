"""Whole bodies: what a person writes as a request, with values of any library in it, as JSON has it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from serving_widgets.api.imported import imported
from serving_widgets.openapi.errors import EncodingError
from serving_widgets.openapi.model import TABLE_KEYS

from .cells import CellContext, plain
from .encode import to_payload
from .other_frames import advice, is_other_table

_SIMPLE = frozenset({bool, int, str, type(None)})


def is_data(value: Any) -> bool:
    """Whether a value is a table or an array; their libraries are looked for only where they are in use."""
    for module, names in (("pandas", ("DataFrame", "Series")), ("numpy", ("ndarray",))):
        loaded = imported(module)
        if loaded is not None and isinstance(value, tuple(getattr(loaded, name) for name in names)):
            return True
    return is_other_table(value)


def is_records(value: Any) -> bool:
    """Whether a value is a list of dictionaries, one a row."""
    return isinstance(value, list) and bool(value) and all(isinstance(each, Mapping) for each in value)


def plain_body(value: Any, member: str = "") -> Any:
    """Return a value of any kind as JSON has it.

    Parameters
    ----------
    member
        The name of the member that it becomes: a table is written as its format wants it, such as
        ``dataframe_split``; in any other place it is a list of rows.

    Raises
    ------
    EncodingError
        When JSON has no form for it.

    Examples
    --------
    >>> import numpy as np
    >>> plain_body({"inputs": np.array([1, 2])})
    {'inputs': [1, 2]}
    """
    try:
        return _plain_body(value, member)
    except RecursionError:
        raise EncodingError("It is nested too deeply.") from None


def _plain_body(value: Any, member: str) -> Any:
    if isinstance(value, Mapping):
        return _object(value)
    if isinstance(value, list | tuple):
        return list(value) if _is_simple(value) else [_plain_body(each, "") for each in value]
    if type(value) in _SIMPLE:
        return value
    if is_data(value) and hasattr(value, "columns"):
        format = member if member in TABLE_KEYS else "dataframe_records"
        return to_payload(value, format)[format]
    if type(value) is float and math.isfinite(value):
        return value
    try:
        exact = isinstance(value, Decimal) and value.is_finite() and Decimal(repr(float(value))) == value
        declared = "long" if exact and value == value.to_integral_value() else "double" if exact else ""
        return plain(value, CellContext("", declared=declared))
    except EncodingError as error:
        what = repr(value) if isinstance(value, float) else type(value).__name__
        raise EncodingError(f"JSON has no form for {what}.", hint=advice(value) or error.hint) from None


def _is_simple(values: list[Any] | tuple[Any, ...]) -> bool:
    """Whether every value of a list is JSON's own, without a look at each."""
    kinds = set(map(type, values))
    if kinds <= _SIMPLE:
        return True
    return kinds == {float} and math.isfinite(sum(map(abs, values)))


def _object(value: Mapping[Any, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for key, each in value.items():
        name = key if isinstance(key, str) else str(_plain_body(key, ""))
        if name in made:
            raise EncodingError(f"Two of its keys read {name!r}.", hint="Give each key a text of its own.")
        made[name] = _plain_body(each, name)
    return made
