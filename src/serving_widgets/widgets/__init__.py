"""Widgets: endpoint browser, status badge, endpoint controls."""

from .endpoint_browser import EndpointBrowser
from .endpoint_controls import EndpointControls
from .status_badge import StatusBadge

__all__ = ["EndpointBrowser", "EndpointControls", "StatusBadge"]
