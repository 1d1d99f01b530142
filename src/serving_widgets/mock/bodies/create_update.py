"""Bodies of requests that create or update endpoints, checked and completed as the service does it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from serving_widgets.mock.service import assumptions
from serving_widgets.mock.service.endpoint import JSON, THROUGHPUT_FIELDS, Config, EndpointRecord, Entity
from serving_widgets.mock.service.errors import ServiceError, invalid
from serving_widgets.mock.service.json_shapes import (
    anything,
    flag,
    list_of,
    mapping,
    one_of,
    record,
    strings_by_name,
    text,
    whole,
)

from . import settings
from .external_models import external_model

NAME = re.compile(r"[A-Za-z0-9_-]{1,63}")
MOST_ENTITIES = 15
"""The docs say 10; 15 is what the service is reported to accept."""

MOST_ENVIRONMENT_VARIABLES = 30
WORKLOAD_TYPES = (
    "CPU",
    "CPU_MEDIUM",
    "CPU_LARGE",
    "GPU_SMALL",
    "GPU_MEDIUM",
    "GPU_LARGE",
    "GPU_XLARGE",
    "GPU_XLARGE_8",
    "MULTIGPU_MEDIUM",
)

_FEATURES = re.compile(r"feature|_spec$")
_VERSION = re.compile(r"[1-9][0-9]*")
_RANGES = (
    ("min_provisioned_throughput", "max_provisioned_throughput"),
    ("min_provisioned_concurrency", "max_provisioned_concurrency"),
)
_COPIED = (*THROUGHPUT_FIELDS, *_RANGES[1], "environment_vars", "instance_profile_arn")


@dataclass(frozen=True)
class Creation:
    """The request for a new endpoint, checked."""

    name: str
    config: Mapping[str, Any] | None
    tags: dict[str, str | None]
    description: str
    route_optimized: bool
    budget_policy_id: str
    extra: JSON


def _version(value: Any, where: str) -> str:
    """Take the version of a model; the service writes it as a string, some clients as a number."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise invalid(f'{where} must be a model version, such as "1".')
    return str(value)


_SIZE = {
    "name": text,
    "workload_size": one_of(*assumptions.CONCURRENCY),
    "workload_type": one_of(*WORKLOAD_TYPES),
    "scale_to_zero_enabled": flag,
    "burst_scaling_enabled": flag,
    **dict.fromkeys((*THROUGHPUT_FIELDS, *_RANGES[1]), whole()),
    "environment_vars": strings_by_name,
    "instance_profile_arn": text,
}
_ENTITIES = list_of(
    record(
        {
            **_SIZE,
            "entity_name": text,
            "entity_version": _version,
            "external_model": anything,
            "foundation_model": anything,
        }
    )
)
_MODELS = list_of(record({**_SIZE, "model_name": text, "model_version": _version}))
_ROUTES = list_of(
    record(
        {"served_entity_name": text, "served_model_name": text, "traffic_percentage": whole(0, 100)},
        ("traffic_percentage",),
    )
)
_CONFIG = record(
    {
        "name": text,
        "served_entities": _ENTITIES,
        "served_models": _MODELS,
        "traffic_config": record({"routes": _ROUTES}),
        "auto_capture_config": settings.INFERENCE_TABLE,
    }
)
_CREATION = record(
    {
        "name": anything,
        "config": mapping,
        "tags": settings.tags,
        "description": text,
        "route_optimized": flag,
        "budget_policy_id": text,
        "rate_limits": anything,
        "ai_gateway": settings.gateway,
        "email_notifications": settings.notifications,
        "telemetry_config": settings.telemetry,
    }
)


def endpoint_name(body: Mapping[str, Any]) -> str:
    """Return the name of the endpoint to be created, or refuse."""
    name = body.get("name")
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise _misnamed("Endpoint", name)
    return name


