"""How many queries a workspace takes: past its limit it answers 429."""

from __future__ import annotations

from collections import deque

from serving_widgets.mock.service.errors import ServiceError

QUERIES_PER_SECOND = 200
"""What the service takes in a workspace, route-optimized endpoints apart (Databricks docs, *Model Serving limits*)."""

_SECOND = 1.0


class Throttle:
    """Counts the queries of the last second of service time.

    Parameters
    ----------
    limit : int, optional
        Most queries in any second; `QUERIES_PER_SECOND` is what the service has. Without one nothing is refused, and
        that is what a workspace starts with: where the clock stands a second never ends, and where it runs sixty times
        as fast as the host's a notebook would have three queries a second.
    """

    def __init__(self, limit: int | None = None) -> None:
        self.limit = limit
        self._seen: deque[float] = deque()

    def admit(self, at: float) -> None:
        """Count a query, or refuse it with 429; one that is refused counts for nothing."""
        if self.limit is None:
            return
        while self._seen and self._seen[0] <= at - _SECOND:
            self._seen.popleft()
        if len(self._seen) >= self.limit:
            raise ServiceError(
                "REQUEST_LIMIT_EXCEEDED",
                f"Too many requests: this workspace takes {self.limit} queries per second. Try again later.",
            )
        self._seen.append(at)
