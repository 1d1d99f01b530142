"""What can be measured of an endpoint in the state that it is in, and why some of it can't."""

from __future__ import annotations

from serving_widgets.api.endpoint.models import EndpointInfo
from serving_widgets.api.endpoint.status import status_of

_NO_CONTAINER = {
    "external": "{name} serves an external model, whose provider runs it: requests and latencies are all there is.",
    "foundation": "Databricks runs what {name} serves: requests and latencies are all there is.",
}


def why(info: EndpointInfo, *, told: bool) -> str:
    """Return why an endpoint has no metrics, or fewer than others; ``told`` says whether it told any.

    Examples
    --------
    >>> why(EndpointInfo.read({"name": "pricing", "state": {"ready": "NOT_READY"}}), told=False)
    'pricing has no metrics: it is not ready, and only what serves is measured.'
    """
    return why_few(info) if told else why_none(info)


def why_none(info: EndpointInfo) -> str:
    """Return why an endpoint that told no metrics has none.

    Examples
    --------
    >>> why_none(EndpointInfo.read({"name": "pricing", "state": {"ready": "NOT_READY", "suspend": "SUSPENDED"}}))
    'pricing has no metrics: it is stopped, and only what serves is measured.'
    """
    status = status_of(info)
    if status.phase == "stopped":
        return f"{info.name} has no metrics: it is stopped, and only what serves is measured."
    if info.state.ready != "READY":
        return f"{info.name} has no metrics: it is not ready, and only what serves is measured."
    return f"{info.name} has no metrics yet: they come a minute or two after the first requests."


def why_few(info: EndpointInfo) -> str:
    """Return why an endpoint has fewer metrics than others; "" where nothing is missing."""
    if info.kind in _NO_CONTAINER:
        return _NO_CONTAINER[info.kind].format(name=info.name)
    note = status_of(info).note
    if note:
        return f"{info.name} is {note.lower()}: nothing of it uses CPU or memory until the next request."
    return ""
