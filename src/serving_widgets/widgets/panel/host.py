"""What the tabs of a panel need of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from serving_widgets.api.endpoint.models import EndpointInfo
    from serving_widgets.workspace import Session


class Host(Protocol):
    """The panel, as its tabs see it."""

    workspace: Session

    @property
    def endpoint(self) -> str:
        """The endpoint's name."""
        ...

    @property
    def seen(self) -> EndpointInfo | None:
        """The endpoint as last seen; None before the first look, and once it is deleted."""
        ...

    async def look(self) -> EndpointInfo:
        """Look at the endpoint now."""
        ...

    def publish_now(self) -> None:
        """Publish what has changed without waiting for more of it."""
        ...
