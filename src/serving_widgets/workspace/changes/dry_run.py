"""Plans: the exact request that an action would send, with secrets redacted, for whoever wants to look first."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from serving_widgets.api.redaction import redacted
from serving_widgets.client.routes import api_call, method_and_path
from serving_widgets.render import RequestCard, message
from serving_widgets.workspace.runtime.display import show

if TYPE_CHECKING:
    from serving_widgets.workspace.session.session import Session


@dataclasses.dataclass(frozen=True, slots=True)
class Request:
    """A request that was not sent.

    Attributes
    ----------
    body
        The JSON body with secrets redacted; None when there is none.
    where
        The workspace that it would go to.
    """

    method: str
    path: str
    body: Mapping[str, Any] | None = None
    where: str = ""

    def card(self) -> RequestCard:
        """Return the request as something to display."""
        return RequestCard(self.method, self.path, self.body, self.where)

    def __str__(self) -> str:
        first = f"{self.method} {self.path}"
        return first if self.body is None else f"{first}\n{json.dumps(self.body, indent=2, ensure_ascii=False)}"

    __repr__ = __str__


def plan(action: str, name: str, body: Mapping[str, Any] | None = None, *, where: str = "") -> Request:
    """Return the request of an action.

    Parameters
    ----------
    action
        ``create``, ``update``, ``delete``, ``stop`` or ``start``.
    where
        What the workspace is called, and whether it is read-only.
    """
    method, path = method_and_path(action, name)
    return Request(method, path, None if body is None else redacted(body), where)


def access_request(method: str, endpoint_id: str, body: Mapping[str, Any], *, where: str = "") -> Request:
    """Return the request that changes the permissions of the endpoint with this id."""
    path = api_call("grant" if method == "PATCH" else "set_permissions", id=endpoint_id).path
    return Request(method, path, redacted(body), where)


def show_outlook(workspace: Session, action: str, name: str) -> None:
    """Display below a request that was not sent why it would be refused as things are, if it would."""
    refused = workspace.outlook(action, name)
    if refused:
        show(message(outlook_words(refused)))


def outlook_words(refused: str) -> str:
    """Return what stands below a request that was not sent, given why it would be refused."""
    return f"As it is, it would be refused: {refused}"
