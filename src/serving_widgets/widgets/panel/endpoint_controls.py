"""EndpointControls: stop, start and delete one endpoint, with the reason where a button can't be used."""

from __future__ import annotations

from collections.abc import Mapping

from serving_widgets.api.errors import ConfigError
from serving_widgets.widgets.core import contract, snapshot
from serving_widgets.widgets.core.act import act, impact_ops
from serving_widgets.widgets.core.base import EndpointWidget
from serving_widgets.widgets.core.channel import Args, Op, Progress

from .status_badge import StatusBadge


class EndpointControls(StatusBadge):
    """Buttons to stop, start and delete one endpoint.

    A button that can't be used says why. Deleting wants the endpoint's name typed. Each action offers its recipe: the
    ``%serving`` line and the Python line that do the same.

    Parameters
    ----------
    endpoint : str or Endpoint
        The endpoint's name, or a handle.
    workspace : Workspace or str, optional
        A workspace or its name; the active one unless given.
    **kwargs : Any
        Traits of every ipywidgets widget, such as ``layout``; an unknown name is an error.

    Examples
    --------
    >>> sw.EndpointControls("pricing")
    <EndpointControls 'pricing' of mock workspace (demo)>
    """

    _kind = "endpoint_controls"
    _buttons = snapshot.BUTTONS

    def _static(self) -> Mapping[str, str]:
        return EndpointWidget._static(self)

    def _ops(self) -> dict[str, Op]:
        return {**super()._ops(), **impact_ops(self.workspace, self._endpoint), "act": self._act}

    async def _act(self, args: Args, _: Progress) -> contract.ImpactPicture | None:
        if args.get("name") != self._endpoint:
            raise ConfigError(
                f"These are the controls of {self._endpoint} alone.", hint="Reload the page.", code="bad_request"
            )
        return await act(self.workspace, args)
