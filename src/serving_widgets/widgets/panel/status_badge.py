"""StatusBadge: the status of one endpoint, live; opens to the timeline of its update."""

from __future__ import annotations

from collections.abc import Mapping

import traitlets

from serving_widgets.widgets.core.base import EndpointWidget
from serving_widgets.widgets.core.contract import Picture


class StatusBadge(EndpointWidget):
    """The status of one endpoint, live.

    Parameters
    ----------
    endpoint : str or Endpoint
        The endpoint's name, or a handle.
    workspace : Workspace or str, optional
        A workspace or its name; the active one unless given.
    **kwargs : Any
        Traits of every ipywidgets widget, such as ``layout``; an unknown name is an error.

    Attributes
    ----------
    status : str
        The status in the words of the service's own UI; ``""`` before the first look. Read-only; ``observe`` it:
        observers run on a thread of their own and may call the synchronous API.

    Examples
    --------
    >>> badge = sw.StatusBadge("fraud-detector")
    >>> badge.observe(lambda change: print(change.new), "status")
    """

    status = traitlets.Unicode("", read_only=True)

    _kind = "status_badge"
    _facts = False

    def _static(self) -> Mapping[str, str]:
        from serving_widgets.render import message
        from serving_widgets.render.blocks.text import marked
        from serving_widgets.render.endpoints import status_words

        seen = self.workspace.watcher.store.get(self._endpoint)
        if seen is None:
            return super()._static()
        said = message(f"{self._endpoint}: {marked(status_words(seen.status))} – {self.workspace.where}")
        return {"text/plain": repr(said), "text/html": said._repr_html_()}

    def _set_public(self) -> None:
        endpoint: Picture | None = self.state.get("endpoint")
        self.set_trait("status", endpoint["status"]["label"] if endpoint else "")
