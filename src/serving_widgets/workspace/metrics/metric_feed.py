"""Feeds of metrics: the numbers of one endpoint, read about once a service minute for whoever looks at them.

The service tells the last minute only, so a feed asks while a view that is on screen shows the numbers, and keeps what
it gets in the workspace's history. Views of the same endpoint share a feed. Its requests are its own: the watcher's
looks neither wait for them nor count them.

Everything here runs on the loop thread, except what says otherwise.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import logging
import random
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from serving_widgets.api.errors import ApiError, ServingError
from serving_widgets.api.metrics.metrics import Reading, readings
from serving_widgets.api.metrics.prometheus_text import Exposition, parse
from serving_widgets.workspace.runtime.event_loop import elsewhere
from serving_widgets.workspace.watch.watcher import OF_THE_WORKSPACE

from .metric_history import MINUTE, Scrape

if TYPE_CHECKING:
    from serving_widgets.api.endpoint.models import EndpointInfo
    from serving_widgets.client import Client
    from serving_widgets.workspace.session.session import Session

log = logging.getLogger(__name__)

#: Host seconds between two requests at least, however fast service time passes.
LEAST = 1.0
#: Host seconds between two looks whether it is time.
ASLEEP = 1.0
#: By how much a minute is stretched at most, so that many notebooks on one workspace do not ask in step.
JITTER = 0.1
#: Feeds kept of one workspace when nobody looks at them any more.
KEPT = 16


@dataclasses.dataclass(frozen=True, slots=True)
class State:
    """How good a feed's picture is.

    Attributes
    ----------
    state
        ``loading`` before the first answer, ``live``, ``stale`` when the last look failed, ``error`` when none has
        succeeded yet.
    problem
        Why the last look failed.
    """

    state: Literal["loading", "live", "stale", "error"] = "loading"
    problem: ServingError | None = None


async def scrape(session: Session, info: EndpointInfo, *, patient: bool = True) -> Scrape:
    """Read the metrics of an endpoint now and keep them in the workspace's history.

    Parameters
    ----------
    info
        The endpoint as it is now: what is read is kept as this one's, not as that of another one of its name.
    patient
        Whether to try again when the service turns the request away.
    """
    client: Client = session.client()
    text = await (client if patient else client.without_retries()).get_metrics(info.name)
    exposition, numbers = await elsewhere(_read, text)
    # The clock is read where the sample is taken: of two reads at once, the one that ends later is not the older one.
    found = Scrape.of(session.clock.now(), numbers, exposition.notes, exposition.malformed)
    session.metrics.take(info, found)
    return found


class MetricFeed:
    """The metrics of one endpoint, while somebody looks.

    Attributes
    ----------
    state
        How good the picture is; the numbers themselves are in the workspace's history.
    """

    def __init__(self, session: Session, endpoint: str) -> None:
        self._session = session
        self.endpoint = endpoint
        self.state = State()
        self._subscribers: list[Callable[[], None]] = []
        self._followers: set[str] = set()
        self._look: asyncio.Task[None] | None = None
        self._task: asyncio.Task[None] | None = None
        self._wake = asyncio.Event()
        #: Service time at which the numbers are old, and host time before which nobody asks.
        self._due, self._earliest = 0.0, 0.0
        #: Whether something happened since the last request went out.
        self._woken = False
        self._penalty = 0.0

    @property
    def used(self) -> bool:
        """Whether somebody looks at it."""
        return bool(self._subscribers)

    def subscribe(self, told: Callable[[], None]) -> Callable[[], None]:
        """Have ``told`` called after each change; returns the way to end that."""
        self._subscribers.append(told)

        def end() -> None:
            with contextlib.suppress(ValueError):
                self._subscribers.remove(told)

        return end

    def follow(self, key: str) -> None:
        """Read the numbers while the holder of this lease is on screen."""
        self._followers.add(key)
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._run(), name="serving-widgets-metrics")
        self._wake.set()

    def unfollow(self, key: str) -> None:
        """Take :meth:`follow` back."""
        self._followers.discard(key)
        if not self._followers:
            self._wake.set()

    def wake(self) -> None:
        """Read soon, as after something happened to the endpoint."""
        self._due, self._woken = 0.0, True
        self._wake.set()

    async def read(self, *, patient: bool = True) -> None:
        """Read the numbers now; callers at the same time share one request.

        Raises
        ------
        ServingError
            When they can't be had; what was seen before stays.
        """
        if self._look is None:
            self._look = asyncio.get_running_loop().create_task(self._read(patient))
            self._look.add_done_callback(self._looked)
        await asyncio.shield(self._look)

    async def _read(self, patient: bool) -> None:
        self._earliest = time.monotonic() + LEAST
        try:
            seen = self._session.watcher.store.get(self.endpoint)
            # A view is on screen, so the watcher looks, too, and would know of another endpoint of this name.
            known = seen is not None and not seen.deleted
            info = seen.info if seen is not None and known else await self._session.watcher.look(self.endpoint)
            self._woken = False
            await scrape(self._session, info, patient=patient)
        except ServingError as error:
            self._failed(error)
            raise
        self._penalty = 0.0
        fresh = MINUTE * random.uniform(1.0, 1.0 + JITTER)  # noqa: S311
        self._due = 0.0 if self._woken else self._session.clock.now() + fresh
        self._set(State("live"))

    def _failed(self, error: ServingError) -> None:
        failing = self._session.watcher.pace.failing
        if isinstance(error, OF_THE_WORKSPACE):
            self._penalty = min(max(self._penalty * 2, LEAST), failing)
        else:
            # What is not allowed, or not there, will not be in a moment.
            self._penalty = MINUTE
        wanted = (error.retry_after or 0.0) if isinstance(error, ApiError) else 0.0
        self._due = 0.0
        self._earliest = time.monotonic() + max(self._penalty, wanted) * random.uniform(1.0, 1.0 + JITTER)  # noqa: S311
        self._set(State("stale" if self.state.state in ("live", "stale") else "error", error))

    def _set(self, state: State) -> None:
        self.state = state
        for told in list(self._subscribers):
            try:
                told()
            except Exception:
                # One view that can't draw must not keep the others from it.
                log.exception("A subscriber of metrics failed")

    def _looked(self, task: asyncio.Task[None]) -> None:
        self._look = None
        if not task.cancelled():
            task.exception()

    async def _run(self) -> None:
        while self._followers and not self._session.closed:
            self._wake.clear()
            rest = self._rest()
            if rest <= 0:
                await self._tick()
                continue
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), rest)

    def _rest(self) -> float:
        """Return the host seconds until it may be time to ask, 0 when it is."""
        if not self._on_screen():
            return ASLEEP
        service, rate = self._due - self._session.clock.now(), self._session.clock.rate()
        # Never so far ahead, unless the service's clock was put back.
        if service > MINUTE * (1.0 + JITTER):
            service = 0.0
        due = 0.0 if service <= 0 else min(service / rate, ASLEEP) if rate > 0 else ASLEEP
        return max(due, min(self._earliest - time.monotonic(), ASLEEP))

    def _on_screen(self) -> bool:
        leases = self._session.watcher.leases
        return any(key in leases for key in self._followers)

    async def _tick(self) -> None:
        try:
            await self.read(patient=False)
        except ServingError:
            # The state tells of it, and when to ask again is settled.
            return
        except Exception as error:
            # A fault of ours in one look must not end the following: nobody would notice that the numbers stand.
            log.exception("A look at metrics failed")
            self._failed(ServingError(f"The metrics could not be read: {type(error).__name__}.", code="internal"))


def metric_feed(session: Session, endpoint: str) -> MetricFeed:
    """Return the feed of an endpoint's metrics, made on first use."""
    known = session.metric_feeds
    found = known.get(endpoint)
    if found is None:
        found = known[endpoint] = MetricFeed(session, endpoint)
    known.move_to_end(endpoint)
    idle = [each for each in known if not known[each].used and each != endpoint]
    for old in idle[: max(len(idle) - KEPT, 0)]:
        del known[old]
    return found


def _read(text: str) -> tuple[Exposition, list[Reading]]:
    exposition = parse(text)
    return exposition, readings(exposition)
