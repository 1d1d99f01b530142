"""Lines that a model server writes by itself: while it starts, while it fails to start, and between queries.

All of it follows from the run of the server and the service time, however often it is read.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from .failures import Failure
from .lines import MASTER, WORKER, Chunk, hash32, idle_lines, log_line, mlflow_stamp, raw_lines, stamp

PERIOD_S = 30.0
"""Each replica writes something about once in this time."""

_JITTER_S = 20.0
_TROUBLED = 25
"""A replica of a model in trouble shows it once in so many beats."""

_FIRST_PAUSE_S = 10.0
_LONGEST_PAUSE_S = 300.0
_LOADING_S = 4.0
_ID = "23456789bcdfghjkmnpqrstvwxz"

_STAMPED = re.compile(r"\[(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) \+0000\] \[(\d+)\] (.*)")
_MLFLOW_STAMP = re.compile(r"^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d")


@dataclass(frozen=True)
class ServerRun:
    """One run of a model server, from its start to its end.

    Parameters
    ----------
    key : str
        What all draws depend on: another one for each endpoint, entity, version and start.
    booted, ready, ended : float
        When it started, answered its first probe, and ended; infinite if it has not, or never did.
    replicas : int
        How many containers there are.
    failure : Failure, optional
        What goes wrong with it.
    """

    key: str
    booted: float
    ready: float = math.inf
    ended: float = math.inf
    replicas: int = 2
    failure: Failure | None = None

    def names(self) -> tuple[str, ...]:
        """Return the ids of the replicas, five characters each."""
        return _names(self.key, self.replicas)


def period_at(run: ServerRun, at: float) -> int:
    """Return the number of the beat that is due at `at`; negative before the server was ready."""
    return -1 if at < run.ready else int((at - run.ready) // PERIOD_S)


def periodic_lines(run: ServerRun, first: int, last: int) -> Iterator[Chunk]:
    """Yield what the replicas write in beats `first` to `last`, in no order.

    The lines of a beat are all written within it, so nothing of an earlier one comes after them.
    """
    serving = run.failure if run.failure is not None and run.failure.stage == "serve" else None
    for index, name in enumerate(run.names()):
        for period in range(first, last + 1):
            salt = hash32(run.key, index, period)
            at = run.ready + period * PERIOD_S + salt % 1000 / 1000 * _JITTER_S
            if serving is not None and (period + index) % _TROUBLED == 3:
                yield at, trouble_lines(serving, name, at)
            else:
                yield at, idle_lines(name, at, salt // 1000)


def startup_lines(run: ServerRun, until: float) -> Iterator[Chunk]:
    """Yield what the replicas write while they get ready, or again and again fail to, in no order."""
    for index, name in enumerate(run.names()):
        delay = hash32(run.key, index) % 3000 / 1000
        if run.failure is not None and run.failure.stage == "load":
            yield from _crashes(run.failure, name, run.booted + delay, until)
        elif run.failure is not None and run.failure.stage == "deploy":
            yield from _restarts(run.failure, name, run.booted + delay, until)
        else:
            yield from _boot(run, name, run.booted + delay)


def trouble_lines(failure: Failure, name: str, at: float) -> tuple[str, ...]:
    """Return what a replica writes when something goes wrong while it serves."""
    lines = failure.lines
    if _STAMPED.match(lines[0]):
        # The server has long been running: that it starts is left out, and what follows has happened by now.
        first = next(place for place, line in enumerate(lines) if "[INFO]" not in line)
        line = list(_replayed(lines, name, at - _parsed(lines)[-1].after, WORKER))
        return tuple(line for _, some in line[first:] for line in some)
    if failure.source:
        return tuple(log_line(name, at, "WARNING", line) for line in lines)
    return (
        log_line(name, at, "ERROR", "Exception on /invocations [POST]"),
        *raw_lines(name, _restamped(lines, at)),
    )


def _boot(run: ServerRun, name: str, at: float) -> Iterator[Chunk]:
    yield from _load(name, at)
    if math.isfinite(run.ready):
        # Not before it is known when that is: nothing may come in between what has been seen.
        yield run.ready, (log_line(name, run.ready, "INFO", "ASGI server listening on http://0.0.0.0:8080"),)
        yield run.ready, (log_line(name, run.ready, "INFO", "Application startup complete."),)


def _load(name: str, at: float) -> Iterator[Chunk]:
    yield from _gunicorn(name, at)
    at += 2
    text = "INFO mlflow.pyfunc.scoring_server: Loading model from /model"
    yield at, (f"[{name}] {mlflow_stamp(at)} {text}",)


def _gunicorn(name: str, at: float, pid: int = WORKER) -> Iterator[Chunk]:
    for text in (
        "Starting gunicorn 27.0.1",
        f"Listening at: http://0.0.0.0:8080 ({MASTER})",
        "Using worker: asgi",
    ):
        yield at, (log_line(name, at, "INFO", text, MASTER),)
    yield at, (log_line(name, at, "INFO", f"Booting worker with pid: {pid}", pid),)


def _crashes(failure: Failure, name: str, at: float, until: float) -> Iterator[Chunk]:
    """Yield a crash loop: one attempt after the other, with longer and longer pauses."""
    pause, attempt = _FIRST_PAUSE_S, 0
    while at <= until:
        last = at
        for last, lines in _attempt(failure, name, at, WORKER + 2 * attempt):
            if last > until:
                return
            yield last, lines
        at, pause, attempt = last + pause, min(2 * pause, _LONGEST_PAUSE_S), attempt + 1


def _attempt(failure: Failure, name: str, at: float, pid: int) -> Iterator[Chunk]:
    lines = failure.lines
    if _STAMPED.match(lines[0]):
        yield from _replayed(lines, name, at, pid)
        return
    yield from _gunicorn(name, at, pid)
    at += _LOADING_S
    kind, _, message = lines[-1].partition(": ")
    yield (
        at,
        (
            log_line(name, at, "ERROR", "Exception in worker process", pid),
            *raw_lines(name, _restamped(lines, at)),
        ),
    )
    # In these words the service tells of it (Databricks docs, *Debugging guide for Model Serving*).
    yield at, raw_lines(name, [f"An error occurred while loading the model. {message or kind}."])
    yield at, (log_line(name, at, "INFO", f"Worker exiting (pid: {pid})", pid),)
    at += 1
    for text in (f"Worker (pid:{pid}) exited with code 3.", "Shutting down: Master", "Reason: Worker failed to boot."):
        yield at, (log_line(name, at, "ERROR", text, MASTER),)


def _restarts(failure: Failure, name: str, at: float, until: float) -> Iterator[Chunk]:
    """Yield the lines of a server that is never ready in time, and started again and again."""
    while at <= until:
        yield from _load(name, at)
        for late in range(120, 601, 120):
            yield at + late, (log_line(name, at + late, "WARNING", failure.lines[0], MASTER),)
        at += 601
        yield at, (log_line(name, at, "ERROR", failure.lines[-1], MASTER),)


def _restamped(lines: tuple[str, ...], at: float) -> Iterator[str]:
    """Yield captured lines with the time stamps of MLflow's logger moved to `at`, and no blank ones at the end."""
    last = max(place for place, line in enumerate(lines) if line)
    return (_MLFLOW_STAMP.sub(mlflow_stamp(at), line) for line in lines[: last + 1])


