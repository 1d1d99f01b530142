"""The Tags tab of a panel: the tags as they are, and as they shall be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from serving_widgets.api.endpoint.models import EndpointInfo
from serving_widgets.api.errors import ActionRefused, ConfigError, ServingError
from serving_widgets.widgets.core import snapshot
from serving_widgets.widgets.core.act import shown, to_confirm
from serving_widgets.widgets.core.channel import Args, Op, Progress
from serving_widgets.widgets.core.contract import ImpactPicture
from serving_widgets.widgets.core.shown_mark import mark_of
from serving_widgets.workspace.changes.staged_tags import Retagging, TagsChanged, retag, tags_of

from . import contract

if TYPE_CHECKING:
    from .host import Host


class TagsTab:
    """What the Tags tab of one panel knows. What is staged lives here, so that neither error nor reload loses it."""

    def __init__(self, panel: Host) -> None:
        self._panel = panel
        self._staged: Retagging | None = None
        self._sending = False
        self._problem: ServingError | None = None

    def ops(self) -> Mapping[str, Op]:
        """Return the operations that the page may ask for."""
        return {
            "tag_set": self._set,
            "tag_remove": self._remove,
            "tag_undo": self._undo,
            "tags_discard": self._discard,
            "tags_save": self._save,
        }

    def picture(self, info: EndpointInfo) -> contract.TagsPicture:
        """Return what the tab shows."""
        workspace = self._panel.workspace
        staged = self._wishes()
        now = tags_of(info)
        keys = sorted({*now, *staged.staged})
        return {
            "rows": [
                {
                    "key": key,
                    "before": now.get(key),
                    "after": staged.staged[key].after if key in staged.staged else now.get(key),
                    "staged": key in staged.staged,
                }
                for key in keys
            ],
            "can": snapshot.why(workspace.why_not("tags", info)),
            "request": shown(staged.request(where=workspace.where)) if staged else None,
            "recipe": snapshot.recipe(workspace, "tags", staged.name, tags=staged.add, remove=staged.gone)
            if staged
            else None,
            "mark": _mark(staged),
            "sending": self._sending,
            "problem": None if self._problem is None else self._problem.problem(),
        }

    # Operations -----------------------------------------------------------------------------------------------------

    async def _set(self, args: Args, _: Progress) -> None:
        self._take(self._unlocked().set(await self._info(), args.get("key"), args.get("value")))

    async def _remove(self, args: Args, _: Progress) -> None:
        self._take(self._unlocked().remove(await self._info(), args.get("key")))

    async def _undo(self, args: Args, _: Progress) -> None:
        self._take(self._unlocked().undo(args.get("key")))

    async def _discard(self, _: Args, __: Progress) -> None:
        self._unlocked()
        self._take(None)

    async def _save(self, args: Args, _: Progress) -> ImpactPicture | None:
        """Send the changes that the page shows, and no others; or return what has to be confirmed first."""
        staged = self._unlocked()
        if not staged:
            raise ConfigError("There is nothing to save.", hint="Change a tag first.", code="nothing_staged")
        if args.get("mark") != _mark(staged):
            raise ActionRefused(
                "The staged tags have changed. Nothing was sent.",
                action="tags",
                endpoint=staged.name,
                hint="Review the request again, then save.",
                code="changed_meanwhile",
            )
        asked = await to_confirm(self._panel.workspace, "tags", args, staged.name)
        if asked is not None:
            return asked
        self._sending, self._problem = True, None
        self._panel.publish_now()
        try:
            await retag(self._panel.workspace, staged)
        except TagsChanged as changed:
            self._staged, self._problem = staged.rebased(changed.info), changed
            raise
        except ServingError as error:
            self._problem = error
            raise
        else:
            self._staged = None
            return None
        finally:
            self._sending = False
            self._panel.publish_now()

    async def _info(self) -> EndpointInfo:
        seen = self._panel.seen
        return seen if seen is not None else await self._panel.look()

    def _wishes(self) -> Retagging:
        return self._staged if self._staged is not None else Retagging(self._panel.endpoint)

    def _unlocked(self) -> Retagging:
        if self._sending:
            raise ConfigError("The tags are being sent.", hint="Wait for the answer.", code="busy")
        return self._wishes()

    def _take(self, staged: Retagging | None) -> None:
        self._staged, self._problem = staged, None
        self._panel.publish_now()


def _mark(staged: Retagging) -> str:
    """Return what tells these changes from others: the page sends it back with the order to save."""
    return mark_of(staged.name, sorted(staged.staged.items()))
