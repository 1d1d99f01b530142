"""Rate limits: how many operations a workspace accepts within a while of service time."""

from __future__ import annotations

from collections import deque

from serving_widgets.mock.service.errors import ServiceError

CHANGES = 50
CHANGES_WINDOW_S = 300.0
"""Create and update operations that the service takes in a workspace in five minutes (Databricks docs, *Model Serving
limits*)."""

QUERIES_PER_SECOND = 200
"""Queries that the service takes in a workspace, route-optimized endpoints apart (Databricks docs, *Model Serving
limits*)."""


class RateLimit:
    """A limit on the operations in a sliding window of service time.

    Parameters
    ----------
    limit : int, optional
        Most operations in the window; None refuses nothing.
    window_s : float
        Length of the window, in service seconds.
    refusal : str
        Message of a refusal, with a place for ``{limit}``.
    """

    def __init__(self, limit: int | None, window_s: float, refusal: str) -> None:
        self.limit = limit
        self._window_s = window_s
        self._refusal = refusal
        self._accepted: deque[float] = deque()

    def check(self, at: float) -> None:
        """Refuse with 429 if the window is full."""
        while self._accepted and self._accepted[0] <= at - self._window_s:
            self._accepted.popleft()
        if self.limit is not None and len(self._accepted) >= self.limit:
            raise ServiceError("REQUEST_LIMIT_EXCEEDED", self._refusal.format(limit=self.limit))

    def count(self, at: float) -> None:
        """Count an operation that was accepted."""
        if self.limit is not None:
            self._accepted.append(at)

    def admit(self, at: float) -> None:
        """Count an operation, or refuse it; one that is refused does not count."""
        self.check(at)
        self.count(at)


def change_limit() -> RateLimit:
    """Return the service's limit on creating and updating endpoints."""
    message = "Too many requests. This workspace takes {limit} create and update operations in 5 minutes."
    return RateLimit(CHANGES, CHANGES_WINDOW_S, message)


def query_limit() -> RateLimit:
    """Return the limit on queries, which refuses nothing until its `limit` is set.

    Where the clock stands a second never ends, and where it runs sixty times as fast as the host's a notebook would
    have three queries a second.
    """
    return RateLimit(None, 1.0, "Too many requests: this workspace takes {limit} queries per second. Try again later.")
