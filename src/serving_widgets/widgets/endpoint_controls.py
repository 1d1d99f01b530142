"""EndpointControls: stop, start and delete one endpoint, with the reason where a button can't be used."""

from __future__ import annotations

from .status_badge import StatusBadge


class EndpointControls(StatusBadge):
    """Buttons to stop, start and delete one endpoint.

    A button that can't be used says why. Deleting wants the endpoint's name typed. Each action offers its recipe: the
    ``%serving`` line and the Python line that do the same.

    Parameters
    ----------
    endpoint
        The endpoint's name, or a handle.
    workspace
        A workspace or its name; the active one unless given.

    Examples
    --------
    >>> sw.EndpointControls("pricing")
    """

    _kind = "endpoint_controls"
