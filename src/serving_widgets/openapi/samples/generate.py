"""Values made up for a schema: always the same ones, plain enough to be changed by hand."""

from __future__ import annotations

import base64
import datetime as dt
import math
from collections.abc import Mapping, Sequence
from typing import Any

from serving_widgets.openapi.check.nested import has_unfit_items
from serving_widgets.openapi.check.values import RANGES
from serving_widgets.openapi.model import Column
from serving_widgets.openapi.read.columns_of_schema import flat

#: How deep values are made; below, only what must be there.
DEEPEST = 6
#: Most items that are made of a list that wants very many.
MOST_ITEMS = 50
#: Most values that are made in all, of schemas that hold many others in circles.
MOST_VALUES = 2_000
#: Longest text that is made.
LONGEST_TEXT = 10_000
_WORDS = ("alpha", "beta", "gamma", "delta", "epsilon", "zeta")
_FIRST_DAY = dt.datetime(2024, 1, 1, 12)
_TEXTS: Mapping[str, tuple[str, ...]] = {
    "date": ("2024-01-01", "2024-01-02", "2024-01-03"),
    "time": ("12:00:00Z", "13:00:00Z"),
    "uuid": ("123e4567-e89b-12d3-a456-426614174000", "123e4567-e89b-12d3-a456-426614174001"),
    "email": ("ada@example.com", "grace@example.com"),
    "uri": ("https://example.com/a", "https://example.com/b"),
    "url": ("https://example.com/a", "https://example.com/b"),
    "hostname": ("example.com", "example.org"),
    "ipv4": ("192.0.2.1", "192.0.2.2"),
    "ipv6": ("2001:db8::1", "2001:db8::2"),
    "duration": ("P1D", "P2D"),
    "decimal": ("0.5", "1.0"),
}


def cell_of(column: Column, row: int) -> Any:
    """Return a value for a row of a column.

    Examples
    --------
    >>> [cell_of(Column("n", "integer", "int64"), row) for row in range(3)]
    [1, 2, 3]
    """
    if column.enum:
        return column.enum[row % len(column.enum)]
    if column.has_default and column.default is not None:
        return column.default
    if column.type == "any":
        return {}
    if column.type == "string" and column.format == "date-time":
        # Without a zone, against the letter of the format: the scoring server refuses zones.
        return (_FIRST_DAY + dt.timedelta(days=row)).isoformat()
    if column.type == "string" and column.format in ("byte", "binary"):
        return base64.b64encode(_WORDS[row % len(_WORDS)].encode()).decode()
    if column.type == "array" and has_unfit_items(column):
        # No JSON fits what such a list holds, and an empty one is right.
        return []
    return value_of({**column.schema, "type": column.type}, column.schema, row)


def value_of(schema: Any, root: Any, row: int = 0, *, optional: bool = True) -> Any:
    """Return a value that is meant to fit a schema; whether it does has to be checked.

    Parameters
    ----------
    schema
        A schema within ``root``, which holds all it refers to.
    row
        Which of several values.
    optional
        Whether to fill members that may be left out.
    """
    return _ValueGenerator(root, row, optional).value(schema, DEEPEST)


class _ValueGenerator:
    def __init__(self, root: Any, row: int, optional: bool) -> None:
        self._root = root
        self._row = row
        self._optional = optional
        self._left = MOST_VALUES

    def value(self, schema: Any, depth: int) -> Any:
        self._left -= 1
        if self._left < 0 or depth < -DEEPEST:
            return None
        found = flat(schema, self._root)
        given, is_given = _given(found, self._row)
        if is_given:
            return given
        for key in ("anyOf", "oneOf"):
            alternatives = [each for each in found.get(key) or () if flat(each, self._root).get("type") != "null"]
            if alternatives:
                return self._alternative(alternatives, {n: v for n, v in found.items() if n != key}, depth)
        kind = _kind(found)
        if kind == "object":
            return self._object(found, depth)
        if kind == "array":
            return self._array(found, depth)
        if kind in ("integer", "number"):
            return _number(found, self._row, whole=kind == "integer")
        if kind == "boolean":
            return self._row % 2 == 0
        if kind == "string":
            return _text(found, self._row)
        return None if kind == "null" else {}

    def _alternative(self, alternatives: Sequence[Any], rest: Mapping[str, Any], depth: int) -> Any:
        chosen = alternatives[0]
        if depth <= 1:
            chosen = min(alternatives, key=lambda each: _weight(flat(each, self._root)))
        both = {"allOf": [chosen], **rest} if rest.keys() - {"description", "title", "$defs"} else chosen
        return self.value(both, depth - 1)

    def _object(self, schema: Mapping[str, Any], depth: int) -> dict[str, Any]:
        members = schema.get("properties") or {}
        required = list(schema.get("required") or ())
        made = {}
        for name, each in members.items():
            said = flat(each, self._root, 2)
            fill = self._optional and depth > 0 and self._left > 0
            if name in required or (fill and not said.get("readOnly") and not said.get("deprecated")):
                made[name] = self.value(each, depth - 1)
        rest = schema.get("additionalProperties")
        more = rest if isinstance(rest, Mapping) else {}
        for name in required:
            if name not in members:
                made[name] = self.value(more, depth - 1)
        for place in range(min(int(schema.get("minProperties", 0)), MOST_ITEMS)):
            if len(made) < schema["minProperties"]:
                made[f"key{place}"] = self.value(more, depth - 1)
        return made

    def _array(self, schema: Mapping[str, Any], depth: int) -> list[Any]:
        places = schema.get("prefixItems") or []
        rest = schema.get("items", {})
        least = min(int(schema.get("minItems", 0)), MOST_ITEMS)
        wanted = max(least, len(places), 1 if rest is not False else 0) if depth > 0 else least
        wanted = min(wanted, int(schema.get("maxItems", wanted)))
        made = []
        row = self._row
        for place in range(wanted):
            self._row = row + place
            made.append(self.value(places[place] if place < len(places) else rest, depth - 1))
        self._row = row
        return made


