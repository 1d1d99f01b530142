"""Searching the kept lines of a log where they are: in the kernel, over all of them, however many a page has."""

from __future__ import annotations

import dataclasses
import math
import re
from array import array
from collections.abc import Iterable

from serving_widgets.api.errors import ConfigError
from serving_widgets.api.logs.log_lines import without_escapes

from .line_buffer import GAP, HEAD, Archive


@dataclasses.dataclass(frozen=True, slots=True)
class LogQuery:
    """What is looked for in a log.

    Attributes
    ----------
    text
        What a line contains; "" for every line.
    regex
        Whether ``text`` is a regular expression.
    exact
        Whether capitals and small letters differ.
    levels
        How grave the things may be that lines are of, by number as :data:`LEVELS` counts; none is all.
    replica
        Whose lines; None is all.
    heads
        Whether only lines are meant that something begins with.
    since, until
        From when on and up to when, in seconds since the epoch; lines that say no time count as those before them.
    """

    text: str = ""
    regex: bool = False
    exact: bool = False
    levels: frozenset[int] = frozenset()
    replica: str | None = None
    heads: bool = False
    since: float | None = None
    until: float | None = None


def search(archive: Archive, query: LogQuery) -> array[int]:
    """Return the numbers of the lines that are looked for, in order.

    Raises
    ------
    ConfigError
        When the text is no regular expression.
    """
    texts = archive.texts
    if not query.text:
        found: Iterable[int] = range(len(texts))
    elif query.regex:
        pattern = _pattern(query)
        found = [at for at, text in enumerate(texts) if pattern.search(_plain(text))]
    elif query.exact:
        found = [at for at, text in enumerate(texts) if query.text in _plain(text)]
    else:
        sought = query.text.lower()
        found = [at for at, text in enumerate(texts) if sought in _plain(text).lower()]
    if query.replica is not None:
        whose = archive.replicas.index(query.replica) if query.replica in archive.replicas else -1
        found = [at for at in found if archive.whose[at] == whose]
    if query.since is not None or query.until is not None:
        since, until = query.since or -math.inf, query.until or math.inf
        times = _times(archive)
        found = [at for at in found if since <= times[at] <= until]
    if query.heads:
        found = [at for at in found if archive.marks[at] & HEAD]
    if query.levels:
        levels = unit_levels(archive)
        found = [at for at in found if levels[at] in query.levels]
    return array("l", [archive.first + at for at in found] if archive.first else found)


def unit_levels(archive: Archive) -> bytearray:
    """Return for each kept line how grave the thing is that it is of, by number."""
    levels = bytearray(len(archive.marks))
    begun: dict[int, int] = {}
    for at, mark in enumerate(archive.marks):
        if mark & GAP:
            begun.clear()
        whose = archive.whose[at]
        if mark & HEAD or whose not in begun:
            # What the head of a thing has is how grave all of it is.
            begun[whose] = mark & 7
        levels[at] = begun[whose]
    return levels


def _times(archive: Archive) -> array[float]:
    times, last = array("d", archive.times), -math.inf
    for at, time in enumerate(times):
        if math.isnan(time):
            times[at] = last
        else:
            last = time
    return times


def _pattern(query: LogQuery) -> re.Pattern[str]:
    try:
        return re.compile(query.text, 0 if query.exact else re.IGNORECASE)
    except re.error as error:
        raise ConfigError(
            f"Not a regular expression: {error.msg}.",
            hint="Python's expressions are meant; a backslash before a sign takes it as it is.",
            code="bad_expression",
        ) from None


def _plain(text: str) -> str:
    return without_escapes(text) if "\x1b" in text else text
