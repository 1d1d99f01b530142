"""What is wrong with one value, and how a value is shown in a sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from serving_widgets.openapi.model import Column
from serving_widgets.openapi.report import NOTHING


class ValueFault(NamedTuple):
    """What is wrong with a value."""

    code: str
    message: str
    fix: str = ""
    value: Any = NOTHING


#: Says what is wrong with a value of a column.
ValueCheck = Callable[[Any, Column], ValueFault | None]


def shown(value: Any) -> str:
    """Return a value as it would stand in JSON, not too long."""
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, str):
        text = '"' + value.encode("utf-8", "replace").decode() + '"'
    elif isinstance(value, Mapping):
        text = "an object"
    elif isinstance(value, list | tuple):
        text = "a list"
    else:
        text = repr(value)
    return text if len(text) <= 40 else f"{text[:39]}…"


def escaped(name: object) -> str:
    """Return a name as a step of a JSON pointer."""
    return str(name).replace("~", "~0").replace("/", "~1")
