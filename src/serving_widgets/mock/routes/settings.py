"""Routes of small settings of an endpoint: tags, rate limits, AI Gateway, e-mail notifications, telemetry."""

from __future__ import annotations

from starlette.responses import Response

from serving_widgets.mock.app import MockRequest, MockRoute, reply
from serving_widgets.mock.bodies import settings
from serving_widgets.mock.service.endpoint import JSON, EndpointRecord
from serving_widgets.mock.service.errors import ServiceError, invalid
from serving_widgets.mock.state import serializers

from .endpoints import endpoint_reply, require_endpoint

_WITH_RATE_LIMITS = ("external", "foundation", "provisioned")


def patch_tags(request: MockRequest) -> Response:
    """Add and delete tags; answers with all that are there then."""
    endpoint = require_endpoint(request, "manage")
    endpoint.tags = settings.changed_tags(endpoint.tags, request.json())
    endpoint.touch()
    return reply({"tags": serializers.tags(endpoint)})


def put_rate_limits(request: MockRequest) -> Response:
    """Answer with the legacy rate limits, which no other route shows."""
    endpoint = _governed(request)
    limits = settings.rate_limits(request.json().get("rate_limits"))
    if endpoint.kind not in _WITH_RATE_LIMITS:
        raise invalid("Rate limits are available for endpoints that serve external or foundation models only.")
    return reply({"rate_limits": limits})


def put_ai_gateway(request: MockRequest) -> Response:
    """Replace the AI Gateway's configuration; without any, the gateway is removed."""
    endpoint = _governed(request)
    config = settings.gateway(request.json())
    _set(endpoint, "ai_gateway", config)
    return reply(config)


def patch_notifications(request: MockRequest) -> Response:
    """Replace who is told about updates by e-mail."""
    endpoint = require_endpoint(request, "manage")
    config = settings.notifications(request.json().get("email_notifications"))
    _set(endpoint, "email_notifications", config)
    return reply({"name": endpoint.name, "email_notifications": config})


def patch_telemetry(request: MockRequest) -> Response:
    """Replace where telemetry goes; without a configuration, it is removed."""
    endpoint = require_endpoint(request, "manage")
    value = request.json().get("telemetry_config")
    config = None if value is None else settings.telemetry(value)
    unsupported = settings.without_telemetry(endpoint)
    if unsupported:
        raise invalid(
            f"Telemetry configuration is not supported for endpoint type '{unsupported}'. "
            "This API only supports endpoints with custom served models."
        )
    if endpoint.updating:
        raise ServiceError(
            "RESOURCE_CONFLICT",
            f"Endpoint {endpoint.name} is currently updating. "
            "Wait for the update to complete before updating its telemetry configuration.",
        )
    if config is None or settings.names_a_profile(config):
        _set(endpoint, "telemetry_config", config or {})
    endpoint.updated = request.now
    endpoint.touch()
    return endpoint_reply(request, endpoint)


def _set(endpoint: EndpointRecord, setting: str, config: JSON) -> None:
    if config:
        endpoint.extra[setting] = config
    else:
        endpoint.extra.pop(setting, None)
    endpoint.touch()


def _governed(request: MockRequest) -> EndpointRecord:
    """Return the endpoint whose use is to be limited; that of a ready-made one is limited by administrators."""
    built_in = request.world.endpoint(request.params["name"]).built_in
    return require_endpoint(request, "view" if built_in and request.user.admin else "manage")


_ENDPOINT = "/api/2.0/serving-endpoints/{name}"
ROUTES = (
    MockRoute("PATCH", f"{_ENDPOINT}/tags", patch_tags),
    MockRoute("PUT", f"{_ENDPOINT}/rate-limits", put_rate_limits),
    MockRoute("PUT", f"{_ENDPOINT}/ai-gateway", put_ai_gateway),
    MockRoute("PATCH", f"{_ENDPOINT}/notifications", patch_notifications),
    MockRoute("PATCH", f"{_ENDPOINT}/telemetry-config", patch_telemetry),
)
