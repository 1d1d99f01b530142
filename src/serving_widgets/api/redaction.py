"""What in a configuration may be a secret, and configurations without it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

#: What stands where a secret was.
HIDDEN = "•••"

# Fields of external models that take a key: in plain text, or as a reference to a secret scope, which a user may have
# taken for the key itself (REST reference, *Create a new serving endpoint*, `external_model`).
_SECRET = re.compile(
    r"_plaintext$|(^|_)(api_key|api_token|access_key(_id)?|secret|client_secret|secret_key|secret_access_key"
    r"|private_key|password|token)$"
)
# `custom_provider_config` has objects that hold a key under a plain name, {"api_key_auth": {"key": …, "value": …}}, of
# which "key" is the name of the header and no secret.
_AUTHENTICATION = re.compile(r"_auth$")
_HEADER = "key"
_ENVIRONMENT = "environment_vars"
_REFERENCE = re.compile(r"\{\{secrets/[^{}]+\}\}")


def redacted(value: Any) -> Any:
    """Return a JSON value without what may be a secret: keys of external models, values of environment variables.

    References to the service's secret scopes, ``{{secrets/scope/key}}``, say where a secret lies, not what it is, and
    stay.

    Examples
    --------
    >>> redacted({"name": "m", "environment_vars": {"KEY": "s3cret", "OTHER": "{{secrets/scope/key}}"}})
    {'name': 'm', 'environment_vars': {'KEY': '•••', 'OTHER': '{{secrets/scope/key}}'}}
    """
    if isinstance(value, Mapping):
        return {key: _without(each, str(key)) for key, each in value.items()}
    if isinstance(value, list | tuple):
        inner = [redacted(each) for each in value]
        return tuple(inner) if isinstance(value, tuple) else inner
    return value


def secrets_in(value: Any) -> Iterator[str]:
    """Return the texts that :func:`redacted` takes out of a JSON value."""
    if isinstance(value, Mapping):
        for key, each in value.items():
            yield from _taken_out(each, str(key))
    elif isinstance(value, list | tuple):
        for each in value:
            yield from secrets_in(each)


def _without(value: Any, name: str) -> Any:
    if _AUTHENTICATION.search(name) and isinstance(value, Mapping):
        return {key: each if key == _HEADER else _hidden(each) for key, each in value.items()}
    return _hidden(value) if _is_secret(name) else redacted(value)


def _taken_out(value: Any, name: str) -> Iterator[str]:
    if _AUTHENTICATION.search(name) and isinstance(value, Mapping):
        yield from _texts({key: each for key, each in value.items() if key != _HEADER})
    else:
        yield from _texts(value) if _is_secret(name) else secrets_in(value)


def _is_secret(name: str) -> bool:
    return name == _ENVIRONMENT or _SECRET.search(name) is not None


def _hidden(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _hidden(each) for key, each in value.items()}
    if value is None or (isinstance(value, str) and _REFERENCE.fullmatch(value)):
        return value
    return HIDDEN


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping | list | tuple):
        for each in value.values() if isinstance(value, Mapping) else value:
            yield from _texts(each)
    elif isinstance(value, str) and value and not _REFERENCE.fullmatch(value):
        yield value
