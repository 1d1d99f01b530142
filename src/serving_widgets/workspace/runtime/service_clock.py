"""Service time: the clock that endpoints live by, which for an embedded workspace is not the wall's."""

from __future__ import annotations

import time
from typing import Protocol


class ServiceClock(Protocol):
    """What the rest of the workspace asks of service time; the embedded workspace brings its own."""

    def now(self) -> float:
        """Service seconds since the epoch."""
        ...

    def rate(self) -> float:
        """Service seconds per host second at this moment."""
        ...

    def looking(self, on: bool) -> None:
        """Say whether a view is on screen."""
        ...

    def skip(self, limit: float) -> bool:
        """Move to the next due event, at most ``limit`` service seconds ahead; False where time only passes."""
        ...


class WallClock:
    """Service time of a real workspace: the host's."""

    def now(self) -> float:
        return time.time()

    def rate(self) -> float:
        return 1.0

    def looking(self, on: bool) -> None:
        """Nothing to tell: a real workspace moves by itself."""

    def skip(self, limit: float) -> bool:
        return False
