"""What all widgets share: the synced traits, the line to the page, leases, publishing, and a readable saved output."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import json
import time
from collections.abc import Mapping
from typing import Any, Self

import anywidget
import traitlets
from ipywidgets.widgets.widget_layout import Layout

from serving_widgets.api.errors import ConfigError, ServingError
from serving_widgets.api.suggest import nearest
from serving_widgets.workspace import Endpoint, Session
from serving_widgets.workspace import workspace as open_workspace
from serving_widgets.workspace.runtime import event_loop
from serving_widgets.workspace.watch.events import Change

from . import bundle, contract, front_end_models, snapshot
from .channel import Args, Channel, Op, Progress, text_of
from .observer_thread import post
from .snapshot import reopening

#: Seconds that displaying waits for the first picture, so that no saved output says "Loading".
FIRST_PICTURE = 5.0
#: Seconds between two publications of one widget.
QUIET = 0.25

#: Keyword arguments of ipywidgets that make sense for our widgets.
_PASSED_ON = ("layout", "tooltip", "tabbable")


class ServingWidget(anywidget.AnyWidget):
    """Base of all widgets; not for use by itself.

    A widget's whole picture is one JSON snapshot, ``state``, written on the loop thread only. Assigning it sends
    nothing: the channel decides what goes to the page and in which context.
    """

    _esm = traitlets.Unicode().tag(sync=True)
    _runtime = traitlets.Unicode().tag(sync=True)
    _part = traitlets.Unicode().tag(sync=True)
    kind = traitlets.Unicode().tag(sync=True)
    state = traitlets.Dict().tag(sync=True)

    #: The front end's name of the view: the stem of its file there.
    _kind = ""

    def __new__(cls, *args: Any, **kwargs: Any) -> Self:
        """Refuse unknown keywords before Python finds that one is missing: it was given by a wrong name."""
        _check_keywords(cls, kwargs)
        made: Self = super().__new__(cls, *args, **kwargs)
        return made

    def __init__(self, *, workspace: Session | str | None = None, **kwargs: Any) -> None:
        self.workspace = workspace if isinstance(workspace, Session) else open_workspace(workspace)
        self._rev = 0
        self._views: set[str] = set()
        self._published = 0.0
        self._due: asyncio.TimerHandle | asyncio.Handle | None = None
        self._ended = False
        self._pictured = False
        made = None if "layout" in kwargs else Layout()  # type: ignore[no-untyped-call]  # ipywidgets has no types
        if made is not None:
            kwargs["layout"] = made
        self._made_layout = made
        self._channel = Channel(self, self._ops())
        super().__init__(
            _esm=bundle.loader(),
            _runtime=front_end_models.reference(front_end_models.RUNTIME),
            _part=front_end_models.reference(f"{self._kind}.js"),
            kind=self._kind,
            state=self._snapshot(),
            **kwargs,
        )
        self.on_msg(lambda _, content, __: self._channel.receive(content))
        self._unsubscribe = self.workspace.watcher.subscribe(self._changed)
        self._set_public()

    # What a widget defines ------------------------------------------------------------------------------------------

    def _body(self) -> Mapping[str, object]:
        """Return the part of the snapshot that is this widget's own, as its room's contract has it; on any thread."""
        raise TypeError(f"{type(self).__name__} can't be displayed by itself.")

    def _own_problem(self) -> ServingError | None:
        """Return what keeps this widget alone from a picture."""
        return None

    def _watched(self) -> tuple[str, ...]:
        """Return the names of the endpoints that the widget looks at one by one."""
        return ()

    def _concerned(self, change: Change) -> bool:
        """Tell whether a change can show in this widget."""
        return change.link or not change.names.isdisjoint(self._watched())

    def _static(self) -> Mapping[str, str]:
        """Return what a saved output shows without a kernel: text/plain and script-free text/html."""
        raise TypeError(f"{type(self).__name__} can't be displayed by itself.")

    async def _kept(self) -> dict[str, Any]:
        """Return what a frozen notebook has to hold beside the snapshot: parts that a view would ask the kernel for."""
        return {}

    async def _first_look(self) -> None:
        """Get the first picture."""
        for name in self._watched():
            await self._look(name)

    def _set_public(self) -> None:
        """Have public traits follow the snapshot, on the user lane."""

    def _ops(self) -> dict[str, Op]:
        """Return the operations that the page may ask for."""
        return {"hello": self._hello, "bye": self._bye, "refresh": self._refresh}

    def _arguments(self) -> Mapping[str, object] | None:
        """Return what to make the widget again with, beside the workspace; None where it is part of another one."""
        return None

    # Publishing -----------------------------------------------------------------------------------------------------

    def _snapshot(self) -> dict[str, Any]:
        told = {**snapshot.header(self.workspace, self._own_problem()), "rev": self._rev, **self._body()}
        arguments = self._arguments()
        return told if arguments is None else {**told, "again": reopening(self.workspace, type(self), arguments)}

    def _changed(self, change: Change) -> None:
        if not self._ended and self._concerned(change):
            self._publish_soon()

    def _publish_soon(self) -> None:
        if self._due is not None or self._ended:
            return
        running = asyncio.get_running_loop()
        rest = self._published + QUIET - time.monotonic()
        self._due = running.call_later(rest, self._publish) if rest > 0 else running.call_soon(self._publish)

    def _publish(self, *, again: bool = False) -> None:
        """Publish the snapshot if it says something new, or ``again`` all the same."""
        self._due = None
        if self._ended:
            return
        self._published = time.monotonic()
        new = self._snapshot()
        if _said(new) != _said(self.state):
            self._rev += 1
            new["rev"] = self._rev
        elif not again:
            return
        self.state = new
        self._channel.publish_state()
        post(self._set_public)

    def _greet(self, known: Any) -> None:
        """Publish to a view that was mounted: all, or no more than the time to one that knows all the rest."""
        new = self._snapshot()
        if known != self._rev or _said(new, clock=False) != _said(self.state, clock=False):
            self._publish(again=True)
            return
        base, self._rev = self._rev, self._rev + 1
        new["rev"] = self._rev
        self.state = new
        self._publish_patch(base, {"clock": new["clock"], "link": new["link"]})

    def _publish_patch(self, base: int, patch: dict[str, object]) -> None:
        delta: contract.Delta = {"type": "delta", "base": base, "rev": self._rev, "patch": patch}
        self._channel.publish(delta)

    def _should_send_property(self, key: str, value: Any) -> bool:
        return key != "state" and bool(super()._should_send_property(key, value))

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take traits from the page, except ours: the page sends intents, it sets no state."""
        ours = ("state", "kind", "_esm", "_runtime", "_part")
        super().set_state({key: value for key, value in sync_data.items() if key not in ours})

    # Operations -----------------------------------------------------------------------------------------------------

    async def _hello(self, args: Args, _: Progress) -> None:
        """Watch for a view that was mounted, and publish, which also aims later messages at its shell; look once."""
        view = text_of(args, "view")
        if self._ended:
            return
        self._views.add(view)
        self.workspace.watcher.hold(view, self._watched())
        self._greet(args.get("rev"))
        for name in self._watched():
            await self._look(name, patient=False)

    async def _bye(self, args: Args, _: Progress) -> None:
        view = text_of(args, "view")
        self._views.discard(view)
        self.workspace.watcher.drop(view)

    async def _refresh(self, _: Args, __: Progress) -> None:
        await self.workspace.watcher.list_all()
        for name in self._watched():
            await self.workspace.watcher.look(name)

    async def _look(self, name: str, *, patient: bool = True) -> None:
        """Look at one endpoint; a failure is a picture, too."""
        try:
            await self.workspace.watcher.look(name, patient=patient)
        except ServingError as error:
            self._troubled(name, error)

    def _troubled(self, name: str, error: ServingError) -> None:
        """Note that a look of this widget's own failed."""

    # Displaying and closing -----------------------------------------------------------------------------------------

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        if not event_loop.on_loop_thread():
            with contextlib.suppress(ServingError):
                event_loop.run_sync(self._first_picture, twin="ws.endpoints.aio.list()")
        bundled = super()._repr_mimebundle_(**kwargs)
        if bundled is None:
            return None
        data, metadata = bundled
        return {**data, **self._static()}, metadata

    async def _first_picture(self) -> None:
        self._pictured = True
        with contextlib.suppress(TimeoutError, ServingError):
            await asyncio.wait_for(self._first_look(), FIRST_PICTURE)
        self._publish()
        post(self._set_public)

    def close(self) -> None:
        """Close the widget: its leases, its line to the page, its model and the Layout that was made for it.

        Examples
        --------
        >>> badge = sw.StatusBadge("churn")
        >>> badge.close()
        """
        if not getattr(self, "_ended", True):
            self._ended = True
            self._unsubscribe()
            self._channel.close()
            event_loop.call(self._end)
        super().close()
        layout, self._made_layout = getattr(self, "_made_layout", None), None
        if layout is not None:
            layout.close()

    def _end(self) -> None:
        if self._due is not None:
            self._due.cancel()
        while self._views:
            self.workspace.watcher.drop(self._views.pop())

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self.workspace.label}>"


