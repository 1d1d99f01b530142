"""From text to a document: JSON or YAML, with whatever stands before it, and not without end."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

from serving_widgets.openapi.errors import DocumentError

#: Largest document that is read, in bytes. The largest known in the open, OpenAI's, has 3.4 MB.
LARGEST = 32 * 1024 * 1024
#: Most values in a document: YAML says "the same again" in a few letters, so that little text may be very much.
MOST_VALUES = 2_000_000


def parsed(text: str | bytes) -> Any:
    """Return what a document says.

    Raises
    ------
    DocumentError
        When it is neither JSON nor YAML, or too large.
    """
    if len(text) > LARGEST:
        raise DocumentError(
            f"The document has {len(text) / 1e6:.0f} MB; up to {LARGEST / 1e6:.0f} MB are read.",
            hint="Take out the operations that aren't needed, and load the rest.",
            code="document_too_large",
        )
    written = _decoded(text).lstrip("\ufeff \t\r\n")
    try:
        return json.loads(written)
    except RecursionError:
        raise _too_deep() from None
    except ValueError as error:
        if written.startswith(("{", "[")) or not written:
            raise DocumentError(
                f"This is not an OpenAPI document: {_reason(error, written)}.",
                hint="Load the whole text of the document.",
            ) from None
    return _yaml(written)


def _decoded(text: str | bytes) -> str:
    if isinstance(text, str):
        return text
    for encoding in ("utf-8-sig", "utf-16"):
        if encoding == "utf-16" and not text.startswith((b"\xff\xfe", b"\xfe\xff")):
            break
        try:
            return text.decode(encoding)
        except UnicodeDecodeError:
            continue
    return text.decode("utf-8", "replace")


def _reason(error: ValueError, written: str) -> str:
    if not written:
        return "it is empty"
    return f"{error.msg}, line {error.lineno}" if isinstance(error, json.JSONDecodeError) else str(error)


def _yaml(written: str) -> Any:
    try:
        import yaml
    except ImportError:
        raise DocumentError(
            "This is not JSON, and for YAML a library is missing.", hint="%pip install pyyaml, or load it as JSON."
        ) from None
    try:
        # The loader in C, where PyYAML was built with it, takes a fifth of the time.
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        return _plain(yaml.load(written, Loader=loader), [MOST_VALUES])  # noqa: S506 – both loaders are the safe ones
    except RecursionError:
        raise _too_deep() from None
    except (yaml.YAMLError, ValueError) as error:
        first = str(error).splitlines()[0]
        raise DocumentError(
            f"This is neither JSON nor YAML: {first}.", hint="Load the document's whole text."
        ) from None


def _plain(value: Any, left: list[int]) -> Any:
    """Return what YAML says as JSON would: names that are text, dates as text."""
    left[0] -= 1
    if left[0] < 0:
        raise DocumentError(f"The document has more than {MOST_VALUES:,} values.", code="document_too_large")
    if isinstance(value, Mapping):
        return {_name(key): _plain(each, left) for key, each in value.items()}
    if isinstance(value, list | tuple | set):
        return [_plain(each, left) for each in value]
    if isinstance(value, dt.date):
        return value.isoformat()
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value


def _name(key: Any) -> str:
    if isinstance(key, bool) or key is None:
        return json.dumps(key)
    return key.isoformat() if isinstance(key, dt.date) else str(key)


def _too_deep() -> DocumentError:
    return DocumentError("The document is nested too deep to be read.", code="document_too_large")
