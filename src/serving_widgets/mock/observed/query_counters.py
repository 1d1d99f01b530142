"""Counters of the queries of the last minute: counts and latencies of each served entity, by the second."""

from __future__ import annotations

import math
from bisect import bisect_left
from dataclasses import dataclass, field

from serving_widgets.mock.service.endpoint import draw

WINDOW_S = 60
"""Metrics are about the last minute (Databricks docs, *Track and export serving endpoint health metrics*)."""

BOUNDS_MS = (1.0, 2.5, 5.0, 10.0, 25.0, 50.0, 100.0, 250.0, 500.0, 1000.0, 2500.0, 5000.0, 10000.0, 60000.0, 300000.0)
"""Upper bounds of the buckets of a histogram, in milliseconds."""

QUEUED_SHARE = 0.05
PREDICTING_SHARE = 0.85
"""Shares of a query's time that it waits in the queue, and that the model takes."""


@dataclass(slots=True)
class Histogram:
    """A histogram of values in `BOUNDS_MS`."""

    counts: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS_MS) + 1))
    total: float = 0.0

    def add(self, value: float) -> None:
        """Count one value."""
        self.counts[bisect_left(BOUNDS_MS, value)] += 1
        self.total += value

    def merge(self, other: Histogram) -> None:
        """Count what `other` counted."""
        self.counts = [mine + theirs for mine, theirs in zip(self.counts, other.counts, strict=True)]
        self.total += other.total


@dataclass(slots=True)
class QueryCounts:
    """Counts of queries: how many, how many of them failed, how long they took."""

    queries: int = 0
    refused: int = 0
    broken: int = 0
    latency: Histogram = field(default_factory=Histogram)
    queued: Histogram = field(default_factory=Histogram)
    predicting: Histogram = field(default_factory=Histogram)

    def add(self, status: int, took_ms: float) -> None:
        """Count one query."""
        self.queries += 1
        self.refused += 400 <= status < 500
        self.broken += status >= 500
        self.latency.add(took_ms)
        self.queued.add(took_ms * QUEUED_SHARE)
        self.predicting.add(took_ms * PREDICTING_SHARE)

    def merge(self, other: QueryCounts) -> None:
        """Count what `other` counted."""
        self.queries += other.queries
        self.refused += other.refused
        self.broken += other.broken
        self.latency.merge(other.latency)
        self.queued.merge(other.queued)
        self.predicting.merge(other.predicting)


class QueryCounters:
    """The queries of the last minute, by endpoint and served entity. It keeps sums by the second, however many ask."""

    def __init__(self) -> None:
        self._seconds: dict[tuple[str, str], dict[int, QueryCounts]] = {}

    def queried(self, endpoint: str, entity: str, at: float, status: int, took_ms: float) -> None:
        """Note a query.

        Parameters
        ----------
        endpoint, entity : str
            Names of the endpoint that was asked, and of the served entity that answered.
        at : float
            Service time.
        status : int
            HTTP status of the answer.
        took_ms : float
            Milliseconds it took.
        """
        seconds = self._seconds.setdefault((endpoint, entity), {})
        second = math.floor(at)
        if second not in seconds:
            for old in [one for one in seconds if one <= second - WINDOW_S]:
                del seconds[old]
            seconds[second] = QueryCounts()
        seconds[second].add(status, took_ms)

    def lately(self, endpoint: str, entity: str, now: float) -> QueryCounts:
        """Return the queries of the minute before `now`."""
        result = QueryCounts()
        for second, tally in self._seconds.get((endpoint, entity), {}).items():
            if now - WINDOW_S < second <= now:
                result.merge(tally)
        return result

    def forget(self, endpoint: str) -> None:
        """Drop what is known of an endpoint that is deleted: another one may get its name."""
        for key in [key for key in self._seconds if key[0] == endpoint]:
            del self._seconds[key]


def background_counts(endpoint: str, entity: str, per_minute: float, now: float) -> QueryCounts:
    """Return the made-up queries of other users in the minute before `now`: the same each time.

    It follows from the names and the second alone, so that one look after the other fits together. The rate swings by a
    third in the course of half an hour, for a plot to have something to show.

    Parameters
    ----------
    endpoint, entity : str
        Names of the endpoint and the served entity.
    per_minute : float
        Queries a minute, on the average.
    now : float
        Service time.
    """
    result = QueryCounts()
    last = math.floor(now)
    for second in range(last - WINDOW_S + 1, last + 1):
        rate = per_minute / 60 * (1 + math.sin(second * math.tau / 1800) / 3)
        for number in range(math.floor(rate + draw(endpoint, entity, second))):
            luck = draw(endpoint, entity, second, number)
            status = 500 if luck < 0.002 else 400 if luck < 0.012 else 200
            result.add(status, round(8 + 30 * luck + 6 / (1.02 - luck), 3))
    return result
