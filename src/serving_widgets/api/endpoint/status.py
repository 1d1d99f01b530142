"""The status of an endpoint: one total function from the raw fields to the words of the service's own UI.

The labels are those of Databricks docs, *Manage model serving endpoints*, and of the console.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from .models import EndpointInfo, ServedEntity

Phase = Literal["ready", "updating", "failed", "stopped", "other"]


@dataclass(frozen=True, slots=True)
class PhaseLook:
    """How a phase is drawn: a shape, which does without colour, in one of the front end's colours."""

    shape: Literal["disc", "half", "triangle", "square", "ring"]
    colour: Literal["good", "accent", "warn", "bad", "muted"]


#: Every phase and its look, in the order in which a list is sorted by status: what wants attention comes first.
PHASES: Mapping[Phase, PhaseLook] = {
    "failed": PhaseLook("triangle", "bad"),
    "updating": PhaseLook("half", "accent"),
    "other": PhaseLook("ring", "muted"),
    "stopped": PhaseLook("square", "muted"),
    "ready": PhaseLook("disc", "good"),
}

#: State of a served entity → its word, and the phase that it is drawn as. A stopped one is not the service's own word.
DEPLOYMENTS: Mapping[str, tuple[str, Phase]] = {
    "DEPLOYMENT_CREATING": ("Creating", "updating"),
    "DEPLOYMENT_READY": ("Ready", "ready"),
    "DEPLOYMENT_RECOVERING": ("Recovering", "updating"),
    "DEPLOYMENT_FAILED": ("Failed", "failed"),
    "DEPLOYMENT_ABORTED": ("Canceled", "failed"),
    "DEPLOYMENT_STOPPED": ("Stopped", "stopped"),
}


@dataclass(frozen=True, slots=True)
class Status:
    """What there is to say about an endpoint's state.

    Attributes
    ----------
    label : str
        The words of the service's UI, ``"Unknown (RAW)"`` for an unknown value.
    phase : Phase
        What kind of state it is.
    note : str
        "Scaled to zero" or "".
    reason : str
        What the failing served entity says, or "".
    done, total : int or None
        While updating: how many of the pending entities are ready, and of how many; else None.
    settled : bool
        Nothing is going on: it stays so until it is changed.
    serving : bool
        Queries are answered.
    """

    label: str
    phase: Phase
    note: str = ""
    reason: str = ""
    done: int | None = None
    total: int | None = None
    settled: bool = True
    serving: bool = False


DELETED = Status("Deleted", "other")


def status_of(info: EndpointInfo) -> Status:
    """Return the status of an endpoint, whatever the service said or left out.

    Examples
    --------
    >>> status_of(EndpointInfo.read({"state": {"ready": "READY", "update_state": "NOT_UPDATING"}})).label
    'Ready'
    """
    state = info.state
    label, phase = _label(info)
    serving = state.ready == READY and state.suspend != SUSPENDED
    done, total = _progress(info) if phase == "updating" else (None, None)
    return Status(
        label,
        phase,
        note=SCALED_TO_ZERO if serving and _is_scaled_to_zero(info) else "",
        reason=_reason(info) if phase in {"updating", "failed"} or label == "Not ready" else "",
        done=done,
        total=total,
        settled=_is_settled(info, phase),
        serving=serving,
    )


READY = "READY"
NOT_UPDATING = "NOT_UPDATING"
IN_PROGRESS = "IN_PROGRESS"
# Inferred, not documented by the service: the field and its other value are seen on live endpoints.
SUSPENDED = "SUSPENDED"
SCALED_TO_ZERO = "Scaled to zero"

READINESS = frozenset({READY, "NOT_READY", None})
SUSPENSIONS = frozenset({SUSPENDED, "NOT_SUSPENDED", None})
#: State of an update → its words, beside "Ready" or "Not ready", and its phase.
_UPDATES: Mapping[str, tuple[str, Phase]] = {
    IN_PROGRESS: ("Updating", "updating"),
    "UPDATE_FAILED": ("Update failed", "failed"),
    "UPDATE_CANCELED": ("Update canceled", "failed"),
}
SETTLED_UPDATES = frozenset({NOT_UPDATING, None, *_UPDATES}) - {IN_PROGRESS}
_BAD_DEPLOYMENTS = frozenset({"DEPLOYMENT_FAILED", "DEPLOYMENT_ABORTED"})
_MOVING_DEPLOYMENTS = frozenset({"DEPLOYMENT_CREATING", "DEPLOYMENT_RECOVERING"})


def _label(info: EndpointInfo) -> tuple[str, Phase]:
    state = info.state
    ready, update, suspend = _named(state.ready), _named(state.update), _named(state.suspend)
    if suspend == SUSPENDED:
        return "Not ready (Stopped)", "stopped"
    unseen = (
        (suspend, suspend not in SUSPENSIONS),
        (ready, ready not in READINESS),
        (update, update not in SETTLED_UPDATES and update != IN_PROGRESS),
    )
    for value, is_new in unseen:
        if is_new:
            return f"Unknown ({value})", "other"
    front = "Ready" if ready == READY else "Not ready"
    if update is not None and update in _UPDATES:
        words, phase = _UPDATES[update]
        return f"{front} ({words})", phase
    if ready == READY:
        return "Ready", "ready"
    if ready is None or info.pending_config is not None:
        return "Not ready", "other"
    if not info.entities:
        return "Not ready (No config)", "other"
    # Not every reply has `suspend`; without it, one that is deployed but neither ready nor updating is a stopped one.
    if suspend is None and update == NOT_UPDATING and info.stoppable:
        return "Not ready (Stopped)", "stopped"
    return "Not ready", "other"


def _is_settled(info: EndpointInfo, phase: Phase) -> bool:
    if _named(info.state.update) not in SETTLED_UPDATES or _named(info.state.suspend) not in SUSPENSIONS:
        return False
    # Not ready, although no update runs: the service is at work on a deployment by itself.
    return phase != "other" or not any(
        entity.state is not None and entity.state.deployment in _MOVING_DEPLOYMENTS for entity in info.entities
    )


def _named(value: str | None) -> str | None:
    """Return a state's value, or None where the service says that it has none."""
    return None if not value or value.endswith("_UNSPECIFIED") else value


def _is_scaled_to_zero(info: EndpointInfo) -> bool:
    entities = info.config.entities if info.config is not None else ()
    return bool(entities) and all(_message(entity) == SCALED_TO_ZERO for entity in entities)


def _progress(info: EndpointInfo) -> tuple[int | None, int | None]:
    if info.pending_config is None:
        return None, None
    entities = info.pending_config.entities
    ready = sum(entity.state is not None and entity.state.deployment == "DEPLOYMENT_READY" for entity in entities)
    return ready, len(entities)


def _reason(info: EndpointInfo) -> str:
    config = info.pending_config or info.config
    return next(_messages_of_bad(config.entities), "") if config is not None else ""


def _messages_of_bad(entities: Iterable[ServedEntity]) -> Iterator[str]:
    for entity in entities:
        if entity.state is not None and entity.state.deployment in _BAD_DEPLOYMENTS and _message(entity):
            yield _message(entity)


def _message(entity: ServedEntity) -> str:
    return ((entity.state.deployment_state_message if entity.state is not None else None) or "").strip()
