"""When a line was written and how grave it is, in the words of many loggers: one table. Pure."""

from __future__ import annotations

import functools
import json
import re
from datetime import datetime
from typing import Literal, NamedTuple

Level = Literal["debug", "info", "warning", "error", ""]
#: Levels from the least grave to the gravest.
SEVERITY_ORDER: tuple[Level, ...] = ("", "debug", "info", "warning", "error")


class Stamp(NamedTuple):
    """What a logger writes before its message.

    Attributes
    ----------
    time
        When, as a time; None where it does not say.
    level
        How grave.
    said
        The message.
    """

    time: datetime | None
    level: Level
    said: str


class Logger(NamedTuple):
    """How one kind of logger writes.

    Attributes
    ----------
    begins
        The characters that its lines may begin with.
    pattern
        What it writes before the message. Its groups: ``stamp``, ``fraction``, ``zone`` and ``level``.
    example
        A line of it.
    """

    name: str
    begins: str
    pattern: re.Pattern[str]
    example: str


def read_stamp(rest: str) -> Stamp | None:
    """Return what a logger wrote before its message; None where no logger known here wrote the line.

    Examples
    --------
    >>> read_stamp("ERROR 04-09 05:39:54 [core.py:390] engine died").level
    'error'
    """
    if rest[:1] == "{":
        return _json_line(rest)
    for logger in _BY_FIRST.get(rest[:1], ()):
        match = logger.pattern.match(rest)
        if match is not None:
            said = rest[match.end() :]
            return Stamp(_time_of(match), graver(_LEVELS[match["level"].upper()], by_status(said)), said)
    return None


def level_of(rest: str) -> Level:
    """Return how grave a line without a time is; "" where nothing tells."""
    match = _BARE.match(rest)
    if match is not None:
        return _LEVELS[match[1].upper()]
    return "error" if _FATAL.match(rest) else by_status(rest)


def message_of(rest: str) -> str:
    """Return a line without what a logger writes before its message."""
    stamp = read_stamp(rest)
    return rest if stamp is None else stamp.said


def by_status(said: str) -> Level:
    """Return how grave an access line is; "" for any other line."""
    # Where it could begin is found first, for hardly any line is one.
    place = said.find(" HTTP/")
    match = _ACCESS.match(said, said.rfind('"', 0, place)) if place > 0 else None
    if match is None:
        return ""
    return "error" if match[1] >= "500" else "warning" if match[1] >= "400" else "info"


def graver(one: Level, other: Level) -> Level:
    """Return the graver of two levels."""
    return one if not other or SEVERITY_ORDER.index(one) >= SEVERITY_ORDER.index(other) else other


def _time_of(match: re.Match[str]) -> datetime | None:
    """Return what the groups of a logger's or a collector's pattern say of the time."""
    groups = match.re.groupindex
    if "fraction" in groups:
        return moment(match["stamp"], match["fraction"], match["zone"]) if match["stamp"] else None
    return moment(match["stamp"]) if "stamp" in groups else None


@functools.lru_cache(4096)
def moment(stamp: str, fraction: str | None = None, zone: str | None = None) -> datetime | None:
    """Return a time that is written as ISO does, more or less; None where it is none.

    Containers of the service run in UTC; a stamp without a zone is taken for that.
    """
    # Not strptime: a log may have 200,000 of these, and it takes ten times as long.
    day, between, clock = stamp.partition(stamp[-9])
    if len(day) == 8:
        day = f"20{day}"
    elif len(day) != 10:
        return None
    try:
        return datetime.fromisoformat(
            f"{day.replace('/', '-')}{between}{clock}.{(fraction or '0')[:6]:0<6}{zone or 'Z'}"
        )
    except ValueError:
        return None


_LEVELS: dict[str, Level] = {
    "DEBUG": "debug",
    "TRACE": "debug",
    "INFO": "info",
    "NOTICE": "info",
    "SUCCESS": "info",
    "WARN": "warning",
    "WARNING": "warning",
    "ERROR": "error",
    "ERR": "error",
    "CRITICAL": "error",
    "FATAL": "error",
    "SEVERE": "error",
    "PANIC": "error",
    "D": "debug",
    "I": "info",
    "W": "warning",
    "E": "error",
    "F": "error",
    "C": "error",
}
_WORD = "|".join(word for word in _LEVELS if len(word) > 1)
_ANY_CASE = rf"(?i:{_WORD})"
_DAY = r"(?P<stamp>\d{4}[-/]\d\d[-/]\d\d[ T]\d\d:\d\d:\d\d)(?:[.,](?P<fraction>\d{1,9}))?\s?(?P<zone>Z|[+-]\d\d:?\d\d)?"
_DIGITS = "0123456789"

