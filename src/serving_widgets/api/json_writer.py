"""JSON text: by orjson where it is installed, else by the standard library, and never with NaN in it."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import date
from functools import cache
from types import ModuleType
from typing import Any


def dumps(value: Any) -> bytes:
    """Return a value as JSON; numbers that JSON has no word for (NaN, infinity) become null.

    Raises
    ------
    TypeError
        When there is something in it that JSON cannot hold.

    Examples
    --------
    >>> dumps({"x": [1.0, float("nan")]})
    b'{"x":[1.0,null]}'
    """
    orjson = _orjson()
    if orjson is not None:
        try:
            return bytes(orjson.dumps(value))
        except TypeError:
            pass  # keys that are not text, whole numbers beyond 64 bits: the standard library takes them
    try:
        return _ENCODER.encode(value).encode()
    except ValueError:
        return _ENCODER.encode(_without_nan(value)).encode()


@cache
def _orjson() -> ModuleType | None:
    try:
        import orjson
    except ImportError:  # pragma: no cover – depends on what is installed
        return None
    return orjson


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"a value of type {type(value).__name__} can't be written as JSON")


def _without_nan(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {key: _without_nan(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nan(each) for each in value]
    return value


_ENCODER = json.JSONEncoder(
    allow_nan=False, ensure_ascii=False, check_circular=False, separators=(",", ":"), default=_plain
)
