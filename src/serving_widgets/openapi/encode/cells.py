"""Cells: one Python value of any kind, as JSON has it."""

from __future__ import annotations

import base64
import datetime as dt
import enum
import functools
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NoReturn
from uuid import UUID

from serving_widgets.openapi.errors import EncodingError
from serving_widgets.openapi.model import Column

UTC_NOTE = "Column {column!r}: times were converted to UTC and sent without their zone, as the service takes them."
DECIMAL_NOTE = "Column {column!r}: decimal numbers were sent as text."
BYTES_NOTE = "Column {column!r}: bytes were sent as base64 text, which is what the model is given for text."
TIME_NOTE = "Column {column!r}: times were sent as text, because the model declares text."
KEYS_NOTE = "Column {column!r}: keys of dictionaries were sent as text."


@dataclass(slots=True)
class CellContext:
    """Where in the data a value stands, for errors; and what was noticed there, for notes.

    Attributes
    ----------
    column : str
        The column's name.
    first : int
        Position, in the whole of the data, of the first row at hand.
    row : int
        Position among the rows at hand.
    declared : str
        The type that the model's signature gives to the column; "" when it is not known.
    spec : Column or None
        What the endpoint's schema says of the column, where it is known. Values that don't fit it are then left as they
        are, for a check to tell; without it, those that don't fit the declared type are refused.
    notes : dict
        Sentences about what was changed on the way; only the keys matter, which keep their order.
    """

    column: str
    first: int = 0
    row: int = 0
    declared: str = ""
    spec: Column | None = None
    notes: dict[str, None] = field(default_factory=dict)

    def note(self, text: str) -> None:
        """Remember a sentence."""
        self.notes[text.format(column=self.column)] = None

    def refuse(self, what: str, hint: str = "") -> NoReturn:
        """Raise the error about the value at hand."""
        row = self.first + self.row
        raise EncodingError(
            f"Column {self.column!r}, row {row} (counted from 0): {what}. Nothing was sent.",
            column=self.column,
            row=row,
            hint=hint,
        )


def plain(value: Any, spot: CellContext) -> Any:
    """Return a value as None, bool, int, float, str, list or dict.

    Raises
    ------
    EncodingError
        When JSON has no form for it.
    """
    rule: CellWriter = _rule_for(type(value))  # type: ignore[arg-type]  # a class is hashable
    return rule(value, spot)


def check_text(values: list[str | None], spot: CellContext) -> None:
    """Refuse text that can't be written as UTF-8, which has no form for half a surrogate pair."""
    joined = "".join(values if None not in values else filter(None, values))  # type: ignore[arg-type]  # no None is left
    if joined.isascii():
        return
    try:
        joined.encode()
    except UnicodeEncodeError:
        for spot.row, value in enumerate(values):
            if value is not None:
                _text(value, spot)


def naive(moment: Any, spot: CellContext) -> Any:
    """Return a moment without its zone, in UTC: MLflow's datetime columns refuse offsets."""
    if getattr(moment, "tzinfo", None) is None:
        return moment
    spot.note(UTC_NOTE)
    try:
        return moment.astimezone(dt.UTC).replace(tzinfo=None)
    except OverflowError:
        spot.refuse(f"{moment.isoformat()}, which is out of range in UTC", "Send moments of the years 1 to 9999.")


CellWriter = Callable[[Any, CellContext], Any]


@functools.lru_cache(maxsize=512)
def _rule_for(kind: type) -> CellWriter:
    return next((rule for kinds, rule in _rules() if issubclass(kind, kinds)), _refuse_unknown)


