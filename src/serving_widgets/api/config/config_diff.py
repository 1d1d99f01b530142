"""What would have to change for an endpoint to be as it is wanted, and the configuration that does it. Pure."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from serving_widgets.api.endpoint.models import EndpointInfo

#: Fields of a served entity that a request may carry (REST reference, *Create a new serving endpoint*).
WRITABLE = (
    "name",
    "entity_name",
    "entity_version",
    "external_model",
    "workload_size",
    "workload_type",
    "scale_to_zero_enabled",
    "environment_vars",
    "instance_profile_arn",
    "min_provisioned_throughput",
    "max_provisioned_throughput",
    "provisioned_model_units",
    "min_provisioned_concurrency",
    "max_provisioned_concurrency",
    "burst_scaling_enabled",
)
#: Fields of an endpoint that are fixed when it is created; no public call changes them afterwards.
FIXED = {"description": "description", "route_optimized": "route_optimized", "budget_policy_id": "budget policy"}


@dataclasses.dataclass(frozen=True, slots=True)
class ConfigChange:
    """One thing that differs.

    Attributes
    ----------
    subject
        What it is about: a served entity's name, ``"traffic"``, ``"tag"``, ``"endpoint"``.
    field
        The field of it, "" for the whole.
    before, after
        The values as they are and as they are wanted, secrets included; None where there is none.
    """

    subject: str
    field: str
    before: Any
    after: Any


@dataclasses.dataclass(frozen=True, slots=True)
class ConfigDiff:
    """How an endpoint differs from what is wanted.

    Attributes
    ----------
    changes
        What an update changes.
    config
        The whole configuration to send; None where the configuration is as wanted.
    tags
        The tags to set.
    fixed
        What differs and can't be changed on an existing endpoint.
    """

    changes: tuple[ConfigChange, ...] = ()
    config: Mapping[str, Any] | None = None
    tags: Mapping[str, str | None] = dataclasses.field(default_factory=dict)
    fixed: tuple[ConfigChange, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.changes or self.fixed)


def diff_config(
    info: EndpointInfo, wanted: Mapping[str, Any], defaults: Mapping[str, Any] = MappingProxyType({})
) -> ConfigDiff:
    """Compare an endpoint with a create request.

    Only what the request says is compared: the service fills in defaults, and what it filled in is no difference. An
    entity of a new version takes over what the request leaves open from the entity that it replaces.

    Parameters
    ----------
    info : EndpointInfo
        The endpoint as a get shows it. While an update is in progress, the configuration on its way counts.
    wanted : mapping
        ``config``, ``tags`` and so on as in the body of a create request.
    defaults : mapping, optional
        What an entity that replaces none gets where the request leaves it open.

    Raises
    ------
    ValueError
        When the request leaves open how the traffic is shared out.

    Examples
    --------
    >>> entity = {"name": "m-1", "entity_name": "a.b.m", "entity_version": "1", "workload_size": "Small"}
    >>> now = EndpointInfo.read({"name": "ads", "config": {"served_entities": [entity]}})
    >>> want = {"config": {"served_entities": [{"entity_name": "a.b.m", "entity_version": "2"}]}}
    >>> [(change.subject, change.field, change.before, change.after) for change in diff_config(now, want).changes][0]
    ('m-2', 'entity_version', '1', '2')
    """
    changes: list[ConfigChange] = []
    config = None
    if wanted.get("config"):
        found, config = _config(_baseline(info), wanted["config"], defaults)
        changes += found
    have = {tag.key: tag.value for tag in info.tags if tag.key is not None}
    tags = {tag["key"]: tag.get("value") for tag in wanted.get("tags") or ()}
    changed_tags = {key: value for key, value in tags.items() if key not in have or (have[key] or "") != (value or "")}
    changes += [ConfigChange("tag", key, have.get(key), value) for key, value in changed_tags.items()]
    return ConfigDiff(tuple(changes), config, changed_tags, tuple(_fixed(info, wanted)))


def default_entity_name(entity: Mapping[str, Any]) -> str:
    """Return the name that the service gives a served entity that is sent without one."""
    if entity.get("name"):
        return str(entity["name"])
    external = entity.get("external_model")
    if isinstance(external, Mapping):
        return str(external.get("name", "")).replace(".", "-").replace(":", "-")
    last = str(entity.get("entity_name") or entity.get("model_name") or "").rsplit(".", 1)[-1]
    version = entity.get("entity_version") or entity.get("model_version")
    return f"{last}-{version}" if version else last


def plain_entity(entity: Mapping[str, Any]) -> dict[str, Any]:
    """Return a wanted entity under today's names of its fields, its version as text."""
    renamed = {"model_name": "entity_name", "model_version": "entity_version"}
    result = {renamed.get(key, key): value for key, value in entity.items() if value is not None}
    if "entity_version" in result:
        result["entity_version"] = str(result["entity_version"])
    return result


def _baseline(info: EndpointInfo) -> Mapping[str, Any]:
    on_its_way = info.raw.get("pending_config") if info.state.update == "IN_PROGRESS" else None
    config = on_its_way or info.raw.get("config") or {}
    return config if isinstance(config, Mapping) else {}


