"""Columns, parameters and tensors out of the schemas that describe them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from serving_widgets.openapi.model import Column, TensorSpec

from .refs import resolve

JSON = Mapping[str, Any]

#: How deep schemas are put together that are made of others.
DEEPEST = 12
#: Required columns that a document names in prose only (Databricks docs, *Manage model serving endpoints*).
IN_PROSE = re.compile(r"required fields?:\s*(?P<names>[^.;\n]+)", re.IGNORECASE)


def flat(schema: Any, root: Any, depth: int = DEEPEST) -> dict[str, Any]:
    """Return a schema with what it refers to and all of ``allOf`` put into one.

    Examples
    --------
    >>> flat({"allOf": [{"type": "object"}, {"required": ["a"]}]}, {})
    {'type': 'object', 'required': ['a']}
    """
    if not isinstance(schema, Mapping):
        return {}
    own = {key: value for key, value in schema.items() if key not in ("$ref", "allOf")}
    if depth == 0:
        return own
    parts = [resolve(root, schema)] if "$ref" in schema else []
    parts += schema.get("allOf") or []
    result: dict[str, Any] = {}
    for part in [*(flat(each, root, depth - 1) for each in parts), own]:
        for key, value in part.items():
            if key == "properties" and isinstance(value, Mapping):
                result[key] = {**result.get(key, {}), **value}
            elif key == "required" and isinstance(value, list):
                result[key] = list(dict.fromkeys([*result.get(key, []), *value]))
            else:
                result[key] = value
    return result


def column_of(name: str, schema: Any, root: Any, *, required: bool = False, listed: bool = True) -> Column:
    """Return the column that a schema describes."""
    found = _one_of(flat(schema, root), root)
    types = found.get("type")
    names = [types] if isinstance(types, str) else list(types or ())
    kinds = [each for each in names if each != "null"]
    if not kinds and ("properties" in found or "additionalProperties" in found):
        kinds = ["object"]
    return Column(
        name=name,
        type=kinds[0] if len(kinds) == 1 else "any",
        format=_text(found.get("format")),
        required=required,
        nullable="null" in names,
        enum=(found["const"],) if "const" in found else tuple(found.get("enum") or ()),
        default=found.get("default"),
        has_default="default" in found,
        description=_text(found.get("description")) or _text(found.get("title")),
        listed=listed,
        schema={**found, **({"$defs": root["$defs"]} if _refers(found) and "$defs" in root else {})},
    )


def split_columns(schema: Any, root: Any) -> tuple[Column, ...]:
    """Return the columns of ``dataframe_split``: names from an enumeration, types from their places in a row."""
    parts = flat(schema, root).get("properties") or {}
    labels = flat(parts.get("columns"), root)
    items = flat(labels.get("items"), root)
    names = items.get("enum") or _constants(labels, root) or items.get("examples") or []
    row = flat(flat(parts.get("data"), root).get("items"), root)
    kinds = row.get("prefixItems") or []
    rest = row.get("items") if isinstance(row.get("items"), Mapping) else {}
    named = _named_in_prose(labels.get("description"))
    names = [name for name in names if isinstance(name, str | int)] if isinstance(names, list) else []
    return tuple(
        column_of(str(name), kinds[place] if place < len(kinds) else rest, root, required=str(name) in named)
        for place, name in enumerate(dict.fromkeys(names))
    )


def is_numbered(schema: Any, root: Any) -> bool:
    """Whether the columns of ``dataframe_split`` are called by numbers."""
    labels = flat((flat(schema, root).get("properties") or {}).get("columns"), root)
    names = flat(labels.get("items"), root).get("enum")
    return isinstance(names, list) and bool(names) and all(type(name) is int and name >= 0 for name in names)


def record_columns(schema: Any, root: Any) -> tuple[Column, ...]:
    """Return the columns of rows that are objects."""
    row = flat(flat(schema, root).get("items"), root)
    return member_columns(row, root)


def member_columns(schema: Any, root: Any) -> tuple[Column, ...]:
    """Return the members of an object as columns."""
    found = flat(schema, root)
    required = set(found.get("required") or ())
    members = found.get("properties") or {}
    return tuple(column_of(str(name), each, root, required=name in required) for name, each in members.items())


def merged(columns: Sequence[Column], others: Iterable[Sequence[Column]], strict: set[str]) -> tuple[Column, ...]:
    """Return the columns of one format completed by what others know of the same table.

    Parameters
    ----------
    columns
        Those that the format itself names.
    others
        Those of the other formats.
    strict
        Names that some format lists as required where every row names its columns.
    """
    known: dict[str, Column] = {}
    for one in others:
        for column in one:
            best = known.get(column.name)
            if best is None or (best.type == "any" and column.type != "any"):
                known[column.name] = column
    result = []
    for column in columns:
        other = known.pop(column.name, None)
        better = other if other is not None and column.type == "any" and other.type != "any" else column
        default = other if other is not None and not better.has_default else better
        result.append(
            replace(
                better,
                required=column.name in strict if strict else better.required,
                description=better.description or (other.description if other else ""),
                default=default.default,
                has_default=default.has_default,
                listed=True,
            )
        )
    more = [replace(column, required=column.name in strict, listed=False) for column in known.values()]
    return (*result, *more)


def tensors_of(schema: Any, root: Any) -> tuple[TensorSpec, ...]:
    """Return the arrays that ``inputs`` or ``instances`` takes; nothing where it takes something else."""
    found = flat(schema, root)
    if found.get("type") == "object" or "properties" in found:
        named = [_tensor(str(name), each, root) for name, each in (found.get("properties") or {}).items()]
        return tuple(each for each in named if each is not None) if all(named) else ()
    row = flat(found.get("items"), root)
    if row.get("properties"):
        # One object a row: the shape of each begins with the rows.
        parts = {name: {"type": "array", "items": each} for name, each in row["properties"].items()}
        if not any(flat(each, root).get("type") == "array" for each in row["properties"].values()):
            return ()
        return tensors_of({"type": "object", "properties": parts}, root)
    one = _tensor("", schema, root)
    return () if one is None else (one,)


def _tensor(name: str, schema: Any, root: Any) -> TensorSpec | None:
    shape: list[int] = []
    found = flat(schema, root)
    while found.get("type") == "array" and len(shape) < DEEPEST:
        least, most = found.get("minItems"), found.get("maxItems")
        shape.append(int(least) if least is not None and least == most else -1)
        if not isinstance(found.get("items"), Mapping):
            return None
        found = flat(found["items"], root)
    kind = found.get("type")
    if not shape or kind not in ("integer", "number", "boolean", "string"):
        return None
    return TensorSpec(name, kind, _text(found.get("format")), tuple(shape))


def _one_of(schema: dict[str, Any], root: Any) -> dict[str, Any]:
    """Return the one alternative that there is beside null, as generators write what may be missing."""
    for key in ("anyOf", "oneOf"):
        alternatives = [flat(each, root) for each in schema.get(key) or ()]
        others = [each for each in alternatives if each.get("type") != "null"]
        if len(alternatives) == 2 and len(others) == 1:
            rest = {name: value for name, value in schema.items() if name != key}
            kind = others[0].get("type")
            return {**others[0], **rest, **({"type": [kind, "null"]} if isinstance(kind, str) else {})}
    return schema


def _constants(labels: JSON, root: Any) -> list[Any]:
    """Return names that are written as one constant, or a list of one, for each place."""
    found = [flat(each, root) for each in labels.get("prefixItems") or ()]
    names = [each.get("const", (each.get("enum") or [None])[0]) for each in found]
    return names if all(isinstance(name, str) for name in names) else []


def _named_in_prose(description: Any) -> set[str]:
    found = IN_PROSE.search(description) if isinstance(description, str) else None
    return {name.strip().strip("`'\"") for name in found["names"].split(",")} if found else set()


def _refers(value: Any) -> bool:
    if isinstance(value, Mapping):
        return "$ref" in value or any(map(_refers, value.values()))
    return isinstance(value, list) and any(map(_refers, value))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
