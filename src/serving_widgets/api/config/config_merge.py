"""A configuration with some of it changed: what a request does not name stays as it is. Pure."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from serving_widgets.api.endpoint.models import EndpointConfig
from serving_widgets.api.errors import ConfigError

from .config_diff import ConfigChange, default_entity_name, plain_entity
from .config_side_by_side import TRAFFIC, ComparableConfig, EntityFields, compare_configs, match_entities

#: What a new served entity gets where nothing is said.
ENTITY_DEFAULTS: Mapping[str, Any] = {"workload_size": "Small", "scale_to_zero_enabled": True}

_LISTS = ("served_entities", "served_models", "traffic_config")


@dataclasses.dataclass(frozen=True, slots=True)
class ConfigRequest:
    """What a person names of a configuration; all else stays as it is.

    Attributes
    ----------
    config : mapping or None
        A configuration as the service takes it, of which everything that it names changes.
    fields : mapping
        Fields of one served entity, beside or instead of ``config``.
    entity : str or None
        The served entity that ``fields`` are about, by its name; needed where the model does not tell.
    traffic : mapping of str to int
        Whole percents by the names of served entities.
    remove : tuple of str
        Served entities to serve no more.
    add : bool
        Whether ``fields`` are of one more entity, also where another version of its model is served.
    replace : bool
        Whether ``config`` or ``fields`` are the whole configuration, so that nothing else stays.

    Examples
    --------
    >>> ConfigRequest(fields={"entity_version": "4"}).replace
    False
    """

    config: Mapping[str, Any] | None = None
    fields: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    entity: str | None = None
    traffic: Mapping[str, int] = dataclasses.field(default_factory=dict)
    remove: tuple[str, ...] = ()
    add: bool = False
    replace: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class ConfigUpdate:
    """The update of one endpoint's configuration: what is served now, and what the request makes of it.

    Attributes
    ----------
    name : str
        The endpoint.
    before : ComparableConfig
        The configuration that it was made on.
    body : mapping
        The body of the request, secrets included.
    """

    name: str
    before: ComparableConfig
    body: Mapping[str, Any] = dataclasses.field(repr=False)

    @property
    def after(self) -> ComparableConfig:
        """The configuration that the request leads to."""
        return ComparableConfig.read(EndpointConfig.read(self.body))

    @property
    def removed(self) -> list[str]:
        """Served entities and environment variables that the endpoint has no more after it, in words."""
        found = []
        for old, new in match_entities(self.before.entities, self.after.entities):
            if old is not None and new is None:
                found.append(f"the served entity {old['name']}")
            elif old is not None and new is not None:
                gone = [
                    key for key in old.get("environment_vars") or {} if key not in (new.get("environment_vars") or {})
                ]
                found += [f"the variable {key} of {new['name']}" for key in gone]
        if self.before.other and not self.after.other:
            found.append("the capture of requests in a table")
        return found

    @property
    def changes(self) -> list[ConfigChange]:
        """What is before and after it, in texts without secrets."""
        found = []
        for pair in compare_configs(self.before, self.after):
            name = pair.right or pair.left or ""
            if pair.left is None or pair.right is None:
                texts = [
                    ", ".join(
                        f"{line.field} {text}" for line in pair.lines if (text := getattr(line, side)) is not None
                    )
                    for side in ("left", "right")
                ]
                found.append(ConfigChange(name, "", texts[0] or None, texts[1] or None))
                continue
            if pair.left != pair.right:
                found.append(ConfigChange(name, "name", pair.left, pair.right))
            found += [
                ConfigChange(
                    "traffic" if line.field == TRAFFIC else name,
                    name if line.field == TRAFFIC else line.field,
                    line.left,
                    line.right,
                )
                for line in pair.lines
                if line.changed
            ]
        for key in dict.fromkeys([*self.before.other, *self.after.other]):
            sides = [config.other.get(key) for config in (self.before, self.after)]
            if sides[0] != sides[1]:
                found.append(ConfigChange("endpoint", key, *sides))
        return found


def merge_config(name: str, before: ComparableConfig, request: ConfigRequest) -> ConfigUpdate:
    """Return the update that carries a request out and leaves the rest as it is.

    Parameters
    ----------
    name : str
        The endpoint.
    before : ComparableConfig
        Its configuration.
    request : ConfigRequest
        What is named.

    Raises
    ------
    ConfigError
        When the request names what is not there, or leaves open what it is about.

    Examples
    --------
    >>> now = ComparableConfig(({"name": "m-3", "entity_name": "a.b.m", "entity_version": "3"},), {"m-3": 100})
    >>> merge_config("ads", now, ConfigRequest(fields={"workload_size": "Large"})).body["served_entities"]
    [{'name': 'm-3', 'entity_name': 'a.b.m', 'entity_version': '3', 'workload_size': 'Large'}]
    """
    config = request.config or {}
    asked = [plain_entity(each) for each in (config.get("served_entities") or config.get("served_models") or ())]
    if request.fields:
        asked.append(plain_entity(request.fields))
    if request.replace:
        return ConfigUpdate(name, before, _whole(name, request, asked))
    if not (asked or request.traffic or request.remove or set(config) - {"served_entities", "served_models"}):
        raise ConfigError("Nothing to change was named.", hint='For example entity_version="4".')
    for gone in request.remove:
        if before.of(gone) is None:
            raise _no_entity(name, gone, [each["name"] for each in before.entities])
    entities: dict[str, EntityFields] = {
        each["name"]: each for each in before.entities if each["name"] not in request.remove
    }
    shares: dict[str, int] = {each: before.traffic.get(each, 0) for each in entities}
    renamed: dict[str, str] = {}
    for old, fields in zip(_targets(name, list(entities.values()), asked, request), asked, strict=True):
        merged = _new(fields, request.entity) if old is None else _merged(entities[old], fields)
        if old is not None and old != merged["name"]:
            renamed[old] = merged["name"]
        if merged["name"] in entities and merged["name"] != old:
            raise ConfigError(f"{name} serves {merged['name']} already.", hint="Name another version, or another name.")
        entities = _put(entities, old, merged)
        shares = {renamed.get(each, each): percent for each, percent in shares.items()}
    if not entities:
        raise ConfigError(f"Nothing of {name} would be left: an endpoint serves at least one entity.", code="no_entity")
    routes = config.get("traffic_config")
    named = {**(_routes(routes) if routes else {}), **request.traffic}
    named = {each if each in entities else renamed.get(each, each): percent for each, percent in named.items()}
    weights = {each: shares.get(each, 0) for each in entities}
    traffic = (
        shared_traffic(name, weights, named)
        if named
        else dict(zip(weights, shared_out(list(weights.values()), 100), strict=True))
    )
    other = {**before.other, **{key: value for key, value in config.items() if key not in _LISTS}}
    return ConfigUpdate(name, before, ComparableConfig(tuple(entities.values()), traffic, other=other).body())


def shared_traffic(name: str, weights: Mapping[str, int], named: Mapping[str, int]) -> dict[str, int]:
    """Return whole percents for every served entity: as named, and the rest in proportion to ``weights``.

    Raises
    ------
    ConfigError
        When an entity is none of the endpoint's, or the percents can't be: ``code`` is ``"no_entity"`` or
        ``"no_shares"``.

    Examples
    --------
    >>> shared_traffic("ads", {"a": 60, "b": 40, "c": 0}, {"c": 50})
    {'a': 30, 'b': 20, 'c': 50}
    """
    for entity, percent in named.items():
        if entity not in weights:
            raise _no_entity(name, entity, list(weights))
        if not isinstance(percent, int) or isinstance(percent, bool) or not 0 <= percent <= 100:
            raise _no_shares(f"{percent!r} of {entity} is not a whole percent from 0 to 100.", "For example 30.")
    total = sum(named.values())
    if total > 100:
        raise _no_shares(
            f"The traffic that is named adds up to {total} %, which is more than 100 %.", "Lower one of them."
        )
    if total < 100 and len(named) == len(weights):
        raise _no_shares(
            f"The traffic adds up to {total} %, and there is no other entity for the rest.",
            "Leave one out: what is not named shares the rest.",
        )
    others = [each for each in weights if each not in named]
    rest = dict(zip(others, shared_out([weights[each] for each in others], 100 - total), strict=True))
    return {each: named.get(each, rest.get(each, 0)) for each in weights}


def shared_out(weights: Sequence[int], total: int) -> list[int]:
    """Return whole numbers in proportion to ``weights`` that sum to ``total``: largest remainders are rounded up.

    Examples
    --------
    >>> shared_out([50, 30], 100)
    [63, 37]
    >>> shared_out([0, 0, 0], 100)
    [34, 33, 33]
    """
    if not weights:
        return []
    shares = list(weights) if sum(weights) else [1] * len(weights)
    whole = sum(shares)
    result = [total * share // whole for share in shares]
    order = sorted(range(len(shares)), key=lambda place: (-(total * shares[place] % whole), place))
    for place in order[: total - sum(result)]:
        result[place] += 1
    return result


def _whole(name: str, request: ConfigRequest, asked: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the configuration that a request gives whole: nothing of the present one stays."""
    if request.config is not None:
        body = dict(request.config)
    elif any(map(_is_whole, asked)):
        body = {"served_entities": [{**_defaults(each), **each} for each in asked]}
    else:
        raise _nothing_to_serve()
    if request.traffic:
        entities = body.get("served_entities") or body.get("served_models") or ()
        traffic = shared_traffic(name, {default_entity_name(each): 0 for each in entities}, request.traffic)
        routes = [{"served_entity_name": each, "traffic_percentage": percent} for each, percent in traffic.items()]
        body["traffic_config"] = {"routes": routes}
    return body


