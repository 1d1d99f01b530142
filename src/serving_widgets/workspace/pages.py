"""Where the service's own pages are."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from serving_widgets.workspace.session.session import Session


def page_of(workspace: Session, name: str) -> str | None:
    """Return the address of an endpoint's page in the workspace; None for the embedded one, which has no pages."""
    return None if workspace.is_mock else f"{workspace.host}/ml/endpoints/{quote(name, safe='')}"
