"""Secrets in texts, known by their form or by what stands before them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .error_body import mask
from .redaction import HIDDEN


def hide_secrets(text: str) -> str:
    """Return a text without what looks like a secret.

    Examples
    --------
    >>> hide_secrets("pip install https://ada:hunter22@pypi.corp.example/simple, password=hunter22")
    'pip install https://•••@pypi.corp.example/simple, password=•••'
    """
    for _, form in SECRET_FORMS:
        text = form.sub(_hidden, text)
    return mask(text)


def kinds_of_secrets(text: str) -> Iterator[str]:
    """Return what a text seems to hold that is secret, such as ``"a token of GitHub"``; never the secret itself."""
    for what, form in SECRET_FORMS:
        if any(_hidden(found) != found[0] for found in form.finditer(text)):
            yield what
    if mask(text) != text:
        yield "a token of the workspace"


_MARKS = ('\\"', '"', "'")

#: Forms of secrets, each beside what it is. What stands before the secret in it is called ``before``.
SECRET_FORMS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "a private key",
        re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----(?s:.*?)(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)"),
    ),
    (
        "a login in an address",
        re.compile(
            # A password may have a slash that should have been spelled otherwise.
            r"(?P<before>[a-z][a-z0-9+.-]{1,20}://)(?:[^\s/@:\"'\\]{0,100}:[^\s@\"'\\]{0,500}|[^\s/@\"'\\]{0,500})(?=@)",
            re.IGNORECASE,
        ),
    ),
    (
        "a signature in an address",
        re.compile(
            r"(?P<before>[?&](?:sig|signature|x-amz-signature|x-goog-signature|access_token|token)=)[^&\s\"'\\]+",
            re.IGNORECASE,
        ),
    ),
    (
        "a secret beside its name",
        re.compile(
            r"(?P<before>(?:passw(?:or)?d|passwd|passphrase|pwd|secret|token(?!s|iz)|api[_-]?key|apikey|access[_-]?key"
            r"|private[_-]?key|account[_-]?key|credential(?!s?_(?:strategy|type|name))|authorization(?!_details)|connection[_-]?string)[\w.-]{0,40}"
            r"\\?[\"']?\s{0,3}(?:=>|[=:])\s{0,3}(?:bearer\s+|basic\s+)?)"
            r"(?P<value>\\\"(?:(?!\\\").)*(?:\\\"|$)|\"[^\"\n]*(?:\"|$)|'[^'\n]*(?:'|$)|[^\s\"',;&<>]+)",
            re.IGNORECASE | re.MULTILINE,
        ),
    ),
    ("a key of AWS", re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{12,}")),
    ("a token of GitHub", re.compile(r"\bgh[pousr]_[0-9A-Za-z]{16,}|\bgithub_pat_\w{16,}")),
    ("a token of Hugging Face", re.compile(r"\bhf_[0-9A-Za-z]{16,}")),
    ("a key of a model provider", re.compile(r"\bsk-[0-9A-Za-z_-]{16,}|\bAIza[0-9A-Za-z_-]{30,}")),
    ("a token of Slack", re.compile(r"\bxox[abprs]-[0-9A-Za-z-]{10,}")),
    (
        "a long key",
        re.compile(
            r"(?<![\w+/])(?=[\w+/=-]{0,200}\d)(?=[\w+/=-]{0,200}[a-z])(?=[\w+/=-]{0,200}[A-Z])(?P<key>[\w+/-]{40,}=*)"
        ),
    ),
)


def _hidden(found: re.Match[str]) -> str:
    parts = found.groupdict()
    before, value, key = parts.get("before") or "", parts.get("value"), parts.get("key")
    if key is not None and not any(map(_RANDOM.match, key.split("/"))):
        return found[0]
    if value is None:
        return f"{before}{HIDDEN}"
    mark = next((mark for mark in _MARKS if value.startswith(mark)), "")
    inner = value.removeprefix(mark).removesuffix(mark)
    if not inner or inner in _NO_SECRETS or inner.startswith("{{secrets/"):
        return found[0]
    if not mark and _JSON_MEMBER.search(before):
        # A number, an object or null of a JSON document.
        return found[0]
    return f"{before}{mark}{HIDDEN}{mark}"


#: What stands in the place of a secret where there is none.
_NO_SECRETS = frozenset({HIDDEN, "***", "None", "null", "true", "false", "True", "False"})
#: What stands between the slashes of a key, and not of a path: digits, small and capital letters together.
_RANDOM = re.compile(r"(?=[^/]{12})(?=.*\d)(?=.*[a-z])(?=.*[A-Z])")
_JSON_MEMBER = re.compile(r"\"\s*:\s*$")
