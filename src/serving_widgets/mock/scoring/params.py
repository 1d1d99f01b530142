"""Parameters of a query, checked strictly: an integer for a double is taken, a text for a number is not."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from . import enforce, times
from .arrays import array
from .signature import JSON, Object, Param, Scalar
from .values import CastError

_PYTHON: Mapping[str, Callable[[Any], Any]] = {
    "boolean": bool,
    "integer": int,
    "long": int,
    "float": float,
    "double": float,
    "string": str,
}


def checked(given: Any, specs: Sequence[Param] | None) -> JSON:
    """Return the parameters of a signature, given or by default; unknown ones are dropped.

    Raises
    ------
    UnfitError
        If one is not of the type or the shape declared.
    """
    if specs is None:
        return {}
    if given is not None and not isinstance(given, Mapping):
        raise CastError(f"Parameters must be a dictionary. Got type '{type(given).__name__}'.")
    asked = given or {}
    result = {spec.name: _default(spec) if spec.name not in asked else None for spec in specs}
    problems = []
    for spec in specs:
        if spec.name in asked:
            try:
                result[spec.name] = _value(asked[spec.name], spec)
            except CastError as error:
                problems.append((spec.name, str(error)))
    if problems:
        raise CastError(f"Invalid parameters found: {{{', '.join(map(repr, problems))}}}")
    return result


def _default(spec: Param) -> Any:
    return copy.deepcopy(_value(spec.default, spec))


def _value(value: Any, spec: Param) -> Any:
    if spec.shape is not None and (not isinstance(value, list) or len(array(value).shape) != 1):
        raise CastError(f"Value must be a 1D array with shape (-1,) for param {spec}, received {type(value).__name__}")
    try:
        if spec.shape is not None:
            return [_scalar(one, spec.type) for one in value]
        if isinstance(spec.type, Object):
            enforce.value(value, spec.type)
            return value
        return _scalar(value, spec.type)
    except (CastError, OverflowError) as error:
        raise CastError(f"Failed to validate type and shape for {spec}, error: {error}") from None


def _scalar(value: Any, kind: Scalar | Object) -> Any:
    if value is None:
        return None
    name = str(kind)
    if name == "datetime":
        return times.parameter(value)
    if isinstance(value, list | dict):
        raise CastError(f"Value must be a scalar for type `{name}`, got `{value}`")
    wanted = _PYTHON.get(name)
    if wanted is not None and (type(value) is wanted or (wanted is float and type(value) is int)):
        return wanted(value)
    raise CastError(f"Can not safely convert `{type(value)}` to `{name}` for value `{value}`")
