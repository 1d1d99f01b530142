"""Values that JSON has no type for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

LARGEST = 2**63 - 1


class CastError(Exception):
    """A value that a conversion refuses; the text says why."""


def missing_inputs(missing: Iterable[Any], extra: Iterable[Any]) -> CastError:
    """Return the refusal of data without some of the inputs of a signature; it names those that it has in excess."""
    others = list(extra)
    note = f" Note that there were extra inputs: {others}." if others else ""
    return CastError(f"Model is missing inputs {list(missing)}.{note}")


@dataclass(frozen=True)
class Timestamp:
    """A ``datetime64[ns]``; ``None`` nanoseconds are "not a time"."""

    nanoseconds: int | None


class Float32(float):
    """A ``float32`` on its own: pandas tells it from other floats."""
