"""Route of the health metrics of an endpoint, for Prometheus and compatible readers."""

from __future__ import annotations

from starlette.responses import Response

from serving_widgets.mock.app import MockRequest, MockRoute
from serving_widgets.mock.observed.prometheus_text import exposition

from .endpoints import require_endpoint

_OPENMETRICS = "application/openmetrics-text"


def get(request: MockRequest) -> Response:
    """Answer with text that is both Prometheus' format and OpenMetrics'."""
    body = exposition(require_endpoint(request, "view"), request.world.traffic, request.now)
    if _OPENMETRICS in request.headers.get("accept", ""):
        return Response(body, media_type=f"{_OPENMETRICS}; version=1.0.0; charset=utf-8")
    return Response(body, media_type="text/plain; version=0.0.4")


ROUTES = (MockRoute("GET", "/api/2.0/serving-endpoints/{name}/metrics", get),)
