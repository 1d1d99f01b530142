"""What happens to endpoints: configurations are accepted, deployed, fail; endpoints stop, start, and scale to zero."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from serving_widgets.mock.service import assumptions
from serving_widgets.mock.service.endpoint import (
    ABORTED,
    CREATING,
    FAILED,
    READY,
    RECOVERING,
    SCALED_TO_ZERO,
    Config,
    Endpoint,
    Entity,
)
from serving_widgets.mock.service.errors import ServiceError
from serving_widgets.mock.service.event_queue import Agenda


@dataclass(frozen=True)
class Fate:
    """How the deployment of an entity ends: after a share of its time, or when the service gives it up.

    `failing` is what its logs tell of: a stage, or a kind of failure, as `logs.failures` names them. An entity that
    `recovers` gets ready, is lost some time later, and comes back by itself.
    """

    deployment: str = READY
    message: str = ""
    share: float = 1.0
    given_up: bool = False
    failing: str = ""
    recovers: bool = False


FATES = {
    "broken": Fate(FAILED, "Failed to build the container image. See the build logs.", share=0.5, failing="build"),
    "crashing": Fate(
        FAILED, "The model server could not load the model. See the service logs.", share=0.95, failing="load"
    ),
    "stuck": Fate(
        ABORTED,
        "Served model creation aborted because the endpoint update timed out. Please see service logs for more "
        "information.",
        given_up=True,
        failing="deploy",
    ),
    "flaky": Fate(recovers=True),
    "troubled": Fate(failing="serve"),
}
"""What becomes of models with such a word in their name, so that failures can be tried; all others succeed."""

_DURATION = {"custom": assumptions.FIRST_BUILD_S, "provisioned": assumptions.THROUGHPUT_S}
Steps = tuple[tuple[float, str], ...]

_INSTANT = ("external", "foundation")


class Lifecycle:
    """The rules by which endpoints change. Each method takes the service time `at` which it happens.

    Parameters
    ----------
    agenda : Agenda
        Where what happens later is planned.
    """

    def __init__(self, agenda: Agenda) -> None:
        self._agenda = agenda
        self.fates: dict[tuple[str, str], Fate] = {}
        """How deployments of a model (its name and version) end, where its name does not tell."""

    def accept(self, endpoint: Endpoint, config: Config, at: float) -> None:
        """Take on a configuration: the old one, if any, serves until the new one is ready or has failed."""
        endpoint.drop_events()
        endpoint.history.append(config)
        if config.entities[0].kind in _INSTANT:
            endpoint.pending = config
            self._settle_ready(endpoint, at)
            return
        endpoint.pending = config
        endpoint.update = "IN_PROGRESS"
        for index, entity in enumerate(config.entities):
            share = max(0.5, 1 - 0.12 * (len(config.entities) - 1 - index))
            seconds, steps = _course(endpoint, config, entity)
            self._deploy(endpoint, entity, at, seconds * share, steps)
        endpoint.touch()

    def stop(self, endpoint: Endpoint) -> None:
        """Stop at once, or refuse: custom models only, not route-optimized, no update in progress.

        Source: Databricks docs, *Manage model serving endpoints*, "Stop a model serving endpoint".
        """
        if endpoint.kind != "custom":
            raise _refused(f"Endpoint {endpoint.name} can't be stopped: only endpoints that serve custom models can.")
        if endpoint.route_optimized:
            raise _refused(f"Endpoint {endpoint.name} can't be stopped: it is route-optimized.")
        if endpoint.updating:
            raise ServiceError(assumptions.STOP_WHILE_UPDATING, f"Endpoint {endpoint.name} is currently updating.")
        if endpoint.stopped:
            raise _refused(f"Endpoint {endpoint.name} is already stopped.")
        if endpoint.config is None:
            raise _refused(f"Endpoint {endpoint.name} can't be stopped: it has never been ready.")
        endpoint.drop_events(naps=True)
        endpoint.pending = None
        endpoint.update = "NOT_UPDATING"
        endpoint.ready, endpoint.stopped, endpoint.warm_at = False, True, None
        for entity in endpoint.config.entities:
            entity.deployment, entity.message = assumptions.STOPPED_DEPLOYMENT, assumptions.STOPPED_MESSAGE
        endpoint.touch()

    def start(self, endpoint: Endpoint, at: float) -> None:
        """Start a stopped endpoint: its configuration is deployed again, as a new version."""
        if endpoint.updating:
            raise ServiceError(assumptions.STOP_WHILE_UPDATING, f"Endpoint {endpoint.name} is currently updating.")
        if not endpoint.stopped or endpoint.config is None:
            raise _refused(f"Endpoint {endpoint.name} is not stopped.")
        endpoint.stopped = False
        entities = [Entity(entity.spec, entity.creator, entity.created) for entity in endpoint.config.entities]
        again = replace(endpoint.config, version=endpoint.next_version, entities=entities, accepted=at, cached=True)
        self.accept(endpoint, again, at)

    def asked(self, endpoint: Endpoint, at: float) -> float:
        """Note a query, wake what is scaled to zero, and return when the endpoint can answer."""
        endpoint.asked_at = at
        if endpoint.warm_at is None and any(entity.at_zero for entity in _serving(endpoint)):
            endpoint.warm_at = at + assumptions.COLD_START_S
            for entity in _serving(endpoint):
                if entity.at_zero:
                    entity.booted, entity.settled = at, endpoint.warm_at
            self._nap(endpoint, at, endpoint.warm_at, partial(self._warm, endpoint))
        return endpoint.warm_at or at

    def doze(self, endpoint: Endpoint, at: float) -> None:
        """Plan to scale to zero once nobody has asked for a while, where that is wanted."""
        if any(entity.scales_to_zero for entity in _serving(endpoint)):
            self._nap(endpoint, at, at + assumptions.IDLE_S, partial(self._fall_asleep, endpoint))

    def _deploy(self, endpoint: Endpoint, entity: Entity, at: float, seconds: float, steps: Steps) -> None:
        fate = self._fate(entity)
        end = _limit(entity) if fate.given_up else seconds * fate.share
        entity.deployment, entity.message = CREATING, steps[0][1]
        entity.failing = fate.failing
        for share, message in steps[1:]:
            if seconds * share < end:
                self._plan(endpoint, at + seconds * share, partial(self._say, endpoint, entity, message))
        self._plan(endpoint, at + end, partial(self._finish, endpoint, entity, fate))

    def _fate(self, entity: Entity) -> Fate:
        name, version = str(entity.spec.get("entity_name", "")), str(entity.spec.get("entity_version", ""))
        by_word = next((fate for word, fate in FATES.items() if word in name.lower()), Fate())
        return self.fates.get((name, version), by_word)

    def _say(self, endpoint: Endpoint, entity: Entity, message: str, due: float) -> None:
        entity.message = message
        if message == assumptions.SERVER_STARTS:
            entity.booted = due
        endpoint.touch()

    def _finish(self, endpoint: Endpoint, entity: Entity, fate: Fate, due: float) -> None:
        entity.deployment, entity.message, entity.settled = fate.deployment, fate.message, due
        pending = endpoint.pending
        if fate.deployment != READY:
            self._settle_failed(endpoint, due)
        elif pending is not None and all(one.deployment == READY for one in pending.entities):
            self._settle_ready(endpoint, due)
        endpoint.touch()

    def _settle_ready(self, endpoint: Endpoint, at: float) -> None:
        endpoint.drop_events(naps=True)
        endpoint.config, endpoint.pending = endpoint.pending, None
        endpoint.update, endpoint.ready, endpoint.warm_at = "NOT_UPDATING", True, None
        endpoint.asked_at = at
        self.doze(endpoint, at)
        for entity in _serving(endpoint):
            if self._fate(entity).recovers:
                self._nap(endpoint, at, at + assumptions.LOST_AFTER_S, partial(self._lose, endpoint, entity))
        endpoint.touch()

    def _settle_failed(self, endpoint: Endpoint, at: float) -> None:
        endpoint.drop_events()
        endpoint.update = "UPDATE_FAILED"
        for entity in endpoint.pending.entities if endpoint.pending else ():
            if entity.deployment == CREATING:
                entity.deployment, entity.message, entity.settled = ABORTED, assumptions.SIBLING_ABORTED, at

    def _warm(self, endpoint: Endpoint, due: float) -> None:
        endpoint.warm_at = None
        for entity in _serving(endpoint):
            if entity.at_zero:
                entity.message = ""
        self.doze(endpoint, due)
        endpoint.touch()

    def _fall_asleep(self, endpoint: Endpoint, due: float) -> None:
        rest = endpoint.asked_at + assumptions.IDLE_S
        if rest > due:
            self._nap(endpoint, due, rest, partial(self._fall_asleep, endpoint))
            return
        for entity in _serving(endpoint):
            if entity.scales_to_zero and entity.deployment == READY:
                entity.message = SCALED_TO_ZERO
        endpoint.touch()

    def _lose(self, endpoint: Endpoint, entity: Entity, due: float) -> None:
        if entity.deployment == READY and not entity.at_zero:
            entity.deployment, entity.message = RECOVERING, assumptions.RECOVERING_MESSAGE
            entity.booted, entity.settled = due, due + assumptions.RECOVERY_S
            self._nap(endpoint, due, due + assumptions.RECOVERY_S, partial(self._recover, endpoint, entity))
            endpoint.touch()

    def _recover(self, endpoint: Endpoint, entity: Entity, due: float) -> None:
        entity.deployment, entity.message = READY, ""
        endpoint.touch()

    def _nap(self, endpoint: Endpoint, at: float, due: float, act: Callable[[float], None]) -> None:
        """Plan something that is no part of an update, and forget what of that kind has happened."""
        endpoint.naps = [event for event in endpoint.naps if event.due > at]
        endpoint.naps.append(self._agenda.plan(due, act))

    def _plan(self, endpoint: Endpoint, due: float, act: Callable[[float], None]) -> None:
        endpoint.events.append(self._agenda.plan(due, act))


def _course(endpoint: Endpoint, config: Config, entity: Entity) -> tuple[float, Steps]:
    """Return how long the deployment of an entity takes, and what it says on the way."""
    if config.cached:
        return assumptions.START_S, assumptions.STEPS_OF_A_START
    if entity.kind == "features":
        return assumptions.FEATURES_S, assumptions.STEPS_OF_A_START
    if endpoint.config is None:
        return _DURATION[entity.kind], assumptions.STEPS_OF_A_BUILD
    before = endpoint.config.entity(entity.name)
    if before is not None and before.spec == entity.spec:
        return assumptions.UPDATE_S * assumptions.UNCHANGED_SHARE, assumptions.STEPS_OF_A_START
    return assumptions.UPDATE_S, assumptions.STEPS_OF_A_BUILD


def _limit(entity: Entity) -> float:
    """Return after how long the service gives up the deployment of an entity."""
    return assumptions.DEPLOYMENT_LIMITS_S.get(str(entity.spec.get("workload_type")), assumptions.DEPLOYMENT_LIMIT_S)


def _serving(endpoint: Endpoint) -> list[Entity]:
    return endpoint.config.entities if endpoint.ready and endpoint.config else []


def _refused(message: str) -> ServiceError:
    return ServiceError(assumptions.STOP_REFUSED, message)
