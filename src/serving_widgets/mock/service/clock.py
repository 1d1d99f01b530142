"""Service time: the clock that states, time stamps and time-outs of the workspace follow."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from typing import Literal, get_args

Mode = Literal["demo", "scaled", "manual"]

EPOCH = 1768208400.0
"""Where service time starts: 2026-01-12 09:00 UTC, so that the same script sees the same times on any day."""

POLL_PAUSE_S = 15.0
"""Longest pause between two looks of a client that waits, in host seconds; the official SDK pauses up to ten."""

_LAST = 253402300799.0


class Clock:
    """Service time, in seconds since the Unix epoch. All methods may be called from any thread.

    Parameters
    ----------
    mode : {"demo", "scaled", "manual"}
        ``scaled`` runs `speed` times faster than the host's clock. ``manual`` stands, and moves when told or waited
        for. ``demo`` runs while a view is looking, or another client polls an update, and stands otherwise: live on
        a screen, instant and repeatable in a script.
    speed : float
        Service seconds per host second while the clock runs.
    next_due : callable, optional
        Returns the time of the next event in the workspace, or None.

    Examples
    --------
    >>> clock = Clock("manual")
    >>> clock.advance(60)
    >>> clock.now() - EPOCH
    60.0
    """

    def __init__(
        self, mode: Mode = "demo", speed: float = 60.0, next_due: Callable[[], float | None] | None = None
    ) -> None:
        if mode not in get_args(Mode):
            raise ValueError(f"unknown clock {mode!r}; there are {', '.join(get_args(Mode))}")
        if not (math.isfinite(speed) and speed > 0):
            raise ValueError(f"speed must be a positive number, not {speed!r}")
        self.mode: Mode = mode
        self.speed = float(speed)
        self._next_due = next_due or (lambda: None)
        self._lock = threading.Lock()
        self._base = EPOCH
        self._since = time.monotonic()
        self._running = mode == "scaled"
        self._polled_until = -math.inf

    def now(self) -> float:
        """Return the service time, in seconds since the Unix epoch."""
        with self._lock:
            return self._now()

    def rate(self) -> float:
        """Return how many service seconds pass per host second at this moment; 0.0 while the clock stands."""
        return self.speed if self._runs() else 0.0

    def looking(self, on: bool) -> None:
        """Say whether a view is on screen: the demo clock runs just then. The other clocks ignore it."""
        if self.mode != "demo":
            return
        with self._lock:
            self._rebase(self._now())
            self._running = on

    def polled(self) -> None:
        """Tell that a client polls that has no view of its own: the demo clock runs until it has stopped to."""
        if self.mode == "demo":
            with self._lock:
                self._rebase(self._now())
                self._polled_until = self._since + POLL_PAUSE_S

    def skip(self, limit: float) -> bool:
        """Move a standing clock to the next event, at most `limit` service seconds ahead.

        Parameters
        ----------
        limit : float
            Service seconds; ``math.inf`` for "however long it takes".

        Returns
        -------
        bool
            Whether the clock moved. A running clock is never moved: the caller sleeps.
        """
        if limit <= 0 or self._runs():
            return False
        due = self._next_due()
        with self._lock:
            target = self._now() + limit if due is None else min(self._now() + limit, due)
            if self._runs() or math.isinf(target) or target <= self._now():
                return False
            self._rebase(min(target, _LAST))
            return True

    def advance(self, seconds: float) -> None:
        """Move the clock forward by `seconds` of service time, whatever its mode.

        Raises
        ------
        ValueError
            If `seconds` is negative or no number, or leads past the year 9999.
        """
        if not (math.isfinite(seconds) and seconds >= 0):
            raise ValueError(f"time moves forward by a number of seconds, not by {seconds!r}")
        with self._lock:
            instant = self._now() + seconds
            if instant > _LAST:
                raise ValueError(f"{seconds!r} seconds lead past the year 9999")
            self._rebase(instant)

    def advance_to(self, instant: float) -> None:
        """Move the clock to `instant` unless it has passed already."""
        with self._lock:
            self._rebase(max(self._now(), instant))

    def reset(self) -> None:
        """Return to where service time starts."""
        with self._lock:
            self._polled_until = -math.inf
            self._rebase(EPOCH)

    def _runs(self) -> bool:
        return self._running or time.monotonic() < self._polled_until

    def _now(self) -> float:
        until = time.monotonic() if self._running else min(time.monotonic(), self._polled_until)
        return self._base + max(until - self._since, 0) * self.speed

    def _rebase(self, instant: float) -> None:
        self._base, self._since = instant, time.monotonic()