def creation(body: Mapping[str, Any]) -> Creation:
    """Return the request for a new endpoint, its configuration still unchecked, or refuse.

    Legacy rate limits are checked and go no further: no route shows them.
    """
    name = endpoint_name(body)
    asked = _CREATION(body, "")
    if "config" not in asked:
        for field in ("ai_gateway", "rate_limits"):
            if asked.get(field):
                raise invalid(f"Cannot specify {field} when creating endpoints without a config.")
    settings.rate_limits(asked.get("rate_limits"))
    kept = ("ai_gateway", "email_notifications", "telemetry_config")
    return Creation(
        name=name,
        config=asked.get("config"),
        tags=asked.get("tags", {}),
        description=asked.get("description", ""),
        route_optimized=asked.get("route_optimized", False),
        budget_policy_id=asked.get("budget_policy_id", ""),
        extra={key: asked[key] for key in kept if asked.get(key)},
    )


def config(
    body: Any, endpoint: EndpointRecord | None, creator: str, at: float, *, throughput: bool = False, where: str = ""
) -> Config:
    """Return the configuration that `body` wants for `endpoint`, with the service's defaults, or refuse.

    Parameters
    ----------
    body : object
        What was sent, unchecked.
    endpoint : Endpoint or None
        The endpoint to be updated; None if it is about to be created.
    creator : str
        The caller: the creator of each entity that is new.
    at : float
        Service time.
    throughput : bool
        Whether all entities must have provisioned throughput.
    where : str
        Where the configuration stands in the request.
    """
    asked = _CONFIG(body, where)
    served = entities(asked, creator, at)
    if throughput and not all("provisioned_model_units" in entity.spec for entity in served):
        raise invalid("provisioned_model_units is required for each served entity.")
    before = endpoint.config if endpoint else None
    for entity in served:
        same = before.entity(entity.name) if before else None
        if same is not None and same.spec == entity.spec:
            entity.creator, entity.created = same.creator, same.created
    return Config(
        version=endpoint.next_version if endpoint else 1,
        entities=served,
        routes=routes(asked, served),
        accepted=at,
        auto_capture=_capture(asked) or (before.auto_capture if before else None),
    )


def entities(body: Any, creator: str, at: float) -> list[Entity]:
    """Return the served entities of a configuration, with the service's defaults, or refuse."""
    asked = _CONFIG(body, "")
    if asked.get("served_entities") and asked.get("served_models"):
        raise invalid("Only one of served_entities and served_models may be given.")
    items = asked.get("served_entities") or [_from_model(item) for item in asked.get("served_models", [])]
    if not items:
        raise invalid("The configuration must have at least one served entity.")
    if len(items) > MOST_ENTITIES:
        raise invalid(f"The configuration has {len(items)} served entities; at most {MOST_ENTITIES} are allowed.")
    result = [Entity(_spec(item), creator, at) for item in items]
    names = [entity.name for entity in result]
    if len(set(names)) < len(names):
        raise invalid("The names of served entities must be unique within an endpoint.")
    kinds = {entity.kind == "external" for entity in result}
    tasks = {entity.spec["external_model"]["task"] for entity in result if entity.kind == "external"}
    if len(kinds) > 1:
        raise invalid("External models can't be served together with other entities.")
    if len(tasks) > 1:
        raise invalid("All external models of an endpoint must have the same task.")
    return result


def routes(body: Any, served: list[Entity]) -> list[tuple[str, int]]:
    """Return the traffic of a configuration as (entity, percentage), or refuse unless it sums to 100."""
    items = _CONFIG(body, "").get("traffic_config", {}).get("routes")
    if not items:
        if len(served) > 1:
            raise invalid("traffic_config is required when there is more than one served entity.")
        return [(served[0].name, 100)]
    result = [(_routed(item), item["traffic_percentage"]) for item in items]
    names = [name for name, _ in result]
    unknown = [name for name in names if name not in {entity.name for entity in served}]
    if unknown:
        raise invalid(f"traffic_config names '{unknown[0]}', which is not a served entity of this configuration.")
    if len(set(names)) < len(names):
        raise invalid("traffic_config names the same served entity twice.")
    total = sum(percent for _, percent in result)
    if total != 100:
        raise invalid(f"The traffic percentages must sum to 100; they sum to {total}.")
    return result


