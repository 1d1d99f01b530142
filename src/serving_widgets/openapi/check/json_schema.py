"""Plain JSON against a JSON Schema, by a library that is imported when it is first needed."""

from __future__ import annotations

import json
from collections.abc import Iterable
from itertools import islice
from typing import TYPE_CHECKING, Any

from serving_widgets.openapi.report import ReportBuilder

from .messages import escaped, shown

if TYPE_CHECKING:
    from jsonschema_rs import Draft202012Validator, ValidationError

#: Errors that are looked for.
MOST = 100


def check_json(value: Any, schema: Any, report: ReportBuilder) -> None:
    """Check a value; whatever the schema itself gets wrong is a warning, because no request can mend it.

    Parameters
    ----------
    value : Any
        What JSON says.
    schema : dict or bool
        A JSON Schema (2020-12) that refers to nothing outside itself.
    report : ReportBuilder
        Takes what is wrong.
    """
    try:
        for error in islice(validator_of(schema).iter_errors(value), MOST):
            if error.kind.name == "oneOf" and _is_told_apart(error, schema):
                text = "More than one alternative fits; the service tells which is meant by its discriminator."
                report.warning(_path(error), "oneOf", text)
            else:
                _tell(error, report)
    except UnicodeEncodeError:
        report.error("", "broken_text", "It contains half of a surrogate pair, which isn't valid text.")
    except Exception as error:
        report.warning("", "not_checked", f"It can't be checked by the schema ({type(error).__name__}).")


def _is_told_apart(error: ValidationError, schema: Any) -> bool:
    """Whether more than one alternative fits, and the document names a member that tells which is meant."""
    context = [each for alternative in getattr(error.kind, "context", ()) for each in alternative]
    return not context and '"discriminator"' in json.dumps(schema)


def validator_of(schema: Any) -> Draft202012Validator:
    """Return the validator for a schema that refers to nothing outside itself; nothing is ever fetched."""
    key = id(schema)
    kept = _kept.get(key)
    if kept is None or kept[0] is not schema:
        from jsonschema_rs import Draft202012Validator

        if len(_kept) > _MOST_KEPT:
            _kept.clear()
        kept = _kept[key] = (schema, Draft202012Validator(schema, offline=True, validate_formats=False))
    return kept[1]


_MOST_KEPT = 64
_kept: dict[int, tuple[Any, Draft202012Validator]] = {}


def _tell(error: ValidationError, report: ReportBuilder) -> None:
    keyword = error.kind.name
    path, message = _path(error), _words(error)
    context = [each for alternative in getattr(error.kind, "context", ()) for each in alternative]
    if keyword == "oneOf" and not context:
        text = "More than one alternative fits, and exactly one may."
        report.error(path, "oneOf", text, column=_member(path))
        return
    if context:
        # The alternative that came furthest is the one that was meant.
        inner = max(context, key=lambda each: (len(each.instance_path), each.kind.name != "type"))
        path, message = _path(inner), f"None of the alternatives fits; the nearest says: {_words(inner)}"
    report.error(path, keyword, message, column=_member(path))


def _words(error: ValidationError) -> str:
    kind: Any = error.kind
    if kind.name == "required":
        return f"{kind.property} is missing."
    if kind.name == "type":
        return f"{shown(error.instance)} is not of type {' or '.join(kind.types)}."
    if kind.name == "enum":
        return f"{shown(error.instance)} is not one of {_several(kind.options)}."
    message = error.message if len(error.message) <= 200 else f"{error.message[:199]}…"
    return message if message.endswith((".", "…")) else f"{message}."


def _several(values: Iterable[Any]) -> str:
    return ", ".join(shown(each) for each in islice(values, 8))


def _path(error: ValidationError) -> str:
    return "".join(f"/{escaped(step)}" for step in error.instance_path)


def _member(path: str) -> str | None:
    return path.split("/")[1] if path else None