def _targets(
    endpoint: str, served: Sequence[EntityFields], asked: Sequence[Mapping[str, Any]], request: ConfigRequest
) -> list[str | None]:
    """Return for each entity of a request the name of the served one that it changes; None for one more."""
    names = [each["name"] for each in served]
    last = len(asked) - 1 if request.fields else -1
    targets: dict[int, str | None] = {}
    for place, fields in enumerate(asked):
        named = (request.entity if place == last else None) or fields.get("name") or ""
        of_default = default_entity_name(fields) if _is_whole(fields) else ""
        if place == last and request.add:
            targets[place] = None
        elif named:
            if named not in names and not _is_whole(fields):
                raise _no_entity(endpoint, str(named), names)
            targets[place] = str(named) if named in names else None
        elif of_default in names:
            targets[place] = of_default
    taken, open_ones = set(targets.values()), [place for place in range(len(asked)) if place not in targets]
    for place in open_ones:
        model = asked[place].get("entity_name")
        free = [
            each["name"] for each in served if each["name"] not in taken and model in (None, each.get("entity_name"))
        ]
        if asked[place].get("external_model"):
            free = []
        rivals = [other for other in open_ones if asked[other].get("entity_name") == model]
        if len(free) > 1 or (free and len(rivals) > 1):
            raise _which(endpoint, free)
        if not free and not _is_whole(asked[place]):
            raise _nothing_to_serve()
        targets[place] = free[0] if free else None
    return [targets[place] for place in range(len(asked))]


