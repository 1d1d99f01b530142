"""What a log tells as a whole: how many lines when, which errors again and again, and one thing of it by itself."""

from __future__ import annotations

import dataclasses
import itertools
import math
import re
from collections.abc import Iterator

from serving_widgets.api.logs.line_prefixes import read_prefixes
from serving_widgets.api.logs.log_levels import Level, message_of
from serving_widgets.api.logs.log_lines import without_escapes

from .line_buffer import HEAD, LEVELS, Archive
from .log_search import LogQuery, let_through

#: Groups of equal errors that are told, the most frequent ones.
MOST_GROUPS = 50
#: Characters of an error that tell it from others.
_TOLD = 200
#: Lines of one thing, at most.
_LONGEST = 2_000
#: Widths of a bar, in seconds.
_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800, 43200, 86400)


@dataclasses.dataclass(frozen=True, slots=True)
class LineHistogram:
    """How many things were written when.

    Attributes
    ----------
    begin, step
        When the first bar begins, in seconds since the epoch, and how many seconds each takes.
    bars
        Of each bar how many there are of each level, by number as :data:`LEVELS` counts.
    """

    begin: float
    step: float
    bars: tuple[tuple[int, ...], ...]


@dataclasses.dataclass(frozen=True, slots=True)
class ErrorGroup:
    """Errors that differ in their numbers at most.

    Attributes
    ----------
    text
        What the last of them says.
    count
        How many there are.
    last
        The number of the line that begins the last of them.
    """

    text: str
    count: int
    last: int


def histogram(archive: Archive, query: LogQuery, bars: int) -> LineHistogram | None:
    """Return how many of the things that are asked for were written when, in so many bars at most.

    None where no line says a time, or all say the same.
    """
    heads = let_through(archive, dataclasses.replace(query, heads=True, text="")) or b""
    dated = [
        (time, mark & 7)
        for time, mark in itertools.compress(zip(archive.times, archive.marks, strict=True), heads)
        if time > -math.inf
    ]
    if not dated:
        return None
    first, last = min(dated)[0], max(dated)[0]
    if first == last:
        return None
    step = next((step for step in _STEPS if (last - first) / step < bars - 1), math.ceil((last - first) / (bars - 1)))
    begin = first // step * step
    counted = [[0] * len(LEVELS) for _ in range(int((last - begin) // step) + 1)]
    for time, level in dated:
        counted[int((time - begin) // step)][level] += 1
    return LineHistogram(begin, step, tuple(map(tuple, counted)))


def level_counts(archive: Archive, query: LogQuery) -> dict[Level, int]:
    """Return how many of the things that are asked for there are of each level."""
    heads = let_through(archive, dataclasses.replace(query, heads=True, text="")) or b""
    levels = bytes(itertools.compress((mark & 7 for mark in archive.marks), heads))
    return {level: levels.count(number) for number, level in enumerate(LEVELS)}


def error_groups(archive: Archive, query: LogQuery) -> list[ErrorGroup]:
    """Return the errors among what is asked for, equal ones together, the most frequent first."""
    errors = dataclasses.replace(query, heads=True, text="", levels=frozenset({LEVELS.index("error")}))
    found: dict[str, ErrorGroup] = {}
    for at in itertools.compress(range(len(archive.marks)), let_through(archive, errors) or b""):
        said = _error_of(archive, at)
        key = _NUMBERS.sub("#", said)
        known = found.get(key)
        found[key] = ErrorGroup(said, 1 if known is None else known.count + 1, archive.first + at)
    return sorted(found.values(), key=lambda group: (-group.count, -group.last))[:MOST_GROUPS]


def unit_text(archive: Archive, number: int) -> str:
    """Return the thing that a line is of, such as a traceback, without what collectors and loggers write before lines.

    Of an error with a traceback, it is the traceback.
    """
    at = number - archive.first
    if not 0 <= at < len(archive.marks):
        return ""
    while not archive.marks[at] & HEAD and (before := archive.whose.rfind(archive.whose[at], 0, at)) >= 0:
        at = before
    said = [_said(archive.texts[place]) for place in _members(archive, at)]
    begun = next((place for place, line in enumerate(said) if line.startswith(_TRACEBACK)), 0)
    return "\n".join(said[begun:])


def _members(archive: Archive, head: int) -> Iterator[int]:
    """Yield the places of the lines of one thing, which others may write between."""
    yield head
    at, whose = head, archive.whose[head]
    for _ in range(_LONGEST):
        at = archive.whose.find(whose, at + 1)
        if at < 0 or archive.marks[at] & HEAD:
            return
        yield at


def _error_of(archive: Archive, head: int) -> str:
    """Return the line that names an error: the last one of its traceback that is not indented, else its first."""
    last = head
    for at in _members(archive, head):
        last = at
    said = _said(archive.texts[last])
    if not said or said[0] in " \t":
        said = _said(archive.texts[head])
    return said[:_TOLD]


def _said(text: str) -> str:
    plain = without_escapes(text)
    return message_of(plain[read_prefixes(plain).end :])


_NUMBERS = re.compile(r"\d+")
_TRACEBACK = "Traceback (most recent call last)"
