"""JSON in and out: orjson where it is installed, off the loop's thread where there is much of it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from itertools import islice
from typing import Any, TypeVar

from serving_widgets.api.json_writer import dumps

try:
    import orjson
except ImportError:  # pragma: no cover – depends on what is installed
    orjson = None  # type: ignore[assignment]

SMALL = 64 * 1024  # bytes; up to here encoding and parsing take well under a millisecond

__all__ = ["dumps", "loads", "off_loop", "size_of"]

_T = TypeVar("_T")


def loads(data: bytes) -> Any:
    """Return what a JSON document says; NaN and Infinity, which some servers write, are taken.

    Whole numbers beyond 64 bits become floats where orjson is installed, as they do for most readers of JSON.

    Raises
    ------
    ValueError
        When it is not JSON.
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