def _is_whole(fields: Mapping[str, Any]) -> bool:
    """Whether fields say what an entity serves."""
    return bool(fields.get("entity_name") or fields.get("external_model"))


def _merged(old: EntityFields, fields: Mapping[str, Any]) -> dict[str, Any]:
    whole = {**old, **fields}
    if isinstance(fields.get("environment_vars"), Mapping):
        variables = {**(old.get("environment_vars") or {}), **fields["environment_vars"]}
        whole["environment_vars"] = {key: value for key, value in variables.items() if value is not None}
    # A name that a person chose stays; one that the service made says the version, which may be another one now.
    unnamed = {key: value for key, value in old.items() if key != "name"}
    if not fields.get("name") and old["name"] == default_entity_name(unnamed):
        whole.pop("name")
        whole["name"] = default_entity_name(whole)
    return {key: whole[key] for key in ("name", *whole)}


def _new(fields: Mapping[str, Any], name: str | None) -> dict[str, Any]:
    whole = {**_defaults(fields), **fields}
    if isinstance(whole.get("environment_vars"), Mapping):
        whole["environment_vars"] = {
            key: value for key, value in whole["environment_vars"].items() if value is not None
        }
    return {**whole, "name": fields.get("name") or name or default_entity_name(fields)}


def _defaults(fields: Mapping[str, Any]) -> Mapping[str, Any]:
    return ENTITY_DEFAULTS if fields.get("entity_version") is not None else {}


def _put(entities: Mapping[str, EntityFields], old: str | None, merged: EntityFields) -> dict[str, EntityFields]:
    """Return the entities with one in the place of an old one, or at the end."""
    if old is None:
        return {**entities, merged["name"]: merged}
    return {merged["name"] if name == old else name: merged if name == old else each for name, each in entities.items()}


def _routes(traffic: Any) -> dict[str, int]:
    routes = traffic.get("routes") if isinstance(traffic, Mapping) else None
    try:
        return {
            str(route.get("served_entity_name") or route.get("served_model_name")): route["traffic_percentage"]
            for route in routes or ()
        }
    except (AttributeError, KeyError, TypeError):
        raise ConfigError(
            "Each route of traffic_config needs a served_entity_name and a traffic_percentage.",
            hint='For example {"routes": [{"served_entity_name": "ads-2", "traffic_percentage": 100}]}.',
        ) from None


def _which(endpoint: str, names: Iterable[str]) -> ConfigError:
    known = list(names)
    return ConfigError(
        f"{endpoint} serves {len(known)} entities: which one is meant?",
        hint=f'Name one of {", ".join(known)}: --entity {known[0]}, in Python entity="{known[0]}". '
        "The others stay as they are.",
        code="which_entity",
    )


def _nothing_to_serve() -> ConfigError:
    return ConfigError(
        "entity_name= is missing: it says what the endpoint serves.",
        hint='For example entity_name="catalog.schema.model", entity_version="1".',
    )


def _no_entity(endpoint: str, name: str, known: Sequence[str]) -> ConfigError:
    return ConfigError(
        f"{endpoint} has no served entity {name!r}.", hint=f"It has {', '.join(known) or 'none'}.", code="no_entity"
    )


def _no_shares(message: str, hint: str) -> ConfigError:
    return ConfigError(message, hint=f"{hint} Nothing was sent.", code="no_shares")
