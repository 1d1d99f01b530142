"""How the service words an error: the forms of its bodies, and what must not be repeated from them."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

_QUOTED = 300  # characters of an answer that no rule can read


def read_error_body(status: int, body: bytes) -> tuple[str, str, list[Any]]:
    """Return (error code, message, details) of an error's body, whatever its form.

    Read are ``{"error_code", "message", "details"}``, ``{"error": …}``, OAuth's ``{"error", "error_description"}``,
    SCIM's ``{"detail", "status", "scimType"}``, ``CODE: message``, HTML with ``<pre>`` or ``<title>``, and nothing at
    all; whatever else comes is quoted.

    Examples
    --------
    >>> read_error_body(400, b"BAD_REQUEST: no rows")
    ('BAD_REQUEST', 'no rows', [])
    """
    text = body.decode("utf-8", "replace").strip()
    if not text:
        return "", f"{_phrase(status)}.", []
    try:
        raw = json.loads(text)
    except (ValueError, RecursionError):
        return _read_text(status, text)
    if isinstance(raw, dict):
        return _read_object(status, raw, text)
    return _read_text(status, raw if isinstance(raw, str) else text)


def _read_object(status: int, raw: dict[str, Any], text: str) -> tuple[str, str, list[Any]]:
    details = raw.get("details")
    code, message = raw.get("error_code"), raw.get("message")
    inner = raw.get("error")
    if isinstance(inner, dict):  # the OpenAI-compatible routes
        code, message = code or inner.get("code"), inner.get("message") or message
    elif inner and "error_description" in raw:  # OAuth
        code, message = code or inner, raw["error_description"]
    elif inner:  # API 1.2
        message = inner
    if not message and "detail" in raw:  # SCIM
        message = " ".join(str(raw[key]) for key in ("scimType", "detail") if raw.get(key) not in (None, "null"))
        code = code or f"SCIM_{raw.get('status', status)}"
    if not message:
        message = f"{_phrase(status)}: {_shortened(text)}" if not code else f"{_phrase(status)}."
    return "" if code is None else str(code), str(message), details if isinstance(details, list) else []


def _read_text(status: int, text: str) -> tuple[str, str, list[Any]]:
    coded = re.match(r"([A-Z][A-Z_]+): (.+)", text, re.DOTALL)
    if coded:
        return coded[1], coded[2].strip(), []
    framed = re.search(r"<pre>(.*?)</pre>", text, re.DOTALL | re.IGNORECASE) or re.search(
        r"<title>(.*?)</title>", text, re.DOTALL | re.IGNORECASE
    )
    if framed:
        return "", _shortened(html.unescape(re.sub(r"<[^>]*>", " ", framed[1]))), []
    return "", f"{_phrase(status)}, with an answer that is not JSON: {_shortened(text)}", []


def request_id_of(headers: Mapping[str, str], details: Sequence[Any] = ()) -> str:
    """Return the id that the service gave to a request, in a header of any case or among an error's details, or ""."""
    for name, value in headers.items():
        if name.lower() in {"x-request-id", "x-databricks-request-id"}:
            return value
    found = (str(item["request_id"]) for item in details if isinstance(item, Mapping) and item.get("request_id"))
    return next(found, "")


def plain(text: str) -> str:
    r"""Return a text without what a terminal would carry out, and without marks that turn the direction of writing.

    Examples
    --------
    >>> plain("\x1b[31mno\x1b[0m entity\u202e")
    'no entity'
    """
    return _UNSEEN.sub("", _ESCAPES.sub("", text)) if not text.isprintable() else text


def mask(text: str) -> str:
    """Replace everything that looks like a credential by ``***``.

    Errors quote what the service said, and a service may say back what it was sent.

    Examples
    --------
    >>> mask("token dapi0123456789abcdef0123456789abcdef is expired")
    'token *** is expired'
    """
    return _SECRET.sub(lambda found: f"{found['kept'] or ''}***", text)


def looks_like_secret(word: str) -> bool:
    """Return whether what should be a host or a name is more likely a token, and had better not be repeated.

    It has a token's form, or it is one long word with digits in it, which no host of the service is.

    Examples
    --------
    >>> [looks_like_secret(word) for word in ("dapi0123456789", "kT9xQ2mB7vL4pR8s", "dev-2", "adb-12.3.azure.net")]
    [True, True, False, False]
    """
    bare = word.split("://", 1)[-1].split("/", 1)[0]
    one_word = not re.search(r"[.:\[\s]", bare) and len(bare) >= _SHORTEST_SECRET
    return mask(word) != word or (one_word and bool(re.search(r"[0-9]", bare)))


_SHORTEST_SECRET = 16  # characters

# Operating system commands up to their end, control sequences, and other escapes.
_ESCAPES = re.compile(
    r"(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c\n]*(?:\x07|\x1b\\|\x9c)?"
    r"|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"
    r"|\x1b[ -/]*[0-~]?"
)
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")

_SECRET = re.compile(
    r"(?P<kept>\b(?:bearer|basic)\s+)(?=\S*[0-9_~+/=-])[A-Za-z0-9._~+/=-]{8,}"  # an Authorization header's value
    r"|\bdapi[0-9A-Za-z-]{6,}"  # a personal access token
    r"|\bdose[0-9A-Za-z-]{16,}"  # an OAuth client secret
    r"|\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_.-]{8,}",  # a JSON web token
    re.IGNORECASE,
)


def _phrase(status: int) -> str:
    return HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else f"HTTP {status}"


def _shortened(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= _QUOTED else f"{plain[: _QUOTED - 1]}…"
