"""The lines of a long log that are worth looking at: those that are not all alike. Pure.

A log of a million lines consists of some hundred kinds of lines, written again and again with other numbers in them.
"""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

#: Lines from which a log is long; a shorter one is looked at whole.
LONG = 5_000
#: Lines of one kind that are kept, the last ones and the first.
KEPT = 40
#: Lines at the end that are kept in any case.
TAIL = 2_000
_SLICE = 4_000_000
_NO_DIGITS = dict.fromkeys(map(ord, "0123456789"))


class Numbered(NamedTuple):
    """A line with its number, from 0."""

    number: int
    text: str


def notable_lines(text: str) -> list[Numbered]:
    """Return the lines of a log in order; of many that differ only in their numbers the first and the last ones."""
    if text.count("\n") < LONG:
        return [Numbered(number, line) for number, line in enumerate(text.split("\n"))]
    # Plain tuples, for making them takes most of the time.
    firsts: dict[str, tuple[int, str]] = {}
    lasts: dict[str, deque[tuple[int, str]]] = {}
    at = begun = 0
    while at <= len(text):
        end = text.find("\n", at + _SLICE)
        piece = text[at : end if end >= 0 else len(text)]
        # Other characters than ASCII all count as one, which makes it ten times as fast.
        plain = piece if piece.isascii() else piece.encode("ascii", "replace").decode("ascii")
        kinds, lines = plain.translate(_NO_DIGITS).split("\n"), piece.split("\n")
        for number, kind, line in zip(range(begun, begun + len(lines)), kinds, lines, strict=True):
            known = lasts.get(kind)
            if known is not None:
                known.append((number, line))
            elif kind in firsts:
                lasts[kind] = deque(((number, line),), KEPT)
            else:
                firsts[kind] = (number, line)
        begun += len(lines)
        at = end + 1 if end >= 0 else len(text) + 1
    found = dict(firsts.values())
    for last in lasts.values():
        found.update(last)
    tail = text[-_SLICE:].split("\n")[1:][-TAIL:]
    found.update(zip(range(begun - len(tail), begun), tail, strict=True))
    return [Numbered(key, found[key]) for key in sorted(found)]
