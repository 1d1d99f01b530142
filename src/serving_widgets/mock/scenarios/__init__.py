"""What a workspace holds at the start. A scenario is one file here and one line in the table."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from . import demo, empty, large

if TYPE_CHECKING:
    from serving_widgets.mock.world import World

Scenario = Callable[["World"], None]

_PLAIN: dict[str, Scenario] = {"demo": demo.fill, "empty": empty.fill, "large": partial(large.fill, count=1000)}
_SIZED: dict[str, Callable[[World, int], None]] = {"large": large.fill}
_MOST = 100_000


def find(name: str) -> Scenario:
    """Return the scenario called `name`, such as ``"demo"`` or ``"large:10000"``.

    Raises
    ------
    ValueError
        If there is none of that name.
    """
    stem, colon, size = name.partition(":")
    if not colon and stem in _PLAIN:
        return _PLAIN[stem]
    if colon and stem in _SIZED and size.isdecimal() and int(size) <= _MOST:
        sized, count = _SIZED[stem], int(size)
        return lambda world: sized(world, count)
    known = ", ".join([*_PLAIN, *(f"{stem}:N" for stem in _SIZED)])
    raise ValueError(f"unknown scenario {name!r}; there are {known}")
