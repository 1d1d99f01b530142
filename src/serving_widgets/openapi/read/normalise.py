"""Schemas as they are written made into schemas of JSON Schema 2020-12 that mean what was meant.

Documents of OpenAPI 3.0 write some things otherwise, and generators write things that no version knows: types that
don't exist, defaults as text, bounds as text. Each change is told, so that what is shown can be explained.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from typing import Any

from .refs import mapped

Tell = Callable[[str, str], None]
JSON = dict[str, Any]

TYPES = frozenset({"null", "boolean", "object", "array", "number", "string", "integer"})
#: Words that are no types of JSON Schema, and what they stand for where documents use them.
ALIASES: Mapping[str, tuple[str, str]] = {
    "int": ("integer", ""),
    "int32": ("integer", "int32"),
    "int64": ("integer", "int64"),
    "long": ("integer", "int64"),
    "float": ("number", "float"),
    "double": ("number", "double"),
    "decimal": ("number", ""),
    "str": ("string", ""),
    "text": ("string", ""),
    "date": ("string", "date"),
    "datetime": ("string", "date-time"),
    "date-time": ("string", "date-time"),
    "uuid": ("string", "uuid"),
    "bytes": ("string", "byte"),
    "binary": ("string", "byte"),
    "file": ("string", "binary"),
    "bool": ("boolean", ""),
    "list": ("array", ""),
    "dict": ("object", ""),
    "map": ("object", ""),
}


def normalised(schema: Any, tell: Tell, where: str = "") -> Any:
    """Return a schema, and all in it, as JSON Schema 2020-12 has it.

    Parameters
    ----------
    schema
        A schema that refers to nothing outside itself; it is not changed.
    tell
        Called with the place and a sentence for every change.
    where
        What to call the schema's own place.

    Examples
    --------
    >>> normalised({"type": "number", "default": "0.5"}, print, "sentiment")
    sentiment The default "0.5" is text; read as 0.5.
    {'type': 'number', 'default': 0.5}
    """
    if not isinstance(schema, Mapping):
        if isinstance(schema, bool):
            return schema
        tell(where, f"{_shown(schema)} stands where a schema should; any value is taken there.")
        return {}
    copy = mapped(schema, lambda each, way: normalised(each, tell, f"{where}/{way}"))
    for rule in _RULES:
        rule(copy, lambda text: tell(where, text))
    return copy


def coerced(value: Any, schema: Mapping[str, Any]) -> Any:
    """Return a value that was written as text as the type that its schema declares; as it is where that fails.

    Examples
    --------
    >>> coerced("false", {"type": "boolean"}), coerced("[1]", {"type": "array"}), coerced("x", {"type": "integer"})
    (False, [1], 'x')
    """
    types = schema.get("type")
    wanted = {types} if isinstance(types, str) else set(types or ())
    if isinstance(value, str) and wanted and "string" not in wanted:
        try:
            read = json.loads(value, parse_constant=_no_constant)
        except (ValueError, RecursionError):
            read = {"true": True, "false": False, "none": None}.get(value.strip().lower(), value)
        if isinstance(read, float) and wanted <= {"integer", "null"} and read.is_integer():
            read = int(read)
        return read if _is_of(read, wanted) else value
    if isinstance(value, Mapping) and isinstance(schema.get("properties"), Mapping):
        known = schema["properties"]
        return {k: coerced(v, known[k]) if isinstance(known.get(k), Mapping) else v for k, v in value.items()}
    if isinstance(value, list) and isinstance(schema.get("items"), Mapping):
        return [coerced(each, schema["items"]) for each in value]
    return value


Repair = Callable[[JSON, Callable[[str], None]], None]


def _types(schema: JSON, tell: Callable[[str], None]) -> None:
    """Keep types that exist, translate those that are known elsewhere, drop the others."""
    if schema.get("format") == "unknown":
        schema.pop("format")
        kind = schema.pop("type", None)
        tell(f"{_shown(kind)} of unknown format; any value is taken.")
        return
    found = schema.get("type", "any")
    if isinstance(found, str) and found in TYPES:
        return
    names = found if isinstance(found, list) else [found]
    kept: list[str] = []
    for name in names:
        if isinstance(name, str) and name in TYPES:
            kept.append(name)
        elif isinstance(name, str) and name.lower() in ALIASES:
            kind, form = ALIASES[name.lower()]
            kept.append(kind)
            if form:
                schema.setdefault("format", form)
            tell(f"{_shown(name)} is not a JSON type; read as {kind}.")
        elif isinstance(name, str) and name.lower() in TYPES:
            kept.append(name.lower())
            tell(f"The type {_shown(name)} was read as {name.lower()}.")
        elif "type" in schema:
            tell(f"{_shown(name)} is not a type; any value is taken.")
    if isinstance(found, list) and kept == found:
        return
    schema.pop("type", None)
    if kept and len(kept) == len(names):
        schema["type"] = kept[0] if len(kept) == 1 else list(dict.fromkeys(kept))


def _nullable(schema: JSON, tell: Callable[[str], None]) -> None:
    """Write what OpenAPI 3.0 calls nullable as a type."""
    if not isinstance(schema.get("nullable"), bool):
        return
    if not schema.pop("nullable"):
        return
    types = schema.get("type")
    if types is not None:
        names = [types] if isinstance(types, str) else list(types)
        schema["type"] = list(dict.fromkeys([*names, "null"]))
        if isinstance(schema.get("enum"), list) and None not in schema["enum"]:
            schema["enum"] = [*schema["enum"], None]
    elif {"$ref", "allOf", "anyOf", "oneOf", "enum"} & schema.keys():
        apart: JSON = {key: schema.pop(key) for key in ("description", "title", "default") if key in schema}
        definitions: JSON = {"$defs": schema.pop("$defs")} if "$defs" in schema else {}
        inner = dict(schema)
        schema.clear()
        schema.update({**apart, "anyOf": [inner, {"type": "null"}], **definitions})


def _bounds(schema: JSON, tell: Callable[[str], None]) -> None:
    """Write the exclusive bounds of OpenAPI 3.0, which are marks on the others, as numbers."""
    for mark, bound in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if isinstance(schema.get(mark), bool) and schema.pop(mark) and _is_number(schema.get(bound)):
            schema[mark] = schema.pop(bound)


def _tuples(schema: JSON, tell: Callable[[str], None]) -> None:
    """Write a list of schemas for items, as older drafts had it, as 2020-12 does."""
    if isinstance(schema.get("items"), list):
        schema["prefixItems"] = schema.pop("items")
        if "additionalItems" in schema:
            schema["items"] = schema.pop("additionalItems")


def _example(schema: JSON, tell: Callable[[str], None]) -> None:
    if "example" in schema:
        one = schema.pop("example")
        schema.setdefault("examples", [one])
    if "examples" in schema and not isinstance(schema["examples"], list):
        schema["examples"] = [schema["examples"]]


def _keywords(schema: JSON, tell: Callable[[str], None]) -> None:
    """Mend or drop keywords whose value no validator takes."""
    for key, (is_right, words) in _WANTED.items():
        if key not in schema or is_right(schema[key]):
            continue
        value = schema.pop(key)
        mended = coerced(value, {"type": "number"})
        if mended is not value and is_right(mended):
            schema[key] = mended
            tell(f"The {key} {_shown(value)} is text; read as {_shown(mended)}.")
        else:
            tell(f"The {key} is {_shown(value)}, which is not {words}; it was left out.")


def _defaults(schema: JSON, tell: Callable[[str], None]) -> None:
    """Read defaults and examples that were written as text as the type that is declared."""
    if "default" in schema:
        value = schema["default"]
        schema["default"] = coerced(value, schema)
        if schema["default"] != value or type(schema["default"]) is not type(value):
            kind = "is text" if isinstance(value, str) else "has text in it"
            tell(f"The default {_shown(value)} {kind}; read as {_shown(schema['default'])}.")
        elif value == "null" and schema.get("type", "string") != "string":
            del schema["default"]
            tell('The default "null" was read as: there is none.')
    if "examples" in schema:
        read = [coerced(value, schema) for value in schema["examples"]]
        if json.dumps(read, default=str) != json.dumps(schema["examples"], default=str):
            tell("An example was written as text; read as the type that is declared.")
        schema["examples"] = read


def _formats(schema: JSON, tell: Callable[[str], None]) -> None:
    """Write what a format says of numbers as bounds, which a validator checks."""
    form, kind = schema.get("format"), schema.get("type")
    bounds = _BOUNDS_OF_FORMATS.get(form) if isinstance(form, str) else None
    if bounds is not None and kind in ("integer", "number"):
        schema["minimum"] = max(bounds[0], schema.get("minimum", bounds[0]))
        schema["maximum"] = min(bounds[1], schema.get("maximum", bounds[1]))
    if form == "decimal" and kind == "string":
        schema.setdefault("pattern", r"^[+-]?\d+(\.\d+)?$")


#: Ranges of the formats that no signature of MLflow has; those it has are checked as its server does.
_BOUNDS_OF_FORMATS = {
    "int8": (-(2**7), 2**7 - 1),
    "int16": (-(2**15), 2**15 - 1),
    **{f"uint{bits}": (0, 2**bits - 1) for bits in (8, 16, 32, 64)},
}
_RULES: tuple[Repair, ...] = (_example, _tuples, _types, _bounds, _keywords, _formats, _nullable, _defaults)


def _is_number(value: Any) -> bool:
    # Python's JSON reads 1e400 as infinity and whole numbers of any length: nothing can be reckoned with those.
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= sys.float_info.max


def _is_count(value: Any) -> bool:
    return _is_number(value) and value >= 0 and float(value).is_integer()


def _is_pattern(value: Any) -> bool:
    from jsonschema_rs import Draft202012Validator

    try:
        Draft202012Validator({"pattern": value})
    except Exception:  # whatever the library has against it, no body can be checked with it
        return False
    return True


def _is_schema_map(value: Any) -> bool:
    return isinstance(value, Mapping)


def _is_schema_list(value: Any) -> bool:
    return isinstance(value, list) and bool(value)


_WANTED: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), (_is_number, "a number")),
    "multipleOf": (lambda value: _is_number(value) and value > 0, "a positive number"),
    **dict.fromkeys(
        ("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"), (_is_count, "a count")
    ),
    "pattern": (_is_pattern, "a pattern that can be checked here"),
    "patternProperties": (
        lambda value: isinstance(value, Mapping) and all(map(_is_pattern, value)),
        "made of patterns that can be checked here",
    ),
    "required": (
        lambda value: isinstance(value, list) and all(isinstance(each, str) for each in value),
        "a list of names",
    ),
    "enum": (lambda value: isinstance(value, list), "a list"),
    "properties": (_is_schema_map, "an object"),
    "$defs": (_is_schema_map, "an object"),
    "definitions": (_is_schema_map, "an object"),
    "dependentSchemas": (_is_schema_map, "an object"),
    "allOf": (_is_schema_list, "a list of schemas"),
    "anyOf": (_is_schema_list, "a list of schemas"),
    "oneOf": (_is_schema_list, "a list of schemas"),
    "prefixItems": (lambda value: isinstance(value, list), "a list of schemas"),
    "uniqueItems": (lambda value: isinstance(value, bool), "true or false"),
}


def _is_of(value: Any, types: set[str]) -> bool:
    if value is None:
        return "null" in types
    if isinstance(value, bool):
        return "boolean" in types
    if isinstance(value, int):
        return bool(types & {"integer", "number"})
    if isinstance(value, float):
        return "number" in types
    return ("array" in types and isinstance(value, list)) or ("object" in types and isinstance(value, Mapping))


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else f"{text[:59]}…"
