"""The update of an endpoint as it was seen to go: per served entity its steps, with the times they began.

The service has no event API; what is kept here is read off successive pictures. An entity's first step begins when the
pending configuration does, a later one when it was first seen.
"""

from __future__ import annotations

import dataclasses

from serving_widgets.api.endpoint.models import EndpointInfo, ServedEntity

from .update_eta import UpdateDurations


@dataclasses.dataclass(slots=True)
class EntityStep:
    """One step of a served entity. Times are service milliseconds since the epoch."""

    entity: str
    version: str
    state: str
    message: str
    started: float | None
    ended: float | None = None


@dataclasses.dataclass(slots=True)
class Update:
    """A running update, or the last one seen.

    Attributes
    ----------
    started, finished
        Service milliseconds since the epoch; ``finished`` is None while it runs, and for one that was over before
        the first look.
    over
        Whether it has ended.
    """

    version: int | None
    started: float | None
    finished: float | None = None
    over: bool = False
    steps: list[EntityStep] = dataclasses.field(default_factory=list)

    @property
    def failed(self) -> bool:
        """Whether it ended with an entity that could not be deployed."""
        last = {step.entity: step.state for step in self.steps}
        return self.over and any(state in _FAILED for state in last.values())


_FAILED = ("DEPLOYMENT_FAILED", "DEPLOYMENT_ABORTED")
#: Updates of an endpoint that are remembered.
MOST = 10


class UpdateTimelines:
    """The running or last seen update of each endpoint, and those that were seen before it."""

    def __init__(self) -> None:
        self._updates: dict[str, tuple[object, tuple[Update, ...]]] = {}
        #: How long updates took that were seen to end well.
        self.durations = UpdateDurations()

    def of(self, name: str) -> Update | None:
        """Return the running or last seen update of an endpoint, None when none was ever seen."""
        updates = self.all_of(name)
        return updates[-1] if updates else None

    def all_of(self, name: str) -> tuple[Update, ...]:
        """Return the updates of an endpoint that were seen, the oldest first."""
        entry = self._updates.get(name)
        return entry[1] if entry else ()

    def take(self, info: EndpointInfo, now: float) -> None:
        """Note what a detailed picture shows at service time ``now`` (milliseconds)."""
        if not info.detailed:
            return
        identity = (info.id, info.creation_timestamp)
        known = self._updates.get(info.name)
        updates = known[1] if known is not None and known[0] == identity else ()
        update = updates[-1] if updates else None
        pending = info.pending_config
        if pending is not None:
            if update is None or update.version != pending.config_version:
                update = Update(pending.config_version, _number(pending.start_time))
                updates = (*updates, update)[-MOST:]
            unseen = not update.steps
            _note(update, pending.entities, now)
            if not update.over and info.state.update != "IN_PROGRESS":
                _finish(update, None if unseen else now)
        elif update is not None and not update.over:
            active = info.config
            if active is not None and active.config_version == update.version:
                _note(update, active.entities, now)
                if update.started is not None and update.steps:
                    self.durations.add(info, (now - update.started) / 1000)
            _finish(update, now)
        if update is not None:
            self._updates[info.name] = (identity, updates)
        else:
            self._updates.pop(info.name, None)

    def eta_words(self, info: EndpointInfo, now: float) -> str:
        """Return how long a running update may go on at service time ``now`` (s); "" where none was seen before."""
        pending = info.pending_config
        began = _number(pending.start_time) if pending is not None else None
        found = self.durations.eta(info) if info.state.update == "IN_PROGRESS" else None
        return "" if found is None or began is None else found.words(now - began / 1000)

    def forget(self, name: str | None = None) -> None:
        """Drop one endpoint's history, or all of it."""
        if name is None:
            self._updates.clear()
        else:
            self._updates.pop(name, None)


def _note(update: Update, entities: tuple[ServedEntity, ...], now: float) -> None:
    for entity in entities:
        name = entity.name or entity.entity_name or "?"
        state = (entity.state.deployment if entity.state else None) or ""
        message = (entity.state.deployment_state_message if entity.state else None) or ""
        last = next((step for step in reversed(update.steps) if step.entity == name), None)
        if last is not None and (last.state, last.message) == (state, message):
            continue
        if last is not None:
            last.ended = now
        started = update.started if last is None else now
        update.steps.append(EntityStep(name, entity.entity_version or "", state, message, started))


def _finish(update: Update, now: float | None) -> None:
    update.over = True
    update.finished = now
    for step in update.steps:
        if step.ended is None:
            step.ended = now


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None
