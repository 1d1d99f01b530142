"""Which format a request is in: told by the member that marks it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from serving_widgets.openapi.encode.tables import FrameRows, RowSource
from serving_widgets.openapi.model import LANGUAGE, LANGUAGE_KEYS, TABLE_KEYS, TABLES, InputFormat
from serving_widgets.openapi.report import ReportBuilder

from .json_schema import check_json
from .messages import shown


def chosen(payload: Any, known: Sequence[InputFormat], findings: ReportBuilder) -> InputFormat | None:
    """Return the format that a body is in; the only one where it can't be told."""
    plain = [made for made in known if made.kind in ("json", "tensor_v2") or _may_lack_key(made)]
    if not isinstance(payload, Mapping):
        if plain:
            return plain[0]
        text = f"{shown(payload)} is not a request: it has to be an object."
        findings.error("", "not_an_object", text, fix=how(known))
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
        text = f"The schema doesn't list {tables[0]}; the service may take it all the same."
        findings.warning(f"/{tables[0]}", "unlisted_format", text)
        return _unlisted(tables[0], known)
    _tell_unmarked(payload, known, tables, findings)
    return None


def _may_lack_key(made: InputFormat) -> bool:
    """Whether a request to a language model may leave out the member that marks it."""
    return made.kind in LANGUAGE and bool(made.schema) and made.key not in (made.schema.get("required") or ())


def declared(rows: RowSource, known: Sequence[InputFormat]) -> InputFormat | None:
    """Tell rows what the endpoint takes, so that they are written accordingly; return how, None where it takes none."""
    made = next((each for each in known if each.key == rows.format), None)
    if made is None:
        if not any(each.kind in TABLES for each in known):
            return None
        made = _unlisted(rows.format, known)
    if isinstance(rows, FrameRows):
        rows.declared = made.by_name
    return made


def _unlisted(key: str, known: Sequence[InputFormat]) -> InputFormat:
    """Return a format that the document doesn't list: the scoring server takes each of the four for every table."""
    like = next((made for made in known if made.columns or made.tensors), InputFormat(key, TABLE_KEYS[key]))
    return InputFormat(key, TABLE_KEYS[key], like.columns, like.tensors, like.params, numbered=like.numbered)


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
        findings.error(f"/{tables[0]}", "other_format", text, fix=how(known))
    else:
        findings.error("", "no_format", f"It has none of the members that mark a request: {names}.", fix=how(known))


def how(known: Sequence[InputFormat]) -> str:
    return f'Write {{"{known[0].key}": …}}.' if known else ""


def format_of(key: str, known: Sequence[InputFormat]) -> InputFormat | None:
    """Return how rows are written under a key; None where the endpoint takes no rows at all."""
    listed = next((made for made in known if made.key == key), None)
    if listed is not None or not any(made.kind in TABLE_KEYS.values() for made in known):
        return listed
    return _unlisted(key, known)


def _best(payload: Mapping[str, Any], known: Sequence[InputFormat]) -> InputFormat:
    """Return the plain format that a body fits; where it fits none, the one that has most of its members."""

    def score(made: InputFormat) -> tuple[bool, bool, int]:
        members = made.schema.get("properties") or {}
        needed = set(made.schema.get("required") or ())
        findings = ReportBuilder()
        check_json(payload, made.schema, findings)
        return not findings.counts, needed <= payload.keys(), len(payload.keys() & members.keys())

    return max(known, key=score) if len(known) > 1 else known[0]
