"""References of a document: followed within it, cycles and all, and never out of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import quote, unquote

#: How many references in a row lead somewhere; a longer way is a circle.
LONGEST_WAY = 50
#: Keywords that give places names of their own. A schema with one of them is taken as it is.
NAMES = frozenset({"$id", "$anchor", "$dynamicAnchor", "$dynamicRef", "$recursiveRef", "$recursiveAnchor"})

_ONE = ("not", "if", "then", "else", "items", "contains", "additionalProperties", "propertyNames")
_ONE_MORE = ("unevaluatedItems", "unevaluatedProperties", "contentSchema", "additionalItems")
#: Keywords that hold a schema.
SINGLE = frozenset((*_ONE, *_ONE_MORE))
#: Keywords that hold a list of schemas.
LISTS = frozenset({"allOf", "anyOf", "oneOf", "prefixItems"})
#: Keywords that hold schemas by name.
MAPS = frozenset({"properties", "patternProperties", "$defs", "definitions", "dependentSchemas"})

MISSING = object()


def lookup(root: Any, reference: str) -> Any:
    """Return what a reference such as ``"#/components/schemas/Row"`` means; :data:`MISSING` when it leads nowhere.

    Parameters
    ----------
    root : Any
        The document.
    reference : str
        The reference; one that leads out of the document is not followed.

    Examples
    --------
    >>> lookup({"a/b": [{"~": 1}]}, "#/a~1b/0/~0")
    1
    """
    if not reference.startswith("#"):
        return MISSING
    from referencing.exceptions import Unresolvable

    try:
        return _resolver_of(root).lookup(reference).contents
    except (Unresolvable, ValueError, TypeError, AttributeError):
        # The library takes every step for one into an object or a list.
        return MISSING


def resolve(root: Any, value: Any) -> Mapping[str, Any]:
    """Return an object, or what stands where it refers to; ``{}`` where that leads nowhere, outside or in a circle.

    Parameters
    ----------
    root : Any
        The document.
    value : Any
        An object in it, or a reference to one.

    Examples
    --------
    >>> resolve({"x": {"$ref": "#/y"}, "y": {"type": "string"}}, {"$ref": "#/x"})
    {'type': 'string'}
    """
    for _ in range(LONGEST_WAY):
        if not isinstance(value, Mapping):
            return {}
        reference = value.get("$ref")
        if not isinstance(reference, str):
            return value
        value = lookup(root, reference)
    return {}


def reachable(root: Any, schema: Any, faulty: Callable[[str], None] = lambda text: None) -> Any:
    """Return a schema that refers to nothing outside itself, with just what it needs under ``$defs``.

    Parameters
    ----------
    root : Any
        The document.
    schema : mapping or bool
        A schema in it. It is not changed.
    faulty : callable
        Told of every reference that can't be followed; anything is right in its place.

    Examples
    --------
    >>> reachable({"parts": {"Id": {"type": "integer"}}}, {"items": {"$ref": "#/parts/Id"}})
    {'items': {'$ref': '#/$defs/Id'}, '$defs': {'Id': {'type': 'integer'}}}
    """
    if not isinstance(schema, Mapping) or _has_names(schema):
        return schema
    return _Bundler(root, faulty).closed(schema)


def subschemas(schema: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield each schema that stands in another, with the way to it."""
    for key, value in schema.items():
        if key in SINGLE and not isinstance(value, list):
            yield key, value
        elif key in SINGLE | LISTS and isinstance(value, list):
            for place, each in enumerate(value):
                yield f"{key}/{place}", each
        elif key in MAPS and isinstance(value, Mapping):
            for name, each in value.items():
                yield f"{key}/{name}", each


def mapped(schema: Mapping[str, Any], change: Callable[[Any, str], Any]) -> dict[str, Any]:
    """Return a copy of a schema in which each schema in it is what ``change`` makes of it and of the way to it."""
    result: dict[str, Any] = {}
    for key, value in schema.items():
        if key in SINGLE and not isinstance(value, list):
            result[key] = change(value, key)
        elif key in SINGLE | LISTS and isinstance(value, list):
            result[key] = [change(each, f"{key}/{place}") for place, each in enumerate(value)]
        elif key in MAPS and isinstance(value, Mapping):
            result[key] = {name: change(each, f"{key}/{name}") for name, each in value.items()}
        else:
            result[key] = value
    return result


class _Bundler:
    def __init__(self, root: Any, faulty: Callable[[str], None]) -> None:
        self._root = root
        self._faulty = faulty
        self._names: dict[str, str] = {}
        self._taken: set[str] = set()
        self._definitions: dict[str, Any] = {}

    def closed(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        own = schema.get("$defs")
        self._taken.update(own if isinstance(own, Mapping) else ())
        result = dict(self._copy(schema, ""))
        if self._definitions:
            mine = result.get("$defs")
            result["$defs"] = {**(mine if isinstance(mine, Mapping) else {}), **self._definitions}
        return result

    def _copy(self, schema: Any, way: str) -> Any:
        if not isinstance(schema, Mapping):
            return schema
        copy = mapped(schema, self._copy)
        reference = copy.get("$ref")
        if isinstance(reference, str):
            name = self._name(reference)
            if name is None:
                del copy["$ref"]
            else:
                copy["$ref"] = f"#/$defs/{_escaped(name)}"
        return copy

    def _name(self, reference: str) -> str | None:
        if reference in self._names:
            return self._names[reference]
        target = lookup(self._root, reference)
        if not isinstance(target, Mapping | bool):
            outside = not reference.startswith("#")
            why = "leads out of the document and was not followed" if outside else "leads nowhere"
            self._faulty(f"The reference {reference} {why}; any value is taken there.")
            return None
        name = self._free(reference)
        self._names[reference] = name
        # Entered first: what refers to itself finds its name.
        self._definitions[name] = {}
        self._definitions[name] = self._copy(target, "")
        return name

    def _free(self, reference: str) -> str:
        steps = [unquote(step).replace("~1", "/").replace("~0", "~") for step in reference.split("/")[1:]]
        for name in (steps[-1] if steps else "root", "_".join(steps) or "root"):
            if name and name not in self._taken:
                break
        while name in self._taken:
            name += "_"
        self._taken.add(name)
        return name


def _has_names(schema: Any) -> bool:
    waiting = [schema]
    while waiting:
        each = waiting.pop()
        if isinstance(each, Mapping):
            if NAMES & each.keys():
                return True
            waiting.extend(each for _, each in subschemas(each))
    return False


@lru_cache(maxsize=1)
def _libraries() -> tuple[Any, Any]:
    from referencing import Registry
    from referencing.jsonschema import DRAFT202012

    return Registry(), DRAFT202012


#: The document that was looked into last, and what the library made of it: references come in swarms.
_last: list[tuple[Any, Any]] = []


def _resolver_of(root: Any) -> Any:
    for known, resolver in _last:
        if known is root:
            return resolver
    registry, specification = _libraries()
    resolver = registry.with_resource("", specification.create_resource(root)).resolver()
    _last[:] = [(root, resolver)]
    return resolver


def _escaped(name: str) -> str:
    return quote(name.replace("~", "~0").replace("/", "~1"), safe="~!$&'()*+,;=:@")
