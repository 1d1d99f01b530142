"""What can be measured of an endpoint in the state that it is in, and why some of it can't."""

from __future__ import annotations

from serving_widgets.api.endpoint.models import EndpointInfo
from serving_widgets.api.endpoint.status import status_of

_NO_CONTAINER = {
    "external": "{name} serves an external model, whose provider runs it: requests and latencies are all there is.",
    "foundation": "Databricks runs what {name} serves: requests and latencies are all there is.",
}


def metrics_gap(info: EndpointInfo, *, told: bool) -> str:
    """Return why an endpoint has no metrics, or fewer than others; ``told`` says whether it told any.

    Examples
    --------
    >>> metrics_gap(EndpointInfo.read({"name": "pricing", "state": {"ready": "NOT_READY"}}), told=False)
    'pricing has no metrics: it is not ready, and only what serves is measured.'
    """
    return few_metrics_reason(info) if told else no_metrics_reason(info)


def no_metrics_reason(info: EndpointInfo) -> str:
    """Return why an endpoint that told no metrics has none.

    Examples
    --------
    >>> state = {"ready": "NOT_READY", "suspend": "SUSPENDED"}
    >>> no_metrics_reason(EndpointInfo.read({"name": "pricing", "state": state}))
    'pricing has no metrics: it is stopped, and only what serves is measured.'
    """
    status = status_of(info)
    if status.phase == "stopped":
        return f"{info.name} has no metrics: it is stopped, and only what serves is measured."
    if info.state.ready != "READY":
        return f"{info.name} has no metrics: it is not ready, and only what serves is measured."
    return f"{info.name} has no metrics yet: they come a minute or two after the first requests."


def few_metrics_reason(info: EndpointInfo) -> str:
    """Return why an endpoint has fewer metrics than others; "" where nothing is missing."""
    if info.kind in _NO_CONTAINER:
        return _NO_CONTAINER[info.kind].format(name=info.name)
    note = status_of(info).note
    if note:
        return f"{info.name} is {note.lower()}: nothing of it uses CPU or memory until the next request."
    return ""
