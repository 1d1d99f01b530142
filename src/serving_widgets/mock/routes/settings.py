"""Small settings of an endpoint: tags, rate limits, AI Gateway, e-mail notifications, telemetry."""

from __future__ import annotations

from starlette.responses import Response

from serving_widgets.mock.app import Call, reply
from serving_widgets.mock.bodies import settings
from serving_widgets.mock.service.endpoint import JSON, Endpoint
from serving_widgets.mock.service.errors import ServiceError, invalid
from serving_widgets.mock.state import serializers

from .endpoints import answered, found

_WITH_RATE_LIMITS = ("external", "foundation", "provisioned")


def patch_tags(call: Call) -> Response:
    """Add and delete tags; answers with all that are there then."""
    endpoint = found(call, "manage")
    endpoint.tags = settings.changed_tags(endpoint.tags, call.json())
    endpoint.touch()
    return reply({"tags": serializers.tags(endpoint)})


def put_rate_limits(call: Call) -> Response:
    """Answer with the legacy rate limits, which no other route shows."""
    endpoint = _governed(call)
    limits = settings.rate_limits(call.json().get("rate_limits"))
    if endpoint.kind not in _WITH_RATE_LIMITS:
        raise invalid("Rate limits are available for endpoints that serve external or foundation models only.")
    return reply({"rate_limits": limits})


def put_ai_gateway(call: Call) -> Response:
    """Replace the AI Gateway's configuration; without any, the gateway is removed."""
    endpoint = _governed(call)
    config = settings.gateway(call.json())
    _set(endpoint, "ai_gateway", config)
    return reply(config)


def patch_notifications(call: Call) -> Response:
    """Replace who is told about updates by e-mail."""
    endpoint = found(call, "manage")
    config = settings.notifications(call.json().get("email_notifications"))
    _set(endpoint, "email_notifications", config)
    return reply({"name": endpoint.name, "email_notifications": config})


def patch_telemetry(call: Call) -> Response:
    """Replace where telemetry goes; without a configuration, it is removed."""
    endpoint = found(call, "manage")
    value = call.json().get("telemetry_config")
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
    endpoint.updated = call.now
    endpoint.touch()
    return answered(call, endpoint)


def _set(endpoint: Endpoint, setting: str, config: JSON) -> None:
    if config:
        endpoint.extra[setting] = config
    else:
        endpoint.extra.pop(setting, None)
    endpoint.touch()


def _governed(call: Call) -> Endpoint:
    """Return the endpoint whose use is to be limited; that of a ready-made one is the administrators' affair."""
    built_in = call.world.endpoint(call.params["name"]).built_in
    return found(call, "view" if built_in and call.user.admin else "manage")
