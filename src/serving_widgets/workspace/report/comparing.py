"""What a report keeps of each endpoint to be compared with, and what has changed between two of them. Pure."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from serving_widgets.api.config.config_side_by_side import ComparableConfig, compare_configs

if TYPE_CHECKING:
    from .reading import EndpointFacts

_NONE = "–"
_SETTINGS = ("route_optimized", "task", "description", "creator", "endpoint_url")


@dataclasses.dataclass(frozen=True, slots=True)
class ReportedChange:
    """One thing of an endpoint that is otherwise than it was, in words."""

    endpoint: str
    what: str
    before: str
    after: str


def comparable(facts: EndpointFacts) -> dict[str, Any]:
    """Return what is compared of an endpoint, as plain JSON data; secrets are still in it."""
    info = facts.info
    serving = ComparableConfig.read(info.config)
    settings = {name: getattr(info, name) for name in _SETTINGS} | {"budget_policy": info.budget_policy}
    return {
        "id": info.id,
        "status": facts.status.label,
        "config_version": serving.version,
        "served_entities": [dict(entity) for entity in serving.entities],
        "traffic": dict(serving.traffic),
        "pending_version": info.pending_config.config_version if info.pending_config is not None else None,
        "tags": {tag.key: tag.value or "" for tag in info.tags if tag.key is not None},
        "settings": {name: value for name, value in settings.items() if value not in (None, "")},
        # Who may do what is unknown where it could not be read, which is something else than no one.
        "permissions": None
        if facts.acl is None
        else {str(entry.principal): _level(entry.direct, entry.inherited) for entry in facts.acl.entries},
    }


def changes_between(before: Mapping[str, Any], after: Mapping[str, Any], *, whole: bool) -> list[ReportedChange]:
    """Return what has changed from one report's endpoints to another's, by name.

    Parameters
    ----------
    before, after
        For each endpoint what :func:`comparable` returns.
    whole
        Whether both tell of all endpoints, so that one which is missing was deleted.

    Examples
    --------
    >>> old = {"churn": {"status": "Ready", "tags": {"team": "risk"}}}
    >>> new = {"churn": {"status": "Not ready (Stopped)", "tags": {}}}
    >>> [(each.what, each.before, each.after) for each in changes_between(old, new, whole=True)]
    [('Status', 'Ready', 'Not ready (Stopped)'), ('Tag team', 'risk', '–')]
    """
    found: list[ReportedChange] = []
    for name in sorted({*before, *after}):
        old, new = _mapping(before.get(name)), _mapping(after.get(name))
        if old and new and old.get("id") == new.get("id"):
            found += [ReportedChange(name, *change) for change in _changes(old, new)]
        elif old and new:
            found.append(ReportedChange(name, "Endpoint", "another one of this name", "created again"))
        elif new and whole:
            found.append(ReportedChange(name, "Endpoint", _NONE, "created"))
        elif old and whole:
            found.append(ReportedChange(name, "Endpoint", _text(old.get("status")), "deleted"))
    return found


def _changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    yield from _differences({"Status": old.get("status")}, {"Status": new.get("status")})
    versions = [{words: side.get(key) for key, words in _VERSIONS.items()} for side in (old, new)]
    yield from _differences(*versions)
    for pair in compare_configs(_config(old), _config(new)):
        name = pair.right or pair.left
        if pair.left is None or pair.right is None:
            yield f"Served entity {name}", _NONE if pair.left is None else "served", "served" if pair.right else _NONE
            continue
        if pair.left != pair.right:
            yield "Served entity", pair.left, pair.right
        for line in pair.lines:
            if line.changed:
                yield f"{name}: {line.field}", line.left or _NONE, line.right or _NONE
    for key, words in (("tags", "Tag"), ("settings", "Setting"), ("permissions", "Permission of")):
        if isinstance(old.get(key), Mapping) and isinstance(new.get(key), Mapping):
            yield from _differences(
                *({f"{words} {name}": side[key][name] for name in side[key]} for side in (old, new))
            )


_VERSIONS = {"config_version": "Config version", "pending_version": "Config version on its way"}


def _differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for name in dict.fromkeys([*old, *new]):
        if old.get(name) != new.get(name):
            yield name, _text(old.get(name)), _text(new.get(name))


def _config(kept: Mapping[str, Any]) -> ComparableConfig:
    entities = kept.get("served_entities")
    found = tuple(each for each in entities if isinstance(each, Mapping) and each.get("name")) if entities else ()
    traffic = _mapping(kept.get("traffic"))
    return ComparableConfig(found, {each["name"]: int(traffic.get(each["name"], 0)) for each in found})


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _level(direct: str | None, inherited: str | None) -> str:
    return direct or (f"{inherited} (inherited)" if inherited else "")


def _text(value: Any) -> str:
    if value in (None, ""):
        return _NONE
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)
