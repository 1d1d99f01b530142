"""Examples of documents as whole requests: put into their format, and taken over from one format to another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from serving_widgets.openapi.model import LANGUAGE_KEYS, TABLE_KEYS, InputFormat

from .refs import resolve


def wrapped(example: Any, made: InputFormat, *, is_own: bool) -> Any:
    """Return an example as the body of a request in a format; None where it is an example of another one.

    Examples
    --------
    >>> wrapped({"columns": ["x"], "data": [[1]]}, InputFormat("dataframe_split", "split"), is_own=True)
    {'dataframe_split': {'columns': ['x'], 'data': [[1]]}}
    """
    if made.kind not in TABLE_KEYS.values():
        if made.key in LANGUAGE_KEYS and not (isinstance(example, Mapping) and made.key in example):
            return None
        return example
    if isinstance(example, Mapping):
        if made.key in example:
            return example
        if example.keys() & TABLE_KEYS.keys():
            return None
        if made.kind == "split":
            fits = {"data"} <= example.keys() <= {"columns", "data", "index"}
        else:
            fits = made.kind == "inputs" and is_own
    else:
        rows = isinstance(example, list)
        objects = rows and all(isinstance(each, Mapping) for each in example)
        fits = rows and (objects if made.kind == "records" else is_own and made.kind in ("inputs", "instances"))
    return {made.key: example} if fits else None


def rewritten(tables: Sequence[InputFormat], made: InputFormat) -> Iterator[Any]:
    """Return the examples of the other formats of a table in a format that has none of its own."""
    for other in tables:
        for example in other.examples:
            if other.kind == "split" and made.kind == "records":
                data = example.get(other.key)
                if isinstance(data, Mapping) and _is_split(data):
                    rows = [dict(zip(data["columns"], row, strict=False)) for row in data["data"]]
                    yield _moved(example, other.key, made.key, rows)
            elif other.kind == "records" and made.kind == "split":
                rows = example.get(other.key)
                if isinstance(rows, list) and rows and all(isinstance(row, Mapping) for row in rows):
                    names = list(dict.fromkeys(name for row in rows for name in row))
                    data = {"columns": names, "data": [[row.get(name) for name in names] for row in rows]}
                    yield _moved(example, other.key, made.key, data)


def _is_split(data: Mapping[str, Any]) -> bool:
    names, rows = data.get("columns"), data.get("data")
    return (
        isinstance(names, list)
        and all(isinstance(name, str) for name in names)
        and isinstance(rows, list)
        and all(isinstance(row, list) for row in rows)
    )


def media_examples(root: Any, media: Mapping[str, Any]) -> Iterator[tuple[Any, bool]]:
    """Yield the examples of a body in whichever way they are written, each with whether it is its format's own."""
    if "example" in media:
        yield media["example"], False
    several = media.get("examples")
    if isinstance(several, Mapping):
        for each in several.values():
            yield (resolve(root, each).get("value", each) if isinstance(each, Mapping) else each), False
    elif isinstance(several, list):
        for each in several:
            yield each, False


def _moved(example: Mapping[str, Any], old: str, new: str, data: Any) -> dict[str, Any]:
    return {new: data, **{key: value for key, value in example.items() if key != old}}
