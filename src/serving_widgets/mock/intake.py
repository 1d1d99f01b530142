"""What a client may ask for: request bodies checked as the service checks them, and its defaults filled in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .endpoint import JSON, THROUGHPUT_FIELDS, Entity
from .errors import invalid

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
PROVIDERS = (
    "ai21labs",
    "anthropic",
    "amazon-bedrock",
    "cohere",
    "databricks-model-serving",
    "google-cloud-vertex-ai",
    "openai",
    "palm",
    "custom",
)
TASKS = ("llm/v1/chat", "llm/v1/completions", "llm/v1/embeddings")

_FEATURES = re.compile(r"feature|_spec$")
_COPIED = (
    *THROUGHPUT_FIELDS,
    "min_provisioned_concurrency",
    "max_provisioned_concurrency",
    "environment_vars",
    "instance_profile_arn",
)


def endpoint_name(body: Mapping[str, Any]) -> str:
    """Return the name of the endpoint to be created, or refuse."""
    name = body.get("name")
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise invalid(
            f"Endpoint name {name!r} is invalid: it must have 1 to 63 characters, which may be letters, digits, "
            "underscores and hyphens."
        )
    return name


def entities(body: Mapping[str, Any], creator: str, at: float) -> list[Entity]:
    """Return what a configuration wants to serve, with the service's defaults, or refuse."""
    if body.get("served_entities") and body.get("served_models"):
        raise invalid("Only one of served_entities and served_models may be given.")
    asked = body.get("served_entities") or [_from_model(_object(item)) for item in body.get("served_models") or []]
    if not isinstance(asked, list) or not asked:
        raise invalid("The configuration must have at least one served entity.")
    if len(asked) > MOST_ENTITIES:
        raise invalid(f"The configuration has {len(asked)} served entities; at most {MOST_ENTITIES} are allowed.")
    result = [Entity(_spec(_object(item)), creator, at) for item in asked]
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


def routes(body: Mapping[str, Any], served: list[Entity]) -> list[tuple[str, int]]:
    """Return the traffic of a configuration as (entity, percentage), or refuse unless it sums to 100."""
    traffic = body.get("traffic_config")
    asked = traffic.get("routes") if isinstance(traffic, Mapping) else None
    if not asked:
        if len(served) > 1:
            raise invalid("traffic_config is required when there is more than one served entity.")
        return [(served[0].name, 100)]
    result = [_route(_object(item)) for item in asked]
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


def _object(item: Any) -> Mapping[str, Any]:
    if not isinstance(item, Mapping):
        raise invalid(f"Expected a JSON object, got {type(item).__name__}.")
    return item


def _from_model(item: Mapping[str, Any]) -> JSON:
    names = {"model_name": "entity_name", "model_version": "entity_version"}
    return {names.get(key, key): value for key, value in item.items()}


def _spec(item: Mapping[str, Any]) -> JSON:
    spec = _external(item) if item.get("external_model") is not None else _registered(item)
    name = spec["name"]
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise invalid(
            f"Served entity name {name!r} is invalid: it must have 1 to 63 characters, which may be letters, digits, "
            "underscores and hyphens."
        )
    return spec


def _external(item: Mapping[str, Any]) -> JSON:
    model = _object(item["external_model"])
    if not model.get("name"):
        raise invalid("external_model needs a name.")
    if model.get("provider") not in PROVIDERS:
        raise invalid(
            f"external_model has unknown provider {model.get('provider')!r}; use one of {', '.join(PROVIDERS)}."
        )
    if model.get("task") not in TASKS:
        raise invalid(f"external_model has unknown task {model.get('task')!r}; use one of {', '.join(TASKS)}.")
    name = item.get("name") or str(model["name"]).replace(".", "-").replace(":", "-")
    return {"name": name, "type": "EXTERNAL_MODEL", "external_model": without_plaintext(model)}


def without_plaintext(value: Any) -> Any:
    """Return JSON without the members that carry a secret as it is; the service takes them and never shows them."""
    if isinstance(value, Mapping):
        return {key: without_plaintext(one) for key, one in value.items() if not key.endswith("_plaintext")}
    return [without_plaintext(one) for one in value] if isinstance(value, list) else value


def _registered(item: Mapping[str, Any]) -> JSON:
    entity_name = item.get("entity_name")
    if not isinstance(entity_name, str) or not entity_name:
        raise invalid("A served entity needs an entity_name or an external_model.")
    last = entity_name.rsplit(".", 1)[-1]
    version = item.get("entity_version")
    if version in (None, "") and _FEATURES.search(last):
        return _sized(
            item, {"name": item.get("name") or last, "entity_name": entity_name, "type": "FEATURE_SPEC"}, cpu=False
        )
    if isinstance(version, bool) or not isinstance(version, str | int) or not re.fullmatch(r"[1-9]\d*", str(version)):
        raise invalid(f"entity_version of '{entity_name}' must be a model version, such as \"1\".")
    spec: JSON = {
        "name": item.get("name") or f"{last}-{version}",
        "entity_name": entity_name,
        "entity_version": str(version),
        "type": "UC_MODEL" if entity_name.count(".") == 2 else "WORKSPACE_MODEL",
    }
    return _sized(item, spec, cpu=True)


def _sized(item: Mapping[str, Any], spec: JSON, *, cpu: bool) -> JSON:
    provisioned = any(item.get(field) is not None for field in THROUGHPUT_FIELDS)
    to_zero = item.get("scale_to_zero_enabled", False if provisioned else None)
    if to_zero is None:
        raise invalid("scaleToZeroEnabled is undefined. Please set it to either true or false.")
    if not isinstance(to_zero, bool):
        raise invalid("scale_to_zero_enabled must be true or false.")
    workload_type = item.get("workload_type") or "CPU"
    if workload_type not in WORKLOAD_TYPES:
        raise invalid(f"Unknown workload_type {workload_type!r}; use one of {', '.join(WORKLOAD_TYPES)}.")
    variables = item.get("environment_vars") or {}
    if not isinstance(variables, Mapping) or not all(isinstance(value, str) for value in variables.values()):
        raise invalid("environment_vars must be an object of strings.")
    if len(variables) > MOST_ENVIRONMENT_VARIABLES:
        raise invalid(f"A served entity may have at most {MOST_ENVIRONMENT_VARIABLES} environment variables.")
    spec["workload_size"] = item.get("workload_size") or "Small"
    if cpu:
        spec["workload_type"] = workload_type
    spec["scale_to_zero_enabled"] = to_zero
    spec.update({field: item[field] for field in _COPIED if item.get(field) is not None})
    return spec


def _route(item: Mapping[str, Any]) -> tuple[str, int]:
    name = item.get("served_entity_name") or item.get("served_model_name")
    percent = item.get("traffic_percentage")
    if not isinstance(name, str):
        raise invalid("A route needs a served_entity_name.")
    # The service's own documentation shows the percentage as a string, too.
    if isinstance(percent, bool) or not isinstance(percent, str | int) or not re.fullmatch(r"\d{1,3}", str(percent)):
        raise invalid(f"traffic_percentage of '{name}' must be a whole number from 0 to 100.")
    if int(percent) > 100:
        raise invalid(f"traffic_percentage of '{name}' must be a whole number from 0 to 100.")
    return name, int(percent)