@functools.cache
def _rules() -> tuple[tuple[type | tuple[type, ...], CellWriter], ...]:
    """Return the rules, first match first; subclasses of plain types stand before those."""
    import numpy as np
    import pandas as pd

    return (
        ((type(None), type(pd.NA), type(pd.NaT)), lambda value, spot: None),
        ((dt.timedelta, np.timedelta64), _refuser("a duration", "Send it as a number: df[column].dt.total_seconds()")),
        (pd.Period, _refuser("a period", "Send its beginning or its text: df[column].astype(str)")),
        (pd.Interval, _refuser("an interval", "Send its ends as two columns.")),
        ((complex, np.complexfloating), _refuser("a complex number", "Send real and imaginary part as two columns.")),
        ((set, frozenset), _refuser("a set, which has no order", "Send a list: df[column].map(sorted)")),
        (np.datetime64, lambda value, spot: plain(pd.Timestamp(value), spot)),
        (np.floating, lambda value, spot: _float(float(value), spot)),
        ((np.bool_, np.integer, np.str_, np.bytes_), lambda value, spot: plain(value.item(), spot)),
        (enum.Enum, lambda value, spot: plain(value.value, spot)),
        (bool, lambda value, spot: value),
        (int, lambda value, spot: int(value)),
        (float, _float),
        (str, _text),
        (Decimal, _decimal),
        ((bytes, bytearray, memoryview), _bytes),
        (UUID, lambda value, spot: str(value)),
        (dt.datetime, _moment),
        (dt.date, _day),
        (dt.time, _time),
        ((np.ndarray, pd.Series, pd.Index, pd.api.extensions.ExtensionArray), _array),
        (Mapping, _mapping),
        ((list, tuple), lambda value, spot: [plain(each, spot) for each in value]),
    )


def _float(value: float, spot: CellContext) -> float | None:
    if math.isfinite(value):
        return float(value)
    if math.isinf(value):
        spot.refuse("an infinite number, which JSON has no form for", "Replace it: df.replace([inf, -inf], None)")
    return None


def _text(value: str, spot: CellContext) -> str:
    try:
        value.encode()
    except UnicodeEncodeError as error:
        spot.refuse(
            f"half of a surrogate pair (U+{ord(value[error.start]):04X}), which isn't valid text",
            'Fix the text where it was read, for example with errors="replace".',
        )
    return str(value)


def _decimal(value: Decimal, spot: CellContext) -> float | str | None:
    if value.is_nan():
        return None
    if value.is_infinite():
        spot.refuse("an infinite number, which JSON has no form for", "Replace it by None.")
    if spot.declared in {"integer", "long"} and value == value.to_integral_value():
        return int(value)
    if spot.declared in {"double", "float"} and (spot.spec is None or Decimal(repr(float(value))) == value):
        return float(value)
    spot.note(DECIMAL_NOTE)
    return str(value)


def _bytes(value: Any, spot: CellContext) -> str:
    if spot.declared == "string":
        spot.note(BYTES_NOTE)
    return base64.b64encode(value).decode("ascii")


def _moment(value: dt.datetime, spot: CellContext) -> str:
    note_time(spot)
    return str(naive(value, spot).isoformat())


def _day(value: dt.date, spot: CellContext) -> str:
    note_time(spot)
    return value.isoformat()


def note_time(spot: CellContext) -> None:
    """Remember that times become text where text is declared."""
    if spot.declared == "string":
        spot.note(TIME_NOTE)


def _time(value: dt.time, spot: CellContext) -> str:
    if value.tzinfo is not None:
        spot.refuse("a time of day with a zone", "Send moments with a date, or times of day without a zone.")
    return value.isoformat()


def _array(value: Any, spot: CellContext) -> Any:
    import numpy as np

    if isinstance(value, np.ndarray) and value.dtype.kind in "biuf":
        if value.dtype.kind != "f":
            return value.tolist()
        if np.isfinite(value).all():
            return value.astype(np.float64, copy=False).tolist()
    return plain(list(value), spot) if getattr(value, "ndim", 1) else plain(value[()], spot)


def _mapping(value: Mapping[Any, Any], spot: CellContext) -> dict[str, Any]:
    result = {}
    for key, each in value.items():
        if isinstance(key, str):
            text = _text(key, spot)
        else:
            spot.note(KEYS_NOTE)
            text = str(plain(key, spot))
        if text in result:
            spot.refuse(f"a dictionary with two keys that read {text!r}", "Give each key a text of its own.")
        result[text] = plain(each, spot)
    return result


def _refuser(what: str, hint: str) -> CellWriter:
    def refuse(value: Any, spot: CellContext) -> NoReturn:
        spot.refuse(f"{what}, which no type of the service holds", hint)

    return refuse


def _refuse_unknown(value: Any, spot: CellContext) -> NoReturn:
    spot.refuse(
        f"a value of type {type(value).__name__}, which JSON has no form for",
        "Turn it into numbers, text, lists or dictionaries.",
    )
