"""Widgets: endpoint browser, badge, controls and panel, log viewer, permissions editor, schema explorer."""

from .endpoint_browser import EndpointBrowser
from .endpoint_controls import EndpointControls
from .endpoint_panel import EndpointPanel
from .log_viewer import LogViewer
from .permissions_editor import PermissionsEditor
from .schema_explorer import SchemaExplorer
from .status_badge import StatusBadge

__all__ = [
    "EndpointBrowser",
    "EndpointControls",
    "EndpointPanel",
    "LogViewer",
    "PermissionsEditor",
    "SchemaExplorer",
    "StatusBadge",
]
