"""The embedded workspace (the mock): routes, life cycle, clocks, faults and a journal of requests, in this process.

The room imports nothing else of this package, so that it can prove the client wrong. Importing it is cheap: the server
and its dependencies are loaded with the first `MockWorkspace`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .scenarios import Scenario
    from .workspace import MockWorkspace

__all__ = ["MockWorkspace", "Scenario"]


def __getattr__(name: str) -> Any:
    if name == "MockWorkspace":
        from .workspace import MockWorkspace

        return MockWorkspace
    if name == "Scenario":
        from .scenarios import Scenario

        return Scenario
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
