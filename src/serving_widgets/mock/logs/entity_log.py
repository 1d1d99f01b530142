"""The part of a model server's log that comes from outside: queries that it answered, and scripted lines."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass

from .failures import FAILURES
from .lines import PACKAGES, Chunk, access_line, hash32, log_line, raw_lines
from .server_lines import ServerRun, trouble_lines

_PROBLEM = 400
_THROTTLED = 429
_TIMED_OUT = (408, 504)
_UNTOLD = next(one for one in FAILURES if one.name == "model_error")


@dataclass(frozen=True, slots=True)
class LoggedQuery:
    """A query that was answered: service time, running number, HTTP status, milliseconds, and the error."""

    at: float
    count: int
    status: int
    took_ms: float
    error: str


@dataclass(frozen=True, slots=True)
class LoggedText:
    """Scripted lines."""

    at: float
    lines: tuple[str, ...]


class EntityLog:
    """The log of one served entity in one configuration, as far as it does not write itself.

    Parameters
    ----------
    window : int
        How many of the most recent lines the service gives.
    """

    def __init__(self, window: int) -> None:
        self.window = window
        self.quiet_from = math.inf
        self.read_until = -math.inf
        self._entries: deque[LoggedQuery | LoggedText] = deque(maxlen=window)
        self._queries = 0

    def add_query(self, at: float, status: int, took_ms: float, error: str) -> None:
        """Note a query."""
        self._queries += 1
        self._entries.append(LoggedQuery(self._place(at), self._queries, status, took_ms, error))

    def add_lines(self, at: float, lines: tuple[str, ...]) -> None:
        """Add lines."""
        self._entries.append(LoggedText(self._place(at), lines))

    def roll(self, window: int, quiet_from: float = math.inf) -> None:
        """Change the size of the window. Once the server has been told to be quiet, it stays so."""
        self.window, self.quiet_from = window, min(quiet_from, self.quiet_from)
        if window > (self._entries.maxlen or 0):
            self._entries = deque(self._entries, maxlen=window)

    def chunks(self, run: ServerRun, since: float) -> list[Chunk]:
        """Return what was written while a server ran, from `since` on."""
        first = max(since, run.booted)
        return [(entry.at, _lines(entry, run)) for entry in self._entries if entry.at >= first]

    def _place(self, at: float) -> float:
        """Return the time of a new entry: no line is inserted before one that has been read."""
        return max(at, self.read_until, self._entries[-1].at if self._entries else at)


def _lines(entry: LoggedQuery | LoggedText, run: ServerRun) -> tuple[str, ...]:
    if isinstance(entry, LoggedText):
        return entry.lines
    names = run.names()
    replica = names[hash32(run.key, entry.count) % len(names)]
    line = access_line(replica, entry.at, entry.status, entry.took_ms, hash32(entry.count))
    return (*_problem(replica, entry), line) if entry.status >= _PROBLEM else (line,)


def _problem(replica: str, query: LoggedQuery) -> tuple[str, ...]:
    at = query.at
    if query.status == _THROTTLED:
        text = "Request turned away: REQUEST_LIMIT_EXCEEDED: more requests in flight than the provisioned concurrency."
        return (log_line(replica, at, "WARNING", text),)
    if query.status in _TIMED_OUT:
        return (log_line(replica, at, "ERROR", f"Request processing time exceeded limit ({query.took_ms:.0f} ms)"),)
    message, found, rest = query.error.partition(_TRACEBACK)
    if not message.strip():
        return trouble_lines(_UNTOLD, replica, at)
    first, *more = message.strip("\n").split("\n")
    trace = found + rest if found else _TRACE.format(message=first)
    return (log_line(replica, at, "ERROR", first), *raw_lines(replica, [*more, *trace.rstrip("\n").split("\n")]))


_TRACEBACK = "Traceback (most recent call last):"
_TRACE = f"""{_TRACEBACK}
  File "{PACKAGES}/mlflow/pyfunc/scoring_server/__init__.py", line 348, in invocations
    raw_predictions = model.predict(data, params=params)
                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  File "{PACKAGES}/mlflow/pyfunc/__init__.py", line 846, in predict
    return self._predict(data, params)
           ^^^^^^^^^^^^^^^^^^^^^^^^^^^
mlflow.exceptions.MlflowException: {{message}}"""
