"""How often a workspace is looked at."""

from __future__ import annotations

import dataclasses

from serving_widgets.api.errors import ApiError, ServingError


@dataclasses.dataclass(frozen=True, slots=True)
class Pace:
    """Host seconds between ticks: while something moves, at rest at first, and at rest in the long run."""

    moving: float
    settled: float
    slowest: float
    #: The longest pause after errors.
    failing: float = 30.0
    #: The longest pause that the service itself may ask for: it may ask for days, and a picture must not stand so long.
    asked: float = 60.0
    #: How often where endpoints are rows of a list and none is looked at by itself, if that is another: a thousand
    #: notebooks that show a list must leave a workspace most of the requests that it takes.
    glance: Pace | None = None

    def wanted_by(self, error: ServingError) -> float:
        """Return the pause that the service asked for along with an error, 0 where it asked for none."""
        return min((error.retry_after or 0.0) if isinstance(error, ApiError) else 0.0, self.asked)


#: A real workspace is asked politely; the embedded one costs nothing.
REAL = Pace(moving=3.0, settled=5.0, slowest=30.0, glance=Pace(moving=15.0, settled=15.0, slowest=60.0))
MOCK = Pace(moving=0.5, settled=1.0, slowest=2.0, failing=5.0)
