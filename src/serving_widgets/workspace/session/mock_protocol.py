"""What a workspace needs of the embedded one, which stands on its own and is imported only by :func:`connect`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

from serving_widgets.workspace.runtime.service_clock import ServiceClock


class Embedded(Protocol):
    """The embedded workspace: an HTTP server on loopback in this process, steered from Python."""

    scenario: str

    @property
    def clock(self) -> ServiceClock:
        """The workspace's service time."""
        ...

    @property
    def host(self) -> str:
        """Its address."""
        ...

    @property
    def token(self) -> str:
        """The token of its first user."""
        ...

    @property
    def own_token(self) -> str:
        """Another token of that user, for a client that moves the clock itself."""
        ...

    @property
    def user_name(self) -> str:
        """Its first user."""
        ...

    def advance(self, seconds: float) -> None:
        """Move service time forward."""
        ...

    def faults(self, rules: Iterable[Mapping[str, Any]]) -> None:
        """Have requests that match a rule fail."""
        ...

    def journal(self) -> list[dict[str, Any]]:
        """Return the requests seen, secrets redacted."""
        ...

    def reset(self) -> None:
        """Begin the scenario anew."""
        ...

    def env(self) -> dict[str, str]:
        """Return the environment variables by which another client finds it."""
        ...

    def serve(self, name: str, model: Callable[..., Any]) -> Any:
        """Serve a Python function as a model."""
        ...

    def stop(self) -> None:
        """End the server."""
        ...
