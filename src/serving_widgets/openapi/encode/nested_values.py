"""Values with parts – lists, objects, maps – written with the numbers that their schema declares."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from serving_widgets.openapi.model import Column
from serving_widgets.openapi.read.columns_of_schema import column_of, flat


def conformed(value: Any, column: Column) -> Any:
    """Return a value with 1.0 in the place of 1 where numbers with a point are declared; everything else as it is.

    Examples
    --------
    >>> column = Column("v", "array", schema={"items": {"type": "number"}})
    >>> conformed([1, 2.5], column)
    [1.0, 2.5]
    """
    if column.type == "number" and type(value) is int:
        return exact_float(value)
    if column.type == "array" and isinstance(value, list):
        item = item_of(column)
        return [conformed(each, item) for each in value] if item is not None else value
    if column.type == "object" and isinstance(value, Mapping):
        members, rest = members_of(column), rest_of(column)
        known = {name: members.get(name, rest) for name in value}
        return {
            name: each if (member := known[name]) is None else conformed(each, member) for name, each in value.items()
        }
    return value


def exact_float(value: int) -> int | float:
    """Return a whole number as a float; as it is where a float is another number."""
    try:
        made = float(value)
    except OverflowError:
        return value
    return made if int(made) == value else value


def item_of(column: Column) -> Column | None:
    """Return what the items of a list are; None where nothing is said of them."""
    items = column.schema.get("items")
    if not isinstance(items, Mapping) or not items:
        return None
    return column_of("", items, column.schema, required=column.required)


def members_of(column: Column) -> dict[str, Column]:
    """Return the members of an object that are named."""
    found = flat(column.schema, column.schema)
    needed = set(found.get("required") or ())
    members = found.get("properties") or {}
    return {name: column_of(name, each, column.schema, required=name in needed) for name, each in members.items()}


def rest_of(column: Column) -> Column | None:
    """Return what the values of a map are; None where the object is not a map."""
    more = column.schema.get("additionalProperties")
    return column_of("", more, column.schema, required=True) if isinstance(more, Mapping) and more else None
