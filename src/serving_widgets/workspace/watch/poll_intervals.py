"""How often a workspace is looked at."""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True, slots=True)
class Pace:
    """Host seconds between ticks: while something moves, at rest at first, and at rest in the long run."""

    moving: float
    settled: float
    slowest: float
    #: The longest pause after errors.
    failing: float = 30.0


#: A real workspace is asked politely; the embedded one costs nobody anything.
REAL = Pace(moving=3.0, settled=5.0, slowest=30.0)
MOCK = Pace(moving=0.5, settled=1.0, slowest=2.0, failing=5.0)
