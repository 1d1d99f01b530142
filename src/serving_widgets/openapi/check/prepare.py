"""Requests as they are sent: written as JSON, checked, and converted where that is wanted."""

from __future__ import annotations

import copy
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from serving_widgets.openapi.encode.body_values import is_data, is_records, plain_body
from serving_widgets.openapi.encode.encode import to_payload
from serving_widgets.openapi.model import InputFormat
from serving_widgets.openapi.report import MOST_SHOWN, NOTHING, Problem, Report

from .validate import checked, takes_rows


@dataclass(frozen=True, slots=True)
class ValueChange:
    """A value that was converted.

    Attributes
    ----------
    row : int or None
        Counted from 0; None where it stands in no row.
    column : str or None
        The column or parameter.
    value, sent : Any
        What was found, and what is sent instead.
    """

    row: int | None
    column: str | None
    value: Any
    sent: Any


@dataclass(frozen=True, slots=True)
class PreparedRequest:
    """A request that can be sent, unless its report is against it.

    Attributes
    ----------
    body : Any
        Text and bytes as they stand, all else as JSON has it.
    report : Report or None
        What is wrong with it; None where it is not known what the endpoint takes.
    table : Any
        The table that it was made of; None where it was none.
    notes : tuple of str
        What was written otherwise than it was given, in sentences.
    changes : tuple of ValueChange
        The values that were converted.
    """

    body: Any
    report: Report | None = None
    table: Any = None
    notes: tuple[str, ...] = ()
    changes: tuple[ValueChange, ...] = ()


def prepare_unchecked(payload: Any, format: str | None = None) -> PreparedRequest:
    """Return a request of which nothing is known but how to write it.

    Parameters
    ----------
    format
        The data key of a table; see :func:`.to_payload`.

    Raises
    ------
    EncodingError
        When JSON has no form for it.
    """
    if is_data(payload) or is_records(payload):
        body = to_payload(payload, format)
        return PreparedRequest(body, table=payload, notes=body.notes)
    return PreparedRequest(payload if isinstance(payload, str | bytes) else plain_body(payload))


def prepare(payload: Any, known: Sequence[InputFormat], *, coerce: bool = False) -> PreparedRequest:
    """Return a request as it is sent, with what is wrong with it.

    Parameters
    ----------
    payload
        As for :func:`.validate`.
    known
        The formats that the endpoint takes.
    coerce
        Whether values that don't fit are converted where it is known what was meant.

    Examples
    --------
    >>> from serving_widgets.openapi.model import Column
    >>> made = InputFormat("dataframe_records", "records", (Column("n", "integer", "int64", True),))
    >>> prepare('{"dataframe_records": [{"n": "3"}]}', [made], coerce=True).body
    {'dataframe_records': [{'n': 3}]}
    """
    table = payload if takes_rows(payload, known) else None
    report, body = checked(payload, known, most=float("inf") if coerce else MOST_SHOWN)
    changes: tuple[ValueChange, ...] = ()
    meant = [each for each in report.errors if each.path and each.value is not NOTHING] if coerce else []
    if meant:
        body = json.loads(body) if isinstance(body, str | bytes) else copy.deepcopy(body)
        changes = tuple(_convert(body, each) for each in meant)
        report, body = checked(body, known)
    notes = (each.message if each.code == "encoded" else f"{each.where}: {each.message}" for each in report.warnings)
    return PreparedRequest(body, report, table, tuple(notes), changes)


def _convert(body: Any, problem: Problem) -> ValueChange:
    """Put what was meant in the place of a wrong value."""
    _, *way, last = (step.replace("~1", "/").replace("~0", "~") for step in problem.path.split("/"))
    for step in way:
        body = body[int(step) if isinstance(body, list) else step]
    key = int(last) if isinstance(body, list) else last
    value, body[key] = body[key], problem.value
    return ValueChange(problem.row, problem.column, value, problem.value)
