"""The bodies of create and update, from a whole configuration or from the fields of one served entity."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from serving_widgets.api.errors import ConfigError
from serving_widgets.api.suggest import did_you_mean

from .tags import checked_tags, tags_body

#: Fields of a served entity that may be given by name (REST reference, *Create a new serving endpoint*).
ENTITY_FIELDS = (
    "entity_name",
    "entity_version",
    "workload_size",
    "workload_type",
    "scale_to_zero_enabled",
    "environment_vars",
    "min_provisioned_throughput",
    "max_provisioned_throughput",
    "instance_profile_arn",
)
#: What they are where nothing is said.
ENTITY_DEFAULTS: Mapping[str, Any] = {"workload_size": "Small", "scale_to_zero_enabled": True}
#: Fields of an endpoint that may be given beside its configuration.
ENDPOINT_FIELDS = ("tags", "budget_policy_id", "description", "route_optimized")


def config_body(config: Mapping[str, Any] | None, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return a configuration: ``config`` as it is, or one served entity made from ``fields``.

    Raises
    ------
    ConfigError
        When both are given, or neither, or a field is unknown.
    """
    _check_known(fields, ENTITY_FIELDS)
    if config is not None:
        if fields:
            raise ConfigError(
                f"Both config= and {next(iter(fields))}= are given.",
                hint="Give a whole configuration, or the fields of one served entity.",
            )
        if not isinstance(config, Mapping):
            raise ConfigError(
                f"config= is {type(config).__name__}, not a dictionary.",
                hint='It looks like {"served_entities": [{"entity_name": …, "entity_version": …}]}.',
            )
        return dict(config)
    if not fields.get("entity_name"):
        raise ConfigError(
            "What shall the endpoint serve? entity_name= is missing.",
            hint='For example entity_name="catalog.schema.model", entity_version="1".',
        )
    entity = {key: value for key, value in fields.items() if value is not None}
    if "entity_version" in entity:
        entity["entity_version"] = str(entity["entity_version"])
    return {"served_entities": [{**ENTITY_DEFAULTS, **entity}]}


def create_body(name: str, config: Mapping[str, Any] | None, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the body of a create request; see :func:`config_body`."""
    _check_known(fields, (*ENTITY_FIELDS, *ENDPOINT_FIELDS))
    entity = {key: value for key, value in fields.items() if key in ENTITY_FIELDS}
    body = {"name": name, "config": config_body(config, entity), **_beside(fields)}
    if body.get("budget_policy_id") and _is_external(body["config"]):
        raise ConfigError(
            f"{name} can't have a budget policy: endpoints that serve external models have none.",
            hint="Leave budget_policy_id= out, or --budget on a %serving line.",
            code="no_budget_policy",
        )
    return body


def wanted_body(name: str, config: Mapping[str, Any] | None, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is wanted of an endpoint, in the form of a create request, with nothing that was not said.

    Raises
    ------
    ConfigError
        As :func:`create_body`, but an endpoint may be wanted with other tags alone.
    """
    if config is None and not any(field in ENTITY_FIELDS for field in fields):
        _check_known(fields, (*ENTITY_FIELDS, *ENDPOINT_FIELDS))
        return {"name": name, **_beside(fields)}
    whole = create_body(name, config, fields)
    if config is None:
        entity = whole["config"]["served_entities"][0]
        whole["config"] = {"served_entities": [{key: value for key, value in entity.items() if key in fields}]}
    return whole


def _is_external(config: Mapping[str, Any]) -> bool:
    entities = config.get("served_entities")
    return isinstance(entities, list | tuple) and any(
        isinstance(entity, Mapping) and entity.get("external_model") is not None for entity in entities
    )


def _beside(fields: Mapping[str, Any]) -> dict[str, Any]:
    beside = {key: value for key, value in fields.items() if key in ENDPOINT_FIELDS and value is not None}
    if "tags" in beside:
        tags, _ = checked_tags(beside["tags"], ()) if beside["tags"] else ({}, ())
        beside["tags"] = tags_body(tags)["add_tags"]
    return beside


def _check_known(fields: Mapping[str, Any], known: tuple[str, ...]) -> None:
    for field in fields:
        if field not in known:
            hint = did_you_mean(field, known, f"Known are {', '.join(known)}.")
            raise ConfigError(f"There is no field {field!r}.", hint=hint)
