"""Secrets, which a history in a file does not hold, put in again where the endpoint still has them. Pure."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from serving_widgets.api.config.config_side_by_side import ComparableConfig, match_entities
from serving_widgets.api.endpoint.models import EndpointInfo
from serving_widgets.api.redaction import HIDDEN, redacted

if TYPE_CHECKING:
    from serving_widgets.workspace.session.change_history import ChangeRecord


def as_kept(change: ChangeRecord, info: EndpointInfo) -> EndpointInfo:
    """Return an endpoint as the history would hold it, so that it can be compared with a change that was read there."""
    return EndpointInfo.read(redacted(dict(info.raw))) if change.masked else info


def unmasked(config: ComparableConfig, now: ComparableConfig | None = None) -> tuple[ComparableConfig, tuple[str, ...]]:
    """Return a configuration without masks, and in words what came of each: nothing masked may ever be sent.

    Parameters
    ----------
    config
        As it was before a change, from a history.
    now
        As it is now, secrets included.
    """
    pairs = match_entities(now.entities if now is not None else (), config.entities)
    present = {new["name"]: old or {} for old, new in pairs if new is not None}
    notes: list[str] = []
    entities = tuple(_filled(each, present[each["name"]], str(each["name"]), notes) for each in config.entities)
    return dataclasses.replace(config, entities=entities), tuple(notes)


def _filled(value: Mapping[str, Any], present: Any, whose: str, notes: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, each in value.items():
        now = present.get(key) if isinstance(present, Mapping) else None
        if each != HIDDEN:
            found[key] = _filled(each, now, whose, notes) if isinstance(each, Mapping) else each
        elif isinstance(now, str):
            found[key] = now
            notes.append(f"{key} of {whose} stays as it is now: a history in a file holds no secrets.")
        else:
            notes.append(f"{key} of {whose} does not come back: a history in a file holds no secrets. Set it anew.")
    return found