#: The loggers, the more particular first. A new one takes a line.
LOGGERS: tuple[Logger, ...] = (
    Logger(
        "gunicorn, uvicorn behind it, hypercorn",
        "[",
        re.compile(rf"\[{_DAY}\] (?:\[\d+\] )?\[(?P<level>{_WORD})\] ?"),
        "[2026-01-12 09:00:05 +0000] [7] [ERROR] Exception in worker process",
    ),
    Logger(
        "Celery, Rust's env_logger",
        "[",
        re.compile(rf"\[{_DAY}:? +(?P<level>{_WORD})\b[^\]]*\]:? ?"),
        "[2026-03-02T08:15:01Z ERROR router::infer] it failed",
    ),
    Logger(
        "a level in brackets first",
        "[",
        re.compile(rf"\[(?P<level>{_WORD})\s*\] ?(?:{_DAY} ?)?"),
        "[ERROR] 2026-03-02T08:15:01.123Z it failed",
    ),
    Logger(
        "azmlinfsrv, glog with a day before",
        _DIGITS,
        re.compile(rf"{_DAY} (?P<level>[DIWEFC]) (?:\[\d+\] )?[\w.]+ - "),
        "2024-11-12 13:56:46,923 E [10] azmlinfsrv - the script failed",
    ),
    Logger(
        "TensorFlow",
        _DIGITS,
        re.compile(rf"{_DAY}: (?P<level>[IWEF]) (?=\S+(?:/|:\d))"),
        "2026-03-02 08:15:01.461890: E tensorflow/core/framework/op.cc:64] failed",
    ),
    Logger(
        "loggers with bars, such as azureml's and loguru",
        _DIGITS,
        re.compile(rf"{_DAY} \| (?:[\w.]+ \| )?(?P<level>{_WORD})\s*\| ?"),
        "2022-08-29 08:46:21,338 | root | ERROR | the script failed",
    ),
    Logger(
        "structlog",
        _DIGITS,
        re.compile(rf"{_DAY} \[(?P<level>{_ANY_CASE})\s*\] ?"),
        "2026-03-02 08:15:01 [error    ] it failed",
    ),
    Logger(
        "Python's logging, MLflow, Spring, Rust's tracing",
        _DIGITS,
        re.compile(rf"{_DAY}[ :-]+(?:\S+ )?\[?(?P<level>{_WORD})\b\]?(?: \d+ ---)?:?(?: -)? ?"),
        "2024/06/11 14:31:12 ERROR mlflow.pyfunc: it failed",
    ),
    Logger(
        "Java's log4j",
        _DIGITS,
        re.compile(rf"(?P<stamp>\d\d/\d\d/\d\d \d\d:\d\d:\d\d) (?P<level>{_WORD}) "),
        "26/03/02 08:15:03 ERROR SparkContext: it failed",
    ),
    Logger(
        "glog, klog, Triton",
        "IWEF",
        re.compile(r"(?P<level>[IWEF])\d{4} \d\d:\d\d:\d\d(?:\.\d+)?\s+\d+ (?:\S+:\d+\] ?)?"),
        "E1115 09:07:01.123456 12345 model.cc:123] it failed",
    ),
    Logger(
        "TensorFlow without a time",
        "IWEF",
        re.compile(r"(?P<level>[IWEF]) (?=tensorflow/|external/|third_party/)"),
        "E tensorflow/core/framework/op.cc:64] failed",
    ),
    Logger(
        "vLLM",
        "DIWEC",
        re.compile(rf"(?P<level>{_WORD}) \d\d-\d\d \d\d:\d\d:\d\d (?:\[?[\w./]+\.py:\d+\]? ?)?"),
        "ERROR 04-09 05:39:54 [core.py:390] engine died",
    ),
    Logger(
        "Django, and others that put the level first",
        "DTINWECFS",
        re.compile(rf"(?P<level>{_WORD}) {_DAY}:? ?"),
        "ERROR 2020-12-30 18:29:27,204 document_consumer failed",
    ),
    Logger(
        "logfmt",
        "tl",
        re.compile(rf"(?:time=\"?{_DAY}\"? )?level=(?P<level>{_ANY_CASE}) (?:msg=)?"),
        'time="2026-03-02T08:15:01Z" level=error msg="it failed"',
    ),
)
_BY_FIRST: dict[str, tuple[Logger, ...]] = {
    first: tuple(logger for logger in LOGGERS if first in logger.begins)
    for first in {character for logger in LOGGERS for character in logger.begins}
}
# pip, conda, uvicorn: ERROR: …, WARNING: …, INFO:     …; Python's basicConfig: ERROR:root:…
_BARE = re.compile(rf"({_WORD}|error|warning|fatal)(?::| -)", re.IGNORECASE)
# What Java, Rust, Go and Python say when they end, without any logger.
_FATAL = re.compile(r"Exception in thread \"|thread '[^']*' panicked at |panic: |Fatal Python error: ")
_ACCESS = re.compile(r'"[A-Z]+ \S+ HTTP/[\d.]+" (\d{3})\b')
_STATED = ("level", "levelname", "severity", "log_level", "lvl")
_TIMED = ("timestamp", "time", "ts", "asctime", "@timestamp")
_SAID = ("message", "msg", "event", "log")
_ISO = re.compile(_DAY)


def _json_line(rest: str) -> Stamp | None:
    """Return what a line says that is a JSON object, as structlog, Rust's tracing and many others write them."""
    if not rest.rstrip().endswith("}"):
        return None
    try:
        found = json.loads(rest)
    except ValueError:
        return None
    level = next((found[key] for key in _STATED if isinstance(found.get(key), str)), "")
    if level.upper() not in _LEVELS:
        return None
    stamp = next((match for key in _TIMED if (match := _ISO.match(str(found.get(key, ""))))), None)
    said = next((found[key] for key in _SAID if isinstance(found.get(key), str)), rest)
    return Stamp(stamp and moment(stamp["stamp"], stamp["fraction"], stamp["zone"]), _LEVELS[level.upper()], said)
