"""Stopping an endpoint after a time: one that was made here and is soon forgotten. In this kernel only."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from serving_widgets.api.errors import ActionRefused, ConfigError, NotFound, ServingError
from serving_widgets.workspace.runtime import event_loop

if TYPE_CHECKING:
    from serving_widgets.workspace.session.session import Session

#: Service seconds before the stop at which there is a notice.
NOTICE = 120.0
#: Service seconds until another try where the endpoint can't be stopped yet, as while it is updated.
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

    def __init__(self, session: Session, name: str, seconds: float, told: Callable[[str], object]) -> None:
        self.name, self.at, self.outcome = name, session.clock.now() + seconds, "waiting"
        self._session, self._told = session, told
        self._task = asyncio.get_running_loop().create_task(self._run(), name="serving-widgets-stop-timer")

    def cancel(self) -> None:
        """Leave the endpoint running."""
        if self.outcome == "waiting":
            self.outcome = "cancelled"
            event_loop.call(self._task.cancel)

    async def _run(self) -> None:
        await self._until(self.at - NOTICE)
        keep = f"To keep it: ws.stop_after({self.name!r}, None)"
        await self._say(f"{self.name} will be stopped at {_spell(self.at)}. {keep}")
        await self._until(self.at)
        while self.outcome == "waiting":
            try:
                await self._session.write(self.name, "stop", lambda client, _: client.stop_endpoint(self.name))
                self.outcome = "stopped"
            except ActionRefused as error:
                if error.code != "update_in_progress":
                    self.outcome = error.message
                else:
                    await self._until(self._session.clock.now() + AGAIN)
            except NotFound:
                self.outcome = f"{self.name} was deleted."
            except ServingError as error:
                self.outcome = error.message
        words = f"{self.name} was stopped, as ws.stop_after() asked." if self.outcome == "stopped" else self.outcome
        await self._say(words)

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
    before = timers.pop(name, None)
    if before is not None:
        before.cancel()
    if minutes is None:
        return before
    checked_minutes(minutes)
    if not any(each.action == "create" for each in session.history.of(name)):
        raise ActionRefused(
            f"{name} was not created through this connection, so no timer of this kernel stops it.",
            action="stop",
            endpoint=name,
            hint=f"Stop it when you are done: %serving stop {name}",
            code="not_made_here",
        )
    info = await session.watcher.look(name)
    refusal = session.guard.refusal("stop", name)
    if refusal is not None or not info.stoppable:
        raise ActionRefused(
            refusal.message if refusal is not None else f"{name} is of a kind that can't be stopped.",
            action="stop",
            endpoint=name,
            hint="Only endpoints that serve custom models and are not route-optimized can be stopped.",
            code="not_stoppable",
        )
    timers[name] = StopTimer(session, name, minutes * 60, told)
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


def _spell(at: float) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%H:%M} UTC"
