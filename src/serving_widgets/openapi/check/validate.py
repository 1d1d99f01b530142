"""Requests against what an endpoint takes, before anything is sent.

An error is what the service would refuse, or change without a word; whoever knows better sends it anyway. The format
is told by the member that marks it, and nothing else is tried: with alternatives a validator could only say that none
fits.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from serving_widgets.openapi.encode.body_values import is_data, is_records, plain_body
from serving_widgets.openapi.encode.tables import ArrayRows, RowSource, rows_of
from serving_widgets.openapi.errors import EncodingError
from serving_widgets.openapi.model import LANGUAGE, TABLE_KEYS, TABLES, InputFormat
from serving_widgets.openapi.report import MOST_SHOWN, Report, ReportBuilder

from .formats import chosen, declared, how
from .inputs import check_inputs
from .json_schema import check_json
from .messages import escaped
from .params import check_params
from .tables import check_records, check_split
from .tensors import check_tensor_table, check_tensors

__all__ = ["Report", "validate"]


def validate(payload: Any, formats: InputFormat | Iterable[InputFormat]) -> Report:
    """Return what is wrong with a request.

    Parameters
    ----------
    payload
        The body: a dictionary, or JSON as text. A DataFrame, a Series, an array, or a list of dictionaries is checked
        as it would be sent.
    formats
        The formats that the endpoint takes; or the one that is meant.

    Examples
    --------
    >>> from serving_widgets.openapi.model import Column
    >>> fmt = InputFormat("dataframe_split", "split", (Column("n", "integer", "int64", True),))
    >>> validate({"dataframe_split": {"columns": ["n"], "data": [["three"]]}}, fmt)
    dataframe_split, 1 row: 1 error.
      row 0, n: "three" is not a whole number. Give a whole number.
    """
    return checked(payload, formats)[0]


def checked(
    payload: Any, formats: InputFormat | Iterable[InputFormat], *, most: float = MOST_SHOWN
) -> tuple[Report, Any]:
    """Return what is wrong with a request, and its body as it is sent; see :func:`validate`.

    What is checked is the body: text and bytes are sent as they stand, all else is first written as JSON has it.

    Parameters
    ----------
    most
        How many errors are told one by one.
    """
    known = [formats] if isinstance(formats, InputFormat) else list(formats)
    findings = ReportBuilder(most)
    body, key = payload, ""
    if takes_rows(payload, known):
        body, key = _encoded(payload, known, findings)
    elif not isinstance(payload, str | bytes):
        try:
            body = plain_body(payload)
        except EncodingError as error:
            findings.error("", "not_encodable", error.message, column=error.column, row=error.row, fix=error.hint)
    if findings.counts:
        return findings.report(key), None
    content = _read(body, findings) if isinstance(body, str | bytes) else body
    made = None if findings.counts else chosen(content, known, findings)
    if made is not None and not findings.counts:
        _check(content, made, findings)
    return findings.report("" if made is None else made.name), body


def takes_rows(payload: Any, known: Sequence[InputFormat]) -> bool:
    """Whether a payload is rows, to be written in one of some formats, rather than the body itself."""
    return (is_data(payload) or is_records(payload)) and any(made.kind in TABLES for made in known)


def _check(payload: Any, made: InputFormat, findings: ReportBuilder) -> None:
    if made.kind in TABLE_KEYS.values() and isinstance(payload, Mapping):
        _check_table(payload, made, findings)
        return
    check_json(payload, made.schema, findings)
    if made.whole and not findings.counts:
        check_json(payload, made.whole, findings)
    if made.kind == "chat" and payload.get("messages") == []:
        findings.error("/messages", "no_messages", "There is no message.", fix="Add what the user says.")
    if made.kind in LANGUAGE:
        known = {column.name for column in made.params} | {made.key}
        for name in payload.keys() - known if made.params else ():
            text = f"The schema has no {name}; the model may ignore it."
            findings.warning(f"/{escaped(name)}", "unknown_member", text)


def _check_table(payload: Mapping[str, Any], made: InputFormat, findings: ReportBuilder) -> None:
    data = payload[made.key]
    if made.tensors and made.kind in ("split", "records"):
        check_tensor_table(data, made, findings)
    elif made.kind == "split":
        check_split(data, made, findings)
    elif made.kind == "records":
        check_records(data, made, findings)
    elif made.tensors:
        check_tensors(data, made, findings)
    elif made.columns:
        check_inputs(data, made, findings)
    if made.schema and not made.columns and not made.tensors:
        check_json(payload, made.schema, findings)
    if "params" in payload:
        check_params(payload["params"], made.params, findings)
    for name in payload.keys() - {made.key, "params"}:
        text = f"The service ignores {name}: it takes {made.key} and params."
        findings.warning(f"/{escaped(name)}", "unknown_member", text)


def _read(text: str | bytes, findings: ReportBuilder) -> Any:
    twice: list[str] = []

    def object_of(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) != len(pairs):
            names = [name for name, _ in pairs]
            twice.extend(name for name in made if names.count(name) > 1)
        return made

    try:
        read = json.loads(text, object_pairs_hook=object_of)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, character {error.colno}"
        findings.error("", "not_json", f"It is not JSON: {error.msg.lower()} ({place}).", fix="Fix it there.")
        return None
    except (ValueError, RecursionError) as error:
        findings.error("", "not_json", f"It is not JSON: {error}.")
        return None
    for name in twice[:10]:
        findings.error("", "duplicate_member", f"The member {name} appears twice; only the last would count.")
    return read


def _encoded(data: Any, known: Sequence[InputFormat], findings: ReportBuilder) -> tuple[Any, str]:
    rows: RowSource | None = None
    try:
        rows = rows_of(data, known[0].key if len(known) == 1 and known[0].kind in TABLES else None)
        made = declared(rows, known)
        if made is None:
            findings.error("", "no_table", "The endpoint takes no tables.", fix=how(known))
            return None, ""
        if isinstance(rows, ArrayRows) and made.columns and not _takes_array(made, rows):
            text = "The model takes columns with names, and an array has none."
            findings.error(f"/{made.key}", "no_table", text, fix="Give a DataFrame with the model's columns.")
            return None, made.name
        payload = {rows.format: rows.part(0, len(rows))}
    except EncodingError as error:
        key = rows.format if rows is not None else ""
        text, place = error.message, f"/{key}" if key else ""
        findings.error(place, "not_encodable", text, column=error.column, row=error.row, fix=error.hint)
        return None, key
    for note in rows.notes:
        findings.warning(f"/{made.key}", "encoded", note)
    return payload, made.name


def _takes_array(made: InputFormat, rows: ArrayRows) -> bool:
    """Whether the columns of a model take an array: places instead of names, or the values of a single column."""
    return made.by_place or (len(made.columns) == 1 and rows.axes == 1)
