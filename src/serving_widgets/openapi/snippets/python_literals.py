"""JSON values as Python literals, printed from the value: never by replacing words in text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

#: Columns that a line takes at most, where it can be broken.
WIDTH = 88


def literal(value: Any, *, indent: int = 0, used: int = 0) -> str:
    """Return a value as Python source.

    Parameters
    ----------
    indent
        How far the line is indented that it stands in.
    used
        How many columns of that line are taken before it, and behind it.

    Examples
    --------
    >>> literal({"stream": False, "stop": None, "x": [1.0, 2]})
    "{'stream': False, 'stop': None, 'x': [1.0, 2]}"
    """
    whole = _flat(value)
    if len(whole) + indent + used <= WIDTH or not value or not isinstance(value, Mapping | list | tuple):
        return whole
    inner = indent + 4
    space = " " * inner
    if isinstance(value, Mapping):
        lines = []
        for key, each in value.items():
            name = _flat(key)
            lines.append(f"{space}{name}: {literal(each, indent=inner, used=len(name) + 3)},")
        return "{\n" + "\n".join(lines) + f"\n{' ' * indent}}}"
    if all(not isinstance(each, Mapping | list | tuple) for each in value):
        return "[\n" + "\n".join(_filled(value, space)) + f"\n{' ' * indent}]"
    lines = [f"{space}{literal(each, indent=inner, used=1)}," for each in value]
    return "[\n" + "\n".join(lines) + f"\n{' ' * indent}]"


def _flat(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_flat(key)}: {_flat(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_flat, value)) + "]"
    if isinstance(value, float) and value != value:
        return "None"
    if isinstance(value, float) and value in (float("inf"), float("-inf")):
        return f'float("{value}")'
    if isinstance(value, str):
        # Half of a surrogate pair can't be written into a file of source.
        return ascii(value) if not _is_text(value) else repr(str(value))
    return repr(value)


def _filled(values: Sequence[Any], space: str) -> list[str]:
    lines, line = [], space
    for each in values:
        text = f"{_flat(each)},"
        if len(line) + len(text) + 1 > WIDTH and line != space:
            lines.append(line.rstrip())
            line = space
        line += f"{text} "
    return [*lines, line.rstrip()]


def _is_text(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
