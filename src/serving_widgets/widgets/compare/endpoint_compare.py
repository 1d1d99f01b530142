"""EndpointCompare: two endpoints, or two configurations of one, beside each other; differences first."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import traitlets

from serving_widgets.api.endpoint.status import status_of
from serving_widgets.api.errors import ServingError
from serving_widgets.widgets.core.base import ServingWidget
from serving_widgets.widgets.core.channel import Args, Progress, text_of
from serving_widgets.workspace import Endpoint, Session
from serving_widgets.workspace import workspace as open_workspace
from serving_widgets.workspace.changes.staged_tags import tags_of
from serving_widgets.workspace.comparing import side_of
from serving_widgets.workspace.review.compare import EndpointComparison, compare_endpoints
from serving_widgets.workspace.watch.events import Change

from .contract import CompareBody, ComparedSection, SideHeading


class EndpointCompare(ServingWidget):
    """Two endpoints beside each other, also of two workspaces, or two configurations of one: differences first.

    Configuration, settings, tags, permissions, schema, metrics and the packages of builds are compared, as far as they
    may be read. It is read anew when either endpoint changes while it is on screen.

    Parameters
    ----------
    a : str or Endpoint
        An endpoint; ``"churn@pending"`` means the configuration that is on its way, or whose deployment failed.
    b : str or Endpoint, optional
        The other one; the pending configuration of ``a`` unless given.
    workspace : Workspace or str, optional
        The workspace that names are of; the active one unless given.
    **kwargs : Any
        Traits of every ipywidgets widget, such as ``layout``; an unknown name is an error.

    Attributes
    ----------
    differences : int
        How many settings differ; ``observe`` it.

    Examples
    --------
    >>> sw.EndpointCompare("churn", "pricing")
    <EndpointCompare 'churn', 'pricing' of mock workspace (demo)>
    """

    differences = traitlets.Int(read_only=True)

    _kind = "endpoint_compare"

    def __init__(
        self,
        a: str | Endpoint,
        b: str | Endpoint | None = None,
        *,
        workspace: Session | str | None = None,
        **kwargs: Any,
    ) -> None:
        named = workspace if isinstance(workspace, Session) else open_workspace(workspace)
        self._left = side_of(a, named)
        self._right = side_of(b, named) if b is not None else (self._left[0], "pending")
        self._found: EndpointComparison | None = None
        self._unread: ServingError | None = None
        self._turn = asyncio.Lock()
        self._seen = ""
        super().__init__(workspace=self._left[0].workspace, **kwargs)
        other = self._right[0].workspace
        self._other = other if other is not self.workspace else None
        self._forget = self._other.watcher.subscribe(self._changed) if self._other is not None else None

    def close(self) -> None:
        """Stop comparing, and close the widget.

        Examples
        --------
        >>> compared = sw.EndpointCompare("churn", "pricing")
        >>> compared.close()
        """
        forget = getattr(self, "_forget", None)
        if forget is not None:
            forget()
        super().close()

    def _names(self, session: Session) -> tuple[str, ...]:
        return tuple(
            dict.fromkeys(handle.name for handle, _ in (self._left, self._right) if handle.workspace is session)
        )

    def _watched(self) -> tuple[str, ...]:
        return self._names(self.workspace)

    def _concerned(self, change: Change) -> bool:
        return change.link or not change.names.isdisjoint({self._left[0].name, self._right[0].name})

    def _body(self) -> CompareBody:
        sections: dict[str, ComparedSection] = {}
        for section, what, left, right in self._found.rows if self._found is not None else ():
            made = sections.setdefault(section, {"title": _TITLES.get(section, section), "differs": [], "same": []})
            made["differs" if left != right else "same"].append({"what": what, "left": left, "right": right})
        return {
            "left": self._side(self._left),
            "right": self._side(self._right),
            "sections": list(sections.values()),
            "notes": list(self._found.notes) if self._found is not None else [],
            "known": self._found is not None,
            "unread": None if self._unread is None else self._unread.problem(),
        }

    def _arguments(self) -> Mapping[str, object] | None:
        if self._left[0].workspace is not self._right[0].workspace:
            return None
        return {key: self._side(side)["name"] for key, side in (("a", self._left), ("b", self._right))}

    def _side(self, side: tuple[Endpoint, str]) -> SideHeading:
        handle, config = side
        two = self._left[0].workspace is not self._right[0].workspace
        session = handle.workspace
        return {
            "name": handle.name if config == "active" else f"{handle.name}@{config}",
            "where": (session.name or session.label) if two else "",
            "colour": session.colour,
        }

    def _set_public(self) -> None:
        self.set_trait("differences", 0 if self._found is None else len(self._found.differences))

    def _static(self) -> Mapping[str, str]:
        from serving_widgets.render import message

        names = " and ".join(str(self._side(side)["name"]) for side in (self._left, self._right))
        news = str(self._unread or "The endpoints have not been read yet.")
        said: Any = message(f"{names} – {self.workspace.where}\n\n{news}")
        if self._found is not None:
            said = self._found.table()
        return {"text/plain": repr(said), "text/html": said._repr_html_()}

    # Reading ----------------------------------------------------------------------------------------------------------

    async def _first_look(self) -> None:
        await self._compare()

    async def _hello(self, args: Args, progress: Progress) -> None:
        if self._other is not None:
            self._other.watcher.hold(text_of(args, "view"), self._names(self._other))
        await super()._hello(args, progress)
        await self._compare()

    async def _bye(self, args: Args, progress: Progress) -> None:
        if self._other is not None:
            self._other.watcher.drop(text_of(args, "view"))
        await super()._bye(args, progress)

    async def _refresh(self, args: Args, progress: Progress) -> None:
        await super()._refresh(args, progress)
        await self._compare()

    def _changed(self, change: Change) -> None:
        super()._changed(change)
        if self._pictured and not self._ended and self._concerned(change) and self._signature() != self._seen:
            self._again = asyncio.ensure_future(self._compare())

    def _signature(self) -> str:
        """Return what tells whether anything that is compared has changed since, as far as the watcher sees it."""
        told = []
        for handle, _ in (self._left, self._right):
            seen = handle.workspace.watcher.store.get(handle.name)
            if seen is not None:
                info = seen.info
                told.append([seen.deleted, info.last_updated_timestamp, status_of(info).label, tags_of(info)])
        return json.dumps(told)

    async def _compare(self) -> None:
        self._pictured = True
        async with self._turn:
            try:
                self._found = await compare_endpoints(self._left, self._right)
            except ServingError as error:
                self._unread = error
            else:
                self._unread = None
            self._seen = self._signature()
        self._publish()

    def __repr__(self) -> str:
        names = ", ".join(repr(self._side(side)["name"]) for side in (self._left, self._right))
        return f"<EndpointCompare {names} of {self.workspace.label}>"


_TITLES = {
    "config": "Configuration",
    "settings": "Settings",
    "status": "Status",
    "tags": "Tags",
    "permissions": "Permissions",
    "schema": "Schema",
    "metrics": "Metrics",
    "packages": "Installed packages",
}
