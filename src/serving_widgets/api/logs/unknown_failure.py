"""What is told of a failure that no rule knows: its last exception, or its last error line."""

from __future__ import annotations

import re
from functools import partial

from .failures.serving import EXCEPTION
from .findings import UNKNOWN, Finding
from .log_reading import LogReading

#: Lines before an end that may tell why.
_BEFORE = 400
#: Lines after an exception that the end of a log may have.
_AFTER = 3


def unknown_failure(log: LogReading, *, answers: bool) -> Finding | None:
    """Return what can be said of a failure that no rule knows; None where nothing failed.

    Something failed where a worker, a container or a build ended and nothing went well since, or where the log ends
    with an exception or with a tool's own error; ``answers`` has an error answered to a query count as an end, too.
    """
    ended = log.failed(answers=answers)
    last = len(log) - 1
    while last > 0 and not log.plain(last).strip():
        last -= 1
    end = last if ended is None else ended
    place = _last_exception(log, end, end - _BEFORE if ended is not None else last - _AFTER)
    if place is None and ended is not None:
        place = _last_exception(log, last, ended)
    if place is None and ended is None:
        ended = next(filter(partial(_gives_up, log), range(last, max(last - _AFTER, -1), -1)), None)
    if place is not None:
        kind, _, said = log.said(place).strip(" │|").partition(": ")
        frame = _own_frame(log, place)
        meaning = f"It ended with {kind}{f': {said}' if said else ', which says no more'}."
        meaning += f" The deepest of the model's own lines: {frame}." if frame else ""
    elif ended is None:
        return None
    else:
        place = _last_error(log, ended, last)
        meaning = f"The last error in the log: {log.said(place).strip()}"
    return Finding(
        UNKNOWN,
        "Not a failure known here",
        meaning,
        "Load the model where it was made, in an environment made from its own requirements, and try the same there.",
        log.numbers[place],
        log.plain(place),
        (log.numbers[place] + 1,),
        0.3,
    )


def _gives_up(log: LogReading, place: int) -> bool:
    return bool(_STOPPED.match(log.said(place))) and not log.recovered(place)


def _last_exception(log: LogReading, end: int, first: int) -> int | None:
    for place in range(end, max(first, -1), -1):
        if _EXCEPTION.search(log.said(place)) and not log.quiet(place) and not log.recovered(place):
            return place
    return None


def _last_error(log: LogReading, ended: int, last: int) -> int:
    """Return the last line that tells of an error, rather than one that tells only that something ended."""
    places = range(last, max(ended - _BEFORE, -1), -1)
    grave = [place for place in places if log.level(place) == "error" or _ERROR.search(log.said(place))]
    return next((place for place in grave if not log.is_end(place)), grave[0] if grave else ended)


def _own_frame(log: LogReading, place: int) -> str:
    """Return where in the model's own code an exception came from, "" where no line of its traceback tells."""
    for before in range(place - 1, max(place - _BEFORE, -1), -1):
        said = log.said(before)
        if said.startswith("Traceback (most recent call last)"):
            return ""
        match = _FRAME.match(said)
        if match is not None and not _FOREIGN.search(match[1]):
            return f"{match[1]}, line {match[2]}{match[3] or ''}"
    return ""


# How pip, conda, uv and git say that they give up.
_STOPPED = re.compile(r"(?:ERROR|error|fatal): |\s*× ")
_EXCEPTION = re.compile(EXCEPTION)
_ERROR = re.compile(r"(?:^|[\s.\[])(?:error|ERROR|Error|failed|FAILED|fatal|FATAL)\b")
_FRAME = re.compile(r'[\s│|]*File "([^"]+)", line (\d+)(, in \S+)?')
# Packages, the standard library, and code that has no file.
_FOREIGN = re.compile(r"site-packages|dist-packages|/lib/python\d|^<|/bin/[\w-]+$")
