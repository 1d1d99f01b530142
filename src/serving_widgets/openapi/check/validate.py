"""Requests against what an endpoint takes, before anything is sent.

An error is what the service would refuse, or change without a word; whoever knows better sends it anyway. The format
is told by the member that marks it, and nothing else is tried: with alternatives a validator could only say that none
fits.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from serving_widgets.openapi.encode.encode import to_payload
from serving_widgets.openapi.errors import EncodingError
from serving_widgets.openapi.model import LANGUAGE, LANGUAGE_KEYS, TABLE_KEYS, Column, InputFormat
from serving_widgets.openapi.report import Report, ReportBuilder

from .columns import check_column, escaped
from .json_schema import check_json
from .messages import shown
from .tables import check_columns, check_records, check_split
from .tensors import check_tensors
from .values import fault_of

__all__ = ["Report", "validate"]


def validate(payload: Any, formats: InputFormat | Iterable[InputFormat]) -> Report:
    """Return what is wrong with a request.

    Parameters
    ----------
    payload
        The body: a dictionary, or JSON as text. A DataFrame, a Series, or an array is checked as it would be sent.
    formats
        The formats that the endpoint takes; or the one that is meant.

    Examples
    --------
    >>> from .model import Column
    >>> fmt = InputFormat("dataframe_split", "split", (Column("n", "integer", "int64", True),))
    >>> validate({"dataframe_split": {"columns": ["n"], "data": [["three"]]}}, fmt)
    dataframe_split, 1 row: 1 error.
      row 0, n: "three" is not a whole number. Give a whole number.
    """
    known = [formats] if isinstance(formats, InputFormat) else list(formats)
    findings = ReportBuilder()
    if _is_data(payload):
        payload, key = _encoded(payload, known, findings)
        if payload is None:
            return findings.report(key)
    if isinstance(payload, str | bytes):
        payload = _read(payload, findings)
        if findings.counts:
            return findings.report("")
    made = _chosen(payload, known, findings)
    if made is None:
        return findings.report("")
    if not findings.counts:
        _check(payload, made, findings)
    return findings.report(made.name)


def _check(payload: Any, made: InputFormat, findings: ReportBuilder) -> None:
    if made.kind in TABLE_KEYS.values() and isinstance(payload, Mapping):
        _check_table(payload, made, findings)
        return
    check_json(payload, made.schema, findings)
    if made.kind == "chat" and payload.get("messages") == []:
        findings.error("/messages", "no_messages", "There is no message.", fix="Add what the user says.")
    if made.kind in LANGUAGE:
        known = {column.name for column in made.params} | {made.key}
        for name in payload.keys() - known if made.params else ():
            text = f"The schema has no {name}; the model may ignore it."
            findings.warning(f"/{escaped(name)}", "unknown_member", text)


def _check_table(payload: Mapping[str, Any], made: InputFormat, findings: ReportBuilder) -> None:
    data = payload[made.key]
    if made.kind == "split":
        check_split(data, made, findings)
    elif made.kind == "records":
        check_records(data, made, findings)
    elif made.tensors:
        check_tensors(data, made, findings)
    elif made.columns:
        _check_inputs(data, made, findings)
    if "params" in payload:
        _check_params(payload["params"], made.params, findings)
    for name in payload.keys() - {made.key, "params"}:
        text = f"The service ignores {name}: it takes {made.key} and params."
        findings.warning(f"/{escaped(name)}", "unknown_member", text)


def _check_inputs(data: Any, made: InputFormat, findings: ReportBuilder) -> None:
    path = f"/{made.key}"
    if isinstance(data, list) and data and not any(isinstance(row, Mapping) for row in data) and len(made.columns) == 1:
        findings.rows = len(data)
        check_column(data, made.columns[0], findings, lambda row: f"{path}/{row}")
    elif isinstance(data, Mapping) and made.kind == "inputs":
        check_columns(data, made, findings, path)
    else:
        check_records(data, made, findings, path)


def _check_params(params: Any, known: Sequence[Column], findings: ReportBuilder) -> None:
    if params is None:
        return
    if not isinstance(params, Mapping):
        findings.error("/params", "not_an_object", f"{shown(params)} stands where an object must.", fix="Write {…}.")
        return
    by_name = {column.name: column for column in known}
    for name, value in params.items():
        column, path = by_name.get(name), f"/params/{escaped(name)}"
        if column is None:
            text = f"The model has no parameter {name}; the service ignores it."
            findings.warning(path, "unknown_param", text, column=name)
            continue
        if value is None:
            continue
        if column.type == "integer" and type(value) is float:
            whole = {"value": int(value)} if value.is_integer() else {}
            text = f"{value!r} is not a whole number; the service refuses it as a parameter."
            findings.error(path, "not_integer", text, column=name, fix="Write it without a point.", **whole)
            continue
        fault = fault_of(value, column)
        if fault is not None:
            findings.error(path, fault.code, fault.message, column=name, fix=fault.fix, value=fault.value)


def _chosen(payload: Any, known: Sequence[InputFormat], findings: ReportBuilder) -> InputFormat | None:
    """Return the format that a body is in; the only one where it can't be told."""
    plain = [made for made in known if made.kind in ("json", "tensor_v2")]
    if not isinstance(payload, Mapping):
        if plain:
            return plain[0]
        text = f"{shown(payload)} is no request: it has to be an object."
        findings.error("", "not_an_object", text, fix=_how(known))
        return None
    tables = [key for key in TABLE_KEYS if key in payload]
    marked = [made for made in known if made.key in payload and made.kind not in ("json", "tensor_v2")]
    if marked and len(tables) > 1 and any(made.kind in TABLE_KEYS.values() for made in known):
        text = f"It has {' and '.join(tables)}; the service takes exactly one of them."
        findings.error("", "several_formats", text, fix=f"Leave out all but {tables[0]}.")
        return marked[0]
    if marked:
        language = [key for key in LANGUAGE_KEYS if key in payload] if marked[0].kind not in LANGUAGE else []
        if language:
            text = f"With {language[0]} beside {marked[0].key} the service takes it for a request to a language model."
            findings.error(f"/{language[0]}", "several_formats", text, fix=f"Leave out {language[0]}.")
        return marked[0]
    if plain:
        return _best(payload, plain)
    if len(tables) == 1 and any(made.kind in TABLE_KEYS.values() for made in known):
        return _unlisted(tables[0], known, findings)
    _tell_unmarked(payload, known, tables, findings)
    return None


