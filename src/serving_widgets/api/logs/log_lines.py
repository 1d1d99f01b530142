"""What a line of a log says besides its text: when, which replica, how grave, and what it belongs to. Pure.

Server logs have a replica's short id in brackets, then gunicorn's time, process and level; build logs the step and the
seconds that BuildKit writes. Model code writes what it likes: Python's logging, pip's ``ERROR:``, tracebacks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from .line_prefixes import read_prefixes
from .log_levels import Level as Level
from .log_levels import by_status, graver, level_of, moment, read_stamp


class LogLine(NamedTuple):
    """A line of a log.

    Attributes
    ----------
    text
        The line as it came, escape sequences and all.
    time
        When it was written, with its zone; None where it doesn't say.
    replica
        The short id of the replica, "" where there is none.
    level
        How grave it is: "debug", "info", "warning", "error"; "" where nothing tells.
    head
        Whether it begins something; False for a line that goes on with the one before it, as those of a traceback do.
    step, seconds
        The step of the build that wrote it, and the seconds since that began; None in other logs.
    """

    text: str
    time: datetime | None
    replica: str
    level: Level
    head: bool
    step: int | None = None
    seconds: float | None = None


def read_lines(lines: Iterable[str]) -> list[LogLine]:
    """Return what each line of a whole log says; :class:`LineReader` reads one that grows.

    Examples
    --------
    >>> [line] = read_lines(["[hc4q8] [2026-01-12 09:00:05 +0000] [7] [INFO] Booting worker with pid: 7"])
    >>> line.replica, line.level, str(line.time)
    ('hc4q8', 'info', '2026-01-12 09:00:05+00:00')
    """
    return LineReader().read(lines)


class LineReader:
    """Reads a log piece by piece and remembers what each replica is in the middle of.

    A traceback is one thing, from its first line to the line that names the error, and is an error; replicas that write
    at the same time do not break each other's.

    Examples
    --------
    >>> reader = LineReader()
    >>> [line.head for line in reader.read(["Traceback (most recent call last):"])]
    [True]
    >>> [line.head for line in reader.read(['  File "model.py", line 3', "ValueError: bad", "next"])]
    [False, False, True]
    """

    def __init__(self) -> None:
        self._units: dict[str, _Unit] = {}

    def read(self, lines: Iterable[str]) -> list[LogLine]:
        """Return what each of the lines says that follow those read before."""
        units = self._units
        result = []
        for text in lines:
            match = _SERVED.match(text)
            if match is not None and (found := self._served(text, match)) is not None:
                result.append(found)
                continue
            plain = without_escapes(text)
            columns = read_prefixes(plain)
            replica, rest = columns.replica, plain[columns.end :]
            stamp, unit = read_stamp(rest), units.get(replica)
            if stamp is not None:
                level = stamp.level
                time = stamp.time or _taken(columns.time)
                # Some loggers write their stamp before each line of a traceback.
                continues = unit is not None and unit.open and level == unit.level and unit.takes(stamp.said)
                if not continues:
                    unit = units[replica] = _Unit(level, time, traceback=stamp.said.startswith(_TRACEBACK))
                    level = unit.level
            else:
                continues = unit is not None and unit.takes(rest)
                if unit is None:
                    unit = units[replica] = _Unit("", None)
                if not continues:
                    unit.begin(rest, _taken(columns.time))
                level, time = unit.level, unit.time
            result.append(LogLine(text, time, replica, level, not continues, columns.step, columns.seconds))
        return result

    def _served(self, text: str, match: re.Match[str]) -> LogLine | None:
        """Return what a line says that is as most are; None in the midst of a traceback, or with escape sequences."""
        unit = self._units.get(match[1])
        if (unit is not None and unit.open) or "\x1b" in text or text.startswith(_TRACEBACK, match.end()):
            return None
        time, level = moment(match[2], None, match[3]), _SERVED_LEVELS[match[4]]
        if '" ' in text:
            level = graver(level, by_status(text[match.end() :]))
        self._units[match[1]] = _Unit(level, time)
        return LogLine(text, time, match[1], level, True)


def without_prefixes(text: str) -> str:
    r"""Return text without escape sequences, and each line without what collectors write before it.

    Examples
    --------
    >>> without_prefixes("#23 0.267 dependencies:\n#23 0.268 - python=3.11")
    'dependencies:\n- python=3.11'
    """
    lines = without_escapes(text).split("\n")
    return "\n".join(line[read_prefixes(line).end :] for line in lines)


def without_escapes(text: str) -> str:
    """Return text without the escape sequences that colour a terminal or move its cursor."""
    return _ESCAPES.sub("", text) if "\x1b" in text else text


# CSI and OSC sequences, and the two-character ones (ECMA-48); one that is not ended ends with its line.
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b\n]*(?:\x07|\x1b\\)?|[@-Z\\^_])")
# What the service's own servers write, as four of five lines are: read in one step, for a log may have a million.
_SERVED = re.compile(
    r"\[((?=[a-z]*\d)[a-z0-9]{5})\] "
    r"\[(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) ([+-]\d{4})\] \[\d+\] \[(DEBUG|INFO|WARNING|ERROR|CRITICAL)\] ?"
)
_SERVED_LEVELS: dict[str, Level] = {
    "DEBUG": "debug",
    "INFO": "info",
    "WARNING": "warning",
    "ERROR": "error",
    "CRITICAL": "error",
}
_TRACEBACK = "Traceback (most recent call last):"
# What a traceback has between its first line and the one that names the error.
_WITHIN = re.compile(r"\s+\S|$|During handling of the above|The above exception was the direct|Traceback \(most recent")
# The line that names the error, and ends the traceback: serving_widgets.SomeError: said, or KeyboardInterrupt.
_ERROR_NAME = re.compile(r"[A-Za-z_][\w.]*(?:Error|Exception|Warning|Interrupt|Exit|Iteration|Timeout|Failed)?(?::|$)")


class _Unit:
    """What the lines of one replica are in the middle of."""

    __slots__ = ("ended", "level", "time", "traceback")

    def __init__(self, level: Level, time: datetime | None, *, traceback: bool = False) -> None:
        self.level: Level = "error" if traceback else level
        self.time = time
        self.traceback = traceback
        self.ended = False

    def takes(self, rest: str) -> bool:
        """Whether a line without a stamp goes on with what was begun, as a line of a traceback or an indented one."""
        if rest.startswith(_TRACEBACK):
            # After a line that announces it, such as "Exception on /invocations [POST]", it belongs to that line; after
            # "During handling of the above exception" to the one before.
            announced = not self.ended and (self.traceback or self.time is not None)
            self.traceback, self.ended = True, False
            if announced:
                self.level = "error"
            return announced
        if self.traceback and not self.ended:
            if _WITHIN.match(rest):
                return True
            if _ERROR_NAME.match(rest):
                self.ended = True
                return True
        if self.traceback and self.ended:
            self.ended = not rest.startswith(("During handling of", "The above exception"))
            return not rest or not self.ended
        return bool(rest) and rest[0] in " \t" and not self.ended

    def begin(self, rest: str, time: datetime | None) -> None:
        """Begin something new with a line that has no stamp."""
        self.time = time
        self.traceback, self.ended = rest.startswith(_TRACEBACK), False
        self.level = "error" if self.traceback else level_of(rest)

    @property
    def open(self) -> bool:
        """Whether it is in the middle of a traceback."""
        return self.traceback and not self.ended


def _taken(written: str) -> datetime | None:
    """Return when a collector took a line, as its prefix says."""
    if not written:
        return None
    match = _TAKEN.match(written)
    return match and moment(match[1], match[2], match[3])


_TAKEN = re.compile(r"([\dT:-]{19})(?:[.,](\d+))?(.*)")
