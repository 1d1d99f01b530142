"""The columns that answers will have, told from what a document says of them, before there is one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .answer_frame import PREDICTION, WIDEST


@dataclass(frozen=True, slots=True)
class AnswerColumn:
    """A column of predictions.

    Attributes
    ----------
    name : str
        What :func:`.table_of` calls it.
    example : Any
        A value of its type, made of JSON's own; None where the document leaves the type open, and values are JSON text.
    member : str, int or None
        Where in a prediction the value is; None where the prediction is the value.
    """

    name: str
    example: Any
    member: str | int | None = None

    def values(self, answers: Sequence[Any]) -> list[Any]:
        """Return the column's values of some predictions; None for rows without one, and for members left out.

        Raises
        ------
        TypeError, LookupError
            When a prediction is not of the form that the document tells.
        """
        member = self.member
        if isinstance(member, str):
            found = [None if each is None else each.get(member) for each in answers]
        elif member is not None:
            found = [None if each is None else each[member] for each in answers]
        else:
            found = list(answers)
        return found if self.example is not None else [None if each is None else json.dumps(each) for each in found]


def answer_columns(response: Mapping[str, Any]) -> tuple[AnswerColumn, ...]:
    """Return the columns of the predictions that a schema of answers describes.

    Examples
    --------
    >>> answer_columns({"properties": {"predictions": {"items": {"type": "number"}}}})
    (AnswerColumn(name='prediction', example=0.5, member=None),)
    """
    item: Any = response
    for part in ("properties", "predictions", "items"):
        item = item.get(part) if isinstance(item, Mapping) else None
    if not isinstance(item, Mapping):
        return (AnswerColumn(PREDICTION, None),)
    members = item.get("properties")
    if isinstance(members, Mapping) and members:
        names = {name: PREDICTION if list(members) == ["0"] else str(name) for name in members}
        return tuple(AnswerColumn(names[name], _example(each), name) for name, each in members.items())
    width, inner = item.get("minItems"), item.get("items")
    if isinstance(width, int) and width == item.get("maxItems") and 0 < width <= WIDEST:
        value = _example(inner)
        if not isinstance(value, list | dict):
            return tuple(AnswerColumn(f"{PREDICTION}_{place}", value, place) for place in range(width))
    return (AnswerColumn(PREDICTION, _example(item)),)


_EXAMPLES: Mapping[str, Any] = {"number": 0.5, "integer": 1, "boolean": True, "string": "a"}


def _example(schema: Any) -> Any:
    """Return a value of a type; None where it, or a part of it, is open."""
    if not isinstance(schema, Mapping):
        return None
    kind, members = schema.get("type"), schema.get("properties")
    if kind == "array":
        inner = _example(schema.get("items"))
        return None if inner is None else [inner]
    if kind == "object" and isinstance(members, Mapping) and members:
        made = {str(name): _example(each) for name, each in members.items()}
        return None if None in made.values() else made
    return _EXAMPLES.get(kind) if isinstance(kind, str) else None
