"""Serializers of endpoints: in full for `get`, in short for `list`."""

from __future__ import annotations

import json

from serving_widgets.mock.service import assumptions
from serving_widgets.mock.service.endpoint import JSON, Config, EndpointRecord, Entity

_MIRRORED = ("custom", "provisioned")
_SUMMARY_FIELDS = ("name", "entity_name", "entity_version", "type", "external_model", "foundation_model")
_MODEL_NAMES = {"entity_name": "model_name", "entity_version": "model_version"}


def detailed(endpoint: EndpointRecord, level: str, host: str) -> bytes:
    """Return the answer to `get` as a caller with permission `level` sees it, encoded; kept until the endpoint changes.

    The defaults the service fills in are there: both lists of entities, both names in a route, an empty description.
    """
    kept = f"{level} in full"
    if kept not in endpoint.summaries:
        config = {} if endpoint.config is None else {"config": _config(endpoint.config)}
        pending = {} if endpoint.pending is None else {"pending_config": _pending(endpoint.pending)}
        item = {**_head(endpoint), **config, **pending, **_tail(endpoint, level, host)}
        endpoint.summaries[kept] = json.dumps(item, separators=(",", ":")).encode()
    return endpoint.summaries[kept]


def summary(endpoint: EndpointRecord, level: str, host: str) -> bytes:
    """Return the endpoint's item of the list, encoded; kept until the endpoint changes.

    Items of the list carry no state of their entities, no traffic and no pending configuration.
    """
    if level not in endpoint.summaries:
        config = {} if endpoint.config is None else {"config": _short_config(endpoint.config)}
        item = {**_head(endpoint), **config, **_tail(endpoint, level, host)}
        endpoint.summaries[level] = json.dumps(item, separators=(",", ":")).encode()
    return endpoint.summaries[level]


def milliseconds(instant: float) -> int:
    """Return a time as the service writes it."""
    return round(instant * 1000)


def state(endpoint: EndpointRecord) -> JSON:
    """Return the endpoint's state. ``suspend`` appears where a registered model or feature spec is served."""
    result: JSON = {"ready": "READY" if endpoint.ready else "NOT_READY", "config_update": endpoint.update}
    if endpoint.legacy_state:
        result["update_state"] = endpoint.update
    if endpoint.kind not in ("external", "foundation"):
        result["suspend"] = assumptions.SUSPENDED_WHEN_STOPPED if endpoint.stopped else "NOT_SUSPENDED"
        if (result["ready"], result["config_update"]) == assumptions.SYSTEM_UPDATE_FAILURE_SHOWN:
            result["system_update_failure"] = False
    return result


def _head(endpoint: EndpointRecord) -> JSON:
    creator = {} if endpoint.built_in else {"creator": endpoint.creator}
    return {
        "name": endpoint.name,
        **creator,
        "creation_timestamp": milliseconds(endpoint.created),
        "last_updated_timestamp": milliseconds(endpoint.updated),
        "state": state(endpoint),
    }


def _tail(endpoint: EndpointRecord, level: str, host: str) -> JSON:
    result: JSON = {} if endpoint.built_in else {"id": endpoint.id}
    result["permission_level"] = level
    result["route_optimized"] = endpoint.route_optimized
    if endpoint.route_optimized:
        result.update(_own_address(endpoint, host))
    if endpoint.task:
        result["task"] = endpoint.task
    if endpoint.kind == "external":
        result["endpoint_type"] = "EXTERNAL_MODEL"
    elif endpoint.kind == "foundation":
        result["endpoint_type"] = "FOUNDATION_MODEL_API"
    if endpoint.tags:
        result["tags"] = tags(endpoint)
    if not endpoint.built_in:
        result["creator_display_name"] = endpoint.creator_name
        result["creator_kind"] = endpoint.creator_kind
        result["resource_credential_strategy"] = "EMBEDDED_CREDENTIALS"
    if endpoint.budget_policy:
        result["effective_budget_policy_id"] = endpoint.budget_policy
    result["description"] = endpoint.description
    return {**result, **endpoint.extra}


def tags(endpoint: EndpointRecord) -> list[dict[str, str]]:
    """Return the endpoint's tags sorted by key; a tag without a value has no ``value``."""
    pairs = sorted(endpoint.tags.items())
    return [{"key": key} if value is None else {"key": key, "value": value} for key, value in pairs]


def own_path(endpoint: EndpointRecord) -> str:
    """Return the path of a route-optimized endpoint's own address; other endpoints have none."""
    return f"/route-optimized/{endpoint.id[:12]}/serving-endpoints/{endpoint.name}/invocations"


def _own_address(endpoint: EndpointRecord, host: str) -> JSON:
    url = host + own_path(endpoint)
    grant = {
        "type": "workspace_permission",
        "object_type": "serving-endpoints",
        "object_path": f"/serving-endpoints/{endpoint.id}",
        "actions": ["query_inference_endpoint"],
    }
    details = json.dumps([grant], separators=(",", ":"))
    return {
        "endpoint_url": url,
        "data_plane_info": {"query_info": {"endpoint_url": url, "authorization_details": details}},
    }


def _config(config: Config) -> JSON:
    result = _lists(config, [_entity(entity) for entity in config.entities])
    routes: list[JSON] = [
        {"served_model_name": name, "served_entity_name": name, "traffic_percentage": percent}
        for name, percent in config.routes
    ]
    result["traffic_config"] = {"routes": routes}
    result["config_version"] = config.version
    if config.auto_capture is not None:
        result["auto_capture_config"] = config.auto_capture
    return result


def _pending(config: Config) -> JSON:
    return {"start_time": milliseconds(config.accepted), **_config(config)}


def _short_config(config: Config) -> JSON:
    entities = [{key: entity.spec[key] for key in _SUMMARY_FIELDS if key in entity.spec} for entity in config.entities]
    return _lists(config, entities)


def _lists(config: Config, entities: list[JSON]) -> JSON:
    """Return the items of served entities and, of those that are models, once more under the older names."""
    pairs = zip(config.entities, entities, strict=True)
    models = [
        {_MODEL_NAMES.get(key, key): value for key, value in item.items()}
        for entity, item in pairs
        if entity.kind in _MIRRORED
    ]
    return {"served_entities": entities, **({"served_models": models} if models else {})}


def _entity(entity: Entity) -> JSON:
    if entity.kind == "foundation":
        return dict(entity.spec)
    state = {"deployment": entity.deployment, "deployment_state_message": entity.message}
    created = milliseconds(entity.created)
    return {**entity.spec, "state": state, "creator": entity.creator, "creation_timestamp": created}
