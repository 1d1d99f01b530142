"""What magic and widgets share: connections, the loop thread, the watcher, handles, recipes."""

import sys
from types import ModuleType

from .comparing import compare
from .connect import connect, open_found, settled, workspace
from .handles.endpoint import Endpoint
from .handles.endpoint_aio import EndpointAio
from .handles.endpoints import Endpoints, EndpointsAio
from .login.report import SettingsSource, explain, sources_table
from .open_connections import activate, active, connections, switched
from .session.recipes import Recipe, recipe
from .session.session import Session
from .workspace import Workspace

__all__ = [
    "Endpoint",
    "EndpointAio",
    "Endpoints",
    "EndpointsAio",
    "Recipe",
    "Session",
    "SettingsSource",
    "Workspace",
    "activate",
    "active",
    "compare",
    "connect",
    "connections",
    "explain",
    "open_found",
    "recipe",
    "settled",
    "sources_table",
    "switched",
    "workspace",
]


class _Room(ModuleType):
    """Importing this room binds it to the name ``serving_widgets.workspace``, which users call: so it can be called."""

    def __call__(self, name: str | None = None) -> Workspace:
        return workspace(name)


sys.modules[__name__].__class__ = _Room
