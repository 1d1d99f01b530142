"""The control plane of endpoints: list, get, create, update, delete, stop, start."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from serving_widgets.mock import assumptions, intake, settings, wire
from serving_widgets.mock.app import Call, reply
from serving_widgets.mock.endpoint import Config, Endpoint
from serving_widgets.mock.errors import ServiceError, invalid
from serving_widgets.mock.permissions import check, level_of

_ECHOED = ("ai_gateway", "email_notifications", "telemetry_config")


def list_all(call: Call) -> Response:
    """Answer with all endpoints the caller may view, in short."""
    items = []
    for endpoint in call.world.endpoints():
        level = level_of(call.user, endpoint)
        if level is not None:
            items.append(wire.summary(endpoint, level, call.world.host))
    return reply(b'{"endpoints":[' + b",".join(items) + b"]}")


def get(call: Call) -> Response:
    """Answer with one endpoint in full."""
    return answered(call, found(call, "view"))


def create(call: Call) -> Response:
    """Make an endpoint; its first configuration, if any, starts to be deployed."""
    body = call.json()
    name = intake.endpoint_name(body)
    if call.world.exists(name):
        raise ServiceError("RESOURCE_ALREADY_EXISTS", f"Serving endpoint with name {name} already exists")
    tags = settings.tags(body.get("tags"))
    config = None if body.get("config") is None else _config(call, body["config"], None)
    endpoint = call.world.make(name, call.user, call.now)
    endpoint.tags = tags
    endpoint.description = _text(body, "description")
    endpoint.extra = {key: body[key] for key in _ECHOED if body.get(key)}
    kind = config.entities[0].kind if config else "custom"
    endpoint.route_optimized = _route_optimized(body, kind)
    endpoint.budget_policy = _budget_policy(call, body, kind)
    if config is not None:
        if kind == "external":
            endpoint.task = config.entities[0].spec["external_model"]["task"]
        call.world.lifecycle.accept(endpoint, config, call.now)
    call.world.add(endpoint)
    return answered(call, endpoint)


def update_config(call: Call) -> Response:
    """Replace what an endpoint serves; the old configuration serves on until the new one is ready."""
    endpoint = found(call, "manage")
    if endpoint.updating:
        raise ServiceError("RESOURCE_CONFLICT", f"Endpoint {endpoint.name} is currently updating.")
    if endpoint.stopped:
        raise ServiceError(
            assumptions.UPDATE_WHILE_STOPPED, f"Endpoint {endpoint.name} is stopped; start it before updating it."
        )
    config = _config(call, call.json(), endpoint)
    external = config.entities[0].kind == "external"
    if endpoint.config is not None and external != (endpoint.kind == "external"):
        raise invalid("An endpoint can't change between external models and other entities.")
    endpoint.updated = call.now
    call.world.lifecycle.accept(endpoint, config, call.now)
    return answered(call, endpoint)


def delete(call: Call) -> Response:
    """Delete an endpoint in any state. The answer is an object, for some clients read it."""
    call.world.remove(found(call, "manage"))
    return reply({})


def stop(call: Call) -> Response:
    """Stop an endpoint that can be stopped."""
    endpoint = _steered(call)
    call.world.lifecycle.stop(endpoint)
    return answered(call, endpoint)


def start(call: Call) -> Response:
    """Start a stopped endpoint."""
    endpoint = _steered(call)
    call.world.lifecycle.start(endpoint, call.now)
    endpoint.updated = call.now
    return answered(call, endpoint)


def found(call: Call, ability: str) -> Endpoint:
    """Return the endpoint with the name in the path if the caller has `ability` on it, else refuse."""
    endpoint = call.world.endpoint(call.params["name"])
    check(call.user, ability, endpoint)
    return endpoint


def _steered(call: Call) -> Endpoint:
    """Return the endpoint to be stopped or started; a ready-made one is refused for its kind, as nobody manages it."""
    built_in = call.world.endpoint(call.params["name"]).built_in
    return found(call, "view" if built_in else "manage")


def answered(call: Call, endpoint: Endpoint) -> Response:
    """Return the answer that shows an endpoint in full."""
    return reply(wire.detailed(endpoint, level_of(call.user, endpoint) or "CAN_MANAGE", call.world.host))


def _config(call: Call, body: Any, endpoint: Endpoint | None) -> Config:
    if not isinstance(body, Mapping):
        raise invalid("config must be a JSON object.")
    before = endpoint.config if endpoint else None
    entities = intake.entities(body, call.user.name, call.now)
    for entity in entities:
        same = before.entity(entity.name) if before else None
        if same is not None and same.spec == entity.spec:
            entity.creator, entity.created = same.creator, same.created
    return Config(
        version=endpoint.next_version if endpoint else 1,
        entities=entities,
        routes=intake.routes(body, entities),
        accepted=call.now,
        auto_capture=body.get("auto_capture_config") or (before.auto_capture if before else None),
    )


def _text(body: Mapping[str, Any], key: str) -> str:
    value = body.get(key) or ""
    if not isinstance(value, str):
        raise invalid(f"{key} must be a string.")
    return value


def _route_optimized(body: Mapping[str, Any], kind: str) -> bool:
    value = body.get("route_optimized") or False
    if not isinstance(value, bool):
        raise invalid("route_optimized must be true or false.")
    if value and kind != "custom":
        raise invalid("Only endpoints that serve custom models can be route-optimized.")
    return value


def _budget_policy(call: Call, body: Mapping[str, Any], kind: str) -> str | None:
    """Return the policy asked for, else the one assigned to the caller; external models can't have one."""
    asked = _text(body, "budget_policy_id")
    if kind == "external":
        if asked:
            raise invalid("Budget policies are not available for endpoints that serve external models.")
        return None
    return asked or call.user.budget_policy
