"""Where in a JSON text a value stands. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

_SPACE = re.compile(r"[ \t\n\r]*")
_DECODER = json.JSONDecoder()


def place_of(text: str, pointer: str) -> int:
    """Return where a value begins; where there is none of that pointer, the innermost that would hold it.

    Parameters
    ----------
    text
        JSON.
    pointer
        A JSON pointer, such as ``"/dataframe_split/data/3/1"``.

    Examples
    --------
    >>> text = '{"inputs": [1, "two"]}'
    >>> text[place_of(text, "/inputs/1"):]
    '"two"]}'
    """
    at = _skip(text, 0)
    for step in pointer.split("/")[1:]:
        inner = _inside(text, at, step.replace("~1", "/").replace("~0", "~"))
        if inner is None:
            break
        at = inner
    return at


def _inside(text: str, at: int, step: str) -> int | None:
    """Return where a member or an element of the value at a place begins."""
    opened = text[at : at + 1]
    if opened not in ("{", "["):
        return None
    found = None
    for name, place in _members(text, at) if opened == "{" else _elements(text, at):
        if name == step:
            found = place  # of a member that is there twice, the last counts
            if opened == "[":
                break
    return found


def _members(text: str, at: int) -> Iterator[tuple[str, int]]:
    at = _skip(text, at + 1)
    while text[at] == '"':
        name, end = _DECODER.raw_decode(text, at)
        place = _skip(text, _skip(text, end) + 1)
        yield name, place
        at = _skip(text, _end(text, place))
        if text[at] != ",":
            return
        at = _skip(text, at + 1)


def _elements(text: str, at: int) -> Iterator[tuple[str, int]]:
    at = _skip(text, at + 1)
    number = 0
    while text[at] != "]":
        yield str(number), at
        at = _skip(text, _end(text, at))
        if text[at] == ",":
            at = _skip(text, at + 1)
        number += 1


def _end(text: str, at: int) -> int:
    _, end = _DECODER.raw_decode(text, at)
    return end


def _skip(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return at if match is None else match.end()
