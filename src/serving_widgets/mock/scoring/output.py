"""Answers of models, written as MLflow's scoring server writes them: NaN bare, bytes in base64, times in ISO format."""

from __future__ import annotations

import base64
import datetime
import json
from typing import Any


def jsonable(value: Any) -> Any:
    """Return a prediction with data frames and series as lists of objects, and arrays as nested lists."""
    if hasattr(value, "to_frame") and hasattr(value, "index"):
        value = value.to_frame()
    if hasattr(value, "to_dict") and hasattr(value, "columns"):
        return value.to_dict(orient="records")
    return value.tolist() if _of_numpy(value) and hasattr(value, "shape") and value.shape else value


def dumps(value: Any) -> str:
    """Return JSON text.

    Raises
    ------
    TypeError
        If a model returned something that is not JSON.
    """
    return json.dumps(value, default=_plain, separators=(",", ":"))


def _plain(value: Any) -> Any:
    if isinstance(value, bytes | bytearray):
        return base64.encodebytes(value).decode("ascii")
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if _of_numpy(value):
        return value.tolist()
    if hasattr(value, "model_dump"):
        return value.model_dump()
    raise TypeError(f"a model returned {type(value).__name__}, which is not JSON")


def _of_numpy(value: Any) -> bool:
    return type(value).__module__.partition(".")[0] == "numpy"
