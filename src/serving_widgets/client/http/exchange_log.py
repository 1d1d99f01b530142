"""The last exchanges with the service: for a report of what went wrong."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from serving_widgets.api.http_exchange import HttpExchange

#: Exchanges that are remembered.
MOST = 200
#: Of the last so many seconds what was said is kept, too.
KEPT_SECONDS = 60.0
#: Bytes of a body that are kept at most, and of all of them.
LARGEST_KEPT, ALL_KEPT = 256 * 1024, 4 * 1024 * 1024

#: Takes in each request and its answer, both without the token, once the answer is complete.
ExchangeObserver = Callable[[HttpExchange], None]


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
    """The last exchanges of a client, the oldest first; from any thread."""

    def __init__(self) -> None:
        self._kept: deque[LoggedExchange] = deque(maxlen=MOST)
        self._whole: deque[tuple[float, HttpExchange]] = deque(maxlen=MOST)
        self._size = 0
        self._lock = threading.Lock()

    def add(self, method: str, path: str, seconds: float, status: int | None, request_id: str = "") -> None:
        """Remember an exchange that has just ended."""
        self._kept.append(LoggedExchange(time.time() - seconds, method, path, status, seconds, request_id))

    def last(self, seconds: float) -> tuple[LoggedExchange, ...]:
        """Return the exchanges of the last so many seconds."""
        since = time.time() - seconds
        return tuple(each for each in self._kept.copy() if each.at >= since)

    def keep(self, exchange: HttpExchange) -> None:
        """Remember what was said in an exchange that has just ended, for a minute; not that of large ones."""
        if exchange.size > LARGEST_KEPT:
            return
        with self._lock:
            if len(self._whole) == MOST:
                self._forget_oldest()
            self._whole.append((time.time(), exchange))
            self._size += exchange.size
            self._forget()

    def whole(self) -> tuple[tuple[float, HttpExchange], ...]:
        """Return what was said in the last minute, each with the time at which its answer was complete."""
        with self._lock:
            self._forget()
            return tuple(self._whole)

    def _forget(self) -> None:
        since = time.time() - KEPT_SECONDS
        while self._whole and (self._whole[0][0] < since or self._size > ALL_KEPT):
            self._forget_oldest()

    def _forget_oldest(self) -> None:
        self._size -= self._whole.popleft()[1].size

    def __repr__(self) -> str:
        return f"<ExchangeLog of {len(self._kept)} exchanges>"