def _unlisted(key: str, known: Sequence[InputFormat], findings: ReportBuilder) -> InputFormat:
    """Return a format that the document doesn't list: the scoring server takes each of the four for every table."""
    findings.warning(
        f"/{key}", "unlisted_format", f"The schema doesn't list {key}; the service may take it all the same."
    )
    like = next((made for made in known if made.columns), InputFormat(key, TABLE_KEYS[key]))
    return InputFormat(key, TABLE_KEYS[key], like.columns, (), like.params)


def _tell_unmarked(
    payload: Mapping[str, Any], known: Sequence[InputFormat], tables: Sequence[str], findings: ReportBuilder
) -> None:
    names = ", ".join(made.key for made in known) or "nothing that is known"
    split = next((made for made in known if made.kind == "split"), None)
    if split is not None and {"columns", "data"} <= payload.keys():
        text = f"The member {split.key} is missing around columns and data."
        findings.error("", "not_wrapped", text, fix="Put it around them.", value={split.key: dict(payload)})
    elif tables:
        text = f"The endpoint doesn't say that it takes {tables[0]}; it takes {names}."
        findings.error(f"/{tables[0]}", "other_format", text, fix=_how(known))
    else:
        findings.error("", "no_format", f"It has none of the members that mark a request: {names}.", fix=_how(known))


def _how(known: Sequence[InputFormat]) -> str:
    return f'Write {{"{known[0].key}": …}}.' if known else ""


def _best(payload: Mapping[str, Any], known: Sequence[InputFormat]) -> InputFormat:
    """Return the plain format that has most of a body's members."""

    def score(made: InputFormat) -> tuple[bool, int]:
        members = made.schema.get("properties") or {}
        needed = set(made.schema.get("required") or ())
        return needed <= payload.keys(), len(payload.keys() & members.keys())

    return max(known, key=score)


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
        findings.error("", "not_json", f"It is not JSON: {error.msg.lower()} ({place}).", fix="Mend it there.")
        return None
    except (ValueError, RecursionError) as error:
        findings.error("", "not_json", f"It is not JSON: {error}.")
        return None
    for name in twice[:10]:
        findings.error("", "duplicate_member", f"The member {name} is there twice; only the last would count.")
    return read


def _is_data(payload: Any) -> bool:
    """Whether a payload is a table or an array rather than a body; pandas is looked for only where it is in use."""
    for module, names in (("pandas", ("DataFrame", "Series")), ("numpy", ("ndarray",))):
        loaded = sys.modules.get(module)
        if loaded is not None and isinstance(payload, tuple(getattr(loaded, name) for name in names)):
            return True
    return False


def _encoded(data: Any, known: Sequence[InputFormat], findings: ReportBuilder) -> tuple[Any, str]:
    array = type(data).__module__.partition(".")[0] == "numpy" and not data.dtype.names
    kinds = ("inputs", "instances") if array else ("split", "records", "inputs", "instances")
    made = next((each for kind in kinds for each in known if each.kind == kind), None)
    if made is None:
        findings.error("", "no_table", "The endpoint takes no tables.", fix=_how(known))
        return None, ""
    try:
        payload = to_payload(data, made.key, made.declared)
    except EncodingError as error:
        findings.error(
            f"/{made.key}", "not_encodable", error.message, column=error.column, row=error.row, fix=error.hint
        )
        return None, made.name
    for note in payload.notes:
        findings.warning(f"/{made.key}", "encoded", note)
    return payload, made.name
