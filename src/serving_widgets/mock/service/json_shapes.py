"""JSON shapes: what a request may hold, declared in tables, and read the way the service reads it.

A shape takes a value and the place where it stands, and returns the value as it is kept, or refuses with 400 and names
the place. As everywhere in JSON APIs that stand on protocol buffers, ``null`` is the same as nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from . import assumptions
from .errors import invalid

Shape = Callable[[Any, str], Any]

_LARGEST = 2**63 - 1


def text(value: Any, where: str) -> str:
    """Take a string."""
    if not isinstance(value, str):
        raise invalid(f"{where} must be a string, not {_kind(value)}.")
    return value


def flag(value: Any, where: str) -> bool:
    """Take true or false."""
    if not isinstance(value, bool):
        raise invalid(f"{where} must be true or false, not {_kind(value)}.")
    return value


def anything(value: Any, where: str) -> Any:
    """Take any value, to be checked elsewhere."""
    return value


def whole(least: int = 0, most: int = _LARGEST) -> Shape:
    """Return a shape that takes whole numbers, also as strings of digits."""

    def read(value: Any, where: str) -> int:
        digits = isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 20
        if (isinstance(value, bool) or not isinstance(value, int)) and not digits:
            raise invalid(f"{where} must be a whole number, not {_kind(value)}.")
        number = int(value)
        if not least <= number <= most:
            limits = f"at least {least}" if most == _LARGEST else f"from {least} to {most}"
            raise invalid(f"{where} must be {limits}.")
        return number

    return read


def fraction(value: Any, where: str) -> float:
    """Take a number from 0 to 1."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise invalid(f"{where} must be a number from 0 to 1.")
    return float(value)


def one_of(*values: str) -> Shape:
    """Return a shape that takes one of these words."""

    def read(value: Any, where: str) -> str:
        if not isinstance(value, str) or value not in values:
            raise invalid(f"{where} is {_short(value)}; use one of {', '.join(values)}.")
        return value

    return read


def list_of(shape: Shape, most: int | None = None) -> Shape:
    """Return a shape that takes a list whose items have `shape`."""

    def read(value: Any, where: str) -> list[Any]:
        if not isinstance(value, list):
            raise invalid(f"{where} must be a list, not {_kind(value)}.")
        if most is not None and len(value) > most:
            raise invalid(f"{where} has {len(value)} items; at most {most} are allowed.")
        return [shape(item, f"{where}[{place}]") for place, item in enumerate(value)]

    return read


def strings_by_name(value: Any, where: str) -> dict[str, str]:
    """Take an object whose values are strings, whatever their names."""
    return {name: text(one, f"{where}.{name}") for name, one in mapping(value, where).items()}


def mapping(value: Any, where: str) -> Mapping[str, Any]:
    """Take a JSON object."""
    if not isinstance(value, Mapping):
        raise invalid(f"{where} must be a JSON object, not {_kind(value)}.")
    return value


def record(fields: Mapping[str, Shape], required: tuple[str, ...] = ()) -> Shape:
    """Return a shape that takes an object with these members, of which some must be there."""

    def read(value: Any, where: str) -> dict[str, Any]:
        given = mapping(value, where)
        inside = f"{where}." if where else ""
        unknown = next((name for name in given if name not in fields), None)
        if unknown is not None and assumptions.UNKNOWN_FIELDS_REFUSED:
            raise invalid(f"{inside}{unknown} is not a known field.")
        result = {
            name: shape(given[name], inside + name) for name, shape in fields.items() if given.get(name) is not None
        }
        missing = next((name for name in required if name not in result), None)
        if missing is not None:
            raise invalid(f"{inside}{missing} is required.")
        return result

    return read


def _kind(value: Any) -> str:
    if isinstance(value, Mapping):
        return "an object"
    names = {list: "a list", str: "a string", bool: "a boolean", int: "a number", float: "a number"}
    return names.get(type(value), "null")


def _short(value: Any) -> str:
    return repr(value)[:80] if isinstance(value, str | int | float | None) else _kind(value)
