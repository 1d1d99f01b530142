"""What the watcher tells: how good the picture is, and what of it has changed."""

from __future__ import annotations

import dataclasses

from serving_widgets.api.errors import ServingError


@dataclasses.dataclass(frozen=True, slots=True)
class Link:
    """How good the picture is.

    Attributes
    ----------
    state
        ``loading`` before the first answer, ``live``, ``stale`` when the last look failed, ``error`` when none has
        succeeded yet, ``closed``.
    seen
        Host time of the last successful look, milliseconds since the epoch.
    problem
        Why the last look failed.
    """

    state: str = "loading"
    seen: float | None = None
    problem: ServingError | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Change:
    """What a subscriber is told: the names of endpoints whose picture changed, and whether the link did."""

    names: frozenset[str]
    link: bool = False
