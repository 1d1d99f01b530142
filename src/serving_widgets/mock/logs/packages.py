"""Python packages in the image of a model version: other ones for each version, and always the same."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache, lru_cache

from .lines import hash32
from .texts import FOLDER


@dataclass(frozen=True)
class Package:
    """A package in an image.

    Parameters
    ----------
    name, version : str
        What ``name==version`` says.
    direct : bool
        Whether the model's requirements name it; the others come along with those.
    size_kb : int
        Size of its wheel.
    compiled : bool
        Whether its wheel is for one platform only.
    """

    name: str
    version: str
    direct: bool
    size_kb: int
    compiled: bool


_WINDOW = 4
"""How many of the sometimes needed packages a version has; the next version drops one of them and takes on another."""


@lru_cache(maxsize=256)
def packages_of(model: str, version: str) -> tuple[Package, ...]:
    """Return what the image of a model version holds, by name.

    From one version to the next a package is added, one is removed, and some come in a newer version.
    """
    step = int(version) if version.isdecimal() and len(version) < 9 else hash32(version) % 50
    rows = _rows()
    shuffled = sorted(rows["sometimes"], key=lambda row: hash32(model, row["name"]))
    window = [shuffled[(step + place) % len(shuffled)] for place in range(_WINDOW)]
    found = [_package(model, row, step, direct=True) for row in (*rows["always"], *window)]
    found += [_package(model, row, step, direct=False) for row in rows["indirect"]]
    return tuple(sorted(found, key=lambda one: one.name))


@cache
def _rows() -> dict[str, list[dict[str, str]]]:
    with (FOLDER / "packages.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {use: [row for row in rows if row["use"] == use] for use in ("always", "sometimes", "indirect")}


def _package(model: str, row: dict[str, str], step: int, *, direct: bool) -> Package:
    name = row["name"]
    # Packages move at their own pace; what is named directly moves oftener than what comes along.
    pace = hash32(model, name) % 3 + (2 if direct else 5)
    version = _later(row["first_version"], (step + hash32(name, model) % pace) // pace)
    return Package(name, version, direct, int(row["size_kb"]), row["compiled"] == "yes")


def _later(version: str, steps: int) -> str:
    *front, last = version.split(".")
    if len(front) < 2 or front[0].startswith("20"):
        return ".".join([*front, str(int(last) + steps)])
    minor, patch = divmod(int(last) + steps, 4)
    return ".".join([front[0], str(int(front[1]) + minor), str(patch)])
