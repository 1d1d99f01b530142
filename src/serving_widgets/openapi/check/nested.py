"""Values with parts – lists, objects, maps – as MLflow's scoring server checks them: by exact type, members known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from serving_widgets.openapi.encode.nested_values import item_of, members_of, rest_of
from serving_widgets.openapi.model import Column
from serving_widgets.openapi.report import NOTHING

from .messages import ValueCheck, ValueFault, shown

#: Types that no JSON fits within lists and objects, and what to log a model with instead: MLflow converts columns, and
#: checks what is in their values by exact type.
UNFIT: Mapping[tuple[str, str], tuple[str, str]] = {
    ("number", "float"): ("float", "double"),
    ("integer", "int32"): ("integer", "long"),
    ("string", "date-time"): ("datetime", "string"),
    ("string", "byte"): ("binary", "string"),
    ("string", "binary"): ("binary", "string"),
}
#: How deep values are looked into.
DEEPEST = 60


def fault_within(value: Any, column: Column, of_simple: ValueCheck) -> ValueFault | None:
    """Return what is wrong with a list or an object; the first fault, with the way to it in its message.

    Parameters
    ----------
    of_simple
        Says what is wrong with a value that has no parts.
    """
    if not column.required and (value is None or value == ([] if column.type == "array" else {})):
        return None
    if value is None:
        wanted = "a list" if column.type == "array" else "an object"
        return ValueFault("null", f"null stands where {wanted} is required; the service refuses it.", f"Give {wanted}.")
    for way, fault in _faults(value, column, DEEPEST, of_simple):
        if not way:
            return fault
        return ValueFault(fault.code, f"At {way.lstrip('.')}: {fault.message}", fault.fix)
    return None


def _faults(value: Any, column: Column, depth: int, of_simple: ValueCheck) -> Iterator[tuple[str, ValueFault]]:
    if (
        depth == 0
        or (value is None and column.nullable)
        or (value is None and not column.required and column.type not in ("integer", "boolean"))
    ):
        return
    if column.type == "array":
        yield from _in_list(value, column, depth, of_simple)
    elif column.type == "object":
        yield from _in_object(value, column, depth, of_simple)
    elif (fault := _unfit(value, column)) is not None:
        yield "", fault
    elif column.type == "number" and type(value) is int and value not in (0, 1):
        yield (
            "",
            ValueFault(
                "integer_for_number",
                f"{value} is a whole number; within lists and objects the service wants {value}.0.",
                f"Write {value}.0.",
            ),
        )
    elif column.type == "integer" and type(value) is float:
        whole = int(value) if value.is_integer() else NOTHING
        yield "", ValueFault("not_integer", f"{value!r} is not a whole number.", "Give a whole number.", whole)
    elif (fault := of_simple(value, column)) is not None:
        yield "", fault


def _in_list(value: Any, column: Column, depth: int, of_simple: ValueCheck) -> Iterator[tuple[str, ValueFault]]:
    if not isinstance(value, list):
        yield "", ValueFault("not_a_list", f"{shown(value)} is not a list.", "Give a list: […].")
        return
    item = item_of(column)
    if item is None:
        return
    with_floats = item.format != "float" and item.type == "number" and float in set(map(type, value))
    for place, each in enumerate(value):
        if with_floats and type(each) is int:
            continue  # one float among whole numbers makes floats of all
        if each is None and (unfit := _unfit(each, item)) is not None:
            yield f"[{place}]", unfit
            continue
        if each is None and item.type == "string":
            yield (
                f"[{place}]",
                ValueFault("null", 'The service would read null here as the text "None".', "Leave it out."),
            )
            continue
        if item.type == "string" and isinstance(each, str) and each.endswith("\0"):
            text = f"{shown(each)} ends in NUL, which the service would cut off within a list."
            yield f"[{place}]", ValueFault("trailing_nul", text, "Leave it out.")
            continue
        for way, fault in _faults(each, item, depth - 1, of_simple):
            yield f"[{place}]{way}", fault


def _in_object(value: Any, column: Column, depth: int, of_simple: ValueCheck) -> Iterator[tuple[str, ValueFault]]:
    if not isinstance(value, Mapping):
        yield "", ValueFault("not_an_object", f"{shown(value)} is not an object.", "Give an object: {…}.")
        return
    members, rest = members_of(column), rest_of(column)
    for name, member in members.items():
        if name not in value:
            if member.required:
                yield "", ValueFault("missing_member", f"The member {name} is missing.", f"Add {name}.")
        elif value[name] is None:
            if member.required and member.type != "any" and not member.nullable:
                yield f".{name}", _null_member(name)
        else:
            for way, fault in _faults(value[name], member, depth - 1, of_simple):
                yield f".{name}{way}", fault
    for name, each in value.items():
        if name in members:
            continue
        if rest is not None and each is None:
            if column.required and rest.type != "any":
                yield f".{name}", _null_member(name)
        elif rest is not None:
            for way, fault in _faults(each, replace(rest, required=True), depth - 1, of_simple):
                yield f".{name}{way}", fault
        elif members:
            yield (
                "",
                ValueFault(
                    "unknown_member", f"There is no member {name}; the service refuses it.", f"Leave out {name}."
                ),
            )


def _unfit(value: Any, column: Column) -> ValueFault | None:
    """Return the fault of a type that no JSON fits within lists and objects; None where some does."""
    kind, better = UNFIT.get((column.type, column.format), ("", ""))
    if not kind or (value == "" and kind == "binary"):
        return None
    return ValueFault(
        "no_json_fits",
        f"No JSON fits {kind} within lists and objects: the service reads {shown(value)} as {better}, and refuses that "
        "or gives it to the model as it is.",
        f"Log the model with {better} there instead.",
    )


def has_unfit_items(column: Column) -> bool:
    """Whether no JSON fits the items of a list, so that only an empty one can be sent."""
    item = item_of(column)
    if item is None:
        return False
    members = members_of(item).values() if item.type == "object" else ()
    return any((each.type, each.format) in UNFIT for each in (item, *(each for each in members if each.required)))


def _null_member(name: str) -> ValueFault:
    return ValueFault("null", "null stands where a value is required; the service refuses it.", f"Give {name} a value.")
