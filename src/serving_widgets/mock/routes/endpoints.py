"""Routes of the control plane: list, get, create, update, delete, stop, start."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from serving_widgets.mock.app import MockRequest, MockRoute, bearer, reply
from serving_widgets.mock.bodies import create_update, settings
from serving_widgets.mock.service import assumptions
from serving_widgets.mock.service.endpoint import JSON, Config, EndpointRecord
from serving_widgets.mock.service.errors import ServiceError, invalid
from serving_widgets.mock.state import serializers
from serving_widgets.mock.state.permissions import find_member, level_of, require
from serving_widgets.mock.state.quota import check_quota


def list_all(request: MockRequest) -> Response:
    """Answer with all endpoints the caller may view, in short; encoded once until one of them changes."""
    world, user = request.world, request.user
    if user.name not in world.lists:
        levels = [(endpoint, level_of(user, endpoint)) for endpoint in world.endpoints()]
        items = [serializers.summary(endpoint, level, world.host) for endpoint, level in levels if level]
        updating = [endpoint for endpoint, level in levels if level and endpoint.updating]
        world.lists[user.name] = b'{"endpoints":[' + b",".join(items) + b"]}", updating
    body, updating = world.lists[user.name]
    token = bearer(request.headers)
    for endpoint in updating:
        world.looked(endpoint, token, "list")
    return reply(body)


def get(request: MockRequest) -> Response:
    """Answer with one endpoint in full."""
    endpoint = require_endpoint(request, "view")
    request.world.looked(endpoint, bearer(request.headers), "get")
    return endpoint_reply(request, endpoint)


def create(request: MockRequest) -> Response:
    """Make an endpoint; its first configuration, if any, starts to be deployed."""
    return endpoint_reply(request, create_endpoint(request, request.json()))


def update_config(request: MockRequest) -> Response:
    """Replace what an endpoint serves; the old configuration serves on until the new one is ready."""
    return endpoint_reply(request, replace_config(request, require_endpoint(request, "manage"), request.json()))


def delete(request: MockRequest) -> Response:
    """Delete an endpoint in any state. The answer is an object, for some clients read it."""
    endpoint = require_endpoint(request, "manage")
    request.world.remove(endpoint)
    request.world.traffic.forget(endpoint.name)
    return reply({})


def stop(request: MockRequest) -> Response:
    """Stop an endpoint that can be stopped."""
    endpoint = _steered(request)
    request.world.lifecycle.stop(endpoint)
    return endpoint_reply(request, endpoint)


def start(request: MockRequest) -> Response:
    """Start a stopped endpoint."""
    endpoint = _steered(request)
    if endpoint.stopped:
        _check_creator(request, endpoint)
        check_quota(request.world.endpoints(), request.world.quota)
    request.world.lifecycle.start(endpoint, request.now)
    endpoint.updated = request.now
    return endpoint_reply(request, endpoint)


def require_endpoint(request: MockRequest, ability: str) -> EndpointRecord:
    """Return the endpoint with the name in the path if the caller has `ability` on it, else refuse."""
    endpoint = request.world.endpoint(request.params["name"])
    require(request.user, ability, endpoint)
    return endpoint


def _steered(request: MockRequest) -> EndpointRecord:
    """Return the endpoint to be stopped or started; a ready-made one is refused for its kind, as no user manages it."""
    built_in = request.world.endpoint(request.params["name"]).built_in
    return require_endpoint(request, "view" if built_in else "manage")


def endpoint_reply(request: MockRequest, endpoint: EndpointRecord) -> Response:
    """Return the answer that shows an endpoint in full."""
    return reply(serializers.detailed(endpoint, level_of(request.user, endpoint) or "CAN_MANAGE", request.world.host))


def create_endpoint(request: MockRequest, body: Mapping[str, Any], *, throughput: bool = False) -> EndpointRecord:
    """Make the endpoint that `body` asks for, or refuse."""
    world, name = request.world, create_update.endpoint_name(body)
    if world.exists(name):
        raise ServiceError("RESOURCE_ALREADY_EXISTS", f"Serving endpoint with name {name} already exists")
    asked = create_update.creation(body)
    config = None
    if asked.config is not None:
        config = create_update.config(
            asked.config, None, request.user.name, request.now, throughput=throughput, where="config"
        )
    kind = config.entities[0].kind if config else "custom"
    if asked.route_optimized and kind != "custom":
        raise invalid("Only endpoints that serve custom models can be route-optimized.")
    budget_policy = _budget_policy(request, asked.budget_policy_id, kind)
    world.change_limit.check(request.now)
    check_quota(world.endpoints(), world.quota)
    endpoint = world.new_endpoint(name, request.user, request.now)
    endpoint.tags, endpoint.description, endpoint.extra = asked.tags, asked.description, _kept(asked.extra, config)
    endpoint.route_optimized, endpoint.budget_policy = asked.route_optimized, budget_policy
    if config is not None:
        if kind == "external":
            endpoint.task = config.entities[0].spec["external_model"]["task"]
        world.lifecycle.accept(endpoint, config, request.now)
    world.add(endpoint)
    world.change_limit.count(request.now)
    return endpoint


def replace_config(
    request: MockRequest, endpoint: EndpointRecord, body: Any, *, throughput: bool = False, where: str = ""
) -> EndpointRecord:
    """Have an endpoint serve what `body` asks for, or refuse."""
    if endpoint.updating:
        raise ServiceError("RESOURCE_CONFLICT", f"Endpoint {endpoint.name} is currently updating.")
    if endpoint.stopped:
        raise ServiceError(
            assumptions.UPDATE_WHILE_STOPPED, f"Endpoint {endpoint.name} is stopped; start it before updating it."
        )
    config = create_update.config(body, endpoint, request.user.name, request.now, throughput=throughput, where=where)
    kind = config.entities[0].kind
    if endpoint.history and (kind == "external") != (endpoint.kind == "external"):
        raise invalid("An endpoint can't change between external models and other entities.")
    if endpoint.route_optimized and kind != "custom":
        raise invalid("A route-optimized endpoint can serve custom models only.")
    request.world.change_limit.check(request.now)
    if kind == "external":
        endpoint.task = config.entities[0].spec["external_model"]["task"]
        # One that was created without a configuration may have been given its creator's.
        endpoint.budget_policy = None
    endpoint.updated = request.now
    request.world.lifecycle.accept(endpoint, config, request.now)
    request.world.change_limit.count(request.now)
    return endpoint


def _check_creator(request: MockRequest, endpoint: EndpointRecord) -> None:
    kind = "service_principal" if endpoint.creator_kind == "ServicePrincipal" else "user"
    if find_member(request.world, (kind, endpoint.creator)) is None:
        message = f"Endpoint {endpoint.name} can't be started: its creator {endpoint.creator} left the workspace."
        raise ServiceError(assumptions.CREATOR_GONE, message)


def _budget_policy(request: MockRequest, asked: str, kind: str) -> str | None:
    """Return the policy asked for, else the one assigned to the caller; external models can't have one."""
    if kind == "external":
        if asked:
            raise invalid("Budget policies are not available for endpoints that serve external models.")
        return None
    return asked or request.user.budget_policy


def _kept(extra: JSON, config: Config | None) -> JSON:
    """Return the settings that a new endpoint keeps: creation passes over telemetry that the endpoint can't have."""
    telemetry = extra.get("telemetry_config", {})
    dropped = set()
    if config is None or config.entities[0].kind == "external" or not settings.names_a_profile(telemetry):
        dropped.add("telemetry_config")
    if not assumptions.NOTIFICATIONS_KEPT_AT_CREATION:
        dropped.add("email_notifications")
    return {key: value for key, value in extra.items() if key not in dropped}


ROUTES = (
    MockRoute("GET", "/api/2.0/serving-endpoints", list_all),
    MockRoute("POST", "/api/2.0/serving-endpoints", create),
    MockRoute("GET", "/api/2.0/serving-endpoints/{name}", get),
    MockRoute("DELETE", "/api/2.0/serving-endpoints/{name}", delete),
    MockRoute("PUT", "/api/2.0/serving-endpoints/{name}/config", update_config),
    MockRoute("POST", "/api/2.0/serving-endpoints/{name}/config:stop", stop),
    MockRoute("POST", "/api/2.0/serving-endpoints/{name}/config:start", start),
)
