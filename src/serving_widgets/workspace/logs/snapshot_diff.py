"""Following a log of which the service gives snapshots only: append what is new, and say where something is missing."""

from __future__ import annotations

import dataclasses
import re
from array import array
from collections.abc import Iterable, Sequence

#: In a log without times, a blank line may end one window and begin another by chance. So many lines in a row don't.
ENOUGH = 3
_CLOCK = re.compile(r"\d\d:\d\d:\d\d")


@dataclasses.dataclass(frozen=True, slots=True)
class Step:
    """What one more snapshot adds.

    Attributes
    ----------
    lines
        The new lines.
    gap
        Whether lines may be missing between what was known and the first of them.
    """

    lines: tuple[str, ...] = ()
    gap: bool = False


class Follower:
    r"""The lines of a log as far as they were seen, put together from snapshots.

    Each snapshot is the newest part of the log, a window that rolls. Where it begins within what the last one had, the
    rest of it is new; where it begins after that, lines were lost, and a gap is marked. An empty snapshot (scaled to
    zero, stopped) loses nothing by itself. A loss goes unnoticed only where two windows are made of undated lines that
    read the same.

    Examples
    --------
    >>> log = Follower()
    >>> log.take("09:00:01 a\n09:00:02 b").lines
    ('09:00:01 a', '09:00:02 b')
    >>> log.take("09:00:02 b\n09:00:03 c")
    Step(lines=('09:00:03 c',), gap=False)
    >>> log.take("09:00:07 g")
    Step(lines=('09:00:07 g',), gap=True)
    """

    def __init__(self) -> None:
        # Of the last window no more than what a comparison needs, for a log may have 100 MB.
        self._last, self._timed = array("q"), False

    def begin(self, lines: Sequence[str]) -> None:
        """Take the next lines of the first snapshot, all of which are new."""
        self._last.extend(map(hash, lines))
        self._timed = self._timed or _timed(lines)

    def take(self, text: str) -> Step:
        """Return what a snapshot adds."""
        return self.take_lines(split(text))

    def take_lines(self, window: list[str]) -> Step:
        """Return what a snapshot adds that was split already."""
        if not window:
            return Step()
        known, timed = self._last, self._timed
        self._last, self._timed = array("q", map(hash, window)), _timed(window)
        if not known:
            return Step(tuple(window))
        common = overlap(known, self._last)
        unchanged = common == len(known) == len(window)
        # A log that begins as it did and has grown has lost nothing. A time of day in the overlap proves that it is of
        # the same lines, too, rather than of others that read the same. Where a log has such times, lines without one
        # are those of tracebacks and the like, which a server that fails writes again and again.
        proven = common == len(known) or _timed(window[:common])
        undated = not (timed or self._timed) and (common >= ENOUGH or common == len(window))
        return Step(tuple(window[common:]), gap=not unchanged and not (common and (proven or undated)))


def split(text: str) -> list[str]:
    r"""Return the lines of a log; only ``\n`` and ``\r\n`` end one, as other line ends occur within messages."""
    lines = text.split("\n")
    if lines and not lines[-1]:
        lines.pop()
    return [line.removesuffix("\r") for line in lines] if "\r" in text else lines


def overlap(known: Sequence[object], window: Sequence[object]) -> int:
    """Return how many lines at the end of ``known`` are those at the beginning of ``window``, at most.

    It takes time in proportion to the lines (Knuth, Morris and Pratt), for a window may have 200,000 of them.

    Examples
    --------
    >>> overlap(["a", "b", "a", "b"], ["a", "b", "c"])
    2
    """
    if len(window) >= len(known) and list(window[: len(known)]) == list(known):
        return len(known)
    borders = _borders(window)
    matched = 0
    for line in known[-len(window) :]:
        while matched and (matched == len(window) or window[matched] != line):
            matched = borders[matched - 1]
        if window[matched] == line:
            matched += 1
    return matched


def _borders(lines: Sequence[object]) -> list[int]:
    """Return for each beginning of ``lines`` the length of its longest proper border."""
    borders = [0] * len(lines)
    length = 0
    for index in range(1, len(lines)):
        while length and lines[index] != lines[length]:
            length = borders[length - 1]
        if lines[index] == lines[length]:
            length += 1
        borders[index] = length
    return borders


def _timed(lines: Iterable[str]) -> bool:
    return any(_CLOCK.search(line) for line in lines)
