"""What a workspace has room for: endpoints at a time, and changes in a while."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from serving_widgets.mock.service import assumptions
from serving_widgets.mock.service.endpoint import Endpoint
from serving_widgets.mock.service.errors import ServiceError

CHANGES = 50
CHANGES_WINDOW_S = 300.0
"""Create and update operations that the service takes in a workspace in five minutes (Databricks docs, *Model Serving
limits*)."""


class Pace:
    """Counts the creations and updates of the last five minutes of service time.

    Parameters
    ----------
    limit : int, optional
        Most of them; None for as many as anyone likes.
    """

    def __init__(self, limit: int | None = CHANGES) -> None:
        self.limit = limit
        self._accepted: deque[float] = deque()

    def check(self, at: float) -> None:
        """Refuse with 429 if there have been too many."""
        while self._accepted and self._accepted[0] <= at - CHANGES_WINDOW_S:
            self._accepted.popleft()
        if self.limit is not None and len(self._accepted) >= self.limit:
            raise ServiceError(
                "REQUEST_LIMIT_EXCEEDED",
                f"Too many requests. This workspace takes {self.limit} create and update operations in 5 minutes.",
            )

    def note(self, at: float) -> None:
        """Count a creation or an update that was accepted."""
        self._accepted.append(at)


def check_room(endpoints: Iterable[Endpoint], quota: int | None) -> None:
    """Refuse if the workspace has as many endpoints as it may. Stopped and ready-made ones don't count.

    Source: Databricks docs, *Manage model serving endpoints*, "Stop a model serving endpoint", and *Model Serving
    limits*.
    """
    if quota is None:
        return
    counted = sum(not (endpoint.stopped or endpoint.built_in) for endpoint in endpoints)
    if counted >= quota:
        raise ServiceError(
            assumptions.OVER_QUOTA,
            f"This workspace has {_counted(counted)} not stopped, and its quota is {quota}. Stop or delete one first.",
        )


def _counted(count: int) -> str:
    return "1 serving endpoint that is" if count == 1 else f"{count} serving endpoints that are"