def _routed(item: JSON) -> str:
    names = {item[field] for field in ("served_entity_name", "served_model_name") if item.get(field)}
    if len(names) != 1:
        raise invalid("A route needs a served_entity_name, or the same name as served_model_name.")
    return str(names.pop())


def _capture(asked: JSON) -> JSON | None:
    table: JSON = asked.get("auto_capture_config") or {}
    settings.require_schema(table, "auto_capture_config")
    return table or None


def _from_model(item: JSON) -> JSON:
    names = {"model_name": "entity_name", "model_version": "entity_version"}
    return {names.get(key, key): value for key, value in item.items()}


def _spec(item: JSON) -> JSON:
    if "foundation_model" in item:
        raise invalid("Pay-per-token foundation models have endpoints of their own; no other endpoint can serve them.")
    spec = _external(item) if "external_model" in item else _registered(item)
    if not NAME.fullmatch(spec["name"]):
        raise _misnamed("Served entity", spec["name"])
    return spec


def _external(item: JSON) -> JSON:
    model = external_model(item["external_model"])
    name = item.get("name") or model["name"].replace(".", "-").replace(":", "-")
    return {"name": name, "type": "EXTERNAL_MODEL", "external_model": model}


def _registered(item: JSON) -> JSON:
    entity_name, version = item.get("entity_name"), item.get("entity_version")
    if not entity_name:
        raise invalid("A served entity needs an entity_name or an external_model.")
    last = entity_name.rsplit(".", 1)[-1]
    if not version and _FEATURES.search(last):
        return _sized(item, {"name": item.get("name") or last, "entity_name": entity_name, "type": "FEATURE_SPEC"})
    if not version and "provisioned_model_units" in item:
        version = assumptions.VERSION_LEFT_OUT
    if not version or not _VERSION.fullmatch(version):
        raise invalid(f"entity_version of '{entity_name}' must be a model version, such as \"1\".")
    if assumptions.UNREGISTERED in last.lower():
        message = f"Model '{entity_name}' version {version} does not exist."
        raise ServiceError("RESOURCE_DOES_NOT_EXIST", message)
    spec: JSON = {
        "name": item.get("name") or f"{last}-{version}",
        "entity_name": entity_name,
        "entity_version": version,
        "type": "UC_MODEL" if entity_name.count(".") == 2 else "WORKSPACE_MODEL",
    }
    return _sized(item, spec)


def _sized(item: JSON, spec: JSON) -> JSON:
    """Return a served entity with its size, as far as the kind of entity has one."""
    provisioned = any(field in item for field in THROUGHPUT_FIELDS)
    if "scale_to_zero_enabled" not in item and not provisioned:
        raise invalid("scaleToZeroEnabled is undefined. Please set it to either true or false.")
    if len(item.get("environment_vars", {})) > MOST_ENVIRONMENT_VARIABLES:
        raise invalid(f"environment_vars may have at most {MOST_ENVIRONMENT_VARIABLES} variables for a served entity.")
    for least, most in _RANGES:
        if item.get(least, 0) > item.get(most, item.get(least, 0)):
            raise invalid(f"{least} must not be greater than {most}.")
    spec["workload_size"] = item.get("workload_size") or "Small"
    if spec["type"] != "FEATURE_SPEC":
        default = assumptions.THROUGHPUT_WORKLOAD_TYPE if provisioned else "CPU"
        spec["workload_type"] = item.get("workload_type") or default
    if "scale_to_zero_enabled" in item:
        spec["scale_to_zero_enabled"] = item["scale_to_zero_enabled"]
    for field, units in zip(_RANGES[0], ("min_dbus", "max_dbus"), strict=True):
        if field in item:
            spec[units] = round(item[field] * assumptions.DBUS_PER_TOKEN_A_SECOND, 2)
    spec.update({field: item[field] for field in _COPIED if field in item})
    return spec


def _misnamed(what: str, name: Any) -> ServiceError:
    shown = repr(name)[:80] if isinstance(name, str) else "that is not a string"
    return invalid(
        f"{what} name {shown} is invalid: it must have 1 to 63 characters, which may be letters, digits, underscores "
        "and hyphens."
    )
