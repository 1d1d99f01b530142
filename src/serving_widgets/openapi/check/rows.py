"""The rows of a table against what an endpoint takes, before they are written: the rule of :mod:`.validate`, by column.

A column whose dtype holds nothing but right values is not looked at: of 100,000 rows and 20 columns of numbers, text
and times the check takes a few hundredths of a second.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from serving_widgets.openapi.encode.tables import FORMATS, ArrayRows, FrameRows, RowSource
from serving_widgets.openapi.model import Column, InputFormat
from serving_widgets.openapi.report import NOTHING, Report, ReportBuilder

from .columns import check_column
from .formats import declared
from .tables import columns_at
from .validate import validate
from .values import EXACT, FIRST_TIME, LARGEST_FLOAT, LAST_TIME, RANGES, fault_of, is_bounded

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

#: No number of problems is too many.
ALL = float("inf")


@dataclass(slots=True)
class Coercion:
    """Values that are put in the place of wrong ones, where it is known what was meant.

    Attributes
    ----------
    changes : dict
        What was found and what was sent instead, by row (counted from 0) and column.
    """

    columns: Mapping[str | int, Column]
    changes: dict[tuple[int, str], tuple[Any, Any]] = field(default_factory=dict)

    def __call__(self, name: str, values: list[Any], first: int) -> list[Any]:
        """Return the values of a column as they are sent."""
        column = self.columns.get(name, self.columns.get(int(name)) if name.isdecimal() else None)
        if column is None:
            return values
        result = []
        for row, value in enumerate(values, first):
            fault = fault_of(value, column)
            if fault is not None and fault.value is not NOTHING:
                self.changes[row, name] = (value, fault.value)
                value = fault.value
            result.append(value)
        return result


def declare(rows: RowSource, known: Sequence[InputFormat], *, coerce: bool) -> InputFormat | None:
    """Tell rows what the endpoint takes; return how they are written, None where it takes none.

    Parameters
    ----------
    coerce
        Whether values that don't fit are converted where it is known what was meant.
    """
    made = declared(rows, known)
    if made is not None and coerce and isinstance(rows, FrameRows):
        rows.change = Coercion(made.by_name)
    return made


def check_rows(rows: RowSource, made: InputFormat, start: int, stop: int, *, most: float = ALL) -> Report:
    """Return what is wrong with the rows from ``start`` to before ``stop``; rows are counted from the first of all.

    Raises
    ------
    EncodingError
        When a value has no form in JSON.
    """
    findings = ReportBuilder(most)
    if isinstance(rows, FrameRows) and made.columns and rows.format in FORMATS[:2]:
        known = columns_at(rows.sent_names, made, f"/{made.key}", findings)
        for place in range(len(rows.names)):
            column = known.get(place)
            if column is None or not _fits(rows.series(place, start, stop), column):
                values = rows.column(place, start, stop)
                if column is not None:
                    check_column(values, column, findings, lambda row: f"/{made.key}", first=start)
        return findings.report(made.name)
    if (
        isinstance(rows, ArrayRows)
        and len(made.tensors) == 1
        and rows.fits(made.tensors[0].type, made.tensors[0].shape)
    ):
        return findings.report(made.name)
    report = validate({rows.format: rows.part(start, stop)}, made)
    shifted = (replace(each, row=None if each.row is None else each.row + start) for each in report.errors)
    return replace(report, errors=tuple(shifted))


def _fits(series: pd.Series[Any], column: Column) -> bool:
    """Return whether a column's dtype, with its least and largest value, tells that all can be sent and are right."""
    import numpy as np
    import pandas as pd

    dtype: Any = series.dtype
    if column.enum or is_bounded(column):
        return False
    if column.type == "string" and column.format == "":
        if isinstance(dtype, pd.StringDtype):
            # Arrow keeps no text that has no form in UTF-8.
            return dtype.storage == "pyarrow"
        return isinstance(dtype, np.dtype) and dtype.kind == "O" and _is_text(series)
    if not isinstance(dtype, np.dtype):
        return False
    values = series.to_numpy()
    if column.type == "boolean":
        return dtype.kind == "b"
    if column.type == "integer" and dtype.kind in "iu":
        return _within(values, *RANGES.get(column.format, RANGES["int64"]))
    if column.type == "number" and dtype.kind in "iu":
        return column.format == "float" or _within(values, -EXACT, EXACT)
    if column.type == "number" and dtype.kind == "f" and dtype.itemsize <= 8:
        known = values[~np.isnan(values)] if np.isnan(values).any() else values
        largest = LARGEST_FLOAT if column.format == "float" else np.finfo(np.float64).max
        return _within(known, -largest, largest)
    if column.type == "string" and column.format == "date-time" and dtype.kind == "M":
        known = values[~np.isnat(values)].astype("datetime64[s]")
        return _within(known, np.datetime64(FIRST_TIME, "s"), np.datetime64(LAST_TIME, "s") - 1)
    return False


def _within(values: np.ndarray[Any, Any], least: Any, most: Any) -> bool:
    return not len(values) or bool(least <= values.min() and values.max() <= most)


def _is_text(series: pd.Series[Any]) -> bool:
    """Return whether objects are all text that has a form in UTF-8, or missing."""
    import pandas as pd

    values = series.to_numpy()
    if pd.api.types.infer_dtype(values, skipna=True) != "string":
        return False
    try:
        joined = "".join(values)
    except TypeError:
        joined = "".join(series.dropna())
    try:
        return joined.isascii() or bool(joined.encode())
    except UnicodeEncodeError:
        return False
