"""JSON as a service reads it: strict where Python's reader is lenient."""

from __future__ import annotations

import json
import math
from typing import Any

DEEPEST = 100
"""Levels of nesting that are read (what the JSON reader of Protocol Buffers takes, from which services are made)."""


def read_json(text: bytes) -> Any:
    """Return the value that `text` stands for.

    Parameters
    ----------
    text : bytes
        JSON in UTF-8.

    Raises
    ------
    ValueError
        If it is no JSON, has a number that JSON can't write (``NaN``, ``1e999``), or is nested deeper than `DEEPEST`.

    Examples
    --------
    >>> read_json(b'{"a": [1]}')
    {'a': [1]}
    """
    try:
        value = json.loads(text, parse_constant=_refuse, parse_float=_finite)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    # Depth costs a walk; few bodies have so many brackets at all.
    if text.count(b"[") + text.count(b"{") > DEEPEST and _depth(value) > DEEPEST:
        raise ValueError("it is nested too deeply")
    return value


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is not a JSON number")


def _finite(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise ValueError(f"the number {text[:20]} is too large")
    return value


def _depth(value: Any) -> int:
    depth, level = 0, [value]
    while level:
        depth += 1
        level = [
            inner
            for one in level
            if isinstance(one, dict | list)
            for inner in (one.values() if isinstance(one, dict) else one)
        ]
    return depth
