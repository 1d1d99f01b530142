"""Two configurations beside each other, setting by setting. Pure."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from serving_widgets.api.endpoint.models import EndpointConfig
from serving_widgets.api.redaction import redacted

from .config_diff import WRITABLE, default_entity_name

#: Settings of a served entity in the words that the service's own UI uses; others go by their field's name.
SETTING_LABELS = {
    "entity_name": "Model",
    "entity_version": "Version",
    "workload_size": "Size",
    "workload_type": "Workload type",
    "scale_to_zero_enabled": "Scale to zero",
}
TRAFFIC = "Traffic"
#: What of ``auto_capture_config`` a request may carry; the service adds its state.
CAPTURED = ("catalog_name", "schema_name", "table_name_prefix", "enabled")
_CAPTURE = "auto_capture_config"

EntityFields = Mapping[str, Any]


@dataclasses.dataclass(frozen=True, slots=True)
class ComparableConfig:
    """A configuration reduced to what a request may carry, so that two of them can be compared.

    Attributes
    ----------
    entities
        The served entities, each with its name.
    traffic
        Whole percents by the entities' names.
    version
        The number that the service gave the configuration; no part of the comparison.
    other
        What else a request may carry, such as where requests are captured.
    """

    entities: tuple[EntityFields, ...] = ()
    traffic: Mapping[str, int] = dataclasses.field(default_factory=dict)
    version: int | None = dataclasses.field(default=None, compare=False)
    other: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    @classmethod
    def read(cls, config: EndpointConfig | None) -> ComparableConfig:
        """Return a configuration as the service shows it, without states, creators and times."""
        if config is None:
            return cls()
        entities = tuple(_writable(entity.model_dump(exclude_none=True)) for entity in config.entities)
        routes = config.traffic_config.routes if config.traffic_config is not None else ()
        shares = {
            route.served_entity_name or route.served_model_name: route.traffic_percentage or 0 for route in routes
        }
        if not shares and len(entities) == 1:
            shares = {entities[0]["name"]: 100}
        capture = (config.model_extra or {}).get(_CAPTURE)
        kept = {key: value for key, value in capture.items() if key in CAPTURED} if isinstance(capture, Mapping) else {}
        traffic = {each["name"]: shares.get(each["name"], 0) for each in entities}
        return cls(entities, traffic, config.config_version, {_CAPTURE: kept} if kept else {})

    def of(self, name: str) -> EntityFields | None:
        """Return the served entity of that name."""
        return next((entity for entity in self.entities if entity["name"] == name), None)

    def body(self) -> dict[str, Any]:
        """Return the body of an update that leads to this configuration."""
        routes = [
            {"served_entity_name": entity["name"], "traffic_percentage": self.traffic.get(entity["name"], 0)}
            for entity in self.entities
        ]
        entities = [dict(entity) for entity in self.entities]
        return {"served_entities": entities, "traffic_config": {"routes": routes}, **self.other}


@dataclasses.dataclass(frozen=True, slots=True)
class SettingRow:
    """One setting on both sides, as text without secrets; None where a side does not have it."""

    field: str
    left: str | None
    right: str | None
    changed: bool


@dataclasses.dataclass(frozen=True, slots=True)
class EntityComparison:
    """A served entity on both sides.

    Attributes
    ----------
    left, right
        Its names; they differ where a new version takes the place of an old one. None where a side lacks it.
    """

    left: str | None
    right: str | None
    lines: tuple[SettingRow, ...]

    @property
    def changed(self) -> bool:
        """Whether the two sides differ."""
        return self.left != self.right or any(line.changed for line in self.lines)


def compare_configs(left: ComparableConfig, right: ComparableConfig) -> list[EntityComparison]:
    """Return the served entities of two configurations beside each other.

    Examples
    --------
    >>> old = ComparableConfig(({"name": "m-1", "entity_name": "a.b.m", "entity_version": "1"},), {"m-1": 100})
    >>> new = ComparableConfig(({"name": "m-2", "entity_name": "a.b.m", "entity_version": "2"},), {"m-2": 100})
    >>> [(line.field, line.left, line.right) for line in compare_configs(old, new)[0].lines if line.changed]
    [('Version', '1', '2')]
    """
    groups = []
    for one, other in match_entities(left.entities, right.entities):
        lines = list(_lines(one or {}, other or {}))
        shares = [
            side.traffic.get(entity["name"], 0) if entity is not None else None
            for side, entity in ((left, one), (right, other))
        ]
        texts = [None if share is None else f"{share} %" for share in shares]
        lines.append(SettingRow(TRAFFIC, texts[0], texts[1], texts[0] != texts[1]))
        names = [None if entity is None else entity["name"] for entity in (one, other)]
        groups.append(EntityComparison(names[0], names[1], tuple(lines)))
    return groups


def match_entities(
    old: Sequence[EntityFields], new: Sequence[EntityFields]
) -> list[tuple[EntityFields | None, EntityFields | None]]:
    """Return which entity is, or takes the place of, which: of the same name, else of the same model.

    The names that the service gives carry the version, so a new version has another name than the one it replaces.
    """
    by_name = {entity["name"]: entity for entity in old}
    partners: list[EntityFields | None] = [by_name.pop(entity["name"], None) for entity in new]
    for place, entity in enumerate(new):
        model = entity.get("entity_name")
        if partners[place] is None and model:
            same = next((name for name, each in by_name.items() if each.get("entity_name") == model), None)
            partners[place] = by_name.pop(same) if same is not None else None
    pairs: list[tuple[EntityFields | None, EntityFields | None]] = list(zip(partners, new, strict=True))
    return [*pairs, *((entity, None) for entity in by_name.values())]


def setting_label(field: str) -> str:
    """Return a field of a served entity as a person reads it."""
    return SETTING_LABELS.get(field) or field.replace("_", " ").capitalize()


def _writable(entity: Mapping[str, Any]) -> EntityFields:
    return {**{key: entity[key] for key in WRITABLE if key in entity}, "name": default_entity_name(entity)}


def _lines(one: EntityFields, other: EntityFields) -> Iterator[SettingRow]:
    for field in WRITABLE:
        if field == "name" or (field not in one and field not in other):
            continue
        before, after = one.get(field), other.get(field)
        if field == "environment_vars":
            yield from _variables(before or {}, after or {})
        else:
            yield _line(setting_label(field), field, before, after)


def _variables(one: Mapping[str, Any], other: Mapping[str, Any]) -> Iterator[SettingRow]:
    for key in dict.fromkeys([*one, *other]):
        hidden = [redacted({"environment_vars": {key: side.get(key)}})["environment_vars"] for side in (one, other)]
        yield _with_texts(f"Variable {key}", one.get(key), other.get(key), hidden[0][key], hidden[1][key])


def _line(label: str, field: str, before: Any, after: Any) -> SettingRow:
    return _with_texts(label, before, after, redacted({field: before})[field], redacted({field: after})[field])


def _with_texts(label: str, before: Any, after: Any, shown_before: Any, shown_after: Any) -> SettingRow:
    left, right = _text(shown_before), _text(shown_after)
    if before != after and left == right and right is not None:
        # Two secrets look alike once they are hidden.
        right = f"{right} (another value)"
    return SettingRow(label, left, right, before != after)


def _text(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, Mapping | list) else str(value)
