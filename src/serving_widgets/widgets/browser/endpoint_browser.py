"""EndpointBrowser: every endpoint of a workspace in one grid, live; opens one at a time in a panel of its own."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import time
from collections.abc import Mapping
from typing import Any

import traitlets

from serving_widgets.api.errors import ConfigError, ServingError
from serving_widgets.widgets.core import contract, snapshot
from serving_widgets.widgets.core.act import act, impact_ops
from serving_widgets.widgets.core.base import FIRST_PICTURE, ServingWidget
from serving_widgets.widgets.core.channel import Args, Op, Progress, text_of
from serving_widgets.widgets.core.observer_thread import post
from serving_widgets.widgets.create.create_endpoint import CreateEndpoint
from serving_widgets.widgets.panel.endpoint_panel import EndpointPanel
from serving_widgets.widgets.panel.tabs import TABS
from serving_widgets.workspace import Endpoint, Session
from serving_widgets.workspace.changes.grants import who_asks
from serving_widgets.workspace.review.idle import find_idle
from serving_widgets.workspace.runtime import event_loop
from serving_widgets.workspace.watch.events import Change

from .bulk_actions import act_many, outlooks
from .contract import BrowserBody, BrowserDelta, Caller, IdleFound, IdleRow, ManyDone, ManyPlan, RowsChunk, RowsSent
from .live_columns import page_columns
from .rows import Rows

#: Rows in the snapshot; the others go as messages, so that they are never saved into a notebook.
FIRST_ROWS = 50
#: Rows that a saved output shows without a kernel; thousands would weigh megabytes in every notebook.
SAVED_ROWS = 50
#: The tab that an endpoint is opened at where no other is asked for.
OVERVIEW = "overview"


class EndpointBrowser(ServingWidget):
    """Every endpoint that the caller may view, in a grid with search, facets and sorting.

    A click or Enter opens an endpoint in an :class:`EndpointPanel` below the grid. Several can be ticked, and stopped
    or started together.

    Parameters
    ----------
    selected : str or Endpoint, optional
        The endpoint to open first: its name, or a handle.
    workspace : Workspace or str, optional
        A workspace or its name; the active one unless given.
    **kwargs : Any
        Traits of every ipywidgets widget, such as ``layout``; an unknown name is an error.

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

    def __init__(
        self, selected: str | Endpoint | None = None, *, workspace: Session | str | None = None, **kwargs: Any
    ) -> None:
        if isinstance(selected, Endpoint):
            workspace = workspace if workspace is not None else selected.workspace
            selected = selected.name
        if selected is not None and not isinstance(selected, str):
            raise ConfigError(
                f"EndpointBrowser opens an endpoint by its name or a handle, not {selected!r}.",
                hint='For example sw.EndpointBrowser("churn"); a workspace is given as workspace=.',
            )
        self._open = selected
        self._panel: EndpointPanel | None = None
        self._creating: CreateEndpoint | None = None
        self._rows: Rows | None = None
        self._one_at_a_time = asyncio.Lock()
        super().__init__(workspace=workspace, **kwargs)
        self._panel = self._panel_of(selected)
        self.observe(self._selected_by_user, "selected")

    @property
    def panel(self) -> EndpointPanel | None:
        """The panel of the open endpoint; it is closed when another endpoint is opened."""
        return self._panel

    def _ops(self) -> dict[str, Op]:
        return {
            **super()._ops(),
            **impact_ops(self.workspace),
            "rows": self._send_rows,
            "select": self._select,
            "creating": self._open_form,
            "visible": self._visible,
            "plan_many": self._plan_many,
            "act_many": self._act_many,
            "idle": self._idle,
            "me": self._me,
            "picture": self._picture,
            "act": self._act,
        }

    def _concerned(self, change: Change) -> bool:
        return True

    def _body(self) -> BrowserBody:
        rows = self._known_rows().by_name
        panel = self._panel
        return {
            "columns": page_columns(),
            "tabs": [{"key": tab.key, "label": tab.in_row} for tab in TABS if tab.in_row],
            "total": len(rows),
            "rows": list(itertools.islice(rows.values(), FIRST_ROWS)),
            "selected": self._open,
            "panel": None if panel is None else {"name": panel.endpoint, "model": f"IPY_MODEL_{panel.model_id}"},
            "creating": None if self._creating is None else f"IPY_MODEL_{self._creating.model_id}",
        }

    def _arguments(self) -> Mapping[str, object]:
        return {"selected": self._open}

    def _known_rows(self) -> Rows:
        if self._rows is None:
            self._rows = Rows(self.workspace)
        return self._rows

    async def _first_look(self) -> None:
        if not self.workspace.watcher.store.listed:
            await self.workspace.watcher.list_all()
        if self._panel is not None:
            await self._panel.first_picture()

    async def _first_picture(self) -> None:
        self._pictured = True
        with contextlib.suppress(TimeoutError, ServingError):
            await asyncio.wait_for(self._first_look(), FIRST_PICTURE)
        await self._publish_delta()

    # Publishing: the snapshot is sent whole only to a new view, what changes goes as deltas ---------------------------

    def _publish(self, *, again: bool = False) -> None:
        if again:
            super()._publish(again=True)
            return
        self._due = None
        if not self._ended:
            self._published = time.monotonic()
            event_loop.call(lambda: asyncio.ensure_future(self._publish_delta()))

    async def _publish_delta(self) -> None:
        async with self._one_at_a_time:
            difference = await self._known_rows().refresh()
            if self._ended:
                return
            old, new = self.state, self._snapshot()
            patch = {
                key: new[key]
                for key in ("workspace", "link", "total", "selected", "panel", "creating")
                if _without_time(new[key]) != _without_time(old.get(key))
            }
            if not (difference or patch) and new["clock"]["rate"] == old["clock"]["rate"]:
                return
            patch["clock"] = new["clock"]
            gone = difference.gone
            for upsert, changed in difference.messages():
                base, self._rev = self._rev, self._rev + 1
                self.state = {**new, "rev": self._rev}
                delta: BrowserDelta = {"type": "delta", "base": base, "rev": self._rev, "upsert": upsert}
                self._channel.publish({**delta, "changed": changed, "remove": gone, "patch": patch})
                gone, patch = [], {}
                # Others have their turn on the loop thread between two parts.
                await asyncio.sleep(0)
            post(self._set_public)

    # Operations -----------------------------------------------------------------------------------------------------

    async def _hello(self, args: Args, progress: Progress) -> None:
        # The rows are made before the picture is sent: where nothing changes any more, they would not be made later.
        await self._publish_delta()
        await super()._hello(args, progress)

    async def _send_rows(self, _: Args, progress: Progress) -> RowsSent:
        """Send all rows in parts; what changes meanwhile follows as deltas on top of ``rev``."""
        async with self._one_at_a_time:
            rows, rev = self._known_rows(), self._rev
            total, parts = len(rows.by_name), await rows.parts()
        done = 0
        for part in parts:
            done += len(part)
            chunk: RowsChunk = {"rows": part, "done": done, "total": total, "rev": rev}
            progress(chunk)
            await asyncio.sleep(0)
        return {"rev": rev, "total": total}

    async def _select(self, args: Args, _: Progress) -> None:
        name = args.get("name")
        if name is not None and not isinstance(name, str):
            raise ConfigError("The page sent no name.", hint="Reload the page.", code="bad_request")
        if name != self._open:
            self._open = name
            await self._change_panel(text_of(args, "tab") if "tab" in args else OVERVIEW)

    async def _open_form(self, args: Args, _: Progress) -> None:
        """Open the form that creates an endpoint, or close it; once there is a new endpoint, the browser opens that."""
        before, self._creating = self._creating, None
        if args.get("on") is True and not self._ended:
            self._creating = before or self._channel.within(lambda: CreateEndpoint(workspace=self.workspace))
            self._creating.shows = self._show_created
        await self._publish_delta()
        if before is not None and before is not self._creating:
            self._channel.within(before.close)

    async def _show_created(self, name: str) -> None:
        await self._select({"name": name}, lambda _: None)
        await self._open_form({}, lambda _: None)

    async def _idle(self, args: Args, _: Progress) -> IdleFound:
        """Return the endpoints that may not be worth what they take, each with the evidence."""
        hours = args.get("hours")
        if isinstance(hours, bool) or not isinstance(hours, int | float) or not hours >= 0:
            raise ConfigError("The page sent no number of hours.", hint="Reload the page.", code="bad_request")
        rows: list[IdleRow] = [
            {"name": each.name, "reasons": list(each.reasons), "evidence": each.evidence, "stoppable": each.stoppable}
            for each in await find_idle(self.workspace, hours)
        ]
        return {"rows": rows, "recipe": snapshot.recipe(self.workspace, "idle", "", hours=hours)}

    async def _me(self, _: Args, __: Progress) -> Caller:
        """Return whom the connection belongs to."""
        user = await who_asks(self.workspace)
        return {"user": None if user is None else user.user_name or None}

    async def _picture(self, args: Args, _: Progress) -> contract.Picture:
        """Return all there is to know of an endpoint before it is deleted."""
        info = await self.workspace.watcher.look(text_of(args, "name"))
        return snapshot.picture(self.workspace, info)

    async def _act(self, args: Args, _: Progress) -> contract.ImpactPicture | None:
        return await act(self.workspace, args)

    async def _visible(self, args: Args, _: Progress) -> None:
        view, names = args.get("view"), args.get("names")
        if isinstance(view, str) and isinstance(names, list):
            self.workspace.watcher.show(view, [name for name in names if isinstance(name, str)])

    async def _plan_many(self, args: Args, _: Progress) -> ManyPlan:
        return await outlooks(self.workspace, args)

    async def _act_many(self, args: Args, progress: Progress) -> ManyDone:
        return await act_many(self.workspace, args, progress)

    async def _change_panel(self, tab: str = OVERVIEW) -> None:
        """Have the panel be the open endpoint's; the one before is closed once no view shows it any more."""
        before = self._panel
        if self._ended or (before is not None and before.endpoint == self._open):
            return
        self._panel = self._channel.within(lambda: self._panel_of(self._open, tab))
        await self._publish_delta()
        if self._ended and self._panel is not None:
            self._panel.close()
        if before is not None:
            self._channel.within(before.close)

    def _panel_of(self, name: str | None, tab: str = OVERVIEW) -> EndpointPanel | None:
        return EndpointPanel(name, tab=tab, workspace=self.workspace) if name else None

    # Public -----------------------------------------------------------------------------------------------------------

    def _set_public(self) -> None:
        if self.selected != self._open:
            self.selected = self._open

    def _selected_by_user(self, change: Mapping[str, Any]) -> None:
        if change["new"] != self._open:
            self._open = change["new"]
            event_loop.submit(self._change_panel())

    def close(self) -> None:
        """Close the browser, and with it the panel of the open endpoint and the form.

        Examples
        --------
        >>> browser = sw.EndpointBrowser()
        >>> browser.close()
        """
        super().close()
        for inner in (getattr(self, "_panel", None), getattr(self, "_creating", None)):
            if inner is not None:
                inner.close()

    def _static(self) -> Mapping[str, str]:
        from serving_widgets.render import endpoints_table, message

        watcher = self.workspace.watcher
        if not watcher.store.listed:
            problem = watcher.link.problem
            news = str(problem) if problem is not None else "The endpoints have not been listed yet."
            said: Any = message(f"Endpoints – {self.workspace.where}\n\n{news}")
        else:
            infos = [seen.info for seen in watcher.store.present().values()]
            said = endpoints_table(infos, where=self.workspace.where, most=SAVED_ROWS)
        return {"text/plain": repr(said), "text/html": said._repr_html_()}


def _without_time(value: Any) -> Any:
    if isinstance(value, dict) and "seen" in value:
        return {key: each for key, each in value.items() if key != "seen"}
    return value
