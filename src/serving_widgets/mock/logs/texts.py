"""Texts of logs, from the folders beside this file: what real programs wrote, and what was written after descriptions.

The texts in ``captured`` are those of real programs that failed, word for word; ``sources.json`` has the command of
each and what was wrong. They were taken on Linux, with Python 3.11, pip 26.3, MLflow 3.17 and gunicorn 27, by
``tests/support/capture_logs.py``, which also makes what each command works on: tiny packages and models.

Folders were made neutral: that of the interpreter became ``/opt/conda/envs/mlflow-env``, that of the model ``/model``,
that of the packages ``/tmp/wheels``; a server's port became 8080, and what it said when it was stopped in the end was
cut off. Time stamps and process ids are as they were; they change when a log quotes the text.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
CAPTURED, DESCRIBED = FOLDER / "captured", FOLDER / "described"


@cache
def lines(name: str) -> tuple[str, ...]:
    """Return the lines of a text.

    Raises
    ------
    KeyError
        If there is none of that name.
    """
    for folder in (CAPTURED, DESCRIBED):
        if (folder / f"{name}.txt").is_file():
            return tuple((folder / f"{name}.txt").read_text(encoding="utf-8").splitlines())
    raise KeyError(name)


def sources() -> dict[str, Any]:
    """Return how each captured text came about: its ``command``, and as a ``note`` what was wrong."""
    found: dict[str, Any] = json.loads((CAPTURED / "sources.json").read_text(encoding="utf-8"))
    return found
