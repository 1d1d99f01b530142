"""Widgets: endpoint browser, badge, controls and panel, log viewer, permissions editor, schema explorer."""

from .browser.endpoint_browser import EndpointBrowser
from .logs.log_viewer import LogViewer
from .panel.endpoint_controls import EndpointControls
from .panel.endpoint_panel import EndpointPanel
from .panel.status_badge import StatusBadge
from .permissions.permissions_editor import PermissionsEditor
from .schema.schema_explorer import SchemaExplorer

__all__ = [
    "EndpointBrowser",
    "EndpointControls",
    "EndpointPanel",
    "LogViewer",
    "PermissionsEditor",
    "SchemaExplorer",
    "StatusBadge",
]
