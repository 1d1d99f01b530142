"""Routes of provisioned throughput: endpoints that have it, and the steps in which a model can be provisioned."""

from __future__ import annotations

from starlette.responses import Response

from serving_widgets.mock.app import MockRequest, MockRoute, reply
from serving_widgets.mock.service import assumptions
from serving_widgets.mock.service.errors import invalid

from .endpoints import create_endpoint, endpoint_reply, replace_config, require_endpoint


def create(request: MockRequest) -> Response:
    """Make an endpoint whose entities all have model units provisioned."""
    body = request.json()
    if body.get("config") is None:
        raise invalid("config is required.")
    return endpoint_reply(request, create_endpoint(request, body, throughput=True))


def update_config(request: MockRequest) -> Response:
    """Replace what such an endpoint serves; here the configuration is wrapped, unlike that of other endpoints."""
    endpoint = require_endpoint(request, "manage")
    if endpoint.kind != "provisioned":
        raise invalid(f"Endpoint {endpoint.name} does not have provisioned throughput.")
    return endpoint_reply(
        request, replace_config(request, endpoint, request.json().get("config"), throughput=True, where="config")
    )


def optimization(request: MockRequest) -> Response:
    """Answer whether a model can have throughput provisioned, and in which steps."""
    optimizable = request.params["model"].startswith("system.ai.")
    chunk = {"throughput_chunk_size": assumptions.THROUGHPUT_CHUNK} if optimizable else {}
    return reply({"optimizable": optimizable, **chunk})


_BASE = "/api/2.0/serving-endpoints"
ROUTES = (
    MockRoute("POST", f"{_BASE}/pt", create),
    MockRoute("PUT", f"{_BASE}/pt/{{name}}/config", update_config),
    MockRoute("GET", f"{_BASE}/get-model-optimization-info/{{model}}/{{version}}", optimization),
)