class EndpointWidget(ServingWidget):
    """Base of the widgets of one endpoint.

    Parameters
    ----------
    endpoint
        The endpoint's name, or a handle.
    workspace
        A workspace or its name; the active one unless given.
    """

    #: What its buttons can do: the reasons against it and the lines that do the same weigh a third of a picture.
    _buttons: tuple[contract.Action, ...] = ()
    #: Whether it shows who made it when, its tags and addresses.
    _facts = True

    def __init__(self, endpoint: str | Endpoint, *, workspace: Session | str | None = None, **kwargs: Any) -> None:
        if isinstance(endpoint, Endpoint):
            workspace = workspace if workspace is not None else endpoint.workspace
            endpoint = endpoint.name
        if not isinstance(endpoint, str) or not endpoint:
            raise ConfigError(
                f"{type(self).__name__} needs an endpoint's name or a handle, not {endpoint!r}.",
                hint='For example "churn", or sw.workspace().endpoints.get("churn").',
            )
        self._endpoint = endpoint
        self._problem: ServingError | None = None
        super().__init__(workspace=workspace, **kwargs)

    def _watched(self) -> tuple[str, ...]:
        return (self._endpoint,)

    def _body(self) -> contract.EndpointBody:
        return {"name": self._endpoint, "endpoint": self._picture()}

    def _picture(self) -> contract.Picture | None:
        seen = self.workspace.watcher.store.get(self._endpoint)
        if seen is None:
            return None
        return snapshot.picture(
            self.workspace, seen.info, deleted=seen.deleted, buttons=self._buttons, facts=self._facts
        )

    def _arguments(self) -> Mapping[str, object] | None:
        return {"endpoint": self._endpoint}

    def _own_problem(self) -> ServingError | None:
        return self._problem if self.workspace.watcher.store.get(self._endpoint) is None else None

    def _troubled(self, name: str, error: ServingError) -> None:
        self._problem = error
        self._publish_soon()

    def _static(self) -> Mapping[str, str]:
        from serving_widgets.render import message, status_card

        seen = self.workspace.watcher.store.get(self._endpoint)
        said: Any
        if seen is None:
            news = str(self._problem or f"{self._endpoint} has not been read yet.")
            said = message(f"{self._endpoint} – {self.workspace.where}\n\n{news}")
        else:
            said = status_card(seen.info, where=self.workspace.where, status=seen.status)
        return {"text/plain": repr(said), "text/html": said._repr_html_()}

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._endpoint!r} of {self.workspace.label}>"


def _said(state: Mapping[str, Any], *, clock: bool = True) -> str:
    """Return what a snapshot says beside the time at which it says so, and beside how fast that passes."""
    told = {key: value for key, value in state.items() if key not in ("rev", "clock")}
    if "link" in told:
        told["link"] = {key: value for key, value in told["link"].items() if key != "seen"}
    return json.dumps([told, state.get("clock", {}).get("rate") if clock else None], sort_keys=True)


def _check_keywords(widget: type[ServingWidget], given: Mapping[str, Any]) -> None:
    if not given:
        return
    parameters = [*inspect.signature(widget.__init__).parameters.values()][1:]
    own = [each.name for each in parameters if each.kind is not inspect.Parameter.VAR_KEYWORD]
    for key in given:
        if key not in _PASSED_ON and key not in own:
            # Whatever it is called, what names an endpoint is meant for the first one.
            near = own[0] if key in _NAMING else nearest(key, [*own, *_PASSED_ON, "workspace"])
            suggested = f" Did you mean {near!r}?" if near else ""
            raise TypeError(f"{widget.__name__} takes no argument {key!r}.{suggested}")


_NAMING = ("name", "endpoint", "selected")
