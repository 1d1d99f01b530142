"""Plans: the exact request that an action would send, with secrets redacted, for whoever wants to look first."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from typing import Any

from serving_widgets.client.routes import call_of, path_of
from serving_widgets.render import RequestCard

#: What stands where a secret was.
REDACTED = "•••"


@dataclasses.dataclass(frozen=True, slots=True)
class Request:
    """A request that was not sent.

    Attributes
    ----------
    body
        The JSON body with secrets redacted; None when there is none.
    """

    method: str
    path: str
    body: Mapping[str, Any] | None = None

    def card(self) -> RequestCard:
        """Return the request as something to display."""
        return RequestCard(self.method, self.path, self.body)

    def __str__(self) -> str:
        first = f"{self.method} {self.path}"
        return first if self.body is None else f"{first}\n{json.dumps(self.body, indent=2, ensure_ascii=False)}"

    __repr__ = __str__


def plan(action: str, name: str, body: Mapping[str, Any] | None = None) -> Request:
    """Return the request of an action.

    Parameters
    ----------
    action
        ``create``, ``update``, ``delete``, ``stop`` or ``start``.
    """
    method, path = path_of(action, name)
    return Request(method, path, None if body is None else redacted(body))


def access_request(method: str, endpoint_id: str, body: Mapping[str, Any]) -> Request:
    """Return the request that changes the permissions of the endpoint with this id."""
    path = call_of("grant" if method == "PATCH" else "set_permissions", id=endpoint_id).path
    return Request(method, path, redacted(body))


def redacted(value: Any) -> Any:
    """Return a JSON value without what may be a secret: plain-text keys and the values of environment variables.

    References to the service's secret scopes, ``{{secrets/scope/key}}``, say where a secret lies, not what it is, and
    stay.
    """
    if isinstance(value, Mapping):
        return {
            key: _hidden(each) if key == "environment_vars" or key.endswith("_plaintext") else redacted(each)
            for key, each in value.items()
        }
    if isinstance(value, list | tuple):
        return [redacted(each) for each in value]
    return value


def _hidden(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _hidden(each) for key, each in value.items()}
    if isinstance(value, str) and value.startswith("{{") and value.endswith("}}"):
        return value
    return REDACTED
