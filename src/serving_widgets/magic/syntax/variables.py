"""Variables: ``$name`` and ``$name.attribute`` as whole tokens of a line, and as values within JSON.

A variable enters as the object that it is; nothing is pasted into text. Inside quotes a dollar sign is a dollar sign.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from serving_widgets.api.suggest import did_you_mean, nearest
from serving_widgets.line import LineError, Token

from .grammar import BadValueError, ValueType
from .value_types import parse_json

_PATH = re.compile(r"\$([^\W\d]\w*)((?:\.[^\W\d]\w*)*)")
# A string, or a variable outside of one.
_IN_JSON = re.compile(r'"(?:[^"\\]|\\.)*"|\$[^\W\d]\w*(?:\.[^\W\d]\w*)*', re.DOTALL)


#: Makes a JSON value of what a variable holds, given the name of the member that it becomes; raises `BadValueError`.
Encode = Callable[[Any, str], Any]


@dataclass(frozen=True, slots=True)
class RawToken:
    """A value as it stands in a line, with the variables that it may name."""

    token: Token
    line: str
    names: Mapping[str, Any]


def value_of(token: Token, line: str, names: Mapping[str, Any]) -> Any:
    """Return what a token stands for: a variable's object, JSON with its variables filled in, else its text.

    Raises
    ------
    LineError
        A variable is not defined, or JSON is none.
    """
    if token.is_variable:
        return _look_up(token.text, line, token.start, names)
    if token.is_json:
        return fill_in(token.text, names, within=line, start=token.start)
    return token.text


def is_variable(text: str) -> bool:
    """Whether a text is a variable and nothing else."""
    return _PATH.fullmatch(text) is not None


def outline(text: str) -> str:
    """Return JSON text with a string of the same length for each variable, so that all else keeps its place."""
    return _IN_JSON.sub(lambda match: match[0] if match[0].startswith('"') else _stand_in(match[0]), text)


def fill_in(
    text: str,
    names: Mapping[str, Any],
    *,
    within: str | None = None,
    start: int = 0,
    encode: Encode | None = None,
) -> Any:
    """Return the value of JSON text in which variables may stand for values.

    Parameters
    ----------
    text
        The JSON text.
    names
        The variables.
    within, start
        The line of which it is a part and where it starts there, for the place of a fault.
    encode
        Makes JSON of a variable's value; unless given, it has to be JSON already.

    Examples
    --------
    >>> fill_in('{"rows": $rows, "price": "$5"}', {"rows": [1, 2]})
    {'rows': [1, 2], 'price': '$5'}
    """
    line = text if within is None else within
    found: list[Any] = []
    before: re.Match[str] | None = None

    def stand_in(match: re.Match[str]) -> str:
        nonlocal before
        if match[0].startswith('"'):
            before = match
            return match[0]
        at = start + match.start()
        value = _look_up(match[0], line, at, names)
        if encode is not None:
            try:
                value = encode(value, _member(before, match))
            except BadValueError as error:
                raise LineError(f"{match[0]}: {error}", line, at) from None
        found.append(_as_json(value, match[0], line, at))
        return _stand_in(match[0])

    # Each variable gives way to a string of its own length, so that a fault elsewhere keeps its place.
    same_length = _IN_JSON.sub(stand_in, text)
    try:
        value = parse_json(same_length)
    except LineError as error:
        raise LineError(error.message, line, start + error.column) from None
    if not found:
        return value
    values = iter(found)
    return json.loads(_IN_JSON.sub(lambda match: match[0] if match[0].startswith('"') else next(values), text))


def _read_pair(written: RawToken) -> tuple[str, str]:
    """Return key and value of ``key=value``, where ``$name`` as the value stands for what that variable holds."""
    token = written.token
    key, equals, rest = token.text.partition("=")
    if not key or not equals:
        raise BadValueError(f"{token.text!r} is not a key=value pair.", "For example: team=risk")
    if token.quoted or token.literal is not None or not rest.startswith("$"):
        return key, rest
    value = _look_up(rest, written.line, token.start + len(key) + 1, written.names)
    if not isinstance(value, str | int) or isinstance(value, bool):
        raise BadValueError(f"{rest} holds {type(value).__name__}, and no text.", f"For example: {key}=risk")
    return key, str(value)


#: A pair, as of a tag.
PAIR = ValueType("KEY=VALUE", _read_pair, raw=True)


def look_up(written: RawToken) -> Any:
    """Return the value of the variable that a token is.

    Raises
    ------
    LineError
        It is not defined.
    """
    return _look_up(written.token.text, written.line, written.token.start, written.names)


def _member(before: re.Match[str] | None, match: re.Match[str]) -> str:
    """Return the name of the member that a variable is the value of; "" where it is none."""
    if before is None or match.string[before.end() : match.start()].strip() != ":":
        return ""
    try:
        return str(json.loads(before[0]))
    except ValueError:
        return ""


def _look_up(path: str, line: str, at: int, names: Mapping[str, Any]) -> Any:
    match = _PATH.fullmatch(path)
    if match is None:
        raise LineError(f"{path} is not a variable: write $name or $name.attribute, or quote it as '{path}'.", line, at)
    name, attributes = match[1], match[2].split(".")[1:]
    if name not in names:
        raise LineError(f"There is no variable {name}. {_near(name, names)}", line, at + 1)
    value = names[name]
    so_far = name
    for attribute in attributes:
        try:
            value = getattr(value, attribute)
        except AttributeError:
            hint = did_you_mean(attribute, (each for each in dir(value) if not each.startswith("_")))
            said = f"{so_far} has no attribute {attribute}. {hint}".rstrip()
            raise LineError(said, line, at + 1 + len(so_far) + 1) from None
        so_far += f".{attribute}"
    return value


def _as_json(value: Any, path: str, line: str, at: int) -> str:
    try:
        return json.dumps(value, allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        raise LineError(f"{path} holds {type(value).__name__}, which JSON has no form for.", line, at) from None


def _near(name: str, names: Mapping[str, Any]) -> str:
    own = sorted(each for each in names if not each.startswith("_"))
    near = nearest(name, own)
    if near is not None:
        return f"Did you mean ${near}?"
    return f"Define it first, or quote '${name}' if the text itself is meant."


def _stand_in(variable: str) -> str:
    return f'"{"-" * (len(variable) - 2)}"'
