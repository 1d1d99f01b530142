"""Widgets: endpoint browser, badge, controls and panel, log viewer, permissions editor, schema explorer."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

#: Public widgets and the modules of their classes. The package, its tests and the wheel know a widget by its line here;
#: the front end draws it with the view of the same file name below ``js/src/views``.
WIDGETS = {
    "EndpointBrowser": "browser.endpoint_browser",
    "EndpointControls": "panel.endpoint_controls",
    "EndpointPanel": "panel.endpoint_panel",
    "LogViewer": "logs.log_viewer",
    "PermissionsEditor": "permissions.permissions_editor",
    "SchemaExplorer": "schema.schema_explorer",
    "StatusBadge": "panel.status_badge",
}

__all__ = sorted(WIDGETS)

if TYPE_CHECKING:
    # For type checkers, which read no table.
    from .browser.endpoint_browser import EndpointBrowser as EndpointBrowser
    from .logs.log_viewer import LogViewer as LogViewer
    from .panel.endpoint_controls import EndpointControls as EndpointControls
    from .panel.endpoint_panel import EndpointPanel as EndpointPanel
    from .panel.status_badge import StatusBadge as StatusBadge
    from .permissions.permissions_editor import PermissionsEditor as PermissionsEditor
    from .schema.schema_explorer import SchemaExplorer as SchemaExplorer


def __getattr__(name: str) -> Any:
    if name not in WIDGETS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(importlib.import_module(f".{WIDGETS[name]}", __name__), name)
    return value


def __dir__() -> list[str]:
    return __all__
