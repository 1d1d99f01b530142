"""Dates and times in nanoseconds since the epoch, read as pandas and as NumPy do it."""

from __future__ import annotations

import calendar
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from .values import LARGEST, CastError, Timestamp

_DAY = 86_400 * 10**9
_MISSING = ("", "NaT", "nan", "NaN", "None", "null", "NULL", "N/A", "NA", "<NA>", "n/a", "NAN")
_EPOCH = datetime(1970, 1, 1)

# What pandas takes for ISO 8601. All texts of a column must have the form of the first: separators and parts alike.
_PANDAS = re.compile(
    r"(?P<year>\d{4})(?:(?P<dash>-?)(?P<month>\d\d)(?:(?P=dash)(?P<day>\d\d)"
    r"(?:(?P<sep>[T ])(?P<hour>\d\d)(?::(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.(?P<fraction>\d+))?)?)?"
    r"(?P<zone>Z|[+-]\d\d:?\d\d|[+-]\d\d)?)?)?)?",
    re.ASCII,
)
_NUMPY = re.compile(
    r"\s*(?P<year>[+-]?\d{1,9})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d)"
    r"(?:[T ](?P<hour>\d\d)(?::(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.(?P<fraction>\d{1,18}))?)?)?"
    r"(?P<zone>Z|[+-]\d\d(?::?\d\d)?)?)?)?)?",
    re.ASCII,
)


class TimeZoneError(CastError):
    """A time with a time zone, where none may be."""


def column(values: Sequence[Any]) -> list[int | None]:
    """Read a column of texts and numbers as pandas does; numbers are nanoseconds.

    Raises
    ------
    HasZoneError
        If a text has a time zone: they are read, but refused in the end.
    UnfitError
        If a value is no date, is out of range, or has another form than the first one.
    """
    if {type(value) for value in values} <= {int, float, type(None)}:
        # Among numbers alone, one out of range is a missing value; elsewhere it is a fault.
        values = [None if isinstance(value, float) and abs(value) > LARGEST else value for value in values]
    first = next((value for value in values if not _is_missing(value)), None)
    form = _form(first) if isinstance(first, str) else None
    return [_pandas(value, form) for value in values]


def one(value: Any) -> int | None:
    """Read one value of a column of mixed ones as pandas does."""
    return _pandas(value, None)


def text(value: str) -> int | None:
    """Read a text as NumPy does: any zone is converted to UTC, and what is out of range wraps around."""
    if value == "" or value.lower() == "nat":
        return None
    found = _NUMPY.fullmatch(value)
    if found is None:
        raise CastError(f'Error parsing datetime string "{value}"')
    moment = _nanoseconds(found)
    return (moment + LARGEST + 1) % 2**64 - LARGEST - 1


def parameter(value: Any) -> date | datetime | None:
    """Read a parameter: a date if it has no time, and at most microseconds, for these alone become Python objects."""
    if not isinstance(value, str):
        raise CastError(f"Could not convert {value!r} to a datetime")
    if value == "" or value.lower() == "nat":
        return None
    found = _NUMPY.fullmatch(value)
    if found is None:
        raise CastError(f'Error parsing datetime string "{value}"')
    year = int(found["year"])
    if not 1 <= year <= 9999 or len(found["fraction"] or "") > 6:
        raise CastError(f"{value} must be convertible to datetime.date/datetime")
    moment = _EPOCH + timedelta(microseconds=_nanoseconds(found) // 1000)
    return moment.date() if found["hour"] is None else moment


def moment(nanoseconds: int | None) -> datetime | None:
    """Return a naive `datetime`, to the microsecond."""
    return None if nanoseconds is None else _EPOCH + timedelta(microseconds=nanoseconds // 1000)


def iso(nanoseconds: int | None) -> str:
    """Return the text that stands in messages."""
    return "NaT" if nanoseconds is None else str(moment(nanoseconds))


def _is_missing(value: Any) -> bool:
    return value is None or (isinstance(value, float) and value != value) or value in _MISSING


def _form(value: str) -> tuple[bool, ...] | None:
    found = _PANDAS.fullmatch(value.strip())
    if found is None:
        raise CastError(f"Unknown datetime string format, unable to parse: {value}")
    parts = ("dash", "month", "day", "hour", "minute", "second", "fraction", "zone")
    return (found["sep"] == "T", *(bool(found[part]) for part in parts))


def _pandas(value: Any, form: tuple[bool, ...] | None) -> int | None:
    if _is_missing(value):
        return None
    if isinstance(value, Timestamp):
        return value.nanoseconds
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise CastError(f"{type(value)} is not convertible to datetime")
    if form is not None and not isinstance(value, str):
        raise CastError(f'time data "{value}" doesn\'t match the format of the first')
    if isinstance(value, int | float):
        if value == -LARGEST - 1:
            return None
        if not abs(value) <= LARGEST:
            raise CastError(f"cannot convert input {value} with the unit 'ns'")
        return int(value)
    found = _PANDAS.fullmatch(value.strip())
    if found is None or (form is not None and _form(value) != form):
        raise CastError(f'time data "{value}" doesn\'t match the format of the first')
    if found["zone"]:
        raise TimeZoneError("timezone-naive")
    nanoseconds = _nanoseconds(found)
    if abs(nanoseconds) > LARGEST:
        raise CastError(f"Out of bounds nanosecond timestamp: {value}")
    return nanoseconds


def _nanoseconds(found: re.Match[str]) -> int:
    year = int(found["year"])
    month, day, hour, minute, second = (int(found[part] or low) for part, low in _PARTS)
    # The Gregorian calendar repeats itself every 400 years, and `datetime` knows only some of them.
    leap = calendar.isleap(year)
    if not (1 <= month <= 12 and 1 <= day <= (29 if month == 2 and leap else _DAYS[month - 1])):
        raise CastError(f"no such day: {found[0]}")
    if hour > 23 or minute > 59 or second > 59:
        raise CastError(f"no such time: {found[0]}")
    cycle, place = divmod(year, 400)
    days = datetime(place + 400, month, day, tzinfo=UTC).toordinal() + (cycle - 1) * 146_097 - _EPOCH.toordinal()
    fraction = int((found["fraction"] or "").ljust(9, "0")[:9])
    return days * _DAY + ((hour * 60 + minute - _offset(found["zone"])) * 60 + second) * 10**9 + fraction


_PARTS = (("month", 1), ("day", 1), ("hour", 0), ("minute", 0), ("second", 0))
_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def _offset(zone: str | None) -> int:
    """Return the minutes that a zone is ahead of UTC."""
    if not zone or zone == "Z":
        return 0
    digits = zone[1:].replace(":", "")
    minutes = int(digits[:2]) * 60 + int(digits[2:] or 0)
    return -minutes if zone[0] == "-" else minutes
