"""One value against the type of its column: what is wrong, what to do, and what to put in its place.

Stricter than the scoring server, which reads 3.7 as 3, 2**40 as 0 where 32 bits are declared, and "false" as true
(measured with MLflow's own functions): what it would change without a word is wrong here.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import math
import re
from collections.abc import Mapping
from typing import Any

from serving_widgets.openapi.model import Column
from serving_widgets.openapi.report import NOTHING, ReportBuilder

from .json_schema import check_json
from .messages import ValueCheck, ValueFault, shown
from .nested import fault_within

#: Ranges of whole numbers by format; without one the wider is meant.
RANGES = {
    **{f"int{bits}": (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) for bits in (8, 16, 32, 64)},
    **{f"uint{bits}": (0, 2**bits - 1) for bits in (8, 16, 32, 64)},
}
#: Keywords that ask for more than a type, an enumeration or members.
BOUNDS = frozenset(
    {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength", "pattern"}
    | {"minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties", "anyOf", "oneOf", "not", "if"}
)
#: The largest number of 32 bits.
LARGEST_FLOAT = 3.4028234663852886e38
#: Whole numbers up to here are exact as floats.
EXACT = 2**53
#: Times as MLflow reads them: in ISO form, with or without a time of day, and without a zone.
TIME = re.compile(
    r"(?P<date>\d{4}-\d\d-\d\d)(?:(?P<sep>[T ])(?P<clock>\d\d:\d\d(?P<second>:\d\d(?:\.(?P<fraction>\d{1,9}))?)?)"
    r"(?P<zone>Z|z|[+-]\d\d(?::?\d\d)?)?)?",
    re.ASCII,
)
_DAY_OF_YEAR = r"(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31"
_LEAP_DAY = r"(?:(?:1[7-9]|2[01])(?:0[48]|[2468][048]|[13579][26])|2000)-02-29"
_DAY = rf"(?:(?:1[7-9]|2[01])\d\d-(?:{_DAY_OF_YEAR})|{_LEAP_DAY})"
_CLOCK = r"(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d"
#: Lines of times that are surely right, and all in one form.
SURE_TIMES = re.compile(
    rf"(?:{_DAY}\n)+|(?:{_DAY}T{_CLOCK}\n)+|(?:{_DAY} {_CLOCK}\n)+|(?:{_DAY}T{_CLOCK}\.\d{{1,9}}\n)+", re.ASCII
)
#: pandas keeps times as nanoseconds in 64 bits; others are out of range.
FIRST_TIME, LAST_TIME = "1677-09-22", "2262-04-11"


def fault_of(value: Any, column: Column) -> ValueFault | None:
    """Return what is wrong with a value of a column; None when nothing is.

    Examples
    --------
    >>> fault_of(3.7, Column("n", "integer", "int64")).message
    '3.7 is not a whole number; the service would cut it to 3.'
    """
    if value is None and (column.nullable or None in column.enum):
        return None
    if column.enum and value is not None and not _is_among(value, column.enum):
        choices = ", ".join(map(shown, column.enum[:8])) + (", …" if len(column.enum) > 8 else "")
        return ValueFault(
            "not_in_enum", f"{shown(value)} is not one of the allowed values.", f"Choose one of {choices}."
        )
    fault = check_of(column)(value, column)
    if fault is None and is_bounded(column):
        return _bound_fault(value, column)
    return fault


def is_bounded(column: Column) -> bool:
    """Whether the schema of a column asks for more than a type."""
    return not BOUNDS.isdisjoint(column.schema)


def _bound_fault(value: Any, column: Column) -> ValueFault | None:
    findings = ReportBuilder()
    check_json(value, column.schema, findings)
    if not findings.errors:
        return None
    first = findings.errors[0]
    return ValueFault(first.code, first.message, first.fix)


def check_of(column: Column) -> ValueCheck:
    """Return the rule for the values of a column."""
    if column.type == "string":
        return {"date-time": _time, "byte": _binary, "binary": _binary}.get(column.format, _string)
    return _CHECKS.get(column.type, _anything)


def _integer(value: Any, column: Column) -> ValueFault | None:
    least, most = RANGES.get(column.format, RANGES["int64"])
    if type(value) is float and math.isfinite(value) and value.is_integer():
        value = int(value)
    if type(value) is int:
        if least <= value <= most:
            return None
        return ValueFault(
            "out_of_range",
            f"{value} is out of range; the service would make another number of it or refuse it.",
            f"Give a number from {least} to {most}.",
        )
    if value is None:
        return _null("a whole number")
    if type(value) is float:
        if not math.isfinite(value):
            return ValueFault("not_finite", f"{value!r} is not a whole number.", "Give a whole number.")
        return ValueFault(
            "not_integer",
            f"{value!r} is not a whole number; the service would cut it to {int(value)}.",
            f"Round it, for example to {round(value)}.",
            round(value),
        )
    read = _read(value)
    if type(read) is int or (type(read) is float and read.is_integer()):
        return ValueFault(
            "text_for_number", f"{shown(value)} is text, not a whole number.", "Write it without quotes.", int(read)
        )
    return ValueFault("not_integer", f"{shown(value)} is not a whole number.", "Give a whole number.")


def _number(value: Any, column: Column) -> ValueFault | None:
    if type(value) is float:
        if math.isinf(value):
            return ValueFault("not_finite", "JSON has no word for infinity.", "Give a finite number, or null.", None)
        if column.format == "float" and abs(value) > LARGEST_FLOAT:
            return ValueFault(
                "out_of_range", f"{value!r} is too large for 32 bits; the service would make infinity of it."
            )
        return None
    if type(value) is int:
        if column.format != "float" and abs(value) > EXACT and not _is_exact(value):
            return ValueFault("inexact", f"{value} has more digits than a float keeps; the service would round it.")
        if column.format == "float" and abs(value) > LARGEST_FLOAT:
            return ValueFault(
                "out_of_range", f"{value} is too large for 32 bits; the service would make infinity of it."
            )
        return None
    if value is None:
        return None
    read = _read(value)
    if read is not None:
        return ValueFault(
            "text_for_number", f"{shown(value)} is text, not a number.", "Write it without quotes.", float(read)
        )
    return ValueFault("not_number", f"{shown(value)} is not a number.", "Give a number, or null where there is none.")


def _boolean(value: Any, column: Column) -> ValueFault | None:
    if type(value) is bool:
        return None
    if value is None:
        return ValueFault("null", "null stands where true or false is required; the service would read it as false.")
    meant = {"true": True, "false": False, "1": True, "0": False}.get(str(value).strip().lower(), NOTHING)
    return ValueFault(
        "not_boolean",
        f"{shown(value)} is neither true nor false; the service would read almost anything as true.",
        "Write true or false, without quotes.",
        meant,
    )


def _string(value: Any, column: Column) -> ValueFault | None:
    if type(value) is str:
        if value.isascii():
            return None
        try:
            value.encode()
        except UnicodeEncodeError:
            return ValueFault(
                "broken_text", "It contains half of a surrogate pair, which isn't valid text.", "Rewrite it."
            )
        return None
    if value is None:
        return None
    meant = str(value) if type(value) in (int, float) else shown(value) if type(value) is bool else NOTHING
    return ValueFault("not_text", f"{shown(value)} is not text.", "Write it in quotes.", meant)


def _time(value: Any, column: Column) -> ValueFault | None:
    if value is None:
        return None
    if type(value) is not str:
        why = "; the service would take it for nanoseconds since 1970" if type(value) in (int, float) else ""
        return ValueFault("not_a_time", f"{shown(value)} is not a time{why}.", _HOW_TIMES_ARE)
    found = TIME.fullmatch(value)
    if found is None:
        return ValueFault("not_a_time", f"{shown(value)} is not a time as the service reads it.", _HOW_TIMES_ARE)
    try:
        moment = dt.datetime.fromisoformat(f"{found['date']}T{(found['clock'] or '00:00')[:8]}")
    except ValueError as error:
        return ValueFault("not_a_time", f"{shown(value)} is not a valid time: {error}.", _HOW_TIMES_ARE)
    if found["zone"]:
        naive = _without_zone(found, moment)
        return ValueFault(
            "time_zone",
            f"{shown(value)} has a time zone, which the service refuses.",
            f"Give it in UTC without a zone: {naive}." if naive else "Give it in UTC without a zone.",
            naive or NOTHING,
        )
    if not FIRST_TIME <= moment.isoformat() < LAST_TIME:
        return ValueFault(
            "out_of_range", f"{shown(value)} is out of range.", f"Give times from {FIRST_TIME} to {LAST_TIME}."
        )
    return None


def _binary(value: Any, column: Column) -> ValueFault | None:
    if value is None:
        return ValueFault("null", "null stands where bytes is required.", 'Give "" for none.', "")
    if type(value) is not str:
        return ValueFault("not_base64", f"{shown(value)} is not text.", "Give bytes as text in base64.")
    try:
        base64.b64decode("".join(value.split("\n")), validate=True)
    except (binascii.Error, ValueError):
        text = value.encode("utf-8", "replace")
        return ValueFault(
            "not_base64",
            f"{shown(value)} is not base64; the service would skip what it can't read.",
            "Give the bytes in base64.",
            base64.b64encode(text).decode(),
        )
    return None


def _parts(value: Any, column: Column) -> ValueFault | None:
    return fault_within(value, column, fault_of)


def _anything(value: Any, column: Column) -> ValueFault | None:
    if type(value) is float and math.isinf(value):
        return ValueFault("not_finite", "JSON has no word for infinity.", "Give a finite number, or null.", None)
    return _string(value, column) if type(value) is str else None


_CHECKS: Mapping[str, ValueCheck] = {
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "array": _parts,
    "object": _parts,
}
_HOW_TIMES_ARE = "Write it like 2024-05-31T12:30:00."


def _null(wanted: str) -> ValueFault:
    return ValueFault("null", f"null stands where {wanted} is required; the service refuses it.", f"Give {wanted}.")


def _read(value: Any) -> int | float | None:
    """Return the number that a text says; None when it says none."""
    if type(value) is not str or not re.fullmatch(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*", value, re.ASCII):
        return None
    if re.fullmatch(r"\s*[+-]?\d{1,19}\s*", value, re.ASCII):
        return int(value)
    number = float(value)
    return number if math.isfinite(number) else None


def _is_exact(value: int) -> bool:
    try:
        return int(float(value)) == value
    except OverflowError:
        return False


def _is_among(value: Any, choices: tuple[Any, ...]) -> bool:
    return any(type(each) is type(value) and each == value for each in choices) or (
        type(value) in (int, float) and any(type(each) in (int, float) and each == value for each in choices)
    )


def _without_zone(found: re.Match[str], moment: dt.datetime) -> str:
    zone = found["zone"]
    minutes = 0
    if zone not in ("Z", "z"):
        digits = zone[1:].replace(":", "")
        minutes = (int(digits[:2]) * 60 + int(digits[2:] or 0)) * (-1 if zone[0] == "-" else 1)
    try:
        text = (moment - dt.timedelta(minutes=minutes)).isoformat()
    except OverflowError:
        return ""
    return f"{text}.{found['fraction']}" if found["fraction"] else text
