"""Widgets: endpoint browser, status badge, endpoint controls, endpoint panel, log viewer, permissions editor."""

from .endpoint_browser import EndpointBrowser
from .endpoint_controls import EndpointControls
from .endpoint_panel import EndpointPanel
from .log_viewer import LogViewer
from .permissions_editor import PermissionsEditor
from .status_badge import StatusBadge

__all__ = ["EndpointBrowser", "EndpointControls", "EndpointPanel", "LogViewer", "PermissionsEditor", "StatusBadge"]
