"""The logs of a workspace, of each image's build and of each model server."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import chain

from serving_widgets.mock.service import assumptions
from serving_widgets.mock.service.endpoint import (
    ABORTED,
    CREATING,
    FAILED,
    READY,
    RECOVERING,
    Config,
    EndpointRecord,
    Entity,
)
from serving_widgets.mock.service.errors import ServiceError

from .build_log import build_log
from .entity_log import EntityLog
from .failures import FAILURES, Failure, failure_of
from .lines import Chunk, hash32, idle_lines
from .server_lines import PERIOD_S, ServerRun, period_at, periodic_lines, startup_lines, trouble_lines

_REPLICAS = {"Small": 2, "Medium": 3, "Large": 4}
_UNBUILT = tuple(message for _, message in assumptions.STEPS_OF_A_BUILD[:2])
_FILLED_EVERY_S = 0.05
_TROUBLED = 500
_TROUBLE = next(one for one in FAILURES if one.name == "model_error")


class WorkspaceLogs:
    """The logs as a function of service time and of the queries answered. Hold the world's lock.

    How often they are read makes no difference. A log only ever grows at its end, and loses at its front what no longer
    fits the window.
    """

    def __init__(self) -> None:
        self._logs: dict[tuple[str, int, str], EntityLog] = {}

    def queried(
        self, endpoint: EndpointRecord, entity: Entity, at: float, status: int, took_ms: float, error: str = ""
    ) -> None:
        """Note a query that `entity` answered.

        Parameters
        ----------
        endpoint, entity : Endpoint, Entity
            The endpoint that was asked, and the entity that answered.
        at : float
            Service time.
        status : int
            HTTP status of the answer. One of 400 or more leaves an error in the log.
        took_ms : float
            Milliseconds it took.
        error : str, optional
            The message of a refusal and, after a line feed, the traceback of the model, if there is one.
        """
        config = _config_of(endpoint, entity)
        if config is not None:
            self._log_of(endpoint, config, entity).add_query(at, status, took_ms, error)

    def write(self, endpoint: EndpointRecord, config: Config, entity: Entity, at: float, text: str) -> None:
        """Add the lines of `text` to a server's log, as they are.

        Raises
        ------
        ValueError
            If no model server is running that could have written them.
        """
        self._running_server(endpoint, config, entity)
        self._log_of(endpoint, config, entity).add_lines(at, tuple(text.removesuffix("\n").split("\n")))

    def fill(self, endpoint: EndpointRecord, config: Config, entity: Entity, at: float, count: int) -> None:
        """Have a server's log hold `count` lines from now on, all written by now."""
        run = self._running_server(endpoint, config, entity)
        log = self._log_of(endpoint, config, entity)
        log.roll(count)
        log.add_lines(at, tuple(_filler_lines(run, at, count)))

    def roll(
        self, endpoint: EndpointRecord, config: Config, entity: Entity, at: float, window: int, *, quiet: bool = False
    ) -> None:
        """Set how many lines of a server's log are given, and whether from now on it writes nothing by itself."""
        if window < 1:
            raise ValueError(f"a window has one line at least, not {window!r}")
        self._log_of(endpoint, config, entity).roll(window, at if quiet else math.inf)

    def server(self, endpoint: EndpointRecord, config: Config, entity: Entity, now: float) -> list[str]:
        """Return the most recent lines of a model server; none where no server runs."""
        run = _server_run(endpoint, config, entity)
        if run is None:
            return []
        log = self._log_of(endpoint, config, entity)
        log.read_until = max(now, log.read_until)
        until = min(now, run.ended, log.quiet_from)
        last = period_at(run, until)
        # Each beat has a line of each replica at least, so what came before those beats is out of the window.
        first = max(last - log.window // run.replicas - 1, 0)
        own = chain(startup_lines(run, until) if first == 0 else (), periodic_lines(run, first, last))
        scripted = log.chunks(run, run.booted if first == 0 else run.ready + first * PERIOD_S)
        # What the server wrote by itself stands first, so that a query of the same moment comes at the end.
        chunks = sorted(chain((chunk for chunk in own if chunk[0] <= until), scripted), key=_moment)
        return [line for _, lines in chunks for line in lines][-log.window :]

    def build(self, endpoint: EndpointRecord, config: Config, entity: Entity) -> str:
        """Return the log of the build of an entity's image, once it has ended.

        Source: Databricks docs, *Monitor model quality and endpoint health*: build logs are there after the build.
        """
        if not _is_built(endpoint, config, entity):
            if assumptions.UNFINISHED_BUILD_LOG_IS_EMPTY:
                return ""
            message = f"The image of served entity '{entity.name}' is still being built."
            raise ServiceError("RESOURCE_DOES_NOT_EXIST", message)
        return build_log(*_model(entity), _failure(entity))

    def _log_of(self, endpoint: EndpointRecord, config: Config, entity: Entity) -> EntityLog:
        key = (endpoint.id, config.version, entity.name)
        if key not in self._logs:
            self._logs[key] = EntityLog(assumptions.SERVER_LOG_LINES)
        return self._logs[key]

    def _running_server(self, endpoint: EndpointRecord, config: Config, entity: Entity) -> ServerRun:
        run = _server_run(endpoint, config, entity)
        if run is None:
            raise ValueError(f"no model server of {endpoint.name} is running for {entity.name}: it has no log")
        return run


def find_entity(endpoint: EndpointRecord, served: str, version: int | None = None) -> tuple[Config, Entity]:
    """Return a served entity, in the configuration of that version or in the newest that has it, or refuse."""
    for config in reversed(endpoint.history):
        entity = config.entity(served) if version in (None, config.version) else None
        if entity is not None:
            break
    else:
        where = "" if version is None else f" in version {version} of its configuration"
        message = f"Served entity '{served}' of endpoint '{endpoint.name}' does not exist{where}."
        raise ServiceError("RESOURCE_DOES_NOT_EXIST", message)
    if entity.kind in assumptions.KINDS_WITHOUT_CONTAINER:
        raise ServiceError(
            assumptions.LOGS_WITHOUT_CONTAINER,
            f"Served entity '{served}' has no logs: {entity.kind} models do not run in a container of this workspace.",
        )
    return config, entity


def only_entity(endpoint: EndpointRecord, served: str = "") -> tuple[Config, Entity]:
    """Return the served entity of that name, or the only one of the configuration that serves.

    Raises
    ------
    ValueError
        If there is none of that name, or there are several to choose from, or it has no logs.
    """
    serving = endpoint.config or endpoint.pending
    names = [entity.name for entity in serving.entities] if serving is not None else []
    if not served and len(names) != 1:
        raise ValueError(f"{endpoint.name} serves {', '.join(names) or 'nothing'}: say which entity is meant")
    try:
        return find_entity(endpoint, served or names[0])
    except ServiceError as refusal:
        raise ValueError(refusal.message) from None


def _config_of(endpoint: EndpointRecord, entity: Entity) -> Config | None:
    """Return the newest configuration that `entity` itself is part of; others may have one of the same name."""
    return next((one for one in reversed(endpoint.history) if any(entity is other for other in one.entities)), None)


def _model(entity: Entity) -> tuple[str, str]:
    return str(entity.spec.get("entity_name", entity.name)), str(entity.spec.get("entity_version", ""))


def _failure(entity: Entity) -> Failure | None:
    return failure_of(entity.failing or _failed_stage(entity), *_model(entity))


def _failed_stage(entity: Entity) -> str:
    """Return when an entity failed whose scenario says no more than that it did."""
    if entity.deployment == FAILED:
        return "build"
    timed_out = entity.deployment == ABORTED and "timed out" in entity.message
    return "deploy" if timed_out else ""


def _is_built(endpoint: EndpointRecord, config: Config, entity: Entity) -> bool:
    """Return whether the build of an entity's image has ended, well or not."""
    if entity.deployment == CREATING:
        return config.cached or entity.message not in _UNBUILT
    never = entity.deployment == ABORTED and entity.message in ("", assumptions.SIBLING_ABORTED)
    return not never or entity.booted is not None


def _server_run(endpoint: EndpointRecord, config: Config, entity: Entity) -> ServerRun | None:
    """Return the run of an entity's model server that its log is about; None where there is none.

    Servers are gone, and their logs with them, when the endpoint is stopped or scaled to zero, and when another
    configuration has taken over. One that failed to start can still be read.
    """
    if endpoint.stopped or not (config is endpoint.config or config is endpoint.pending):
        return None
    if entity.at_zero and endpoint.warm_at is None:
        return None
    failure = _failure(entity)
    up = entity.deployment in (READY, RECOVERING)
    failed = entity.deployment in (FAILED, ABORTED)
    if entity.booted is None and not up and (not failed or failure is None or failure.stage == "build"):
        return None
    booted = config.accepted if entity.booted is None else entity.booted
    settled = booted + assumptions.COLD_START_S if entity.settled is None else entity.settled
    return ServerRun(
        key=f"{endpoint.id}:{entity.name}:{config.version}:{booted:.3f}",
        booted=booted,
        ready=settled if up else math.inf,
        ended=settled if failed else math.inf,
        replicas=_REPLICAS.get(str(entity.spec.get("workload_size", "")), 2),
        failure=failure,
    )


def _filler_lines(run: ServerRun, at: float, count: int) -> Iterator[str]:
    """Yield `count` lines of all sorts, the last of them written at `at`."""
    names = run.names()
    written = 0
    while written < count:
        salt = hash32(run.key, written)
        moment = at - (count - written) * _FILLED_EVERY_S
        replica = names[salt % len(names)]
        some = (
            trouble_lines(_TROUBLE, replica, moment)
            if salt % _TROUBLED == 0
            else idle_lines(replica, moment, salt // 100)
        )
        yield from some[: count - written]
        written += len(some)


def _moment(chunk: Chunk) -> float:
    return chunk[0]