class _CapturedLine(NamedTuple):
    """A captured line of gunicorn: seconds since the first, its process, and the text with places for process ids."""

    after: float
    who: int
    level_and_text: str


def _replayed(lines: tuple[str, ...], name: str, at: float, pid: int) -> Iterator[Chunk]:
    """Yield captured lines of gunicorn with their time stamps and process ids moved to `at` and `pid`."""
    for line in _parsed(lines):
        ids = [MASTER, *range(pid, pid + 2 * len(lines), 2)]
        moment = at + line.after
        yield moment, (f"[{name}] [{stamp(moment)}] [{ids[line.who]}] {line.level_and_text.format(*ids)}",)


@lru_cache(maxsize=8)
def _parsed(lines: tuple[str, ...]) -> list[_CapturedLine]:
    parts = [match for line in lines if (match := _STAMPED.match(line))]
    times = [datetime.fromisoformat(match[1]) for match in parts]
    pids = list(dict.fromkeys(match[2] for match in parts))
    place = re.compile("|".join(rf"\b{pid}\b" for pid in pids))
    texts = [place.sub(lambda match: f"{{{pids.index(match[0])}}}", match[3]) for match in parts]
    return [
        _CapturedLine((time - times[0]).total_seconds(), pids.index(match[2]), text)
        for time, match, text in zip(times, parts, texts, strict=True)
    ]


@lru_cache(maxsize=1024)
def _names(key: str, count: int) -> tuple[str, ...]:
    names = []
    for index in range(count):
        rest, letters = hash32(key, "replica", index), ""
        for _ in range(5):
            rest, place = divmod(rest, len(_ID))
            letters += _ID[place]
        names.append(letters)
    return tuple(names)
