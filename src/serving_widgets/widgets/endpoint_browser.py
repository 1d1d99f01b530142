"""EndpointBrowser: every endpoint of a workspace in one grid, live; opens one at a time."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import traitlets

from serving_widgets.api.errors import ConfigError, ServingError
from serving_widgets.api.models import EndpointInfo
from serving_widgets.workspace import Session, loop
from serving_widgets.workspace.lane import post
from serving_widgets.workspace.watcher import Change

from . import picture
from .base import FIRST_PICTURE, ServingWidget
from .channel import Args, Op, Progress

#: Rows in the snapshot; the others go as messages, so that they are never saved into a notebook.
FIRST_ROWS = 50
#: Most bytes of rows in one message; Databricks notebooks cut messages of 5 MB, so there is much room.
CHUNK = 400_000
#: Rows from which making them takes longer than the loop thread can spare.
MANY = 200


class EndpointBrowser(ServingWidget):
    """Every endpoint that the caller may view, in a grid with search, facets and sorting.

    Parameters
    ----------
    workspace
        A workspace or its name; the active one unless given.
    selected
        The endpoint to open first.

    Attributes
    ----------
    selected : str or None
        The open endpoint's name. May be set; ``observe`` it: when the page changes it, observers run on a thread of
        their own and may call the synchronous API.

    Examples
    --------
    >>> browser = sw.EndpointBrowser()
    >>> browser.observe(lambda change: print(change.new), "selected")
    """

    selected = traitlets.Unicode(None, allow_none=True)

    _kind = "endpoint_browser"

    def __init__(self, *, workspace: Session | str | None = None, selected: str | None = None, **kwargs: Any) -> None:
        self._open = selected
        self._rows: dict[str, dict[str, Any]] = {}
        self._sources: dict[str, tuple[EndpointInfo, str | None]] = {}
        self._one_at_a_time = asyncio.Lock()
        super().__init__(workspace=workspace, **kwargs)
        self.selected = selected
        self.observe(self._selected_by_user, "selected")

    def _ops(self) -> dict[str, Op]:
        return {**super()._ops(), "rows": self._send_rows, "select": self._select, "visible": self._visible}

    def _watched(self) -> tuple[str, ...]:
        return (self._open,) if self._open else ()

    def _concerned(self, change: Change) -> bool:
        return True

    def _body(self) -> dict[str, Any]:
        seen = self.workspace.watcher.store.get(self._open) if self._open else None
        opened = None if seen is None else picture.picture(self.workspace, seen.info, deleted=seen.deleted)
        names = list(self._rows)[:FIRST_ROWS]
        return {
            "total": len(self._rows),
            "rows": [self._rows[name] for name in names],
            "selected": self._open,
            "open": opened,
        }

    async def _first_look(self) -> None:
        if not self.workspace.watcher.store.listed:
            await self.workspace.watcher.list_all()
        for name in self._watched():
            await self.workspace.watcher.look(name)

    async def _first_picture(self) -> None:
        with contextlib.suppress(TimeoutError, ServingError):
            await asyncio.wait_for(self._first_look(), FIRST_PICTURE)
        await self._publish_delta()

    async def _hello(self, args: Args, progress: Progress) -> None:
        try:
            await super()._hello(args, progress)
        except ServingError:
            # The watcher goes on asking; its link tells the page what is wrong.
            self._publish_soon()

    # Publishing: the snapshot is sent whole only to a new view, what changes goes as deltas ---------------------------

    def _publish(self, *, again: bool = False) -> None:
        if again:
            super()._publish(again=True)
            return
        self._due = None
        if not self._ended:
            self._published = time.monotonic()
            loop.call(lambda: asyncio.ensure_future(self._publish_delta()))

    async def _publish_delta(self) -> None:
        async with self._one_at_a_time:
            await self._tell_difference()

    async def _tell_difference(self) -> None:
        upsert, remove = await self._take_rows()
        if self._ended:
            return
        old, new = self.state, self._snapshot()
        patch = {
            key: new[key]
            for key in ("workspace", "link", "total", "selected", "open")
            if _without_time(new[key]) != _without_time(old.get(key))
        }
        if not (upsert or remove or patch) and new["clock"]["rate"] == old["clock"]["rate"]:
            return
        patch["clock"] = new["clock"]
        for part in list(_chunks(upsert)) or [[]]:
            base, self._rev = self._rev, self._rev + 1
            self.state = {**new, "rev": self._rev}
            self._channel.publish(
                {"type": "delta", "base": base, "rev": self._rev, "upsert": part, "remove": remove, "patch": patch}
            )
            remove, patch = [], {}
        post(self._set_public)

    async def _take_rows(self) -> tuple[list[dict[str, Any]], list[str]]:
        """Bring the rows up to date and return the new ones and the names of those that are gone."""
        present = self.workspace.watcher.store.present()
        stale = {name: seen.info for name, seen in present.items() if self._is_stale(name, seen.info)}
        gone = [name for name in self._rows if name not in present]
        if not stale and not gone:
            return [], []

        def make() -> list[dict[str, Any]]:
            return [picture.row(self.workspace, info) for info in stale.values()]

        made = await loop.elsewhere(make) if len(stale) > MANY else make()
        upsert = []
        for (name, info), row in zip(stale.items(), made, strict=True):
            self._sources[name] = (info, row["busy"])
            if self._rows.get(name) != row:
                upsert.append(row)
                self._rows[name] = row
        for name in gone:
            self._rows.pop(name, None)
            self._sources.pop(name, None)
        self._rows = {name: self._rows[name] for name in sorted(self._rows)}
        return upsert, gone

    def _is_stale(self, name: str, info: EndpointInfo) -> bool:
        source = self._sources.get(name)
        return source is None or source[0] is not info or source[1] != self.workspace.writes.busy(name)

    # Operations -----------------------------------------------------------------------------------------------------

    async def _send_rows(self, _: Args, progress: Progress) -> dict[str, Any]:
        """Send all rows in chunks; what changes meanwhile follows as deltas on top of ``rev``."""
        rows, rev, done = list(self._rows.values()), self._rev, 0
        for part in await loop.elsewhere(lambda: list(_chunks(rows))):
            done += len(part)
            progress({"rows": part, "done": done, "total": len(rows), "rev": rev})
        return {"rev": rev, "total": len(rows)}

    async def _select(self, args: Args, _: Progress) -> None:
        name = args.get("name")
        if name is not None and not isinstance(name, str):
            raise ConfigError("The page sent no name.", hint="Reload the page.", code="bad_request")
        if name != self._open:
            self._open = name
            await self._opened()

    async def _visible(self, args: Args, _: Progress) -> None:
        view, names = args.get("view"), args.get("names")
        if isinstance(view, str) and isinstance(names, list):
            self.workspace.watcher.leases.show(view, [name for name in names if isinstance(name, str)])

    async def _opened(self) -> None:
        self._rehold()
        self._publish_soon()
        for name in self._watched():
            await self.workspace.watcher.look(name)

    # Public -----------------------------------------------------------------------------------------------------------

    def _set_public(self) -> None:
        if self.selected != self._open:
            self.selected = self._open

    def _selected_by_user(self, change: Mapping[str, Any]) -> None:
        if change["new"] != self._open:
            self._open = change["new"]
            loop.submit(self._opened())

    def _static(self) -> Mapping[str, str]:
        from serving_widgets.render import endpoints_table, message

        watcher = self.workspace.watcher
        if not watcher.store.listed:
            problem = watcher.link.problem
            said: Any = message(str(problem) if problem is not None else "The endpoints have not been listed yet.")
        else:
            infos = [seen.info for seen in watcher.store.present().values()]
            said = endpoints_table(infos, where=self.workspace.label)
        return {"text/plain": repr(said), "text/html": said._repr_html_()}


def _chunks(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    part: list[dict[str, Any]] = []
    size = 0
    for row in rows:
        length = len(json.dumps(row))
        if part and size + length > CHUNK:
            yield part
            part, size = [], 0
        part.append(row)
        size += length
    if part:
        yield part


def _without_time(value: Any) -> Any:
    if isinstance(value, dict) and "seen" in value:
        return {key: each for key, each in value.items() if key != "seen"}
    return value
