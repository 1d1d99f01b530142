"""Logs of several served entities in one order of time. Pure."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from .log_lines import read_lines

_BEFORE = datetime.min.replace(tzinfo=UTC)


def merge_logs(logs: Mapping[str, str]) -> str:
    r"""Return the lines of several logs in the order in which they were written, each behind the name of its log.

    What belongs together, such as a traceback, stays together. A line that says no time comes after the one before it.

    Examples
    --------
    >>> print(merge_logs({"old-1": "2026-01-12T09:00:05Z INFO a\n", "new-2": "2026-01-12T09:00:04Z INFO b\n"}))
    new-2 │ 2026-01-12T09:00:04Z INFO b
    old-1 │ 2026-01-12T09:00:05Z INFO a
    """
    wide = max(map(len, logs), default=0)
    things = (_things(f"{name:<{wide}} │ ", text) for name, text in logs.items())
    return "\n".join(line for _, lines in heapq.merge(*things, key=lambda thing: thing[0]) for line in lines)


def _things(mark: str, text: str) -> Iterator[tuple[datetime, list[str]]]:
    """Yield what a log tells of, each with a time that is not before the last one's."""
    time, lines = _BEFORE, list[str]()
    for line in read_lines(text.removesuffix("\n").split("\n") if text else ()):
        if line.head and lines:
            yield time, lines
            lines = []
        if line.head and line.time is not None:
            time = max(time, line.time)
        lines.append(mark + line.text)
    if lines:
        yield time, lines
