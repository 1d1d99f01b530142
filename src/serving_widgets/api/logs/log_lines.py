"""What a line of a log says besides its text: when, which replica, how grave, and what it belongs to. Pure.

Server logs have a replica's short id in brackets, then gunicorn's time, process and level. Model code writes what it
likes: Python's logging, pip's ``ERROR:``, tracebacks. Build logs have no time at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Literal, NamedTuple

Level = Literal["debug", "info", "warning", "error", ""]


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
    """

    text: str
    time: datetime | None
    replica: str
    level: Level
    head: bool


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
            replica, rest = _replica(without_escapes(text))
            found = _stamped(rest)
            if found is not None:
                time, level, said = found
                units[replica] = _Unit(level, time, traceback=said.startswith(_TRACEBACK))
                result.append(LogLine(text, time, replica, level, True))
                continue
            unit = units.get(replica)
            if unit is None:
                unit = units[replica] = _Unit("", None)
                continues = False
            else:
                continues = unit.takes(rest)
            if not continues:
                unit.begin(rest)
            result.append(LogLine(text, unit.time if continues else None, replica, unit.level, not continues))
        return result


def without_escapes(text: str) -> str:
    """Return text without the escape sequences that colour a terminal or move its cursor."""
    return _ESCAPES.sub("", text) if "\x1b" in text else text


# CSI and OSC sequences, and the two-character ones (ECMA-48).
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\^_])")
_REPLICA = re.compile(r"\[([a-z0-9]{5})\] ?")
_LEVEL_WORDS: dict[str, Level] = {
    "DEBUG": "debug",
    "TRACE": "debug",
    "INFO": "info",
    "NOTICE": "info",
    "WARN": "warning",
    "WARNING": "warning",
    "ERROR": "error",
    "CRITICAL": "error",
    "FATAL": "error",
    "SEVERE": "error",
}
_WORD = "|".join(_LEVEL_WORDS)
# gunicorn: [2026-01-12 09:00:05 +0000] [7] [INFO] …
_GUNICORN = re.compile(
    r"\[(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)(?:[.,](\d{1,6}))? ?([+-]\d{4})?\] (?:\[\d+\] )?\[(" + _WORD + r")\] ?"
)
# Python's logging and MLflow: 2026-01-12 09:00:05,123 WARNING …, 2026/01/12 09:00:05 INFO …, ISO with T and Z
_LOGGING = re.compile(
    r"(\d{4}[-/]\d\d[-/]\d\d[ T]\d\d:\d\d:\d\d)(?:[.,](\d{1,6}))?\s?(Z|[+-]\d\d:?\d\d)?[ :-]+(?:\S+ )?\[?("
    + _WORD
    + r")\b\]?:? ?"
)
# pip, conda, uvicorn: ERROR: …, WARNING: …, INFO:     …
_BARE = re.compile(r"(" + _WORD + r"|error|warning|fatal)(?::| -)\s*", re.IGNORECASE)
_ACCESS = re.compile(r'"[A-Z]+ \S+ HTTP/[\d.]+" (\d{3})\b')
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

    def begin(self, rest: str) -> None:
        """Begin something new with a line that has no stamp."""
        self.time = None
        self.traceback, self.ended = rest.startswith(_TRACEBACK), False
        self.level = "error" if self.traceback else _level_of(rest)


def _replica(plain: str) -> tuple[str, str]:
    match = _REPLICA.match(plain)
    return (match[1], plain[match.end() :]) if match else ("", plain)


def _stamped(rest: str) -> tuple[datetime | None, Level, str] | None:
    match = (_GUNICORN.match(rest) if rest[:1] == "[" else None) or (
        _LOGGING.match(rest) if rest[:1].isdigit() else None
    )
    if match is None:
        return None
    said = rest[match.end() :]
    level = _LEVEL_WORDS[match[4]]
    return _moment(match[1], match[2], match[3]), _graver(level, _by_status(said)), said


def _level_of(rest: str) -> Level:
    match = _BARE.match(rest)
    if match:
        return _LEVEL_WORDS[match[1].upper()]
    return _by_status(rest)


def _by_status(said: str) -> Level:
    """Return how grave an access line is; "" for any other line."""
    match = _ACCESS.search(said) if '" ' in said else None
    if match is None:
        return ""
    return "error" if match[1] >= "500" else "warning" if match[1] >= "400" else "info"


def _graver(one: Level, other: Level) -> Level:
    return max(one, other, key=_GRAVITY.__getitem__)


_GRAVITY: dict[Level, int] = {"": 0, "debug": 1, "info": 2, "warning": 3, "error": 4}


def _moment(stamp: str, fraction: str | None, zone: str | None) -> datetime | None:
    # Not strptime: a log may have 200,000 of these, and it takes ten times as long.
    # Containers of the service run in UTC; a stamp without a zone is taken for that.
    written = f"{stamp.replace('/', '-')}.{fraction or '0':0<6}{zone or 'Z'}"
    try:
        return datetime.fromisoformat(written)
    except ValueError:
        return None
