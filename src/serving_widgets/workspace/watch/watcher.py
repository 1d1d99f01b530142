"""The watcher of a workspace: it looks while there is a lease, and tells who subscribed what has changed.

A tick is one list, one get for each endpoint on screen that is on its way somewhere or that the list says something new
of, and at most one more get in rotation over the settled ones, because a list carries no state of served entities.
Everything here runs on the loop thread, except what says otherwise.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import time
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from serving_widgets.api.endpoint.models import EndpointInfo
from serving_widgets.api.errors import (
    ConnectionFailed,
    InternalError,
    NotFound,
    RequestTimeout,
    ResourceDoesNotExist,
    ServingError,
    TemporarilyUnavailable,
    TooManyRequests,
    Unauthenticated,
)
from serving_widgets.workspace.runtime.event_loop import elsewhere, joined

from .endpoint_cache import Seen, SeenStore
from .events import Change, Link
from .leases import Leases
from .poll_intervals import Pace
from .update_timeline import UpdateTimelines

if TYPE_CHECKING:
    from serving_widgets.client import Client
    from serving_widgets.workspace.runtime.service_clock import ServiceClock


T = TypeVar("T")

log = logging.getLogger(__name__)

#: Failures of a look that every other one would share, so that a tick ends with them.
OF_EVERY_CALL = (ConnectionFailed, RequestTimeout, TooManyRequests, Unauthenticated)
#: Failures that say something of the workspace, not only of the endpoint that was asked for.
OF_THE_WORKSPACE = (*OF_EVERY_CALL, TemporarilyUnavailable, InternalError)

#: Gets under way at the same time.
GETS_AT_ONCE = 8
#: Endpoints in a list from which comparing it takes longer than the loop thread can spare.
BIG = 1000


class Watcher:
    """Watches one workspace. ``seen`` and ``names`` may be called from any thread; they never wait."""

    def __init__(self, client: Callable[[], Client], clock: ServiceClock, pace: Pace) -> None:
        self._client = client
        self._clock = clock
        self.pace = pace
        self.store = SeenStore()
        self.history = UpdateTimelines()
        self.leases = Leases()
        self.link = Link()
        self._subscribers: list[Callable[[Change], None]] = []
        self._task: asyncio.Task[None] | None = None
        self._wake: asyncio.Event | None = None
        self._looks: dict[tuple[str, bool], asyncio.Task[EndpointInfo]] = {}
        self._listings: dict[bool, asyncio.Task[set[str]]] = {}
        self.closed = False
        # A page full of new views asks for each of them: not all in one moment.
        self._at_once = asyncio.Semaphore(GETS_AT_ONCE)
        self._turn: list[str] = []
        self._pause = pace.settled
        # Whether the pause until the next tick is one after a failure, so that whatever goes well ends it.
        self._resting = False
        # Until when the service wants not to be asked, as the loop counts.
        self._quiet_until = 0.0

    def seen(self) -> dict[str, EndpointInfo]:
        """Return what is known, by name, deleted endpoints left out; from any thread, no request."""
        return {name: seen.info for name, seen in self.store.present().items()}

    def names(self) -> list[str]:
        """Return the known endpoints' names, sorted; from any thread, no request."""
        return list(self.store.present())

    def subscribe(self, told: Callable[[Change], None]) -> Callable[[], None]:
        """Have ``told`` called on the loop thread after each change; returns the way to end that."""
        self._subscribers.append(told)

        def end() -> None:
            with contextlib.suppress(ValueError):
                self._subscribers.remove(told)

        return end

    def hold(self, key: str, names: Iterable[str] = (), *, screen: bool = True, lasting: bool = False) -> None:
        """Take a lease, and tick while it lasts; at once where the last tick failed, or looked less closely."""
        if not self.closed:
            glanced = self._glancing()
            self.leases.hold(key, names, screen=screen, lasting=lasting)
            self._go_on()
            if self._resting or (glanced and not self._glancing()):
                self.wake()

    def beat(self, keys: Iterable[str]) -> None:
        """Renew leases, and tick again where they had expired."""
        if not self.closed:
            glanced = self._glancing()
            self.leases.beat(keys)
            self._go_on()
            if glanced and not self._glancing():
                self.wake()

    def show(self, key: str, names: Iterable[str]) -> None:
        """Take note of the rows that a view shows at this moment."""
        if not self.closed:
            self.leases.show(key, names)
            self._go_on()

    def drop(self, key: str) -> None:
        """Give a lease back."""
        self.leases.drop(key)
        self._clock.looking(self.leases.on_screen())
        if not self.leases.sweep():
            self.wake()

    def wake(self) -> None:
        """Tick now, as after a write."""
        self._pause = self.pace.settled
        if self._wake is not None:
            self._wake.set()

    async def list_all(self) -> list[Seen]:
        """Ask for the list now, and return what is present."""
        await self._list_once(patient=True)
        return list(self.store.present().values())

    async def look(self, name: str, *, patient: bool = True) -> EndpointInfo:
        """Get one endpoint now; callers at the same time share one request.

        Parameters
        ----------
        patient
            Whether to try again when the service turns the request away; the watcher itself looks again anyway.
        """
        key = (name, patient)
        # Who is in a hurry may join who is patient, but not the other way round: one failure would end both.
        running = self._looks.get(key) or self._looks.get((name, True))
        if running is None:
            running = asyncio.get_running_loop().create_task(self._get(name, patient))
            self._looks[key] = running
            running.add_done_callback(lambda task: self._looked(key, task))
        return await joined(running)

    def turned_away(self, error: ServingError) -> None:
        """Take note of a pause that the service asked for: no view of this kernel looks by itself meanwhile."""
        if isinstance(error, TooManyRequests):
            until = asyncio.get_running_loop().time() + self.pace.wanted_by(error)
            self._quiet_until = max(self._quiet_until, until)

    async def rest(self, wake: asyncio.Event, seconds: float) -> None:
        """Wait until something happens, for so many seconds and until the service may be asked again."""
        while seconds > 0:
            try:
                await asyncio.wait_for(wake.wait(), seconds)
                return
            except TimeoutError:
                seconds = self._quiet_until - asyncio.get_running_loop().time()

    def take(self, info: EndpointInfo) -> None:
        """Take in what the reply to a write says."""
        self._forget_looks(info.name)
        self._taken(info, time.monotonic())

    def take_deleted(self, name: str) -> None:
        """Take in that an endpoint was deleted."""
        self._forget_looks(name)
        if self.store.take_deleted(name, time.monotonic()):
            self.tell({name})

    def tell(self, names: Iterable[str], *, link: bool = False) -> None:
        """Tell the subscribers that these endpoints look different now."""
        change = Change(frozenset(names), link)
        for told in list(self._subscribers):
            try:
                told(change)
            except Exception:
                # One view that can't draw must not keep the others from it.
                log.exception("A subscriber of the watcher failed")

    def tell_all(self) -> None:
        """Tell the subscribers that everything may look different now."""
        self.tell((), link=True)

    async def close(self, problem: ServingError | None = None) -> None:
        """End watching for good and tell the views why."""
        self.closed = True
        self.leases.clear()
        tasks = [task for task in (self._task, *self._listings.values(), *self._looks.values()) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._set_link(Link("closed", self.link.seen, problem))

    def after_fork(self) -> None:
        """Begin anew in a forked child, which has neither the parent's loop nor its views."""
        self.store = SeenStore()
        self.leases = Leases()
        self._subscribers = []
        self._task = self._wake = None
        self._looks, self._listings = {}, {}
        self._at_once = asyncio.Semaphore(GETS_AT_ONCE)

    def _glancing(self) -> bool:
        return self.pace.glance is not None and self.leases.glancing()

    def _go_on(self) -> None:
        self._clock.looking(self.leases.on_screen())
        if self.leases.sweep() and (self._task is None or self._task.done()):
            self._wake = asyncio.Event()
            self._task = asyncio.get_running_loop().create_task(self._run(), name="serving-widgets-watcher")

    async def _run(self) -> None:
        wake = self._wake
        assert wake is not None
        while self.leases.sweep():
            wake.clear()
            self._resting = False
            try:
                pause = await self._tick()
            except Exception:
                # A fault of ours in one tick must not end the watching: nothing would show that the picture is old.
                log.exception("A look at the workspace failed")
                pause = self.pace.failing
            # Jitter, so that many notebooks on one workspace do not ask in step; never sooner than asked for.
            await self.rest(wake, pause * random.uniform(1.0, 1.2))  # noqa: S311
        self._clock.looking(False)

    async def _tick(self) -> float:
        """Look once and return how long to rest."""
        self._clock.looking(self.leases.on_screen())
        pace = (self.pace.glance if self._glancing() else None) or self.pace
        try:
            changed = await self._list_once(patient=False)
            unsettled = await self._details()
        except ServingError as error:
            self._pause = min(max(self._pause * 2, 1.0), self.pace.failing)
            self._resting = True
            return max(self._pause, self.pace.wanted_by(error))
        wanted = self.leases.names()
        if unsettled or (changed & wanted if wanted else changed):
            self._pause = pace.settled
            return pace.moving if unsettled else pace.settled
        self._pause = min(max(self._pause * 1.5, pace.settled), pace.slowest)
        return self._pause

    async def _list_once(self, *, patient: bool) -> set[str]:
        """List; callers at the same time share one request, as in :meth:`look`."""
        running = self._listings.get(patient) or self._listings.get(True)
        if running is None:
            running = asyncio.get_running_loop().create_task(self._list(patient))
            self._listings[patient] = running
            running.add_done_callback(lambda task: self._listed(patient, task))
        return await joined(running)

    def _listed(self, patient: bool, task: asyncio.Task[set[str]]) -> None:
        if self._listings.get(patient) is task:
            del self._listings[patient]
        retrieve(task)

    async def _list(self, patient: bool) -> set[str]:
        asked = time.monotonic()
        known: Mapping[str, EndpointInfo] = await _apart(len(self.store), self.store.summaries)
        try:
            infos = await self._asked(patient).list_endpoints(known=known)
        except ServingError as error:
            self._bad_look(error)
            raise
        changed = await _apart(len(infos), self.store.take_list, infos, asked)
        self._good_look()
        if changed:
            self._note(changed)
            self.tell(changed)
        return changed

    async def _details(self) -> bool:
        wanted = self.leases.names()
        moving: list[str] = []
        resting: list[str] = []
        for name in sorted(wanted):
            seen = self.store.get(name)
            if seen is None or seen.deleted:
                continue
            (resting if seen.status.settled and seen.fresh else moving).append(name)
        # Summaries of settled rows that merely have no details yet wait for their turn, too.
        first = [name for name in moving if self._moves(name)]
        resting += [name for name in moving if name not in first]
        once = self._next(resting)
        for name in [*first, *([once] if once else [])]:
            try:
                await self.look(name, patient=False)
            except OF_EVERY_CALL:
                raise
            except ServingError:
                # One endpoint that can't be looked at, or is gone, says nothing of the others.
                continue
        return any(self._moves(name) for name in wanted)

    def _moves(self, name: str) -> bool:
        seen = self.store.get(name)
        if seen is None or seen.deleted:
            return False
        return not seen.status.settled or (seen.info.detailed and not seen.fresh)

    def _next(self, resting: list[str]) -> str | None:
        """Return whose turn it is among the settled."""
        waiting = [name for name in resting if name not in self._turn]
        if resting and not waiting:
            self._turn.clear()
            waiting = resting
        if not waiting:
            return None
        self._turn.append(waiting[0])
        return waiting[0]

    def _looked(self, key: tuple[str, bool], task: asyncio.Task[EndpointInfo]) -> None:
        if self._looks.get(key) is task:
            del self._looks[key]
        retrieve(task)

    def _forget_looks(self, name: str) -> None:
        """See to it that who looks after a write does not join a look from before."""
        for patient in (True, False):
            self._looks.pop((name, patient), None)

    async def _get(self, name: str, patient: bool) -> EndpointInfo:
        async with self._at_once:
            return await self._get_now(name, patient)

    async def _get_now(self, name: str, patient: bool) -> EndpointInfo:
        asked = time.monotonic()
        try:
            info = await self._asked(patient).get_endpoint(name)
        except NotFound:
            if self.store.take_deleted(name, asked):
                self.tell({name})
            raise
        except OF_THE_WORKSPACE as error:
            self._bad_look(error)
            raise
        self._good_look()
        self._taken(info, asked)
        seen = self.store.get(name)
        if seen is None or seen.asked <= asked:
            return info
        # Something newer was seen meanwhile, as by a write: that is the answer.
        if seen.deleted:
            raise ResourceDoesNotExist(
                404, "RESOURCE_DOES_NOT_EXIST", f"Endpoint with name '{name}' does not exist.", endpoint=name
            )
        return seen.info

    def _asked(self, patient: bool) -> Client:
        client = self._client()
        return client if patient else client.without_retries()

    def _taken(self, info: EndpointInfo, asked: float) -> None:
        if self.store.take(info, asked):
            self._note({info.name})
            self.tell({info.name})

    def _note(self, names: Iterable[str]) -> None:
        now = self._clock.now() * 1000
        for name in names:
            seen = self.store.get(name)
            if seen is None or seen.deleted:
                self.history.forget(name)
            elif seen.fresh:
                # What a list says goes over older details: such a picture mixes two moments.
                self.history.take(seen.info, now)

    def _good_look(self) -> None:
        self._quiet_until = 0.0
        self._set_link(Link("live", time.time() * 1000))
        if self._resting:
            # The service answers again: who is told that the picture is live may rely on the next look.
            self.wake()

    def _bad_look(self, error: ServingError) -> None:
        if self.closed:
            return
        self.turned_away(error)
        self._set_link(Link("stale" if self.link.seen is not None else "error", self.link.seen, error))

    def _set_link(self, link: Link) -> None:
        old, self.link = self.link, link
        if (old.state, str(old.problem)) != (link.state, str(link.problem)):
            self.tell((), link=True)


def retrieve(task: asyncio.Task[Any]) -> None:
    """Take a task's error out: whoever awaits it has it, too, and there may be no one left who does."""
    if not task.cancelled():
        task.exception()


async def _apart(size: int, fn: Callable[..., T], *args: Any) -> T:
    return await elsewhere(fn, *args) if size > BIG else fn(*args)