def _given(schema: Mapping[str, Any], row: int) -> tuple[Any, bool]:
    """Return what a schema itself says a value may be."""
    if "const" in schema:
        return schema["const"], True
    for key in ("enum", "examples"):
        given = schema.get(key)
        if isinstance(given, list) and given:
            return given[row % len(given)], True
    given = schema.get("default")
    return given, given is not None


def _kind(schema: Mapping[str, Any]) -> str:
    types = schema.get("type")
    names = [types] if isinstance(types, str) else list(types or ())
    names = [each for each in names if each != "null"] or names
    if names:
        return str(names[0])
    for key, kind in _TOLD_BY.items():
        if key in schema:
            return kind
    return ""


_TOLD_BY = {
    "properties": "object",
    "required": "object",
    "additionalProperties": "object",
    "items": "array",
    "prefixItems": "array",
    "minItems": "array",
    "pattern": "string",
    "minLength": "string",
    "maxLength": "string",
    "minimum": "number",
    "maximum": "number",
    "multipleOf": "number",
}


def _number(schema: Mapping[str, Any], row: int, *, whole: bool) -> int | float:
    least, most = schema.get("minimum", -math.inf), schema.get("maximum", math.inf)
    step = schema.get("multipleOf", 1 if whole else 0.5)
    if "exclusiveMinimum" in schema:
        least = max(least, schema["exclusiveMinimum"] + (1 if whole else _gap(schema)))
    if "exclusiveMaximum" in schema:
        most = min(most, schema["exclusiveMaximum"] - (1 if whole else _gap(schema)))
    if whole:
        bounds = RANGES.get(str(schema.get("format")), RANGES["int64"])
        least, most = max(least, bounds[0]), min(most, bounds[1])
    value = (row + 1) * step if not whole or float(step).is_integer() else row + 1
    if value > most:
        value = math.floor(most / step) * step if math.isfinite(most / step) else most
    if value < least:
        value = math.ceil(least / step) * step if math.isfinite(least / step) else least
    if value > most:
        value = most
    return int(value) if whole else float(value)


def _gap(schema: Mapping[str, Any]) -> float:
    span = schema.get("exclusiveMaximum", schema.get("maximum", 1)) - schema.get(
        "exclusiveMinimum", schema.get("minimum", 0)
    )
    return min(0.5, abs(span) / 4) or 0.5


def _text(schema: Mapping[str, Any], row: int) -> str:
    form = str(schema.get("format", ""))
    if form == "date-time":
        return (_FIRST_DAY + dt.timedelta(days=row)).isoformat() + "Z"
    if form == "byte":
        return base64.b64encode(_WORDS[row % len(_WORDS)].encode()).decode()
    choices = _TEXTS.get(form, _WORDS)
    text = choices[row % len(choices)]
    least, most = int(schema.get("minLength", 0)), schema.get("maxLength")
    if len(text) < least:
        least = min(least, LONGEST_TEXT)
        text = (text + "x" * least)[:least]
    if most is not None:
        text = text[: int(most)]
    pattern = schema.get("pattern")
    return text if not isinstance(pattern, str) else _matching(pattern, text)


def _matching(pattern: str, text: str) -> str:
    """Return a text that matches a pattern, where a common one does; the caller checks."""
    import re

    tries = (text, text.title(), text.upper(), "1", "12", "123", "1234", "12345", "abc123", "a", "A", "A1", "a-1",
             "2024-01-01", "1.0.0", "+15550100", "0" * 16, "0" * 24, "0" * 32, "0" * 40, "0" * 64, "#aabbcc",
             "#/a", "/a", "en", "en-US", "USD", "a.b", "a@b.co", "https://example.com", "00:00:00")  # fmt: skip
    return next((each for each in tries if re.search(pattern, each)), text)


def _weight(schema: Mapping[str, Any]) -> int:
    """How much a value takes that fits a schema: scalars little, what is made of others much."""
    return {"object": 2 + len(schema.get("required") or ()), "array": 1}.get(_kind(schema), 0)
