"""Which lines of a log to show: filtered by level and text, with what is around them, and tracebacks whole. Pure."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from .log_levels import SEVERITY_ORDER as SEVERITY_ORDER
from .log_lines import Level, LogLine, without_escapes


@dataclass(frozen=True, slots=True)
class Selection:
    """Lines of a log, by their numbers from 0.

    Attributes
    ----------
    numbers
        The lines to show, in order.
    found
        How many lines are what was asked for, shown or not.
    units
        How many things they are: a line alone, or one with what goes on from it, such as a traceback.
    matching
        The lines to show in which the pattern was found.
    """

    numbers: tuple[int, ...]
    found: int
    units: int
    matching: frozenset[int] = frozenset()


def select_lines(
    lines: Sequence[LogLine],
    *,
    level: Level = "",
    pattern: re.Pattern[str] | None = None,
    context: int = 0,
    last: int | None = None,
    since: datetime | None = None,
) -> Selection:
    """Return the lines that are asked for. A traceback is one thing: all of it is asked for, or nothing.

    Parameters
    ----------
    level
        How grave a line has to be at least; "" takes those that say nothing of it, too.
    pattern
        What has to be found in it, or in another line of the same traceback.
    context
        How many lines around each to show with it.
    since
        How young it has to be; lines that say no time count as those before them, and none where no line says one.
    last
        How many to show at most, the last ones; a traceback that begins before them counts as begun. None is no limit.

    Examples
    --------
    >>> from serving_widgets.api.logs.log_lines import read_lines
    >>> lines = read_lines(["INFO: up", "Traceback (most recent call last):", '  File "m.py"', "KeyError: 1", "done"])
    >>> select_lines(lines, pattern=re.compile("KeyError")).numbers
    (1, 2, 3)
    """
    units = _units(lines)
    young = _young(lines, units, since)
    hits = _hits(lines, pattern)
    wanted = {
        first
        for first, members in units.items()
        if SEVERITY_ORDER.index(_level(lines, members)) >= SEVERITY_ORDER.index(level)
        and (pattern is None or any(number in hits for number in members))
        and (young is None or first in young)
    }
    unit_of = {number: first for first, members in units.items() for number in members}
    found = [number for number in range(len(lines)) if unit_of[number] in wanted]
    kept = found if last is None else found[-last:]
    whole = {number for first in {unit_of[number] for number in kept} for number in units[first]}
    around = {
        near for number in whole for near in range(max(number - context, 0), min(number + context + 1, len(lines)))
    }
    return Selection(tuple(sorted(around)), len(found), len(wanted), frozenset(hits & around))


def levels_of(lines: Sequence[LogLine]) -> Counter[Level]:
    """Return how many things there are of each level, a traceback and the line that announces it being one.

    Examples
    --------
    >>> from serving_widgets.api.logs.log_lines import read_lines
    >>> levels_of(read_lines(["Traceback (most recent call last):", "KeyError: 1", "WARNING: slow"]))["error"]
    1
    """
    return Counter(_level(lines, members) for members in _units(lines).values())


def _units(lines: Sequence[LogLine]) -> dict[int, list[int]]:
    """Return the numbers of the lines of each unit, by that of its first one; replicas write between one another."""
    units: defaultdict[int, list[int]] = defaultdict(list)
    begun: dict[str, int] = {}
    for number, line in enumerate(lines):
        if line.head or line.replica not in begun:
            begun[line.replica] = number
        units[begun[line.replica]].append(number)
    return units


def _young(lines: Sequence[LogLine], units: dict[int, list[int]], since: datetime | None) -> set[int] | None:
    if since is None:
        return None
    found, last = set(), None
    for first in sorted(units):
        last = lines[first].time or last
        if last is not None and last >= since:
            found.add(first)
    return found


def _level(lines: Sequence[LogLine], members: Sequence[int]) -> Level:
    return max((lines[number].level for number in members), key=SEVERITY_ORDER.index)


def _hits(lines: Sequence[LogLine], pattern: re.Pattern[str] | None) -> set[int]:
    if pattern is None:
        return set()
    return {number for number, line in enumerate(lines) if pattern.search(without_escapes(line.text))}
