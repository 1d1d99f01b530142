"""Values that JSON has no type for."""

from __future__ import annotations

from dataclasses import dataclass

LARGEST = 2**63 - 1


class CastError(Exception):
    """A value that a conversion refuses; the text says why."""


@dataclass(frozen=True)
class Timestamp:
    """A ``datetime64[ns]``; ``None`` nanoseconds are "not a time"."""

    nanoseconds: int | None


class Float32(float):
    """A ``float32`` on its own: pandas tells it from other floats."""