def _config(
    now: Mapping[str, Any], wanted: Mapping[str, Any], defaults: Mapping[str, Any]
) -> tuple[list[ConfigChange], dict[str, Any] | None]:
    """Return what changes and the configuration to send, None where nothing does."""
    old = {default_entity_name(each): each for each in _entities(now)}
    asked = [plain_entity(entity) for entity in _entities(wanted)]
    replaced = _pairs(old, asked)
    changes: list[ConfigChange] = []
    result = []
    for entity, before in zip(asked, replaced, strict=True):
        whole = _merged(entity, old[before]) if before is not None else _new(entity, defaults)
        result.append(whole)
        changes += _entity_changes(whole, old.get(before) if before is not None else None)
    kept = {before for before in replaced if before is not None}
    changes += [ConfigChange(name, "", _shown(old[name]), None) for name in old if name not in kept]
    renamed = {before: whole["name"] for before, whole in zip(replaced, result, strict=True) if before is not None}
    routes = _routes(wanted)
    before_routes = _routes(now)
    if routes is None:
        routes = _kept_routes([whole["name"] for whole in result], before_routes or {}, renamed)
    if routes != before_routes:
        names = dict.fromkeys([*(before_routes or {}), *routes])
        changes += [
            ConfigChange("traffic", name, (before_routes or {}).get(name), routes.get(name))
            for name in names
            if (before_routes or {}).get(name) != routes.get(name)
        ]
    extra = {key: value for key, value in wanted.items() if key not in _TAKEN and now.get(key) != value}
    changes += [ConfigChange("endpoint", key, now.get(key), value) for key, value in extra.items()]
    if not changes:
        return [], None
    traffic = [{"served_entity_name": name, "traffic_percentage": percent} for name, percent in routes.items()]
    return changes, {"served_entities": result, "traffic_config": {"routes": traffic}, **extra}


_TAKEN = ("served_entities", "served_models", "traffic_config")


def _pairs(old: Mapping[str, Mapping[str, Any]], asked: Sequence[Mapping[str, Any]]) -> list[str | None]:
    """Return for each wanted entity the one that it is, or replaces: of the same name, else the only one of its model.

    The service's own default names carry the version, so a new version has another name than the one it replaces.
    """
    names = [default_entity_name(entity) for entity in asked]
    pairs: list[str | None] = []
    for entity, name in zip(asked, names, strict=True):
        if name in old:
            pairs.append(name)
            continue
        model = entity.get("entity_name")
        rivals = [each for each in asked if each.get("entity_name") == model]
        same = [key for key, each in old.items() if model and each.get("entity_name") == model and key not in names]
        pairs.append(same[0] if len(same) == 1 and len(rivals) == 1 and not entity.get("name") else None)
    return pairs


def _new(entity: Mapping[str, Any], defaults: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": default_entity_name(entity), **defaults, **entity}


def _merged(entity: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """Return an entity whole: as asked, and for the rest as it was."""
    old = {key: before[key] for key in WRITABLE if before.get(key) is not None}
    # A name that a person chose stays; one that the service made says the version, which may be another one now.
    given = old.pop("name", "")
    unnamed = {key: value for key, value in before.items() if key != "name"}
    name = entity.get("name") or (default_entity_name(entity) if given == default_entity_name(unnamed) else given)
    return {**old, **entity, "name": name}


def _entity_changes(whole: Mapping[str, Any], before: Mapping[str, Any] | None) -> list[ConfigChange]:
    if before is None:
        return [ConfigChange(whole["name"], "", None, _shown(whole))]
    return [
        ConfigChange(whole["name"], key, before.get(key), value)
        for key, value in whole.items()
        if not (_agrees(before.get(key), value) if key == "external_model" else before.get(key) == value)
    ]


def _agrees(have: Any, want: Any) -> bool:
    """Whether an external model is as wanted; what was sent in plain text never comes back, and can't be compared."""
    if isinstance(want, Mapping) and isinstance(have, Mapping):
        comparable = {key: value for key, value in want.items() if not str(key).endswith("_plaintext")}
        return all(key in have and _agrees(have[key], value) for key, value in comparable.items())
    return bool(have == want)


def _shown(entity: Mapping[str, Any]) -> dict[str, Any]:
    return {key: entity[key] for key in WRITABLE if key != "name" and entity.get(key) is not None}


def _kept_routes(names: Sequence[str], before: Mapping[str, int], renamed: Mapping[str, str]) -> dict[str, int]:
    if len(names) == 1:
        return {names[0]: 100}
    kept = {renamed[name]: percent for name, percent in before.items() if name in renamed}
    if set(kept) != set(names) or sum(kept.values()) != 100:
        raise ValueError("traffic_config is missing: with several served entities it has to say how to share it out")
    return kept


def _routes(config: Mapping[str, Any]) -> dict[str, int] | None:
    traffic = config.get("traffic_config")
    routes = traffic.get("routes") if isinstance(traffic, Mapping) else None
    if not routes:
        return None
    try:
        return {
            str(route.get("served_entity_name") or route.get("served_model_name")): int(route["traffic_percentage"])
            for route in routes
        }
    except (AttributeError, KeyError, TypeError, ValueError):
        raise ValueError("each route of traffic_config needs a served_entity_name and a traffic_percentage") from None


def _entities(config: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    found = config.get("served_entities") or config.get("served_models")
    # Of the service's answers and of what users write alike, only lists are read.
    return [each for each in found if isinstance(each, Mapping)] if isinstance(found, list | tuple) else []


def _fixed(info: EndpointInfo, wanted: Mapping[str, Any]) -> Iterable[ConfigChange]:
    have = {
        "description": info.description or "",
        "route_optimized": bool(info.route_optimized),
        "budget_policy_id": info.budget_policy,
    }
    for field, words in FIXED.items():
        if wanted.get(field) is not None and wanted[field] != have[field]:
            yield ConfigChange("endpoint", words, have[field], wanted[field])
