"""Which packages the image of a model version holds: other ones for each version, and always the same."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from .lines import hash32


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


# Name, the version it starts with, size in kB, whether it is compiled.
_ALWAYS = (
    ("mlflow", "2.14.0", 25_800, False),
    ("cloudpickle", "2.2.0", 26, False),
    ("numpy", "1.24.0", 17_300, True),
    ("pandas", "2.0.1", 12_200, True),
    ("scikit-learn", "1.3.0", 10_900, True),
    ("scipy", "1.10.0", 36_400, True),
)
_SOMETIMES = (
    ("lightgbm", "4.1.0", 3_500, True),
    ("xgboost", "2.0.0", 153_900, True),
    ("category-encoders", "2.6.0", 81, False),
    ("imbalanced-learn", "0.11.0", 235, False),
    ("shap", "0.44.0", 540, True),
    ("statsmodels", "0.14.0", 10_700, True),
    ("holidays", "0.40", 1_200, False),
    ("polars", "0.20.0", 26_700, True),
    ("pyarrow", "14.0.1", 38_000, True),
    ("feature-engine", "1.6.0", 326, False),
    ("sentence-transformers", "2.3.0", 132, False),
    ("optuna", "3.5.0", 413, False),
)
_ALONG = (
    ("certifi", "2024.2.2", 163, False),
    ("charset-normalizer", "3.3.0", 142, True),
    ("click", "8.1.0", 97, False),
    ("gitpython", "3.1.30", 207, False),
    ("idna", "3.6", 61, False),
    ("joblib", "1.3.0", 302, False),
    ("packaging", "23.2", 53, False),
    ("protobuf", "4.25.0", 294, True),
    ("psutil", "5.9.0", 288, True),
    ("python-dateutil", "2.8.2", 247, False),
    ("pytz", "2024.1", 505, False),
    ("pyyaml", "6.0.1", 757, True),
    ("requests", "2.31.0", 62, False),
    ("six", "1.16.0", 11, False),
    ("sqlparse", "0.4.4", 41, False),
    ("threadpoolctl", "3.2.0", 15, False),
    ("tzdata", "2024.1", 345, False),
    ("urllib3", "2.1.0", 104, False),
)
_WINDOW = 4
"""How many of the sometimes needed packages a version has; the next version drops one of them and takes on another."""


@lru_cache(maxsize=256)
def packages_of(model: str, version: str) -> tuple[Package, ...]:
    """Return what the image of a model version holds, by name.

    From one version to the next a package is added, one is removed, and some come in a newer version.
    """
    step = int(version) if version.isdecimal() and len(version) < 9 else hash32(version) % 50
    shuffled = sorted(_SOMETIMES, key=lambda row: hash32(model, row[0]))
    window = [shuffled[(step + place) % len(shuffled)] for place in range(_WINDOW)]
    found = [_package(model, row, step, direct=True) for row in (*_ALWAYS, *window)]
    found += [_package(model, row, step, direct=False) for row in _ALONG]
    return tuple(sorted(found, key=lambda one: one.name))


def _package(model: str, row: tuple[str, str, int, bool], step: int, *, direct: bool) -> Package:
    name, first, size, compiled = row
    # Packages move at their own pace; what is named directly moves oftener than what comes along.
    pace = hash32(model, name) % 3 + (2 if direct else 5)
    return Package(name, _later(first, (step + hash32(name, model) % pace) // pace), direct, size, compiled)


def _later(version: str, steps: int) -> str:
    *front, last = version.split(".")
    if len(front) < 2 or front[0].startswith("20"):
        return ".".join([*front, str(int(last) + steps)])
    minor, patch = divmod(int(last) + steps, 4)
    return ".".join([front[0], str(int(front[1]) + minor), str(patch)])
