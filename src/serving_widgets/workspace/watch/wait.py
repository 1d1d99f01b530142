"""Waiting for an endpoint: until it is ready, or until its state is final and bad, in service time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, get_args

from serving_widgets.api.endpoint.status import Status, status_of
from serving_widgets.api.errors import (
    ConfigError,
    ConnectionFailed,
    InternalError,
    NotFound,
    RequestTimeout,
    TemporarilyUnavailable,
    TooManyRequests,
    WaitFailed,
    WaitTimeout,
)
from serving_widgets.client.http.timing import checked_seconds

if TYPE_CHECKING:
    from serving_widgets.api.endpoint.models import EndpointInfo
    from serving_widgets.workspace.runtime.service_clock import ServiceClock

    from .watcher import Watcher

#: Service seconds that a wait lasts unless told otherwise: the service gives a build and a deployment up to 30 minutes
#: after the build (Databricks docs, *Model Serving limits*), so a shorter limit would end good deployments.
DEFAULT_TIMEOUT = 45 * 60.0
#: Failures that a long wait outlives, because they tend to pass.
PASSING = (ConnectionFailed, InternalError, RequestTimeout, TemporarilyUnavailable, TooManyRequests)
#: Host seconds that the last look gets at the least: one that begins as the time ends may still find it done.
LEAST_LOOK = 0.5
#: Host seconds of nothing but such failures after which a wait gives up.
OUTAGE = 300.0


Goal = Literal["ready", "stopped"]


async def wait_until(
    watcher: Watcher,
    clock: ServiceClock,
    name: str,
    timeout: float | None,
    goal: Goal = "ready",
    told: Callable[[str], None] = lambda words: None,
) -> EndpointInfo:
    """Wait until nothing is going on with ``name`` and it is what was hoped for.

    Parameters
    ----------
    told
        Called after each look with what was seen, in words.

    Raises
    ------
    WaitFailed
        As soon as the state is final and anything else than ``goal``.
    WaitTimeout
        When ``timeout`` service seconds have passed, also where the service does not answer.
    """
    if goal not in get_args(Goal):
        raise ConfigError(f"until={goal!r} is not something to wait for.", hint='Known are "ready" and "stopped".')
    limit = DEFAULT_TIMEOUT if timeout is None else checked_seconds(timeout)
    began = clock.now()
    deadline = began + limit
    failing_since: float | None = None
    while True:
        left = deadline - clock.now()
        try:
            async with asyncio.timeout(max(left / max(clock.rate(), 1e-6), LEAST_LOOK)):
                info = await watcher.look(name)
            failing_since = None
        except TimeoutError:
            raise _unanswered(watcher, name, limit) from None
        except PASSING as error:
            failing_since = failing_since or time.monotonic()
            left = deadline - clock.now()
            if left <= 0 and isinstance(error, RequestTimeout):
                raise _unanswered(watcher, name, limit) from None
            if left <= 0 or time.monotonic() - failing_since > OUTAGE:
                raise
            pause = max(watcher.pace.moving, watcher.pace.wanted_by(error))
            await asyncio.sleep(min(pause, left / max(clock.rate(), 1e-6)))
            continue
        except NotFound as error:
            if watcher.store.get(name) is None:
                raise
            raise WaitFailed(
                f"{name} was deleted while it was waited for.", hint="List what there is: %serving list"
            ) from error
        status = status_of(info)
        if status.settled:
            # The phase of an update that failed is "failed", though the configuration before it goes on serving.
            if status.phase == goal:
                return info
            raise _failed(name, status)
        told(_going_on(status, clock.now() - began, watcher.history.eta_words(info, clock.now())))
        left = deadline - clock.now()
        if left <= 0:
            raise WaitTimeout(
                f"{name} is still {status.label} after {_spell(limit)}.",
                hint=f"It goes on by itself. Wait on with ep.wait(timeout={limit:g}), or %serving wait {name}",
            )
        if not await asyncio.to_thread(clock.skip, left):
            await asyncio.sleep(min(watcher.pace.moving, left / max(clock.rate(), 1e-6)))


def _unanswered(watcher: Watcher, name: str, limit: float) -> WaitTimeout:
    seen = watcher.store.get(name)
    last = f" When last seen it was {seen.status.label}." if seen is not None else ""
    return WaitTimeout(
        f"{name} was waited for {_spell(limit)}, and the service does not answer.{last}",
        hint=f"Wait on with ep.wait(timeout={max(limit, 60):g}), or %serving wait {name}",
    )


def _going_on(status: Status, waited: float, left: str) -> str:
    ready = f"{status.done} of {status.total} entities ready" if status.total else ""
    return ", ".join(part for part in (status.label, ready, _spell(waited), left) if part)


def _failed(name: str, status: Status) -> WaitFailed:
    reason = f": {status.reason}" if status.reason else "."
    way = "first_failed" if status.phase == "failed" and not status.serving else status.phase
    return WaitFailed(
        f"{name} is {status.label}{reason}",
        label=status.label,
        reason=status.reason,
        hint=_WAY_OUT.get(way, _WAY_OUT["other"]).format(name=name),
    )


_WAY_OUT = {
    "ready": "Stop it first: ep.stop(), or %serving stop {name}",
    "stopped": "Start it first: ep.start(), or %serving start {name}",
    "failed": "The previous configuration keeps serving. Fix the cause, then update the endpoint again.",
    "first_failed": "Nothing is being served. Fix the cause, then update the endpoint again.",
    "other": "Give it a configuration: ep.update_config(…)",
}


def _spell(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes and rest else f"{minutes} min" if minutes else f"{rest} s"
