"""The Config tab of a panel: two configurations beside each other, and the draft of a third one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from serving_widgets.api.config.config_side_by_side import ComparableConfig, EntityComparison, compare_configs
from serving_widgets.api.endpoint.models import EndpointInfo
from serving_widgets.api.errors import ActionRefused, ConfigError, ServingError
from serving_widgets.widgets.core import snapshot
from serving_widgets.widgets.core.act import shown, to_confirm
from serving_widgets.widgets.core.channel import Args, Op, Progress, text_of
from serving_widgets.widgets.core.contract import ImpactPicture, VersionChoice
from serving_widgets.widgets.core.shown_mark import mark_of
from serving_widgets.widgets.core.versions import version_choices
from serving_widgets.workspace.changes.config_draft import (
    SIZES,
    TYPES,
    ConfigChanged,
    Draft,
    DraftEntity,
    basis,
    deploy,
)

from . import contract

if TYPE_CHECKING:
    from .host import Host


class ConfigTab:
    """What the Config tab of one panel knows. The draft lives here, so that neither an error nor a reload loses it."""

    def __init__(self, panel: Host) -> None:
        self._panel = panel
        self._draft: Draft | None = None
        self._sending = False
        self._problem: ServingError | None = None
        self._registered: dict[str, list[VersionChoice]] = {}
        self._unread = ""

    def ops(self) -> Mapping[str, Op]:
        """Return the operations that the page may ask for."""
        return {
            "draft": self._begin,
            "draft_discard": self._discard,
            "draft_edit": self._edit,
            "draft_add": self._add,
            "draft_remove": self._remove,
            "draft_share": self._share,
            "draft_split": self._split,
            "deploy": self._deploy,
        }

    def follow(self, info: EndpointInfo) -> None:
        """Put the draft on top of what the endpoint is configured to be now."""
        draft = self._draft
        if draft is None or self._sending or basis(info, draft.source) == draft.base:
            return
        self._draft = draft.rebased(info)

    def picture(self, info: EndpointInfo) -> contract.ConfigPicture | None:
        """Return what the tab shows; None where only a list's summary is known, which lacks versions and traffic."""
        if not info.detailed:
            return None
        active, pending = ComparableConfig.read(info.config), ComparableConfig.read(info.pending_config)
        has_active, has_pending = info.config is not None, info.pending_config is not None
        return {
            "active": active.version,
            "pending": pending.version,
            "fate": ("running" if info.state.update == "IN_PROGRESS" else "failed") if has_pending else "",
            "groups": _groups(
                compare_configs(active if has_active else ComparableConfig(), pending if has_pending else active)
            ),
            "can": snapshot.why(self._panel.workspace.why_not("update", info)),
            "known": {**_versions(info), **self._registered},
            "unread": self._unread,
            "draft": None if self._draft is None else self._drawn(self._draft, info),
        }

    def _drawn(self, draft: Draft, info: EndpointInfo) -> contract.DraftPicture:
        workspace = self._panel.workspace
        changes = [group for group in draft.changes(info) if group.changed]
        return {
            "source": draft.source,
            "sources": ["active", "pending"] if info.config is not None and info.pending_config is not None else [],
            "parts": [_part(part, entity) for part, entity in zip(draft.parts, draft.wanted().entities, strict=True)],
            "faults": draft.faults(),
            "notes": list(draft.notes),
            "changes": _groups(changes),
            "request": shown(draft.request(where=workspace.where)),
            "recipe": snapshot.recipe(workspace, "update", draft.name, config=draft.body(), replace=True),
            "mark": _mark(draft),
            "sending": self._sending,
            "problem": None if self._problem is None else self._problem.problem(),
            "sizes": list(SIZES),
            "types": list(TYPES),
        }

    # Operations -----------------------------------------------------------------------------------------------------

    async def _begin(self, args: Args, _: Progress) -> None:
        """Open the editor; what was edited before is kept unless another configuration is to begin with."""
        source = args.get("source", "active")
        if source not in ("active", "pending"):
            raise ConfigError("There is no such configuration.", hint="Reload the page.", code="bad_request")
        if self._draft is None or self._draft.source != source:
            self._take(Draft.begin(await self._panel.look(), source))
        await self._read_versions()

    async def _read_versions(self) -> None:
        """Read which versions there are of the models in the draft; where that is not allowed, they can be typed."""
        models = {part.entity.get("entity_name") for part in self._draft.parts} if self._draft is not None else ()
        for model in filter(None, models):
            found, self._unread = await version_choices(self._panel.workspace, str(model))
            if found:
                self._registered[str(model)] = found
        self._panel.publish_now()

    async def _discard(self, _: Args, __: Progress) -> None:
        self._unlocked()
        self._take(None)

    async def _edit(self, args: Args, _: Progress) -> None:
        self._take(self._unlocked().edit(text_of(args, "key"), text_of(args, "field"), args.get("value")))

    async def _add(self, args: Args, _: Progress) -> None:
        self._take(self._unlocked().add(args.get("model"), args.get("version")))

    async def _remove(self, args: Args, _: Progress) -> None:
        self._take(self._unlocked().remove(text_of(args, "key")))

    async def _share(self, args: Args, _: Progress) -> None:
        self._take(self._unlocked().share(args.get("percents")))

    async def _split(self, args: Args, _: Progress) -> None:
        """Open the editor on all traffic to one entity, beside what was edited before."""
        if self._draft is None:
            self._take(Draft.begin(await self._panel.look()))
        self._take(self._unlocked().all_to(text_of(args, "to")))

    async def _deploy(self, args: Args, _: Progress) -> ImpactPicture | None:
        """Send the draft that the page shows, and no other one; or return what has to be confirmed first."""
        draft = self._unlocked()
        if args.get("mark") != _mark(draft):
            raise ActionRefused(
                "The draft has just changed. Nothing was sent.",
                action="update",
                endpoint=draft.name,
                hint="Review the request again, then deploy.",
                code="changed_meanwhile",
            )
        asked = await to_confirm(self._panel.workspace, "update", args, draft.name)
        if asked is not None:
            return asked
        self._sending, self._problem = True, None
        self._panel.publish_now()
        try:
            await deploy(self._panel.workspace, draft)
        except ConfigChanged as changed:
            self._draft, self._problem = draft.rebased(changed.info), changed
            raise
        except ServingError as error:
            self._problem = error
            raise
        else:
            self._draft = None
            return None
        finally:
            self._sending = False
            self._panel.publish_now()

    def _unlocked(self) -> Draft:
        if self._draft is None:
            raise ConfigError("The draft no longer exists.", hint="Open the editor again.", code="no_draft")
        if self._sending:
            raise ConfigError("The draft is being sent.", hint="Wait for the answer.", code="busy")
        return self._draft

    def _take(self, draft: Draft | None) -> None:
        self._draft, self._problem = draft, None
        # At once, so that the page sees what it asked for before it hears that it was done.
        self._panel.publish_now()


