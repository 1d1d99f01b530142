"""Searching the kept lines of a log where they are: in the kernel, over all of them, however many a page has."""

from __future__ import annotations

import dataclasses
import itertools
import math
import time
from array import array
from bisect import bisect_left
from collections.abc import Iterable

from .line_buffer import Archive
from .line_store import Block
from .text_search import lines_with


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
    context
        How many lines before and after each to give with it, of those that levels, replica and times let through.
    """

    text: str = ""
    regex: bool = False
    exact: bool = False
    levels: frozenset[int] = frozenset()
    replica: str | None = None
    heads: bool = False
    since: float | None = None
    until: float | None = None
    context: int = 0


def search(archive: Archive, query: LogQuery) -> array[int]:
    """Return the numbers of the lines that are looked for, in order.

    Raises
    ------
    ConfigError
        When the text is not a regular expression.
    """
    under_way = LogSearch(archive, query)
    under_way.go_on(archive)
    return under_way.found


class LogSearch:
    """A search that is taken on bit by bit, so that what is nearest is known before all is.

    Parameters
    ----------
    archive
        The log as it is when the search begins; lines that come later are not looked at.
    query
        What is looked for.
    near
        The number of the line from which nearness counts; None for the first.

    Attributes
    ----------
    nearest
        The number of the nearest line that is found; None while that is not known.
    found
        The numbers of all lines that are found, in order; empty until the search is finished.
    total
        The number that the next line had when the search began.

    Raises
    ------
    ConfigError
        When the text is not a regular expression.
    """

    def __init__(self, archive: Archive, query: LogQuery, near: int | None = None) -> None:
        self.nearest: int | None = None
        self.found = array("l")
        self.total = archive.total
        self._query, self._near = query, archive.first if near is None else near
        self._first, self._size = archive.first, len(archive.texts)
        self._mask = let_through(archive, query)
        self._lines_in = lines_with(query.text, regex=query.regex, exact=query.exact) if query.text else None
        # The blocks, the nearest last; and what was found in them, by the place of their first lines.
        self._left = sorted(archive.texts.blocks(), key=self._distance, reverse=True) if query.text else []
        self._hits: dict[int, array[int]] = {}

    def go_on(self, archive: Archive, seconds: float = math.inf) -> bool:
        """Look for so long, or until the nearest is known; tells whether the search is finished."""
        until, known = time.monotonic() + seconds, self.nearest
        while self._left and self._lines_in is not None:
            place, block = self._left.pop()
            hits: Iterable[int] = self._lines_in(block)
            if place < 0 or self._mask is not None:
                mask = self._mask
                hits = [at for at in hits if place + at >= 0 and (mask is None or mask[place + at])]
            numbers = array("l", map(place.__add__, hits))
            if numbers:
                self._hits[place] = numbers
                self._choose_nearest()
            if self._left and (time.monotonic() > until or (self.nearest != known and seconds < math.inf)):
                return False
        self._finish(archive)
        return True

    def _choose_nearest(self) -> None:
        if self.nearest is None and self._hits:
            at = self._near - self._first
            nearest = min((abs(hit - at), hit) for hits in self._hits.values() for hit in hits)
            if not self._left or nearest[0] <= self._distance(self._left[-1]):
                self.nearest = self._first + nearest[1]

    def _finish(self, archive: Archive) -> None:
        places: Iterable[int] = range(self._size)
        if self._query.text:
            places = itertools.chain.from_iterable(self._hits[place] for place in sorted(self._hits))
            if self._query.context:
                places = _with_context(self._size, self._mask, places, self._query.context)
        elif self._mask is not None:
            places = itertools.compress(places, self._mask)
        self.found = array("l", map(self._first.__add__, places) if self._first else places)
        # Old lines may have gone meanwhile.
        del self.found[: bisect_left(self.found, archive.first)]
        self._choose_nearest()

    def _distance(self, block: tuple[int, Block]) -> int:
        begin, lines = block
        at = self._near - self._first
        return max(begin - at, at - begin - len(lines) + 1, 0)


def let_through(archive: Archive, query: LogQuery) -> bytes | None:
    """Return a byte for each line, 0 where level, replica, times or being no head leave it out; None where none can."""
    masks: list[bytes | bytearray] = []
    if query.heads:
        masks.append(archive.marks.translate(_IS_HEAD))
    if query.levels:
        levels = archive.marks.translate(_LEVEL) if query.heads else archive.unit_levels()
        masks.append(levels.translate(bytes(level in query.levels for level in range(256))))
    if query.replica is not None:
        whose = archive.replicas.index(query.replica) if query.replica in archive.replicas else -1
        masks.append(archive.whose.translate(bytes(number == whose for number in range(256))))
    if query.since is not None or query.until is not None:
        since, until = query.since or -math.inf, query.until or math.inf
        masks.append(bytes([since <= time <= until for time in archive.times]))
    if not masks:
        return None
    size = len(archive.marks)
    # As numbers, for that takes them all at once.
    both = int.from_bytes(masks[0], "big")
    for mask in masks[1:]:
        both &= int.from_bytes(mask, "big")
    return both.to_bytes(size, "big")


_IS_HEAD = bytes(bool(mark & 8) for mark in range(256))
_LEVEL = bytes(mark & 7 for mark in range(256))


def _with_context(total: int, mask: bytes | None, places: Iterable[int], context: int) -> list[int]:
    candidates = range(total) if mask is None else list(itertools.compress(range(total), mask))
    rank = {} if mask is None else {place: at for at, place in enumerate(candidates)}
    near: dict[int, None] = {}
    for place in places:
        at = rank.get(place, place)
        near.update(dict.fromkeys(candidates[max(at - context, 0) : at + context + 1]))
    return sorted(near)
