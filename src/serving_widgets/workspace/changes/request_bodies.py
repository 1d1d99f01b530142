"""The bodies of create and update, from a whole configuration or from the fields of one served entity."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from serving_widgets.api.config.config_diff import WRITABLE
from serving_widgets.api.config.config_merge import ConfigRequest, merge_config
from serving_widgets.api.config.config_side_by_side import ComparableConfig
from serving_widgets.api.errors import ConfigError
from serving_widgets.api.suggest import did_you_mean
from serving_widgets.workspace.registry.aliases import names_alias, without_aliases

from .tags import checked_tags, tags_body

if TYPE_CHECKING:
    from serving_widgets.workspace.session.session import Session

#: Fields of a served entity that may be given by name.
ENTITY_FIELDS = tuple(field for field in WRITABLE if field != "name")
#: Fields of an endpoint that may be given beside its configuration.
ENDPOINT_FIELDS = ("tags", "budget_policy_id", "description", "route_optimized")


def config_request(
    config: Mapping[str, Any] | None,
    fields: Mapping[str, Any],
    entity: str | None = None,
    traffic: Mapping[str, int] | None = None,
    remove: Iterable[str] = (),
    *,
    add: bool = False,
    replace: bool = False,
) -> ConfigRequest:
    """Return what is named of a configuration, checked; see :class:`ConfigRequest`.

    Raises
    ------
    ConfigError
        When it is not a configuration, or a field is unknown.
    """
    _check_known(fields, ENTITY_FIELDS)
    if config is not None and not isinstance(config, Mapping):
        raise ConfigError(
            f"config= is {type(config).__name__}, not a dictionary.",
            hint='It looks like {"served_entities": [{"entity_name": …, "entity_version": …}]}.',
        )
    if config is not None and fields:
        raise ConfigError(
            f"Both config= and {next(iter(fields))}= are given.",
            hint="Give a configuration, or the fields of one served entity.",
        )
    if traffic is not None and (not isinstance(traffic, Mapping) or not traffic):
        raise ConfigError("traffic= names no entity.", hint='For example traffic={"ads-2": 30}.', code="no_shares")
    if isinstance(remove, str):
        raise ConfigError("remove= takes a list of served entities.", hint=f"For example remove=[{remove!r}].")
    given = {key: value for key, value in fields.items() if value is not None}
    return ConfigRequest(config, given, entity, traffic or {}, tuple(remove), add, replace)


def told_apart(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return keyword arguments of ``update_config`` as those of :func:`config_request`."""
    named = ("entity", "traffic", "remove", "add", "replace")
    fields = {key: value for key, value in given.items() if key not in named}
    return {"fields": fields, **{key: given[key] for key in named if key in given}}


def create_body(name: str, config: Mapping[str, Any] | None, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the body of a create request; see :func:`config_request`."""
    _check_known(fields, (*ENTITY_FIELDS, *ENDPOINT_FIELDS))
    update = merge_config(name, ComparableConfig(), entity_request(config, fields))
    body = {"name": name, "config": dict(update.body), **_beside(fields)}
    if body.get("budget_policy_id") and _is_external(body["config"]):
        raise ConfigError(
            f"{name} can't have a budget policy: endpoints that serve external models have none.",
            hint="Leave budget_policy_id= out, or --budget on a %serving line.",
            code="no_budget_policy",
        )
    return body


def entity_request(config: Mapping[str, Any] | None, fields: Mapping[str, Any]) -> ConfigRequest:
    """Return what a create request says of the configuration."""
    entity = {key: value for key, value in fields.items() if key in ENTITY_FIELDS}
    return config_request(config, entity, replace=True)


async def without_alias(
    workspace: Session, name: str, config: Mapping[str, Any] | None, fields: Mapping[str, Any]
) -> tuple[Mapping[str, Any] | None, dict[str, Any]]:
    """Return configuration and fields of a create request with numbers for aliases; runs on the loop thread."""
    request = entity_request(config, fields)
    if not names_alias(request):
        return config, dict(fields)
    found = await without_aliases(workspace, request, merge_config(name, ComparableConfig(), request))
    return found.config, {**fields, **found.fields}


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
