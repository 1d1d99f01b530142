"""Widgets: endpoint browser, status badge, endpoint controls, log viewer."""

from .endpoint_browser import EndpointBrowser
from .endpoint_controls import EndpointControls
from .log_viewer import LogViewer
from .status_badge import StatusBadge

__all__ = ["EndpointBrowser", "EndpointControls", "LogViewer", "StatusBadge"]
