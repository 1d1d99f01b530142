"""Stopping an endpoint after a time: one that was made here and is soon forgotten. In this kernel only."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from serving_widgets.api.errors import ActionRefused, ConfigError, NotFound, OutcomeUnknown, ServingError
from serving_widgets.workspace.runtime import event_loop
from serving_widgets.workspace.watch.wait import PASSING

if TYPE_CHECKING:
    from serving_widgets.api.endpoint.models import EndpointInfo
    from serving_widgets.client import Client
    from serving_widgets.workspace.session.session import Session

#: Service seconds before the stop at which there is a notice.
NOTICE = 120.0
#: Service seconds until another try where it can't be stopped yet: it is updated, or the service does not answer.
AGAIN = 60.0
#: Host seconds between two looks at the clock at most: an embedded workspace's may be moved by hand.
LOOK = 0.2


class StopTimer:
    """Stops one endpoint after a time, with a notice before.

    Attributes
    ----------
    name : str
        The endpoint's name.
    at : float
        When it is stopped, in service seconds since the epoch.
    outcome : str
        ``"waiting"``, ``"stopped"``, ``"cancelled"``, or why it was not stopped.
    """

    def __init__(self, session: Session, info: EndpointInfo, seconds: float, told: Callable[[str], object]) -> None:
        self.name, self.at, self.outcome = info.name, session.clock.now() + seconds, "waiting"
        self._session, self._id, self._told = session, info.id, told
        self._lock = threading.Lock()
        self._writing = False
        self._task = asyncio.get_running_loop().create_task(self._run(), name="serving-widgets-stop-timer")

    def cancel(self) -> None:
        """Leave the endpoint running.

        Raises
        ------
        ActionRefused
            When it is being stopped already.
        """
        with self._lock:
            if self._writing:
                raise ActionRefused(
                    f"{self.name} is being stopped just now: it is too late to cancel the timer.",
                    action="stop",
                    endpoint=self.name,
                    hint=f"Start it again once it is stopped: %serving start {self.name}",
                    code="stop_under_way",
                )
            if self.outcome == "waiting":
                self.outcome = "cancelled"
                event_loop.call(self._task.cancel)

    async def _run(self) -> None:
        await self._until(self.at - NOTICE)
        keep = f"To keep it: ws.stop_after({self.name!r}, None)"
        await self._say(f"{self.name} will be stopped at {_spell(self.at)}. {keep}")
        await self._until(self.at)
        while self.outcome == "waiting":
            outcome = await self._stop()
            with self._lock:
                self._writing = False
                self.outcome = outcome if self.outcome == "waiting" else self.outcome
            if outcome == "waiting":
                await self._until(self._session.clock.now() + AGAIN)
        words = f"{self.name} was stopped, as ws.stop_after() asked." if self.outcome == "stopped" else self.outcome
        await self._say(words)

    async def _stop(self) -> str:
        """Try to stop it, and return the outcome; ``"waiting"`` where it may be another one later."""
        try:
            self._check(await self._session.watcher.look(self.name))
            with self._lock:
                if self.outcome != "waiting":
                    return self.outcome
                self._writing = True
            await self._session.write(self.name, "stop", self._send)
            return "stopped"
        except NotFound:
            return f"{self.name} was deleted."
        except (*PASSING, OutcomeUnknown):
            return "waiting"
        except ServingError as error:
            return "waiting" if error.code == "update_in_progress" else error.message

    def _send(self, client: Client, before: EndpointInfo | None) -> Awaitable[EndpointInfo]:
        # It may have had to wait for a deletion.
        self._check(before)
        return client.stop_endpoint(self.name)

    def _check(self, now: EndpointInfo | None) -> None:
        if now is None or now.id != self._id:
            raise ActionRefused(
                f"{self.name} was deleted, and another endpoint has its name. That one was not stopped.",
                action="stop",
                endpoint=self.name,
                code="another_endpoint",
            )

    async def _until(self, at: float) -> None:
        clock = self._session.clock
        while (left := at - clock.now()) > 0:
            rate = clock.rate()
            real = not self._session.is_mock
            await asyncio.sleep(min(left, 30.0) if real else min(left / rate, LOOK) if rate > 0 else LOOK)

    async def _say(self, words: str) -> None:
        with contextlib.suppress(Exception):
            await event_loop.elsewhere(self._told, words)

    def __repr__(self) -> str:
        waiting = f"stops it at {_spell(self.at)}, if this kernel lives until then"
        return f"<StopTimer of {self.name}: {waiting if self.outcome == 'waiting' else self.outcome}>"


class StopTimers(dict[str, StopTimer]):
    """The timers of a connection, by the endpoint's name."""


async def stop_after(
    session: Session, name: str, minutes: float | None, told: Callable[[str], object] = print
) -> StopTimer | None:
    """Have an endpoint that was made here stopped after a time; None takes the timer back. Runs on the loop thread.

    Raises
    ------
    ActionRefused
        When it was not made through this connection, or may not be changed.
    """
    timers = session.attachments.of(StopTimers)
    before = timers.get(name)
    if before is not None:
        before.cancel()
        del timers[name]
    if minutes is None:
        return before
    checked_minutes(minutes)
    changes = await event_loop.elsewhere(session.history.of, name)
    made = [each.after for each in changes if each.action == "create" and each.after is not None]
    info = await session.watcher.look(name) if made else None
    if info is None or not await event_loop.elsewhere(_is_any_of, session, made, info):
        raise ActionRefused(
            f"{name} was not created through this connection, so no timer of this kernel stops it.",
            action="stop",
            endpoint=name,
            hint=f"Stop it when you are done: %serving stop {name}",
            code="not_made_here",
        )
    refusal = session.guard.refusal("stop", name)
    if refusal is not None or not info.stoppable:
        raise ActionRefused(
            refusal.message if refusal is not None else f"{name} is of a kind that can't be stopped.",
            action="stop",
            endpoint=name,
            hint="Only endpoints that serve custom models and are not route-optimized can be stopped.",
            code="not_stoppable",
        )
    timers[name] = StopTimer(session, info, minutes * 60, told)
    return timers[name]


def checked_minutes(minutes: object) -> None:
    """Refuse what is not a number of minutes.

    Raises
    ------
    ConfigError
        Where it is something else.
    """
    if isinstance(minutes, bool) or not isinstance(minutes, int | float) or not 0 < minutes < float("inf"):
        raise ConfigError(f"{minutes!r} is not a number of minutes.", hint='For example ws.stop_after("ads", 30).')


def _is_any_of(session: Session, made: Sequence[EndpointInfo], now: EndpointInfo) -> bool:
    return any(session.history.is_same(each, now) for each in made)


def _spell(at: float) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%H:%M} UTC"
