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

if TYPE_CHECKING:
    from .api.endpoint.status import Status
    from .api.errors import (
        Aborted,
        ActionRefused,
        AlreadyExists,
        ApiError,
        BadRequest,
        Cancelled,
        ConfigError,
        ConnectionFailed,
        DataLoss,
        DeadlineExceeded,
        EndpointNotFound,
        InternalError,
        InvalidParameterValue,
        InvalidState,
        LoopThreadError,
        NotFound,
        NotImplementedByService,
        NotRecorded,
        OutcomeUnknown,
        PermissionDenied,
        RedirectRefused,
        RequestLimitExceeded,
        RequestTimeout,
        ResourceAlreadyExists,
        ResourceConflict,
        ResourceDoesNotExist,
        ResourceExhausted,
        ServingError,
        StreamInterrupted,
        TemporarilyUnavailable,
        TooManyRequests,
        Unauthenticated,
        UnknownError,
        UnreadableReply,
        WaitFailed,
        WaitTimeout,
    )
    from .api.logs.builds import compare_builds
    from .api.logs.diagnosis import diagnose
    from .magic.syntax.usage_error import UsageError
    from .openapi.errors import DocumentError, EncodingError, FormatError, SchemaUnavailable
    from .openapi.loaded_schema import load_schema
    from .widgets.browser.endpoint_browser import EndpointBrowser as EndpointBrowser
    from .widgets.compare.endpoint_compare import EndpointCompare as EndpointCompare
    from .widgets.create.create_endpoint import CreateEndpoint as CreateEndpoint
    from .widgets.logs.log_viewer import LogViewer as LogViewer
    from .widgets.panel.endpoint_controls import EndpointControls as EndpointControls
    from .widgets.panel.endpoint_panel import EndpointPanel as EndpointPanel
    from .widgets.panel.status_badge import StatusBadge as StatusBadge
    from .widgets.permissions.permissions_editor import PermissionsEditor as PermissionsEditor
    from .widgets.schema.schema_explorer import SchemaExplorer as SchemaExplorer
    from .workspace import Endpoint, Workspace, compare, connect, connections, workspace
    from .workspace.changes.config_draft import ConfigChanged
    from .workspace.changes.grants import AccessChanged
    from .workspace.changes.staged_tags import TagsChanged
    from .workspace.scoring.job import Scoring, ScoringFailed

#: Where the widgets are. One line here, and the package, its tests and the wheel know a widget; the front end draws it
#: with the view of the same file name below ``js/src/views``.
WIDGETS = {
    "CreateEndpoint": ".widgets.create.create_endpoint",
    "EndpointBrowser": ".widgets.browser.endpoint_browser",
    "EndpointCompare": ".widgets.compare.endpoint_compare",
    "EndpointControls": ".widgets.panel.endpoint_controls",
    "EndpointPanel": ".widgets.panel.endpoint_panel",
    "LogViewer": ".widgets.logs.log_viewer",
    "PermissionsEditor": ".widgets.permissions.permissions_editor",
    "SchemaExplorer": ".widgets.schema.schema_explorer",
    "StatusBadge": ".widgets.panel.status_badge",
}

__all__ = [
    *WIDGETS,
    "Aborted",
    "AccessChanged",
    "ActionRefused",
    "AlreadyExists",
    "ApiError",
    "BadRequest",
    "Cancelled",
    "ConfigChanged",
    "ConfigError",
    "ConnectionFailed",
    "DataLoss",
    "DeadlineExceeded",
    "DocumentError",
    "EncodingError",
    "Endpoint",
    "EndpointNotFound",
    "FormatError",
    "InternalError",
    "InvalidParameterValue",
    "InvalidState",
    "LoopThreadError",
    "NotFound",
    "NotImplementedByService",
    "NotRecorded",
    "OutcomeUnknown",
    "PermissionDenied",
    "RedirectRefused",
    "RequestLimitExceeded",
    "RequestTimeout",
    "ResourceAlreadyExists",
    "ResourceConflict",
    "ResourceDoesNotExist",
    "ResourceExhausted",
    "SchemaUnavailable",
    "Scoring",
    "ScoringFailed",
    "ServingError",
    "Status",
    "StreamInterrupted",
    "TagsChanged",
    "TemporarilyUnavailable",
    "TooManyRequests",
    "Unauthenticated",
    "UnknownError",
    "UnreadableReply",
    "UsageError",
    "WaitFailed",
    "WaitTimeout",
    "Workspace",
    "__version__",
    "compare",
    "compare_builds",
    "connect",
    "connections",
    "diagnose",
    "load_ipython_extension",
    "load_schema",
    "unload_ipython_extension",
    "workspace",
]

_HOME = {
    **WIDGETS,
    **dict.fromkeys(("Endpoint", "Workspace", "compare", "connect", "connections"), ".workspace"),
    **dict.fromkeys(("DocumentError", "EncodingError", "FormatError", "SchemaUnavailable"), ".openapi.errors"),
    "AccessChanged": ".workspace.changes.grants",
    "ConfigChanged": ".workspace.changes.config_draft",
    "Scoring": ".workspace.scoring.job",
    "ScoringFailed": ".workspace.scoring.job",
    "TagsChanged": ".workspace.changes.staged_tags",
    "UsageError": ".magic.syntax.usage_error",
    "Status": ".api.endpoint.status",
    "load_schema": ".openapi.loaded_schema",
    "compare_builds": ".api.logs.builds",
    "diagnose": ".api.logs.diagnosis",
}


def load_ipython_extension(shell: Any) -> None:
    """Register ``%serving`` and its completions; loading twice changes nothing.

    Parameters
    ----------
    shell : IPython.core.interactiveshell.InteractiveShell
        The shell that loads it, with ``%load_ext serving_widgets``.
    """
    from .magic import load

    load(shell)


def unload_ipython_extension(shell: Any) -> None:
    """Take ``%serving`` and its completions back.

    Parameters
    ----------
    shell : IPython.core.interactiveshell.InteractiveShell
        The shell that unloads it, with ``%unload_ext serving_widgets``.
    """
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