def _groups(groups: Sequence[EntityComparison]) -> list[contract.Group]:
    return [
        {
            "left": group.left,
            "right": group.right,
            "lines": [
                {"field": line.field, "left": line.left, "right": line.right, "changed": line.changed}
                for line in group.lines
            ],
        }
        for group in groups
    ]


def _part(part: DraftEntity, entity: Mapping[str, Any]) -> contract.DraftPart:
    return {
        "key": part.key,
        "name": entity["name"],
        "model": entity.get("entity_name") or "",
        "version": entity.get("entity_version"),
        "size": entity.get("workload_size"),
        "type": entity.get("workload_type"),
        "to_zero": entity.get("scale_to_zero_enabled"),
        "percent": part.percent,
        "added": part.base is None,
        "edited": sorted(part.edits) if part.base is not None else [],
    }


def _versions(info: EndpointInfo) -> dict[str, list[VersionChoice]]:
    """Return the versions of each model that the endpoint serves or was to serve, the newest first."""
    found: dict[str, set[str]] = {}
    for config in (info.config, info.pending_config):
        for entity in config.entities if config is not None else ():
            if entity.entity_name and entity.entity_version:
                found.setdefault(entity.entity_name, set()).add(entity.entity_version)
    return {
        model: [
            {"version": version, "aliases": [], "status": "", "created": None, "creator": "", "comment": ""}
            for version in sorted(versions, key=_number, reverse=True)
        ]
        for model, versions in found.items()
    }


def _number(version: str) -> tuple[int, str]:
    return (int(version) if version.isdecimal() else -1, version)


def _mark(draft: Draft) -> str:
    """Return what tells one draft from another: the page sends it back with the order to deploy."""
    return mark_of(draft.name, draft.source, draft.base.version, json.dumps(draft.body(), sort_keys=True, default=str))
