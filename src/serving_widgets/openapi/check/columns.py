"""Columns against their type, as a whole where that is enough.

A column of the right types is seen to be right by looking at the set of its types and, for whole numbers, at its least
and largest: 10,000 rows of 20 columns take some milliseconds. Only what is wrong is gone through value by value.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from serving_widgets.openapi.encode.nested_values import exact_float
from serving_widgets.openapi.model import Column
from serving_widgets.openapi.report import ReportBuilder

from .messages import ValueFault, shown
from .values import EXACT, LARGEST_FLOAT, RANGES, SURE_TIMES, TIME, fault_of, is_bounded

#: Where a row's value stands in the body: a function of the row.
RowPointer = Callable[[int], str]
#: Stands for the value of a row that has none.
NO_VALUE: Final[Any] = object()


def check_column(
    values: Sequence[Any],
    column: Column,
    findings: ReportBuilder,
    place: RowPointer,
    *,
    whole: bool = False,
    inferred: bool = True,
    first: int = 0,
) -> None:
    """Check the values of one column.

    Parameters
    ----------
    values
        One a row; those that are not there are left out of it by a mark of this module.
    place
        Where a row's value stands.
    whole
        Whether the value stands for all rows, so that no row is named.
    inferred
        Whether the server finds one type for the whole column before it reads the values: then all times have to be
        written in one form, and whole numbers beside others become floats.
    first
        The number of the first row.
    """
    if _is_right(values, column):
        return
    seen = 0
    for row, value in enumerate(values, first):
        if value is NO_VALUE:
            continue
        fault = fault_of(value, column)
        if fault is None:
            continue
        seen += 1
        if seen > findings.most:
            # Whoever has a hundred faults in a column needs their number, not their words.
            findings.count(column.name, 1)
            continue
        _tell(fault, column, findings, place(row), None if whole else row)
    if not inferred or seen:
        return
    if column.type in ("integer", "any"):
        _check_inexact(values, column, findings, place, first)
    if column.type == "string" and column.format == "date-time":
        _check_forms(values, column, findings, place, first)


def _is_right(values: Sequence[Any], column: Column) -> bool:
    """Return whether a column is seen to be right without looking at each value."""
    if is_bounded(column):
        return False
    kinds = set(map(type, values))
    if column.enum:
        kinds.discard(type(None))
        return kinds <= {str, int} and set(column.enum).issuperset(values) if _plain(column.enum) else False
    if column.type == "integer" and kinds <= {int}:
        least, most = RANGES.get(column.format, RANGES["int64"])
        return not values or (min(values) >= least and max(values) <= most)
    if column.type == "number" and kinds <= {int, float, type(None)}:
        known = [value for value in values if value is not None] if type(None) in kinds else values
        # One that is not finite makes the sum so, too.
        if not known or not _is_finite(known):
            return not known
        largest = max(max(known), -min(known))
        return (int not in kinds or largest <= EXACT) and (column.format != "float" or largest <= LARGEST_FLOAT)
    if column.type == "boolean":
        return kinds <= {bool}
    if column.type == "string" and kinds <= {str, type(None)}:
        known = [value for value in values if value is not None] if type(None) in kinds else values
        if column.format == "date-time":
            return bool(SURE_TIMES.fullmatch("\n".join([*known, ""])))
        joined = "".join(known)
        return column.format not in ("byte", "binary") and (joined.isascii() or _is_text(joined))
    return column.type == "any" and not kinds & {float, str, type(None)}


def _is_finite(values: Iterable[Any]) -> bool:
    try:
        return math.isfinite(sum(values))
    except OverflowError:
        return False


def _is_text(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _plain(values: Iterable[Any]) -> bool:
    return {str, int} >= set(map(type, values))


def _check_inexact(
    values: Sequence[Any], column: Column, findings: ReportBuilder, place: RowPointer, number: int
) -> None:
    """Find whole numbers that floats beside them would round."""
    kinds = set(map(type, values))
    if int not in kinds or not kinds & {float, type(None), type(NO_VALUE)}:
        return
    if not kinds <= {int, float, type(None), type(NO_VALUE)}:
        return
    for row, value in enumerate(values, number):
        if type(value) is int and exact_float(value) is value:
            text = f"{value} has more digits than a float keeps, and the service makes floats of a column with others."
            fault = ValueFault("inexact", text, "Write all numbers of the column without a point.")
            _tell(fault, column, findings, place(row), row)


def _check_forms(
    values: Sequence[Any], column: Column, findings: ReportBuilder, place: RowPointer, number: int
) -> None:
    """Find times in another form than the first, which the scoring server takes for the form of all."""
    first = None
    for row, value in enumerate(values, number):
        found = TIME.fullmatch(value) if isinstance(value, str) else None
        if found is None:
            continue
        form = (found["sep"], len((found["clock"] or "").partition(".")[0]), bool(found["fraction"]))
        if first is None:
            first = form
        elif form != first:
            fault = ValueFault(
                "mixed_times",
                f"{shown(value)} is written otherwise than the first time of the column; the service refuses that.",
                "Write all times of a column with the same parts.",
            )
            _tell(fault, column, findings, place(row), row)


def _tell(fault: ValueFault, column: Column, findings: ReportBuilder, path: str, row: int | None) -> None:
    findings.error(path, fault.code, fault.message, column=column.name, row=row, fix=fault.fix, value=fault.value)
