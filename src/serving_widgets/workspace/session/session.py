"""A connection as this process uses it: one client, one watcher, one queue of writes."""

from __future__ import annotations

import contextlib
import functools
import os
import threading
import weakref
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from serving_widgets.api.endpoint.actions import Refusal
from serving_widgets.api.endpoint.models import EndpointInfo
from serving_widgets.api.errors import BadRequest, ConfigError, NotFound, ResourceConflict, ServingError
from serving_widgets.api.permissions.access_control_list import AccessControlList
from serving_widgets.workspace.login.report import SettingsSource
from serving_widgets.workspace.runtime import event_loop
from serving_widgets.workspace.runtime.service_clock import ServiceClock, WallClock
from serving_widgets.workspace.watch.activity import Activity
from serving_widgets.workspace.watch.endpoint_cache import Seen
from serving_widgets.workspace.watch.poll_intervals import MOCK, REAL
from serving_widgets.workspace.watch.watcher import Watcher

from .attachments import Attachments
from .change_history import ChangeHistory
from .recipes import Recipe, recipe
from .reconnect_lines import ReconnectRecord
from .write_guard import Guard, refused
from .write_queue import Writes

if TYPE_CHECKING:
    from serving_widgets.client import Client, Credential
    from serving_widgets.recording import Recorder, Replay

    from .mock_protocol import Embedded


#: Seconds that a write which has been sent gets to tell how it ended when its connection is closed.
GRACE = 1.0

_sessions: weakref.WeakSet[Session] = weakref.WeakSet()


