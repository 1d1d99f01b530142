"""Provisioned throughput: routes of its own for such endpoints, and what a model can be provisioned in."""

from __future__ import annotations

from starlette.responses import Response

from serving_widgets.mock.app import Call, reply
from serving_widgets.mock.service import assumptions
from serving_widgets.mock.service.errors import invalid

from .endpoints import answered, found, made, updated


def create(call: Call) -> Response:
    """Make an endpoint whose entities all have model units provisioned."""
    body = call.json()
    if body.get("config") is None:
        raise invalid("config is required.")
    return answered(call, made(call, body, throughput=True))


def update_config(call: Call) -> Response:
    """Replace what such an endpoint serves; here the configuration is wrapped, unlike that of other endpoints."""
    endpoint = found(call, "manage")
    if endpoint.kind != "provisioned":
        raise invalid(f"Endpoint {endpoint.name} does not have provisioned throughput.")
    return answered(call, updated(call, endpoint, call.json().get("config"), throughput=True, where="config"))


def optimization(call: Call) -> Response:
    """Answer whether a model can have throughput provisioned, and in which steps."""
    optimizable = call.params["model"].startswith("system.ai.")
    chunk = {"throughput_chunk_size": assumptions.THROUGHPUT_CHUNK} if optimizable else {}
    return reply({"optimizable": optimizable, **chunk})
