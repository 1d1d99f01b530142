"""Scenarios: what a workspace holds at its start. Each is one file here and one line in the table."""

from __future__ import annotations

from functools import partial

from . import demo, empty, incident, large
from .scenario import Fill, Scenario

__all__ = ["Scenario", "find"]

_NAMED: dict[str, Fill] = {
    "demo": demo.fill,
    "empty": empty.fill,
    "large": partial(large.fill, count=1000),
    "incident": incident.fill,
}
_MOST = 100_000


def find(scenario: str | Scenario) -> Scenario:
    """Return the scenario called so, such as ``"demo"`` or ``"large:10000"``; a `Scenario` is returned as it is.

    Raises
    ------
    ValueError
        If there is none of that name.
    """
    if isinstance(scenario, Scenario):
        return scenario
    if not isinstance(scenario, str):
        raise ValueError(f"a scenario is a name or a Scenario, not {scenario!r}")
    stem, colon, size = scenario.partition(":")
    if not colon and stem in _NAMED:
        return Scenario.of(stem, _NAMED[stem])
    if stem == "large" and size.isdecimal() and size.isascii() and int(size) <= _MOST:
        return Scenario.of(scenario, partial(large.fill, count=int(size)))
    raise ValueError(f"unknown scenario {scenario!r}; there are {', '.join(_NAMED)} and large:N")
