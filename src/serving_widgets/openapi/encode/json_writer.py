"""JSON text: by orjson where it is installed, else by the standard library, and never with NaN in it."""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Iterable, Mapping
from functools import cache
from types import ModuleType
from typing import Any

#: Rows that are written at a stretch: other threads get their turn in between, because both writers hold the
#: interpreter's lock from beginning to end.
STRETCH = 500


def dumps(payload: Any) -> bytes:
    """Return a payload as JSON: by orjson where it is installed, else by the standard library.

    Numbers that JSON has no word for (NaN, infinity) become null, never ``NaN``.

    Raises
    ------
    TypeError
        When there is something in it that JSON can't hold.
    """
    orjson = _orjson()
    if orjson is not None:
        try:
            return bytes(orjson.dumps(payload))
        except TypeError:
            pass  # whole numbers beyond 64 bits, keys that are no text: the standard library takes them
    try:
        return _ENCODER.encode(payload).encode()
    except ValueError:
        return _ENCODER.encode(_without_nan(payload)).encode()


def written_rows(rows: Iterable[Any]) -> bytes:
    """Return rows as a JSON array, written in stretches."""
    left = iter(rows)
    stretches = []
    while stretch := list(itertools.islice(left, STRETCH)):
        stretches.append(dumps(stretch)[1:-1])
    return b"[" + b",".join(stretches) + b"]"


_ENCODER = json.JSONEncoder(allow_nan=False, ensure_ascii=False, check_circular=False, separators=(",", ":"))


@cache
def _orjson() -> ModuleType | None:
    try:
        import orjson
    except ImportError:  # pragma: no cover – depends on what is installed
        return None
    return orjson


def _without_nan(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {key: _without_nan(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nan(each) for each in value]
    return value
