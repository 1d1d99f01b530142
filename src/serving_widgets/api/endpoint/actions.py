"""What may be done to an endpoint as last seen, and if not, why not, in words that a person can act on.

The rules for stopping are those of Databricks docs, *Manage model serving endpoints*: only endpoints that serve custom
models, are not route-optimized and have no update in progress. Only what is known to be refused is refused here; where
the picture is incomplete or has unknown values, the service has the last word.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from serving_widgets.api.permissions.access_control_list import LEVELS, includes

from .models import EndpointInfo, Kind
from .status import status_of


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something can't be done: a word for programs, a sentence for people, and what to do."""

    code: str
    message: str
    hint: str


Rule = Callable[[EndpointInfo], Refusal | None]


def why_not(action: str, info: EndpointInfo) -> Refusal | None:
    """Return why an action can't be done to an endpoint, None when it can.

    Parameters
    ----------
    action : str
        One of :data:`ACTIONS`.

    Raises
    ------
    ValueError
        When there is no such action.

    Examples
    --------
    >>> info = EndpointInfo.read({"name": "churn", "state": {"ready": "READY", "config_update": "IN_PROGRESS"}})
    >>> why_not("stop", info).message
    "churn can't be stopped while an update is in progress."
    """
    rule = ACTIONS.get(action)
    if rule is None:
        raise ValueError(f"no action {action!r}; there are {', '.join(ACTIONS)}")
    return rule(info)


def _stop(info: EndpointInfo) -> Refusal | None:
    return (
        _of_other_kind("stopped", info)
        or _needs("CAN_MANAGE", "stopped", info)
        or _updating("stopped", info)
        or _already_stopped(info)
        or _without_config("stopped", info)
    )


def _start(info: EndpointInfo) -> Refusal | None:
    return (
        _of_other_kind("started", info)
        or _needs("CAN_MANAGE", "started", info)
        or _updating("started", info)
        or _already_running(info)
        or _without_config("started", info)
        or _not_stopped(info)
    )


def _delete(info: EndpointInfo) -> Refusal | None:
    return _built_in("deleted", info) or _needs("CAN_MANAGE", "deleted", info)


def _query(info: EndpointInfo) -> Refusal | None:
    return _needs("CAN_QUERY", "queried", info) or _not_serving(info)


def _update(info: EndpointInfo) -> Refusal | None:
    return _built_in("updated", info) or _needs("CAN_MANAGE", "updated", info) or _updating("updated", info)


def _tags(info: EndpointInfo) -> Refusal | None:
    return _built_in("tagged", info) or _needs("CAN_MANAGE", "tagged", info)


def _permissions(info: EndpointInfo) -> Refusal | None:
    return _built_in("shared", info) or _needs("CAN_MANAGE", "shared", info)


ACTIONS: Mapping[str, Rule] = MappingProxyType(
    {
        "stop": _stop,
        "start": _start,
        "delete": _delete,
        "query": _query,
        "update": _update,
        "tags": _tags,
        "permissions": _permissions,
    }
)

_KIND_NAMES: Mapping[Kind, str] = {
    "external": "an external model",
    "foundation": "a pay-per-token foundation model",
    # Inferred, not documented by the service: it serves a registered model, but not a custom one.
    "provisioned": "a foundation model with provisioned throughput",
    "feature": "a feature spec",
}


def _needs(level: str, done: str, info: EndpointInfo) -> Refusal | None:
    own = info.permission_level
    if own not in LEVELS or includes(own, level):
        return None
    wanted, has = level.replace("_", " "), own.replace("_", " ")
    return Refusal(
        "permission_denied",
        f"{info.name} can't be {done} by you: that takes {wanted}, and you have {has}.",
        f"Ask someone who manages {info.name} for {wanted}.",
    )


def _of_other_kind(done: str, info: EndpointInfo) -> Refusal | None:
    if info.kind in _KIND_NAMES:
        return Refusal(
            "not_a_custom_model",
            f"{info.name} can't be {done}: it serves {_KIND_NAMES[info.kind]}, "
            "and only endpoints that serve custom models can be stopped and started.",
            _instead_of_stopping(info),
        )
    if info.route_optimized:
        return Refusal(
            "route_optimized",
            f"{info.name} can't be {done}: it is route-optimized, and route-optimized endpoints can't be stopped.",
            _instead_of_stopping(info),
        )
    return None


def _instead_of_stopping(info: EndpointInfo) -> str:
    return "" if _is_built_in(info) else "Delete it when it is no longer needed."


def _updating(done: str, info: EndpointInfo) -> Refusal | None:
    if info.state.update != "IN_PROGRESS":
        return None
    return Refusal(
        "update_in_progress",
        f"{info.name} can't be {done} while an update is in progress.",
        f"Wait for it to end, or follow it with %serving wait {info.name}.",
    )


def _already_stopped(info: EndpointInfo) -> Refusal | None:
    if status_of(info).phase != "stopped":
        return None
    return Refusal("already_stopped", f"{info.name} is already stopped.", _start_line(info))


def _already_running(info: EndpointInfo) -> Refusal | None:
    if not status_of(info).serving:
        return None
    return Refusal("already_running", f"{info.name} is already running.", "There is nothing to start.")


def _not_stopped(info: EndpointInfo) -> Refusal | None:
    status = status_of(info)
    if status.phase == "stopped" or status.label.startswith("Unknown"):
        return None
    return Refusal(
        "not_stopped",
        f"{info.name} can't be started: it isn't stopped, it is {_lowered(status.label)}.",
        f"See why with %serving status {info.name}; a new configuration makes the service try again.",
    )


def _without_config(done: str, info: EndpointInfo) -> Refusal | None:
    if status_of(info).label != "Not ready (No config)":
        return None
    return Refusal(
        "no_config",
        f"{info.name} can't be {done}: it has no configuration.",
        f"Give it one with %serving update {info.name}.",
    )


def _built_in(done: str, info: EndpointInfo) -> Refusal | None:
    if not _is_built_in(info):
        return None
    return Refusal(
        "built_in",
        f"{info.name} can't be {done}: it belongs to the service, which offers it in every workspace.",
        "Create an endpoint of your own instead.",
    )


def _is_built_in(info: EndpointInfo) -> bool:
    # Endpoints that the service offers by itself have neither id nor creator.
    return info.kind == "foundation" and info.id is None and info.creator is None


def _not_serving(info: EndpointInfo) -> Refusal | None:
    status = status_of(info)
    if status.serving or status.label.startswith("Unknown") or info.state.ready is None:
        return None
    if status.phase == "stopped" and status.settled:
        return Refusal(
            "stopped",
            f"{info.name} can't be queried: it is stopped, and answers every query with 400.",
            _start_line(info),
        )
    if status.phase == "updating" or not status.settled:
        return Refusal(
            "not_ready_yet",
            f"{info.name} can't be queried yet: it is {_lowered(status.label)}.",
            f"Wait for it to be ready, for example with %serving wait {info.name}.",
        )
    because = f": {status.reason}" if status.reason else "."
    return Refusal(
        "not_ready",
        f"{info.name} can't be queried: it is {_lowered(status.label)}{because}",
        f"See why with %serving status {info.name}.",
    )


def _start_line(info: EndpointInfo) -> str:
    return f"Start it with %serving start {info.name}."


def _lowered(label: str) -> str:
    return label[:1].lower() + label[1:]