class Session:
    """What handles, magic and widgets share of a connection.

    Attributes
    ----------
    name
        What the connection is called in this process.
    colour
        The colour that widgets mark it with; None for none.
    host
        The workspace's address.
    source
        Where the connection's settings came from, in words.
    sources
        Every place where settings were looked for when it was opened, in order: what was there, and why it is used or
        not.
    profile
        The profile of the configuration file that it was opened with; None when it was another way.
    auth
        How requests are signed: ``"token"``, or the official SDK's name of the method, such as ``"oauth-m2m"``.
    mock
        The embedded workspace, None when the workspace is real.
    recorder
        What writes each exchange to a file; None where nothing is recorded.
    replay
        The recording that answers; None where a workspace does.
    active
        Whether a line that names no workspace means this one.
    watcher
        What is known of them without asking.
    activity
        What changed of them, as far as it was seen.
    history
        What was changed through it: in this process, or as a file keeps it.
    reconnect
        What opens such a connection again in another kernel, without its token.
    attachments
        What else is kept with it, such as schemas, feeds and access control lists that were read.
    """

    def __init__(
        self,
        *,
        name: str,
        host: str,
        credential: Credential,
        source: str,
        guard: Guard,
        sources: tuple[SettingsSource, ...] = (),
        profile: str | None = None,
        colour: str | None = None,
        mock: Embedded | None = None,
        replay: Replay | None = None,
    ) -> None:
        self.name = name
        self.colour = colour
        self.host = host
        self.source = source
        self.sources = sources
        self.profile = profile
        self.auth = credential.kind
        self.guard = guard
        self.mock = mock
        self.recorder: Recorder | None = None
        self.replay = replay
        self.clock: ServiceClock = mock.clock if mock is not None else replay or WallClock()
        # Imported here, by whoever connects: the loop thread has no time for it.
        from serving_widgets.client import Client
        from serving_widgets.recording import ReplayTransport

        self._new_client: Callable[..., Client] = functools.partial(
            Client,
            host,
            credential,
            transport=ReplayTransport(replay) if replay is not None else None,
        )
        self._lock = threading.Lock()
        self._clients: tuple[int, Client] | None = None
        self.closed = False
        self.active = False
        self._names_asked: Future[list[Seen]] | None = None
        self.attachments = Attachments()
        self.history = ChangeHistory()
        self.reconnect = ReconnectRecord(name)
        self.watcher = Watcher(self.client, self.clock, REAL if mock is None and replay is None else MOCK)
        self.writes = self._new_writes()
        self._begin_activity()
        event_loop.at_exit(self._close)
        _sessions.add(self)

    @property
    def is_mock(self) -> bool:
        """Whether the workspace is the embedded one."""
        return self.mock is not None

    @property
    def read_only(self) -> bool:
        """Whether this connection refuses to change anything."""
        return self.guard.read_only is not None

    @property
    def read_only_reason(self) -> str | None:
        """Why nothing may be changed, with the line that allows it; None when it may."""
        if self.guard.read_only is None:
            return None
        return f"{self.guard.read_only} To change things: {self.guard.unlock}"

    @property
    def label(self) -> str:
        """What to call the workspace on a screen; the same in every run for the embedded one."""
        if self.replay is not None:
            return self.replay.label
        if self.mock is not None:
            return f"mock workspace ({self.mock.scenario})"
        return self.host.split("://", 1)[-1]

    @property
    def where(self) -> str:
        """The label, and what of the workspace may not be changed: what every result says of where it comes from."""
        if self.read_only:
            return f"{self.label}, read-only"
        return f"{self.label}, {', '.join(self.guard.protect)} protected" if self.guard.protect else self.label

    def page_of(self, name: str) -> str | None:
        """Return the address of an endpoint's page; None for the embedded workspace, which has no pages.

        Parameters
        ----------
        name : str
            The endpoint's name.
        """
        return None if self.is_mock or self.replay else f"{self.host}/ml/endpoints/{quote(name, safe='')}"

    def record(self, recorder: Recorder) -> None:
        """Have each exchange written from now on, and the recorder closed with the connection.

        Parameters
        ----------
        recorder : Recorder
            What writes them.
        """
        with self._lock:
            self.recorder = recorder
            self._new_client = functools.partial(self._new_client, observer=recorder)
            # One that was made already tells of nothing; what is under way on it ends there.
            self._clients = None

    def why_not(self, action: str, info: EndpointInfo) -> Refusal | None:
        """Return why an action can't be done to an endpoint as last seen, None when it can.

        Parameters
        ----------
        action : str
            As for :meth:`outlook`.
        info : EndpointInfo
            The endpoint as last seen.
        """
        seen = self.watcher.store.get(info.name)
        return self.guard.why_not(action, info, deleted=seen is not None and seen.deleted)

    def outlook(self, action: str, name: str) -> str:
        """Return why ``action`` would be refused as things are; "" where nothing that is known speaks against it.

        Parameters
        ----------
        action : str
            ``"stop"``, ``"start"``, ``"update"``, ``"delete"``, ``"create"``, ``"tags"`` or ``"permissions"``.
        name : str
            The endpoint's name.
        """
        seen = self.watcher.store.get(name)
        if seen is None or action == "create":
            refusal = self.guard.refusal(action, name)
        else:
            refusal = self.why_not(action, seen.info)
        if refusal is not None:
            return refusal.message
        taken = action == "create" and seen is not None and not seen.deleted
        return f"The name {name} is taken: there is an endpoint of that name." if taken else ""

    def learn_names(self, patience: float) -> None:
        """Have the endpoints listed where they never were; asked once.

        Parameters
        ----------
        patience : float
            Seconds of host time that are waited for the answer at most.
        """
        asked = self._names_asked
        # One that goes on or has failed is enough: nothing is asked for with each key.
        if self.watcher.store.listed or (asked is not None and (not asked.done() or asked.exception())):
            return
        self._names_asked = event_loop.submit(self.watcher.list_all())
        with contextlib.suppress(ServingError, TimeoutError):
            self._names_asked.result(patience)

    def recipe(self, action: str, name: str, **details: Any) -> Recipe:
        """Return the lines that do an action again without a widget.

        Parameters
        ----------
        action : str
            What the lines do.
        name : str
            The endpoint's name.
        **details : Any
            What else the action is about, such as the entity of a log.
        """
        return recipe(action, name, workspace=None if self.active else self.name, **details)

    def client(self) -> Client:
        """Return the client; a new one after a fork, whose child must not share the parent's connections."""
        if self.closed:
            raise ConfigError(
                f"The connection {self.name!r} to {self.label} is closed.",
                hint='Connect again: sw.connect(…), or run the cell with "%serving connect" again.',
            )
        with self._lock:
            generation = event_loop.generation()
            if self._clients is None or self._clients[0] != generation:
                self._clients = (generation, self._new_client())
            return self._clients[1]

    async def write(
        self,
        name: str,
        action: str,
        send: Callable[[Client, EndpointInfo | None], Awaitable[EndpointInfo | None]],
        *,
        join: bool = True,
    ) -> EndpointInfo | None:
        """Check, then carry out one write after those before it, and look at once.

        Parameters
        ----------
        name : str
            The endpoint's name.
        action : str
            As for :meth:`outlook`.
        send : callable
            Sends the write, given the client and the endpoint as it was just before; None for one to be created.
        join : bool, default True
            Whether a second call for the same action means the same write.

        Raises
        ------
        ActionRefused
            When the workspace or the endpoint's state does not allow it; nothing was sent.
        """
        refusal = self.guard.refusal(action, name)
        if refusal is not None:
            raise refused(refusal, action, name)

        async def checked() -> EndpointInfo | None:
            before = await self._check(name, action) if action != "create" else None
            access = await self._access_of(before) if action == "delete" else None
            # Whatever becomes of it, the picture is looked at again.
            self.watcher.wake()
            try:
                info = await send(self.client(), before)
            except (BadRequest, NotFound, ResourceConflict):
                # The service knows better than the picture that let this through.
                if before is not None:
                    with contextlib.suppress(ServingError):
                        await self.watcher.look(name)
                raise
            if action == "delete":
                self.watcher.take_deleted(name)
                info = None
            elif info is None or not info.detailed:
                # The write was carried out: that it can't be looked at just now is no failure of it.
                with contextlib.suppress(ServingError):
                    info = await self.watcher.look(name)
            else:
                self.watcher.take(info)
            self.watcher.wake()
            # Permissions are recorded where both lists are known.
            if action != "permissions":
                states = {"before": before, "after": info, "access_before": access}
                await self.history.record(name, action, self.clock.now(), **states)
            return info

        return await self.writes.run(name, action, checked, join=join)

    def _begin_activity(self) -> None:
        self.activity = Activity(self.watcher.store, self.clock)
        self.watcher.subscribe(self.activity.looked)

    def _new_writes(self) -> Writes:
        return Writes(lambda endpoint: self.watcher.tell({endpoint}))

    def _after_fork(self) -> None:
        self._lock = threading.Lock()
        self._names_asked = None
        if self.recorder is not None:
            self.recorder.after_fork()
        self.attachments = Attachments()
        self.writes = self._new_writes()
        self.watcher.after_fork()
        self._begin_activity()

    async def _check(self, name: str, action: str) -> EndpointInfo:
        seen = self.watcher.store.get(name)
        # Whether a lost update or start was carried out is told from the endpoint just before it, not from old news;
        # and what others did to configuration or tags until then is not this change.
        looked = seen is None or seen.deleted or not seen.fresh or action in ("update", "start", "delete", "tags")
        info = await self.watcher.look(name) if seen is None or looked else seen.info
        refusal = self.why_not(action, info)
        if refusal is not None and not looked:
            # What was last seen may be old news: it must not refuse what the service would allow now.
            info = await self.watcher.look(name)
            refusal = self.why_not(action, info)
        if refusal is not None:
            raise refused(refusal, action, name)
        return info

    async def _access_of(self, info: EndpointInfo | None) -> AccessControlList | None:
        """Return the permissions that go with an endpoint, None where they can't be read."""
        if info is None or info.id is None:
            return None
        try:
            return await self.client().get_permissions(info.id, name=info.name)
        except ServingError:
            return None

    def close(self) -> None:
        """End the watcher, the connections and, where there is one, the embedded workspace.

        Examples
        --------
        >>> other = sw.connect("mock", name="other")
        >>> other.close()
        """
        if self.closed:
            return
        event_loop.run_sync(self._close, twin="ws.aclose()")

    async def aclose(self) -> None:
        """Await what :meth:`close` does.

        Examples
        --------
        >>> await ws.aclose()  # doctest: +SKIP
        """
        await event_loop.hop(self._close)

    async def _close(self) -> None:
        if self.closed:
            return
        clients = self._clients
        self.closed = True
        self.attachments.drop_feeds()
        event_loop.forget_at_exit(self._close)
        await self.writes.close(GRACE)
        await self.watcher.close(
            ConfigError(
                f"The connection to {self.label} was closed.",
                hint="Run the cell again to open it on the connection that is active now.",
            )
        )
        if clients is not None and clients[0] == event_loop.generation():
            await clients[1].aclose()
        if self.recorder is not None:
            self.recorder.close()
        if self.mock is not None:
            await event_loop.elsewhere(self.mock.stop)

    def __repr__(self) -> str:
        marks = "".join(f", {mark}" for mark, on in (("read-only", self.read_only), ("closed", self.closed)) if on)
        return f"<Workspace {self.name!r}: {self.label}{marks}>"


def _after_fork() -> None:
    for session in _sessions:
        session._after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
