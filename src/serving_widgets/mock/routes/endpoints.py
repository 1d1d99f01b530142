"""The control plane of endpoints: list, get, create, update, delete, stop, start."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from serving_widgets.mock.app import Call, reply
from serving_widgets.mock.bodies import create_update, settings
from serving_widgets.mock.service import assumptions
from serving_widgets.mock.service.endpoint import JSON, Config, Endpoint
from serving_widgets.mock.service.errors import ServiceError, invalid
from serving_widgets.mock.state import serializers
from serving_widgets.mock.state.permissions import check, level_of, member
from serving_widgets.mock.state.quota import check_room


def list_all(call: Call) -> Response:
    """Answer with all endpoints the caller may view, in short."""
    items = []
    for endpoint in call.world.endpoints():
        level = level_of(call.user, endpoint)
        if level is not None:
            items.append(serializers.summary(endpoint, level, call.world.host))
    return reply(b'{"endpoints":[' + b",".join(items) + b"]}")


def get(call: Call) -> Response:
    """Answer with one endpoint in full."""
    return answered(call, found(call, "view"))


def create(call: Call) -> Response:
    """Make an endpoint; its first configuration, if any, starts to be deployed."""
    return answered(call, made(call, call.json()))


def update_config(call: Call) -> Response:
    """Replace what an endpoint serves; the old configuration serves on until the new one is ready."""
    return answered(call, updated(call, found(call, "manage"), call.json()))


def delete(call: Call) -> Response:
    """Delete an endpoint in any state. The answer is an object, for some clients read it."""
    endpoint = found(call, "manage")
    call.world.remove(endpoint)
    call.world.traffic.forget(endpoint.name)
    return reply({})


def stop(call: Call) -> Response:
    """Stop an endpoint that can be stopped."""
    endpoint = _steered(call)
    call.world.lifecycle.stop(endpoint)
    return answered(call, endpoint)


def start(call: Call) -> Response:
    """Start a stopped endpoint."""
    endpoint = _steered(call)
    if endpoint.stopped:
        _check_creator(call, endpoint)
        check_room(call.world.endpoints(), call.world.quota)
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
    return reply(serializers.detailed(endpoint, level_of(call.user, endpoint) or "CAN_MANAGE", call.world.host))


def made(call: Call, body: Mapping[str, Any], *, throughput: bool = False) -> Endpoint:
    """Make the endpoint that `body` asks for, or refuse."""
    world, name = call.world, create_update.endpoint_name(body)
    if world.exists(name):
        raise ServiceError("RESOURCE_ALREADY_EXISTS", f"Serving endpoint with name {name} already exists")
    asked = create_update.creation(body)
    config = None
    if asked.config is not None:
        config = create_update.config(
            asked.config, None, call.user.name, call.now, throughput=throughput, where="config"
        )
    kind = config.entities[0].kind if config else "custom"
    if asked.route_optimized and kind != "custom":
        raise invalid("Only endpoints that serve custom models can be route-optimized.")
    budget_policy = _budget_policy(call, asked.budget_policy_id, kind)
    world.pace.check(call.now)
    check_room(world.endpoints(), world.quota)
    endpoint = world.make(name, call.user, call.now)
    endpoint.tags, endpoint.description, endpoint.extra = asked.tags, asked.description, _kept(asked.extra, config)
    endpoint.route_optimized, endpoint.budget_policy = asked.route_optimized, budget_policy
    if config is not None:
        if kind == "external":
            endpoint.task = config.entities[0].spec["external_model"]["task"]
        world.lifecycle.accept(endpoint, config, call.now)
    world.add(endpoint)
    world.pace.note(call.now)
    return endpoint


def updated(call: Call, endpoint: Endpoint, body: Any, *, throughput: bool = False, where: str = "") -> Endpoint:
    """Have an endpoint serve what `body` asks for, or refuse."""
    if endpoint.updating:
        raise ServiceError("RESOURCE_CONFLICT", f"Endpoint {endpoint.name} is currently updating.")
    if endpoint.stopped:
        raise ServiceError(
            assumptions.UPDATE_WHILE_STOPPED, f"Endpoint {endpoint.name} is stopped; start it before updating it."
        )
    config = create_update.config(body, endpoint, call.user.name, call.now, throughput=throughput, where=where)
    kind = config.entities[0].kind
    if endpoint.history and (kind == "external") != (endpoint.kind == "external"):
        raise invalid("An endpoint can't change between external models and other entities.")
    if endpoint.route_optimized and kind != "custom":
        raise invalid("A route-optimized endpoint can serve custom models only.")
    call.world.pace.check(call.now)
    if kind == "external":
        endpoint.task = config.entities[0].spec["external_model"]["task"]
        # One that was created without a configuration may have been given its creator's.
        endpoint.budget_policy = None
    endpoint.updated = call.now
    call.world.lifecycle.accept(endpoint, config, call.now)
    call.world.pace.note(call.now)
    return endpoint


def _check_creator(call: Call, endpoint: Endpoint) -> None:
    kind = "service_principal" if endpoint.creator_kind == "ServicePrincipal" else "user"
    if member(call.world, (kind, endpoint.creator)) is None:
        message = f"Endpoint {endpoint.name} can't be started: its creator {endpoint.creator} left the workspace."
        raise ServiceError(assumptions.CREATOR_GONE, message)


def _budget_policy(call: Call, asked: str, kind: str) -> str | None:
    """Return the policy asked for, else the one assigned to the caller; external models can't have one."""
    if kind == "external":
        if asked:
            raise invalid("Budget policies are not available for endpoints that serve external models.")
        return None
    return asked or call.user.budget_policy


def _kept(extra: JSON, config: Config | None) -> JSON:
    """Return the settings that a new endpoint keeps: creation passes over telemetry that the endpoint can't have."""
    telemetry = extra.get("telemetry_config", {})
    dropped = set()
    if config is None or config.entities[0].kind == "external" or not settings.names_a_profile(telemetry):
        dropped.add("telemetry_config")
    if not assumptions.NOTIFICATIONS_KEPT_AT_CREATION:
        dropped.add("email_notifications")
    return {key: value for key, value in extra.items() if key not in dropped}
