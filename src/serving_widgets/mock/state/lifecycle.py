"""The life cycle of endpoints: configurations are accepted, deployed, fail; endpoints stop, start, scale to zero."""

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
    EndpointRecord,
    Entity,
)
from serving_widgets.mock.service.errors import ServiceError
from serving_widgets.mock.service.event_queue import EventQueue


@dataclass(frozen=True)
class DeploymentOutcome:
    """The outcome of an entity's deployment: after a share of its time, or when the service gives it up.

    `failing` is what its logs tell of: a stage, or a kind of failure, as `logs.failures` names them. An entity that
    `recovers` gets ready, is lost some time later, and comes back by itself.
    """

    deployment: str = READY
    message: str = ""
    share: float = 1.0
    given_up: bool = False
    failing: str = ""
    recovers: bool = False


OUTCOMES = {
    "broken": DeploymentOutcome(
        FAILED, "Failed to build the container image. See the build logs.", share=0.5, failing="build"
    ),
    "crashing": DeploymentOutcome(
        FAILED, "The model server could not load the model. See the service logs.", share=0.95, failing="load"
    ),
    "stuck": DeploymentOutcome(
        ABORTED,
        "Served model creation aborted because the endpoint update timed out. Please see service logs for more "
        "information.",
        given_up=True,
        failing="deploy",
    ),
    "flaky": DeploymentOutcome(recovers=True),
    "troubled": DeploymentOutcome(failing="serve"),
}
"""Outcomes by a word in the name of a model, so that failures can be tried; all others succeed."""

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

    def __init__(self, event_queue: EventQueue) -> None:
        self._event_queue = event_queue
        self.outcomes: dict[tuple[str, str], DeploymentOutcome] = {}
        """How deployments of a model (its name and version) end, where its name does not tell."""

    def accept(self, endpoint: EndpointRecord, config: Config, at: float) -> None:
        """Take on a configuration: the old one, if any, serves until the new one is ready or has failed."""
        endpoint.drop_events()
        endpoint.history.append(config)
        if config.entities[0].kind in _INSTANT:
            endpoint.pending = config
            self._settle_ready(endpoint, at)
            return
        endpoint.pending = config
        endpoint.update = "IN_PROGRESS"
        endpoint.looks.clear()
        for index, entity in enumerate(config.entities):
            share = max(0.5, 1 - 0.12 * (len(config.entities) - 1 - index))
            seconds, steps = _steps_of(endpoint, config, entity)
            self._deploy(endpoint, entity, at, seconds * share, steps)
        endpoint.touch()

    def stop(self, endpoint: EndpointRecord) -> None:
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
        endpoint.drop_events(timers=True)
        endpoint.pending = None
        endpoint.update = "NOT_UPDATING"
        endpoint.ready, endpoint.stopped, endpoint.warm_at = False, True, None
        for entity in endpoint.config.entities:
            entity.deployment, entity.message = assumptions.STOPPED_DEPLOYMENT, assumptions.STOPPED_MESSAGE
        endpoint.touch()

    def start(self, endpoint: EndpointRecord, at: float) -> None:
        """Start a stopped endpoint: its configuration is deployed again, as a new version."""
        if endpoint.updating:
            raise ServiceError(assumptions.STOP_WHILE_UPDATING, f"Endpoint {endpoint.name} is currently updating.")
        if not endpoint.stopped or endpoint.config is None:
            raise _refused(f"Endpoint {endpoint.name} is not stopped.")
        endpoint.stopped = False
        entities = [Entity(entity.spec, entity.creator, entity.created) for entity in endpoint.config.entities]
        again = replace(endpoint.config, version=endpoint.next_version, entities=entities, accepted=at, cached=True)
        self.accept(endpoint, again, at)

    def record_query(self, endpoint: EndpointRecord, at: float) -> float:
        """Note a query, wake what is scaled to zero, and return when the endpoint can answer."""
        endpoint.last_query_at = at
        if endpoint.warm_at is None and any(entity.at_zero for entity in _serving(endpoint)):
            endpoint.warm_at = at + assumptions.COLD_START_S
            for entity in _serving(endpoint):
                if entity.at_zero:
                    entity.booted, entity.settled = at, endpoint.warm_at
            self._set_timer(endpoint, at, endpoint.warm_at, partial(self._finish_waking, endpoint))
        return endpoint.warm_at or at

    def schedule_scale_down(self, endpoint: EndpointRecord, at: float) -> None:
        """Plan to scale to zero after a while without queries, where that is wanted."""
        if any(entity.scales_to_zero for entity in _serving(endpoint)):
            self._set_timer(endpoint, at, at + assumptions.IDLE_S, partial(self._scale_to_zero, endpoint))

    def _deploy(self, endpoint: EndpointRecord, entity: Entity, at: float, seconds: float, steps: Steps) -> None:
        outcome = self._outcome_of(entity)
        end = _limit(entity) if outcome.given_up else seconds * outcome.share
        entity.deployment, entity.message = CREATING, steps[0][1]
        entity.failing = outcome.failing
        for share, message in steps[1:]:
            if seconds * share < end:
                self._plan(endpoint, at + seconds * share, partial(self._set_message, endpoint, entity, message))
        self._plan(endpoint, at + end, partial(self._finish, endpoint, entity, outcome))

    def _outcome_of(self, entity: Entity) -> DeploymentOutcome:
        name, version = str(entity.spec.get("entity_name", "")), str(entity.spec.get("entity_version", ""))
        by_word = next((outcome for word, outcome in OUTCOMES.items() if word in name.lower()), DeploymentOutcome())
        return self.outcomes.get((name, version), by_word)

    def _set_message(self, endpoint: EndpointRecord, entity: Entity, message: str, due: float) -> None:
        entity.message = message
        if message == assumptions.SERVER_STARTS:
            entity.booted = due
        endpoint.touch()

    def _finish(self, endpoint: EndpointRecord, entity: Entity, outcome: DeploymentOutcome, due: float) -> None:
        entity.deployment, entity.message, entity.settled = outcome.deployment, outcome.message, due
        pending = endpoint.pending
        if outcome.deployment != READY:
            self._settle_failed(endpoint, due)
        elif pending is not None and all(one.deployment == READY for one in pending.entities):
            self._settle_ready(endpoint, due)
        endpoint.touch()

    def _settle_ready(self, endpoint: EndpointRecord, at: float) -> None:
        endpoint.drop_events(timers=True)
        endpoint.config, endpoint.pending = endpoint.pending, None
        endpoint.update, endpoint.ready, endpoint.warm_at = "NOT_UPDATING", True, None
        endpoint.last_query_at = at
        self.schedule_scale_down(endpoint, at)
        for entity in _serving(endpoint):
            if self._outcome_of(entity).recovers:
                self._set_timer(
                    endpoint, at, at + assumptions.LOST_AFTER_S, partial(self._lose_replica, endpoint, entity)
                )
        endpoint.touch()

    def _settle_failed(self, endpoint: EndpointRecord, at: float) -> None:
        endpoint.drop_events()
        endpoint.update = "UPDATE_FAILED"
        for entity in endpoint.pending.entities if endpoint.pending else ():
            if entity.deployment == CREATING:
                entity.deployment, entity.message, entity.settled = ABORTED, assumptions.SIBLING_ABORTED, at

    def _finish_waking(self, endpoint: EndpointRecord, due: float) -> None:
        endpoint.warm_at = None
        for entity in _serving(endpoint):
            if entity.at_zero:
                entity.message = ""
        self.schedule_scale_down(endpoint, due)
        endpoint.touch()

    def _scale_to_zero(self, endpoint: EndpointRecord, due: float) -> None:
        rest = endpoint.last_query_at + assumptions.IDLE_S
        if rest > due:
            self._set_timer(endpoint, due, rest, partial(self._scale_to_zero, endpoint))
            return
        for entity in _serving(endpoint):
            if entity.scales_to_zero and entity.deployment == READY:
                entity.message = SCALED_TO_ZERO
        endpoint.touch()

    def _lose_replica(self, endpoint: EndpointRecord, entity: Entity, due: float) -> None:
        if entity.deployment == READY and not entity.at_zero:
            entity.deployment, entity.message = RECOVERING, assumptions.RECOVERING_MESSAGE
            entity.booted, entity.settled = due, due + assumptions.RECOVERY_S
            self._set_timer(endpoint, due, due + assumptions.RECOVERY_S, partial(self._recover, endpoint, entity))
            endpoint.touch()

    def _recover(self, endpoint: EndpointRecord, entity: Entity, due: float) -> None:
        entity.deployment, entity.message = READY, ""
        endpoint.touch()

    def _set_timer(self, endpoint: EndpointRecord, at: float, due: float, act: Callable[[float], None]) -> None:
        """Plan something that is no part of an update, and forget what of that kind has happened."""
        endpoint.timers = [event for event in endpoint.timers if event.due > at]
        endpoint.timers.append(self._event_queue.plan(due, act))

    def _plan(self, endpoint: EndpointRecord, due: float, act: Callable[[float], None]) -> None:
        endpoint.events.append(self._event_queue.plan(due, act))


def _steps_of(endpoint: EndpointRecord, config: Config, entity: Entity) -> tuple[float, Steps]:
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


def _serving(endpoint: EndpointRecord) -> list[Entity]:
    return endpoint.config.entities if endpoint.ready and endpoint.config else []


def _refused(message: str) -> ServiceError:
    return ServiceError(assumptions.STOP_REFUSED, message)
