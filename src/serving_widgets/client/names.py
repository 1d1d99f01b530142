"""Names and addresses, checked before anything is sent."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import quote, urlsplit

from serving_widgets.api.error_body import looks_like_secret
from serving_widgets.api.errors import ActionRefused, ConfigError

LONGEST_NAME = 63  # Databricks API reference, *Serving endpoints*: path parameter `name`


def check_name(name: object, *, what: str = "endpoint", action: str = "") -> str:
    """Return a name that the service accepts, or say what is wrong with it.

    Names are 1–63 letters, digits, ``-`` and ``_``; anything else would end up in another part of the address.

    Raises
    ------
    ActionRefused
        Naming the first fault; nothing was sent.

    Examples
    --------
    >>> check_name("churn")
    'churn'
    """
    if isinstance(name, str) and _NAME.fullmatch(name):
        return name
    raise ActionRefused(
        f"The {what}'s name {_fault_in(name)}.",
        action=action,
        endpoint=name if isinstance(name, str) else "",
        hint=f"Names have 1 to {LONGEST_NAME} characters: letters without accents, digits, - and _.",
        code="invalid_name",
    )


def check_id(id: object, *, action: str = "", endpoint: str = "") -> str:
    """Return an endpoint's id that the service accepts, or say what is wrong with it.

    Raises
    ------
    ActionRefused
        When there is none, or something else than letters and digits; nothing was sent.

    Examples
    --------
    >>> check_id("0a1b2c3d4e5f60718293a4b5c6d7e8f9")
    '0a1b2c3d4e5f60718293a4b5c6d7e8f9'
    """
    if isinstance(id, str) and re.fullmatch(r"[A-Za-z0-9-]{1,64}", id):
        return id
    which = endpoint or "The endpoint"
    fault = "has no id, and permissions go by it" if not id else f"can't have the id {str(id)[:LONGEST_NAME]!a}"
    raise ActionRefused(
        f"{which} {fault}.",
        action=action,
        endpoint=endpoint,
        hint="Endpoints that the service itself provides have no id and no permissions of their own."
        if not id
        else "It is letters and digits, as ep.info.id has it.",
        code="no_id" if not id else "invalid_id",
    )


def check_word(word: object, *, what: str, action: str = "") -> str:
    """Return what one segment of a path names, such as a model, or say that it can't.

    Raises
    ------
    ActionRefused
        When it is not text, empty, or would lead to another part of the address; nothing was sent.

    Examples
    --------
    >>> check_word("main.ml.ads", what="model")
    'main.ml.ads'
    """
    if isinstance(word, str) and word.strip(".").strip() and word.isprintable() and not set("/\\?#") & set(word):
        return word
    example = "catalog.schema.model" if what == "model" else "1234"
    raise ActionRefused(
        f"{word!r} can't be the name of a {what}." if word else f"The {what} has no name.",
        action=action,
        hint=f"It looks like {example}.",
        code="invalid_name",
    )


def segment(name: str) -> str:
    """Return a checked name as one segment of a path."""
    return quote(name, safe="")


def address_of(host: str) -> str:
    """Return where requests go, from what a person calls the host.

    A scheme is added where there is none; path, query and trailing slash, which come along when an address is copied
    from a browser, are left out. Plain http is for loopback only: a token must not travel in the clear.

    Raises
    ------
    ConfigError
        When it is not a host, or one that a token must not be sent to.

    Examples
    --------
    >>> address_of("adb-1.azuredatabricks.net/?o=1")
    'https://adb-1.azuredatabricks.net'
    """
    text = host.strip()
    if looks_like_secret(text):
        raise ConfigError(
            "The host looks like a token, and a token is not an address.",
            hint="If it is one, revoke it. A host looks like https://adb-123.4.azuredatabricks.net",
        )
    parts = None if re.search(r"[\n\r\t]", text) else _split(text if "://" in text else f"https://{text}")
    if parts is None:
        raise ConfigError(
            "The host is not an address that requests can be sent to.",
            hint="It looks like https://adb-123.4.azuredatabricks.net",
        )
    scheme, name, port = parts
    if scheme == "http" and not is_loopback(name):
        raise ConfigError(
            f"http://{name} would send the token unencrypted.", hint=f"Use https://{name}", code="unencrypted_host"
        )
    shown = f"[{name}]" if ":" in name else name
    default = {"https": 443, "http": 80}[scheme]
    return f"{scheme}://{shown}" + (f":{port}" if port not in (None, default) else "")


def is_loopback(name: str) -> bool:
    """Whether a host name means this machine."""
    if name.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


_NAME = re.compile(rf"[A-Za-z0-9_-]{{1,{LONGEST_NAME}}}")


def _fault_in(name: object) -> str:
    if not isinstance(name, str):
        return f"is {'missing' if name is None else f'of type {type(name).__name__}, not text'}"
    if not name:
        return "is empty"
    for position, character in enumerate(name, start=1):
        if not re.fullmatch(r"[A-Za-z0-9_-]", character):
            shown = name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]}…"
            return f"{shown!a} has {character!a} at position {position}"
    return f"{name[:20]}… has {len(name)} characters"


def _split(address: str) -> tuple[str, str, int | None] | None:
    """Return scheme, host and port; None for what is not an address, or one that carries a user or a password."""
    try:
        parts = urlsplit(address)
        scheme, name, port = parts.scheme.lower(), parts.hostname, parts.port
    except ValueError:
        return None
    if scheme not in {"http", "https"} or not name or "@" in parts.netloc:
        return None
    return (scheme, name, port) if re.fullmatch(r"[A-Za-z0-9._:-]+", name) else None
