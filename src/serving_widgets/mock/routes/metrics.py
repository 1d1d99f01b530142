"""The health metrics of an endpoint, for Prometheus and its like."""

from __future__ import annotations

from starlette.responses import Response

from serving_widgets.mock.app import Call
from serving_widgets.mock.observed.prometheus_text import exposition

from .endpoints import found

_OPENMETRICS = "application/openmetrics-text"


def get(call: Call) -> Response:
    """Answer with text that is both Prometheus' format and OpenMetrics'."""
    body = exposition(found(call, "view"), call.world.traffic, call.now)
    if _OPENMETRICS in call.headers.get("accept", ""):
        return Response(body, media_type=f"{_OPENMETRICS}; version=1.0.0; charset=utf-8")
    return Response(body, media_type="text/plain; version=0.0.4")
