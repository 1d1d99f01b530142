"""JSON in and out: orjson where it is installed, off the loop's thread where there is much of it."""

from __future__ import annotations

import asyncio
import json
import math
from collections.abc import Callable, Mapping
from datetime import date
from itertools import islice
from typing import Any, TypeVar

try:
    import orjson
except ImportError:  # pragma: no cover – depends on what is installed
    orjson = None  # type: ignore[assignment]

SMALL = 64 * 1024  # bytes; up to here encoding and parsing take well under a millisecond

_T = TypeVar("_T")


def dumps(value: Any) -> bytes:
    """Return a value as JSON; numbers that JSON has no word for (NaN, infinity) become null.

    Raises
    ------
    TypeError
        When there is something in it that JSON cannot hold.
    """
    if orjson is not None:
        try:
            return orjson.dumps(value)
        except TypeError:
            pass  # keys that are not text, whole numbers beyond 64 bits: the standard library takes them
    try:
        return _dumps(value)
    except ValueError:
        return _dumps(_without_nan(value))


def loads(data: bytes) -> Any:
    """Return what a JSON document says; NaN and Infinity, which some servers write, are taken.

    Whole numbers beyond 64 bits become floats where orjson is installed, as they do for most readers of JSON.

    Raises
    ------
    ValueError
        When it is no JSON.
    """
    if orjson is not None:
        try:
            return orjson.loads(data)
        except ValueError:
            pass
    try:
        return json.loads(data)
    except RecursionError:
        raise ValueError("nested too deep") from None


def size_of(value: Any) -> int:
    """Return roughly how many bytes a value takes as JSON, without going further than :data:`SMALL`."""
    total, waiting = 0, [value]
    while waiting and total <= SMALL:
        each = waiting.pop()
        total += len(each) if isinstance(each, str) else 8
        if isinstance(each, Mapping):
            total += 16 * len(each)
            waiting.extend(islice(each.values(), SMALL))
        elif isinstance(each, list | tuple):
            waiting.extend(islice(each, SMALL))
    return total


async def off_loop(work: Callable[[], _T], *, size: int) -> _T:
    """Return what ``work`` returns, done on another thread when there is much to do."""
    if size <= SMALL:
        return work()
    return await asyncio.get_running_loop().run_in_executor(None, work)


def _dumps(value: Any) -> bytes:
    return json.dumps(value, allow_nan=False, ensure_ascii=False, separators=(",", ":"), default=_plain).encode()


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
