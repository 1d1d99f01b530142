"""Texts of which a line has to contain one for a regular expression to match it: they are found much faster. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

#: Characters of a text below which looking for it first gains nothing.
_LEAST = 2


def needed_literals(expression: str) -> tuple[str, ...]:
    r"""Return texts of which every match contains one; none where that is not known.

    Examples
    --------
    >>> needed_literals(r"(slow|failed).*\\d")
    ('failed', 'slow')
    >>> needed_literals(r"\\d+")
    ()
    """
    # The parser of the standard library's re; where that has another, an expression is applied to every line.
    parser: Any = getattr(re, "_parser", None)
    if parser is None:
        return ()
    parsed = parser.parse(expression)
    return () if parsed.state.flags & re.IGNORECASE else tuple(sorted(_needed(parsed) or ()))


def _needed(parsed: Iterable[tuple[Any, Any]]) -> frozenset[str] | None:
    """Return the best choice of texts that a sequence offers: the one whose shortest text is the longest."""
    choices: list[frozenset[str]] = []
    run = ""
    for operation, value in parsed:
        name = str(operation)
        if name == "LITERAL":
            run += chr(value)
            continue
        choices.append(frozenset({run}))
        run = ""
        choices.extend(filter(None, [_within(name, value)]))
    choices.append(frozenset({run}))
    best = max(choices, key=lambda texts: min(map(len, texts)))
    return best if min(map(len, best)) >= _LEAST and not any("\n" in text for text in best) else None


def _within(name: str, value: Any) -> frozenset[str] | None:
    if name == "SUBPATTERN":
        # One with flags of its own may match other letters.
        return None if value[1] else _needed(value[-1])
    if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT") and value[0] > 0:
        return _needed(value[-1])
    if name == "BRANCH":
        each = [_needed(branch) for branch in value[1]]
        return frozenset().union(*(texts for texts in each if texts)) if all(each) else None
    return None
