"""The typed pass over a request: what was meant, written as the service wants it, and every change told."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from serving_widgets.openapi.check.values import fault_of
from serving_widgets.openapi.encode.cells import UTC_NOTE
from serving_widgets.openapi.encode.encode import EncodedBody
from serving_widgets.openapi.encode.nested_values import conformed
from serving_widgets.openapi.model import TABLES, Column, InputFormat
from serving_widgets.openapi.report import NOTHING

#: Faults whose mending changes how something is written, and not what it says.
MEANT = frozenset({"text_for_number", "not_boolean", "not_text", "time_zone", "integer_for_number"})


def conform(payload: Mapping[str, Any], made: InputFormat) -> EncodedBody:
    """Return a request with its values as the model declares them.

    1 becomes 1.0 where a float is declared and 3.0 becomes 3 where a whole number is; numbers that came as text become
    numbers; times with a zone become times in UTC without one; NaN becomes null. What is wrong in another way stays,
    for :func:`.validate.validate` to tell.

    Returns
    -------
    EncodedBody
        A new request; ``notes`` tells the changes worth knowing of, with their number.

    Examples
    --------
    >>> fmt = InputFormat("dataframe_records", "records", (Column("x", "number", "double"),))
    >>> conform({"dataframe_records": [{"x": "2"}]}, fmt)
    {'dataframe_records': [{'x': 2.0}]}
    """
    result = EncodedBody(payload)
    if made.kind not in TABLES or made.key not in payload:
        return result
    work = _TypedWriter()
    data = payload[made.key]
    if made.kind == "split":
        result[made.key] = work.split(data, made.columns)
    elif made.columns:
        result[made.key] = work.rows(data, made.columns)
    params = payload.get("params")
    if isinstance(params, Mapping):
        by_name = {column.name: column for column in made.params}
        result["params"] = {
            name: work.value(value, by_name[name]) if name in by_name else value for name, value in params.items()
        }
    result.notes = tuple(f"{text} ({count:,} times)" if count > 1 else text for text, count in work.notes.items())
    return result


class _TypedWriter:
    def __init__(self) -> None:
        self.notes: dict[str, int] = {}

    def split(self, data: Any, columns: Sequence[Column]) -> Any:
        if not isinstance(data, Mapping) or not isinstance(data.get("columns"), list):
            return data
        rows = data.get("data")
        if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
            return data
        by_name = {column.name: column for column in columns}
        known = [by_name.get(name) if isinstance(name, str) else None for name in data["columns"]]
        typed = [
            [self.value(value, known[place]) if place < len(known) else value for place, value in enumerate(row)]
            for row in rows
        ]
        return {**data, "data": typed}

    def rows(self, data: Any, columns: Sequence[Column]) -> Any:
        by_name = {column.name: column for column in columns}
        if isinstance(data, Mapping):
            return {name: self.column(values, by_name.get(name)) for name, values in data.items()}
        if not isinstance(data, list):
            return data
        return [
            {name: self.value(value, by_name.get(name)) for name, value in row.items()}
            if isinstance(row, Mapping)
            else row
            for row in data
        ]

    def column(self, values: Any, column: Column | None) -> Any:
        return [self.value(each, column) for each in values] if isinstance(values, list) else self.value(values, column)

    def value(self, value: Any, column: Column | None) -> Any:
        if type(value) is float and not math.isfinite(value):
            if math.isnan(value):
                self._note("NaN was sent as null.")
                return None
            return value
        if column is None:
            return value
        if column.type == "integer" and type(value) is float and value.is_integer():
            return int(value)
        if column.type == "number" and type(value) is int and abs(value) <= 2**53:
            return float(value)
        if column.type in ("array", "object"):
            return conformed(value, column)
        fault = fault_of(value, column)
        if fault is None or fault.code not in MEANT or fault.value is NOTHING:
            return value
        self._note(_SAID[fault.code].format(column=column.name))
        return fault.value

    def _note(self, text: str) -> None:
        self.notes[text] = self.notes.get(text, 0) + 1


_SAID: Mapping[str, str] = {
    "text_for_number": "Column {column!r}: text was read as a number.",
    "not_boolean": "Column {column!r}: text or a number was read as true or false.",
    "not_text": "Column {column!r}: a value was written as text.",
    "time_zone": UTC_NOTE,
    "integer_for_number": "Column {column!r}: whole numbers were written as floats.",
}
