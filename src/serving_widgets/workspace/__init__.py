"""What magic and widgets share: connections, the loop thread, the watcher, handles, recipes."""

import sys
from types import ModuleType

from .connect import activate, active, connect, connections, settled, workspace
from .connection import Workspace
from .endpoint import Endpoint
from .endpoint_aio import EndpointAio
from .endpoints import Endpoints, EndpointsAio
from .explain import Source, explain, sources_table
from .recipes import Recipe, recipe
from .scoring import Scoring, ScoringFailed
from .session import Session

__all__ = [
    "Endpoint",
    "EndpointAio",
    "Endpoints",
    "EndpointsAio",
    "Recipe",
    "Scoring",
    "ScoringFailed",
    "Session",
    "Source",
    "Workspace",
    "activate",
    "active",
    "connect",
    "connections",
    "explain",
    "recipe",
    "settled",
    "sources_table",
    "workspace",
]


class _Room(ModuleType):
    """Importing this room binds it to the name ``serving_widgets.workspace``, which users call: so it can be called."""

    def __call__(self, name: str | None = None) -> Workspace:
        return workspace(name)


sys.modules[__name__].__class__ = _Room
