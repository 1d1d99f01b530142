"""Pictures: what a view needs of an endpoint, as JSON. Python decides; the page only draws."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from serving_widgets.api.endpoint.models import EndpointInfo, ServedEntity
from serving_widgets.api.endpoint.status import DELETED, Status, status_of

if TYPE_CHECKING:
    from serving_widgets.api.errors import ServingError
    from serving_widgets.workspace import Session
    from serving_widgets.workspace.watch.events import Link
    from serving_widgets.workspace.watch.update_timeline import Update

#: What the buttons of a widget can do.
BUTTONS = ("stop", "start", "delete")

#: A closed connection is to a view what one is that fails: the last picture, and why there is no newer one.
_LINKS = {"closed": "error"}

#: Deployment state of a served entity → the phase that its mark is drawn as.
_PHASES = {
    "DEPLOYMENT_CREATING": "updating",
    "DEPLOYMENT_READY": "ready",
    "DEPLOYMENT_RECOVERING": "updating",
    "DEPLOYMENT_FAILED": "failed",
    "DEPLOYMENT_ABORTED": "failed",
    "DEPLOYMENT_STOPPED": "stopped",
}


def header(workspace: Session) -> dict[str, Any]:
    """Return what every snapshot begins with: whose picture it is, how good it is, and what time it is there."""
    return {
        "live": True,
        "workspace": {
            "name": workspace.name,
            "label": workspace.label,
            "host": workspace.host,
            **({"colour": workspace.colour} if workspace.colour else {}),
            "mock": workspace.is_mock,
            "read_only": workspace.read_only_reason,
        },
        "link": link(workspace.watcher.link),
        "clock": {
            "at": round(workspace.clock.now() * 1000),
            "taken": round(time.time() * 1000),
            "rate": workspace.clock.rate(),
        },
    }


def link(last: Link, problem: ServingError | None = None) -> dict[str, Any]:
    """Return how good the picture is; ``problem`` is a view's own, such as an endpoint that does not exist."""
    worse = problem or last.problem
    return {
        "state": "error" if problem is not None else _LINKS.get(last.state, last.state),
        "seen": round(last.seen) if last.seen is not None else None,
        "problem": worse.problem() if worse is not None else None,
    }


def row(workspace: Session, info: EndpointInfo) -> dict[str, Any]:
    """Return a row of the browser."""
    status = status_of(info)
    return {
        "name": info.name,
        "kind": info.kind,
        "status": {"label": status.label, "phase": status.phase, "note": status.note},
        "entities": [_title(entity) for entity in info.entities],
        "models": list(dict.fromkeys(entity.entity_name for entity in info.entities if entity.entity_name)),
        "creator": info.creator or "",
        "created": info.creation_timestamp,
        "updated": info.last_updated_timestamp,
        "tags": [[tag.key or "", tag.value or ""] for tag in info.tags or ()],
        "url": query_url(workspace, info),
        "console": workspace.page_of(info.name),
        "busy": workspace.writes.busy(info.name),
    }


def picture(
    workspace: Session,
    info: EndpointInfo,
    *,
    deleted: bool = False,
    buttons: Sequence[str] = BUTTONS,
    facts: bool = True,
) -> dict[str, Any]:
    """Return everything a view shows of one endpoint.

    ``buttons`` are those that it has. A view that shows no ``facts``, such as a badge, does without a third of the
    picture: there may be many of them in one notebook.
    """
    status = DELETED if deleted else status_of(info)
    config = info.config or info.pending_config
    traffic = _traffic(info)
    stopped = status.phase == "stopped"
    refusals = {action: workspace.guard.why_not(action, info, deleted=deleted) for action in buttons}
    return {
        **(row(workspace, info) if facts else {"name": info.name, "busy": workspace.writes.busy(info.name)}),
        "status": _status(status),
        "id": info.id,
        "route_optimized": bool(info.route_optimized),
        "permission": info.permission_level,
        "traffic": [{"entity": entity, "percent": percent} for entity, percent in traffic.items()],
        "update": None if deleted else _update(workspace.watcher.history.of(info.name), stopped=stopped),
        "served": []
        if deleted or config is None
        else [_served(entity, traffic, stopped=stopped) for entity in config.entities],
        "can": {
            action: None if refusal is None else " ".join(filter(None, (refusal.message, refusal.hint)))
            for action, refusal in refusals.items()
        },
        "recipes": {
            action: {"magic": lines.magic, "python": lines.python}
            for action in (() if deleted else buttons)
            for lines in (workspace.recipe(action, info.name),)
        },
        "deleted": deleted,
    }


def query_url(workspace: Session, info: EndpointInfo) -> str:
    """Return the address that queries go to."""
    return info.endpoint_url or f"{workspace.host}/serving-endpoints/{quote(info.name, safe='')}/invocations"


def _status(status: Status) -> dict[str, Any]:
    return {
        "label": status.label,
        "phase": status.phase,
        "note": status.note,
        "reason": status.reason,
        "done": status.done,
        "total": status.total,
    }


def _title(entity: ServedEntity) -> str:
    name = entity.name or entity.entity_name or "?"
    version = entity.entity_version
    return f"{name} v{version}" if version and not name.endswith(f"-{version}") else name


def _traffic(info: EndpointInfo) -> dict[str, int]:
    routes = info.config.traffic_config.routes if info.config is not None and info.config.traffic_config else ()
    return {
        route.served_entity_name or route.served_model_name or "?": route.traffic_percentage or 0
        for route in routes or ()
    }


def _served(entity: ServedEntity, traffic: dict[str, int], *, stopped: bool) -> dict[str, Any]:
    state = _deployment((entity.state.deployment if entity.state is not None else None) or "", stopped=stopped)
    return {
        "name": entity.name or entity.entity_name or "?",
        "model": entity.entity_name or "",
        "version": entity.entity_version or "",
        "size": " ".join(filter(None, (entity.workload_type, entity.workload_size))),
        "state": state,
        "message": (entity.state.deployment_state_message if entity.state is not None else None) or "",
        "phase": _PHASES.get(state, "other"),
        "traffic": traffic.get(entity.name or ""),
    }


def _deployment(state: str, *, stopped: bool) -> str:
    """Return the state to show: stopping an endpoint aborts its deployments, which is no failure."""
    return "DEPLOYMENT_STOPPED" if stopped and state in ("DEPLOYMENT_ABORTED", "DEPLOYMENT_READY") else state


def _update(update: Update | None, *, stopped: bool) -> dict[str, Any] | None:
    if update is None:
        return None
    last = {(step.entity, step.version): step for step in update.steps}.values()
    return {
        "started": update.started,
        "finished": update.finished,
        "over": update.over,
        "version": update.version,
        "steps": [
            {
                "entity": step.entity,
                "version": step.version,
                "state": state,
                "phase": _PHASES.get(state, "other"),
                "message": step.message,
                "started": step.started,
                "ended": step.ended,
            }
            for step in update.steps
            for state in (_deployment(step.state, stopped=stopped and step in last),)
        ],
    }
