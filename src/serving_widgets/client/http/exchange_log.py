"""The last exchanges with the service, without what was said in them: for a report of what went wrong."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass

#: Exchanges that are remembered.
MOST = 200


@dataclass(frozen=True, slots=True)
class LoggedExchange:
    """One request as it was sent, and what came of it.

    Attributes
    ----------
    at : float
        When it was sent, in seconds since the epoch.
    method, path : str
        As in ``GET /api/2.0/serving-endpoints``.
    status : int or None
        The HTTP status; None where no answer came.
    seconds : float
        How long it took.
    request_id : str
        What the service's operators find it by, or "".
    """

    at: float
    method: str
    path: str
    status: int | None
    seconds: float
    request_id: str = ""


class ExchangeLog:
    """The last exchanges of a client, the oldest first."""

    def __init__(self) -> None:
        self._kept: deque[LoggedExchange] = deque(maxlen=MOST)

    def add(self, method: str, path: str, seconds: float, status: int | None, request_id: str = "") -> None:
        """Remember an exchange that has just ended."""
        self._kept.append(LoggedExchange(time.time() - seconds, method, path, status, seconds, request_id))

    def last(self, seconds: float) -> tuple[LoggedExchange, ...]:
        """Return the exchanges of the last so many seconds."""
        since = time.time() - seconds
        return tuple(each for each in self._kept.copy() if each.at >= since)
