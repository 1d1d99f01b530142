"""What a write looks like when it was done, for the case that its answer was lost. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from serving_widgets.api.endpoint.models import EndpointConfig, EndpointInfo, Tag
from serving_widgets.api.endpoint.status import status_of
from serving_widgets.api.permissions.access_control_list import AccessControlList, Principal

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class WriteCheck(Generic[T]):
    """What looking after a write showed.

    Attributes
    ----------
    applied : bool or None
        True: it was done. False: it was not, or not yet. None: the service could not be asked.
    value : T or None
        What the write is about as it was seen; None when there is none.
    seen : str
        What was seen, as the end of a sentence.
    """

    applied: bool | None
    value: T | None
    seen: str


def check_write(
    action: str,
    name: str,
    now: EndpointInfo | None,
    *,
    before: EndpointInfo | None = None,
    body: Mapping[str, Any] | None = None,
) -> WriteCheck[EndpointInfo]:
    """Return whether the endpoint as it is now shows that a write was done.

    Parameters
    ----------
    action : str
        "create", "update", "delete", "stop" or "start".
    now : EndpointInfo or None
        The endpoint as a get shows it; None for 404.
    before : EndpointInfo, optional
        The endpoint before the write, with its versions.
    body : mapping, optional
        What was sent.
    """
    if now is None:
        return WriteCheck(action == "delete", None, f"{name} does not exist")
    return WriteCheck(_RULES[action](now, before, body or {}), now, _description(now))


def check_tags(
    now: EndpointInfo | None, name: str, add: Mapping[str, str | None], delete: Sequence[str]
) -> WriteCheck[tuple[Tag, ...]]:
    """Return whether an endpoint has the tags that were to be added, and none of those that were to go."""
    if now is None:
        return WriteCheck(False, None, f"{name} does not exist")
    there = {tag.key: tag.value or "" for tag in now.tags if tag.key is not None}
    missing = [key for key, value in add.items() if there.get(key) != (value or "")]
    left = [key for key in delete if key in there]
    faults = [f"{key} is not set" for key in missing] + [f"{key} is still set" for key in left]
    return WriteCheck(not faults, now.tags, f"on {now.name} " + (", ".join(faults) or "the tags are as requested"))


def check_grants(
    now: AccessControlList, wanted: Mapping[Principal, str], *, alone: bool
) -> WriteCheck[AccessControlList]:
    """Return whether a list has the direct grants that were sent; ``alone``, as after a PUT, whether it has no others.

    An entry that a PUT left out counts as gone when nothing but inherited grants are left of it.
    """
    there = now.direct
    faults = [
        f"{principal} has {there.get(principal) or 'no grant'} instead of {level}"
        for principal, level in wanted.items()
        if there.get(principal) != level
    ]
    if alone:
        faults += [f"{principal} still has {level}" for principal, level in there.items() if principal not in wanted]
    return WriteCheck(not faults, now, "; ".join(faults) or "the grants are as requested")


def _was_created(now: EndpointInfo, before: EndpointInfo | None, body: Mapping[str, Any]) -> bool:
    config = body.get("config")
    if not isinstance(config, Mapping):
        return not now.entities
    return any(_holds(each, config) for each in (now.config, now.pending_config))


def _was_updated(now: EndpointInfo, before: EndpointInfo | None, body: Mapping[str, Any]) -> bool:
    if before is None:
        return False
    newest = newest_version(before)
    return any(
        _holds(each, body) and each is not None and (each.config_version or 0) > newest
        for each in (now.pending_config, now.config)
    )


def _was_deleted(now: EndpointInfo, before: EndpointInfo | None, body: Mapping[str, Any]) -> bool:
    return False


def _was_stopped(now: EndpointInfo, before: EndpointInfo | None, body: Mapping[str, Any]) -> bool:
    return status_of(now).phase == "stopped"


def _was_started(now: EndpointInfo, before: EndpointInfo | None, body: Mapping[str, Any]) -> bool:
    status = status_of(now)
    if status.phase == "stopped":
        return False
    was_stopped = before is not None and status_of(before).phase == "stopped"
    newer = before is not None and newest_version(now) > newest_version(before)
    return was_stopped or newer or status.phase == "updating" or (before is None and status.serving)


_RULES: Mapping[str, Callable[[EndpointInfo, EndpointInfo | None, Mapping[str, Any]], bool]] = {
    "create": _was_created,
    "update": _was_updated,
    "delete": _was_deleted,
    "stop": _was_stopped,
    "start": _was_started,
}


def newest_version(info: EndpointInfo) -> int:
    """Return the highest version among the active and the pending configuration, 0 when there is none."""
    configs = (info.config, info.pending_config)
    return max((config.config_version or 0 for config in configs if config is not None), default=0)


# What the service sends back as it was given; other fields it fills in or leaves out.
_ECHOED = ("name", "entity_name", "entity_version", "workload_size", "workload_type", "scale_to_zero_enabled")


def _holds(config: EndpointConfig | None, wanted: Mapping[str, Any]) -> bool:
    """Whether a configuration has exactly the entities of a request's body."""
    if config is None:
        return False
    asked = EndpointConfig.read(wanted).entities
    there = list(config.entities)
    for entity in asked:
        marks = {key: value for key in _ECHOED if (value := getattr(entity, key)) is not None}
        provider = _provider(entity.external_model)
        match = next(
            (
                each
                for each in there
                if all(getattr(each, key) == value for key, value in marks.items())
                and (provider is None or _provider(each.external_model) == provider)
            ),
            None,
        )
        if match is None:
            return False
        there.remove(match)
    return not there


def _provider(model: Mapping[str, Any] | None) -> tuple[object, object] | None:
    return None if model is None else (model.get("provider"), model.get("name"))


def _description(now: EndpointInfo) -> str:
    version = newest_version(now)
    return f"{now.name} is {status_of(now).label}" + (f", configuration {version}" if version else "")
