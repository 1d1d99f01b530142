"""Plain JSON against a JSON Schema; the library for it is imported when it is first needed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any

from serving_widgets.openapi.report import Findings

from .columns import escaped

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError
    from jsonschema.protocols import Validator

#: Errors that are looked for; more tell nobody anything.
MOST = 100


def check_json(value: Any, schema: Any, findings: Findings) -> None:
    """Check a value; whatever the schema itself gets wrong is a warning, because no request can mend it."""
    try:
        for error in islice(validator_of(schema).iter_errors(value), MOST):
            _tell(error, findings)
    except RecursionError:
        findings.warning("", "not_checked", "It is nested too deep to be checked.")
    except Exception as error:
        text = f"The schema can't be used to check it ({type(error).__name__})."
        findings.warning("", "not_checked", text)


def validator_of(schema: Any) -> Validator:
    """Return the validator for a schema that refers to nothing outside itself; nothing is ever fetched."""
    key = id(schema)
    kept = _kept.get(key)
    if kept is None or kept[0] is not schema:
        if len(_kept) > _MOST_KEPT:
            _kept.clear()
        kept = _kept[key] = (schema, _maker()(schema))
    return kept[1]


_MOST_KEPT = 64
_kept: dict[int, tuple[Any, Validator]] = {}


@lru_cache(maxsize=1)
def _maker() -> Any:
    from jsonschema import Draft202012Validator
    from referencing import Registry

    registry: Registry[Any] = Registry()
    return lambda schema: Draft202012Validator(schema, registry=registry)


def _tell(error: ValidationError, findings: Findings) -> None:
    path = "".join(f"/{escaped(step)}" for step in error.absolute_path)
    message = _words(error)
    if error.validator in ("anyOf", "oneOf") and error.context:
        # The alternative that came furthest is the one that was meant.
        inner = max(error.context, key=lambda each: (len(each.absolute_path), each.validator != "type"))
        path = "".join(f"/{escaped(step)}" for step in inner.absolute_path)
        message = f"None of the alternatives fits; the nearest says: {_words(inner)}"
    if error.validator == "oneOf" and not error.context:
        findings.warning(path, "ambiguous", "More than one alternative fits; the schema doesn't tell which is meant.")
        return
    findings.error(path, str(error.validator), message, column=_member(path))


def _words(error: ValidationError) -> str:
    wanted: Any = error.validator_value
    if error.validator == "required":
        missing = [name for name in wanted if isinstance(error.instance, Mapping) and name not in error.instance]
        return f"{_list(missing)} {'is' if len(missing) == 1 else 'are'} missing."
    if error.validator == "type":
        kinds = wanted if isinstance(wanted, list) else [wanted]
        return f"{_shown(error.instance)} is not of type {' or '.join(map(str, kinds))}."
    if error.validator == "enum":
        return f"{_shown(error.instance)} is none of {_list([_shown(each) for each in wanted[:8]])}."
    message = error.message if len(error.message) <= 200 else f"{error.message[:199]}…"
    return message if message.endswith((".", "…")) else f"{message}."


def _member(path: str) -> str | None:
    return path.split("/")[1] if path else None


def _list(names: list[str]) -> str:
    return ", ".join(names)


def _shown(value: Any) -> str:
    from .messages import shown

    return shown(value)
