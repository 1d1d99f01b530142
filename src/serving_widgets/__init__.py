"""Databricks Model Serving in a notebook: ``%serving`` magic and live widgets, with a whole workspace embedded.

>>> import serving_widgets as sw
>>> ws = sw.connect("mock")
>>> ws.endpoints.get("pricing").start().wait().label
'Ready'

Names are imported when they are first used, so that ``%load_ext serving_widgets`` costs next to nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from ._version import __version__
from .widgets import WIDGETS

if TYPE_CHECKING:
    from .api.endpoint.status import Status
    from .api.errors import (
        ActionRefused,
        ApiError,
        ConfigError,
        ConnectionFailed,
        LoopThreadError,
        NotFound,
        OutcomeUnknown,
        PermissionDenied,
        RequestTimeout,
        ServingError,
        Unauthenticated,
        WaitFailed,
        WaitTimeout,
    )
    from .openapi.errors import EncodingError, SchemaUnavailable
    from .widgets import EndpointBrowser as EndpointBrowser
    from .widgets import EndpointControls as EndpointControls
    from .widgets import EndpointPanel as EndpointPanel
    from .widgets import LogViewer as LogViewer
    from .widgets import PermissionsEditor as PermissionsEditor
    from .widgets import SchemaExplorer as SchemaExplorer
    from .widgets import StatusBadge as StatusBadge
    from .workspace import Endpoint, Scoring, ScoringFailed, Workspace, connect, connections, workspace

__all__ = [
    *WIDGETS,
    "ActionRefused",
    "ApiError",
    "ConfigError",
    "ConnectionFailed",
    "EncodingError",
    "Endpoint",
    "LoopThreadError",
    "NotFound",
    "OutcomeUnknown",
    "PermissionDenied",
    "RequestTimeout",
    "SchemaUnavailable",
    "Scoring",
    "ScoringFailed",
    "ServingError",
    "Status",
    "Unauthenticated",
    "WaitFailed",
    "WaitTimeout",
    "Workspace",
    "__version__",
    "connect",
    "connections",
    "load_ipython_extension",
    "unload_ipython_extension",
    "workspace",
]

_ROOMS = {
    ".workspace": ("Endpoint", "Scoring", "ScoringFailed", "Workspace", "connect", "connections"),
    ".widgets": tuple(WIDGETS),
    ".api.endpoint.status": ("Status",),
    ".openapi.errors": ("EncodingError", "SchemaUnavailable"),
}
_HOME = {name: room for room, names in _ROOMS.items() for name in names}


def load_ipython_extension(shell: Any) -> None:
    """Register ``%serving`` and its completions; loading twice changes nothing."""
    from .magic import load

    load(shell)


def unload_ipython_extension(shell: Any) -> None:
    """Take ``%serving`` and its completions back."""
    from .magic import unload

    unload(shell)


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if name == "workspace":
        # The room of that name, which can be called: see there.
        return importlib.import_module(".workspace", __name__)
    value = getattr(importlib.import_module(_HOME.get(name, ".api.errors"), __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
