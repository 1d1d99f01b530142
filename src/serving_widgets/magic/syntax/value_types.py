"""The kinds of values that commands share."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from serving_widgets.api.errors import ActionRefused
from serving_widgets.api.permissions.access_control_list import LEVELS
from serving_widgets.api.suggest import did_you_mean
from serving_widgets.line import LineError

from .grammar import BadValueError, ValueType
from .known_names import KnownNames

_UNITS = {"": 1, "s": 1, "m": 60, "min": 60, "h": 3600}
_WORDS = re.compile(r'"(?:[^"\\]|\\.)*"|(-?Infinity|NaN)', re.DOTALL)
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*([a-z]*)")


def choice(word: str, values: Sequence[str]) -> ValueType:
    """Return the kind of one of some words, upper or lower case alike."""

    def read(value: Any) -> str:
        for known in values:
            if isinstance(value, str) and value.lower() == known.lower():
                return known
        raise BadValueError(
            f"{_shown(value)} is not one of {', '.join(values)}.",
            did_you_mean(str(value), values, f"Choose one of {', '.join(values)}."),
        )

    return ValueType(word, read, lambda _: values)


def of_known(word: str, offers: Callable[[KnownNames], Iterable[str]]) -> ValueType:
    """Return the kind of text for which completion has offers."""
    return ValueType(word, _read_text, offers)


def _read_text(value: Any) -> str:
    if isinstance(value, str) and value.strip():
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise BadValueError("It is empty." if isinstance(value, str) else f"{_shown(value)} is not text.")


def _read_endpoint(value: Any) -> Any:
    """Return a name, or the handle that a variable holds."""
    name = getattr(value, "name", None) if not isinstance(value, str) else value
    if not isinstance(name, str):
        raise BadValueError(
            f"{_shown(value)} is not an endpoint.", "Give a name, or a variable that holds a name or a handle."
        )
    from serving_widgets.client.names import check_name

    try:
        check_name(name)
    except ActionRefused as error:
        raise BadValueError(error.message, f"{error.hint} %serving list shows the endpoints.") from None
    return value


def _read_number(value: Any) -> float:
    try:
        number = float(value) if not isinstance(value, bool) else None
    except (TypeError, ValueError):
        number = None
    if number is None or not 0 < number < float("inf"):
        raise BadValueError(f"{_shown(value)} is not a positive number.", "For example: 60")
    return number


def whole_number(word: str, least: int, example: str) -> ValueType:
    """Return the kind of a whole number that is at least ``least``."""

    def read(value: Any) -> int:
        text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
        if not text.isascii() or not text.isdecimal() or int(text) < least:
            raise BadValueError(f"{_shown(value)} is not a whole number of {least} or more.", f"For example: {example}")
        return int(text)

    return ValueType(word, read)


def _read_regex(value: Any) -> re.Pattern[str]:
    if isinstance(value, re.Pattern):
        return value
    text = _read_text(value)
    try:
        return re.compile(text)
    except (re.error, RecursionError, OverflowError) as error:
        at = getattr(error, "pos", None)
        place = f" at position {at}" if at is not None else ""
        hint = "It is a regular expression: put a backslash before ( [ * + ? . where the character itself is meant."
        raise BadValueError(
            f"{_shown(text)} is not a regular expression: {getattr(error, 'msg', error)}{place}.", hint
        ) from None


def _read_seconds(value: Any) -> float:
    if isinstance(value, int | float):
        return _read_number(value)
    match = _DURATION.fullmatch(value.strip().lower()) if isinstance(value, str) else None
    if match is None or match[2] not in _UNITS or float(match[1]) <= 0:
        raise BadValueError(f"{_shown(value)} is not a time.", "For example: 90, 90s, 5m or 1h")
    return float(match[1]) * _UNITS[match[2]]


def _read_level(value: Any) -> str:
    wanted = value.strip().upper().replace("-", "_").replace(" ", "_") if isinstance(value, str) else ""
    for level in LEVELS:
        if wanted in (level, level.removeprefix("CAN_")):
            return level
    hint = did_you_mean(wanted, LEVELS, f"There are {', '.join(LEVELS)}.")
    raise BadValueError(f"There is no permission level {_shown(value)}.", hint)


def _read_share(value: Any) -> tuple[str, int]:
    name, equals, percent = value.rpartition("=") if isinstance(value, str) else ("", "", "")
    percent = percent.removesuffix("%")
    if not name or not equals:
        raise BadValueError(f"{_shown(value)} is not a share of the traffic.", "For example: --traffic ads-2=30")
    if not percent.isascii() or not percent.isdecimal() or int(percent) > 100:
        raise BadValueError(
            f"{_shown(percent)} is not a whole percent from 0 to 100.", "For example: --traffic ads-2=30"
        )
    return name, int(percent)


def _read_protection(value: Any) -> tuple[str, str]:
    """Return a pattern of names, and how changes of what it names are asked about."""
    from serving_widgets.workspace.session.write_guard import QUESTIONS

    pattern, equals, how = _read_text(value).partition("=")
    known = ("refuse", *QUESTIONS)
    if not pattern or (equals and how not in known):
        hint = did_you_mean(how, known, "For example: --protect 'prod-*' or --protect 'prod-*=typed'")
        raise BadValueError(f"{_shown(value)} is no pattern with one of {', '.join(known)}.", hint)
    return pattern, how or "refuse"


def _read_object(value: Any) -> Mapping[str, Any]:
    """Return a JSON object: given as such, by a variable, or as ``@file``."""
    if isinstance(value, str) and value.startswith("@"):
        value = read_file(value[1:])
    if isinstance(value, str):
        value = parse_json(value)
    if not isinstance(value, Mapping):
        raise BadValueError(
            f"{_shown(value)} is not a JSON object.", 'For example: {"served_entities": […]}, @file.json or $variable'
        )
    return value


def parse_json(text: str) -> Any:
    """Return the value of JSON text.

    Raises
    ------
    LineError
        It is none; with the place of the fault.
    """
    try:
        return json.loads(text, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        raise LineError(f"This is not JSON: {error.msg[:1].lower()}{error.msg[1:]}.", text, error.pos) from None
    except RecursionError:
        raise LineError("This is nested too deeply.", text, 0) from None
    except _NonFiniteError as error:
        places = (match.start(1) for match in _WORDS.finditer(text) if match[1])
        raise LineError(f"{error} is not JSON: write null.", text, next(places, 0)) from None
    except ValueError as error:  # a number of more digits than Python reads
        raise LineError(f"{str(error).partition(';')[0]}.", text, 0) from None


class _NonFiniteError(ValueError):
    pass


def _refuse(word: str) -> Any:
    raise _NonFiniteError(word)


def read_file(name: str) -> str:
    """Return the text of a file; raises `BadValueError` where it can't be read."""
    try:
        return Path(name).expanduser().read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is not text in UTF-8"
        raise BadValueError(
            f"{name or 'No file'} can't be read: {reason}.", "Write @ and a path, such as @config.json"
        ) from None


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= _LONG else f"{text[: _LONG - 1]}…"


_LONG = 60

TEXT = ValueType("TEXT", _read_text)
ENDPOINT = ValueType("NAME", _read_endpoint, lambda known: known.endpoints())
#: The name of an endpoint that is not there yet.
NEW_ENDPOINT = ValueType("NAME", _read_endpoint)
NUMBER = ValueType("NUMBER", _read_number)
SECONDS = ValueType("SECONDS", _read_seconds)
OBJECT = ValueType("JSON", _read_object)
#: A share of the traffic, in percent.
SHARE = ValueType("ENTITY=PERCENT", _read_share, lambda known: [f"{name}=" for name in known.entities()])
PATTERN = ValueType("PATTERN", _read_text)
#: Names that may not be changed, or that are asked about.
PROTECTION = ValueType("PATTERN[=HOW]", _read_protection)
REGEX = ValueType("REGEX", _read_regex)
FILE = ValueType("FILE", _read_text)
PRINCIPAL = ValueType("PRINCIPAL", _read_text, lambda known: known.principals())
LEVEL = ValueType("LEVEL", _read_level, lambda _: LEVELS)
