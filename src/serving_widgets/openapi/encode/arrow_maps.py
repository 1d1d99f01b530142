"""Maps of Arrow: objects in JSON, although Arrow itself gives them as lists of pairs."""

from __future__ import annotations

from typing import Any

from serving_widgets.openapi.errors import EncodingError


def holds_maps(kind: Any) -> bool:
    """Tell whether values of a type of Arrow are maps, or hold some."""
    return "map<" in str(kind)


def objects_of(column: Any) -> list[Any]:
    """Return the values of a column of Arrow as Python's own, its maps as dictionaries.

    Raises
    ------
    EncodingError
        When a map holds a key twice.
    """
    return [_plain(each) for each in column]


def _plain(value: Any) -> Any:
    """Return a scalar of Arrow as Python has it; versions before 20 can't do so by themselves."""
    if not value.is_valid:
        return None
    kind = str(value.type)
    if kind.startswith("map<"):
        made: dict[Any, Any] = {}
        for pair in value.values:
            key = pair["key"].as_py()
            if key in made:
                raise EncodingError(f"A map of Arrow holds the key {key!r} twice.", hint="Give each key once.")
            made[key] = _plain(pair["value"])
        return made
    if not holds_maps(kind):
        return value.as_py()
    if kind.startswith("struct<"):
        return {name: _plain(value[name]) for name in value}
    return [_plain(each) for each in value.values]
