"""Scheduled events of a scenario: updates, crashes, and other users' queries, each at a service time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from serving_widgets.mock.service.clock import EPOCH
from serving_widgets.mock.service.endpoint import READY, EndpointRecord, draw
from serving_widgets.mock.service.errors import ServiceError

from .initial_states import OUTCOME_NAMES, next_config, set_outcome

if TYPE_CHECKING:
    from serving_widgets.mock.state.world import World

RECOVERING = "DEPLOYMENT_RECOVERING"
RESTARTING = "The model server has crashed and is being restarted."
DAY = 86_400.0
"""Service seconds after the start for which other people go on to query: an endless crowd would make it costly to
move the clock far ahead."""


@dataclass(frozen=True)
class ScheduledEvent:
    """An event that happens to an endpoint at a service time.

    Parameters
    ----------
    after : float
        Service seconds after the start of the scenario.
    what : str
        One of `EVENTS`.
    endpoint : str
        Name of the endpoint. If it does not exist any more by then, or is not in a state for it, nothing happens.
    outcome : str
        How an update ends: one of `OUTCOME_NAMES`.
    seconds : float
        How long a crashed model server takes to be back.
    """

    after: float
    kind: str
    endpoint: str
    outcome: str = "ready"
    seconds: float = 90.0

    def __post_init__(self) -> None:
        if self.kind not in EVENTS:
            raise ValueError(f"nothing is called {self.kind!r}; what can happen is {', '.join(EVENTS)}")
        if self.outcome not in OUTCOME_NAMES:
            raise ValueError(f"no update ends {self.outcome!r}; it ends {', '.join(OUTCOME_NAMES)}")
        if not (self.after >= 0 and self.seconds > 0):
            raise ValueError("what happens, happens after the start, and takes time")

    def plan(self, world: World) -> None:
        """Schedule the event."""
        world.event_queue.plan(EPOCH + self.after, partial(self._run, world))

    def _run(self, world: World, due: float) -> None:
        if not world.exists(self.endpoint):
            return
        try:
            EVENTS[self.kind](world, world.endpoint(self.endpoint), self, due)
        except ServiceError:
            return  # the endpoint has been brought into a state in which the service refuses that


def _update(world: World, endpoint: EndpointRecord, event: ScheduledEvent, at: float) -> None:
    if endpoint.config is None or endpoint.updating or endpoint.stopped:
        return
    coming = next_config(endpoint.history[-1], at)
    coming.version = endpoint.next_version
    set_outcome(world, coming, event.outcome)
    endpoint.updated = at
    world.lifecycle.accept(endpoint, coming, at)


def _stop(world: World, endpoint: EndpointRecord, event: ScheduledEvent, at: float) -> None:
    world.lifecycle.stop(endpoint)


def _start(world: World, endpoint: EndpointRecord, event: ScheduledEvent, at: float) -> None:
    world.lifecycle.start(endpoint, at)
    endpoint.updated = at


def _delete(world: World, endpoint: EndpointRecord, event: ScheduledEvent, at: float) -> None:
    world.remove(endpoint)


def _crash(world: World, endpoint: EndpointRecord, event: ScheduledEvent, at: float) -> None:
    """Have the model servers of an endpoint crash; each is restarted, and is ready again after a while."""
    serving = endpoint.config.entities if endpoint.ready and endpoint.config else []
    for entity in serving:
        if entity.deployment == READY and not entity.at_zero:
            entity.deployment, entity.message = RECOVERING, RESTARTING
            entity.booted, entity.settled = at, at + event.seconds

    def recover(due: float) -> None:
        for entity in serving:
            if entity.deployment == RECOVERING:
                entity.deployment, entity.message = READY, ""
        endpoint.touch()

    # A nap is what a stop, a deletion or a new configuration calls off.
    endpoint.timers.append(world.event_queue.plan(at + event.seconds, recover))
    endpoint.touch()


EVENTS: Mapping[str, Callable[[World, EndpointRecord, ScheduledEvent, float], None]] = {
    "update": _update,
    "stop": _stop,
    "start": _start,
    "delete": _delete,
    "crash": _crash,
}
"""Events by their kind."""


@dataclass(frozen=True)
class BackgroundTraffic:
    """Queries that other users send to an endpoint, evenly, for a day of service time.

    Parameters
    ----------
    endpoint : str
        Name of the endpoint.
    per_minute : float
        How many queries they send.
    errors : float
        Share of the queries that the model answers with an error.
    """

    endpoint: str
    per_minute: float
    errors: float = 0.0

    def __post_init__(self) -> None:
        if not 0 < self.per_minute <= 600:
            raise ValueError(f"other people send up to 600 queries per minute, not {self.per_minute!r}")
        if not 0 <= self.errors <= 1:
            raise ValueError(f"errors are a share from 0 to 1, not {self.errors!r}")

    def plan(self, world: World) -> None:
        """Schedule the queries."""
        self._next(world, 0)

    def _next(self, world: World, number: int) -> None:
        after = (number + draw("crowd", self.endpoint, number)) * 60 / self.per_minute
        if after < DAY:
            world.event_queue.plan(EPOCH + after, partial(self._ask, world, number))

    def _ask(self, world: World, number: int, due: float) -> None:
        if not world.exists(self.endpoint):
            return
        self._next(world, number + 1)
        endpoint = world.endpoint(self.endpoint)
        if not endpoint.ready or endpoint.config is None or endpoint.stopped:
            return
        luck = draw("luck", self.endpoint, number)
        entity = endpoint.config.entity(_entity_in_turn(endpoint.config.routes, draw("turn", self.endpoint, number)))
        if entity is None or entity.at_zero:
            return
        endpoint.last_query_at = due
        broken = luck < self.errors or entity.deployment != READY
        world.queried(endpoint, entity, due, 500 if broken else 200, round(12 + 60 * luck**2, 3))


def _entity_in_turn(routes: list[tuple[str, int]], number: float) -> str:
    reached = 0.0
    for name, percent in routes:
        reached += percent / 100
        if number < reached:
            return name
    return ""
