"""Pictures: what a view needs of an endpoint, as JSON. Python decides; the page only draws."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from serving_widgets.api.endpoint.columns import served_words, tag_words
from serving_widgets.api.endpoint.models import EndpointInfo, ServedEntity
from serving_widgets.api.endpoint.status import DELETED, DEPLOYMENTS, Phase, Status, status_of

from . import contract

if TYPE_CHECKING:
    from serving_widgets.api.endpoint.actions import Refusal
    from serving_widgets.api.errors import ServingError
    from serving_widgets.workspace import Session
    from serving_widgets.workspace.watch.events import Link
    from serving_widgets.workspace.watch.update_timeline import Update

#: What the buttons of a widget can do.
BUTTONS: tuple[contract.Action, ...] = ("stop", "start", "delete")

#: A closed connection is to a view what one is that fails: the last picture, and why there is no newer one.
_LINKS: Mapping[str, contract.LinkState] = {
    "loading": "loading",
    "live": "live",
    "stale": "stale",
    "error": "error",
    "closed": "error",
}


def header(workspace: Session, problem: ServingError | None = None) -> contract.Header:
    """Return what every snapshot begins with: whose picture it is, how good it is, and what time it is there.

    ``problem`` is a view's own, such as an endpoint that does not exist.
    """
    return {
        "live": True,
        "workspace": {
            "name": workspace.name,
            "label": workspace.label,
            "host": workspace.host,
            "colour": workspace.colour,
            "mock": workspace.is_mock,
            "read_only": workspace.read_only_reason,
        },
        "link": link(workspace.watcher.link, problem),
        "clock": {
            "at": round(workspace.clock.now() * 1000),
            "taken": round(time.time() * 1000),
            "rate": workspace.clock.rate(),
        },
    }


def link(last: Link, problem: ServingError | None = None) -> contract.LinkPicture:
    """Return how good a picture is, and why it is no better; ``problem`` is a view's own."""
    worse = problem or last.problem
    return {
        "state": "error" if problem is not None else _LINKS[last.state],
        "seen": round(last.seen) if last.seen is not None else None,
        "problem": worse.problem() if worse is not None else None,
    }


def facts_of(workspace: Session, info: EndpointInfo) -> contract.Facts:
    """Return what seldom changes of an endpoint."""
    return {
        "kind": info.kind,
        "entities": served_words(info),
        "creator": info.creator or "",
        "created": info.creation_timestamp,
        "updated": info.last_updated_timestamp,
        "tags": tag_words(info),
        "url": query_url(workspace, info),
        "console": workspace.page_of(info.name),
    }


def picture(
    workspace: Session,
    info: EndpointInfo,
    *,
    deleted: bool = False,
    buttons: Sequence[contract.Action] = BUTTONS,
    facts: bool = True,
) -> contract.Picture:
    """Return everything a view shows of one endpoint.

    ``buttons`` are those that it has. A view that shows no ``facts``, such as a badge, does without half of it: there
    may be many of them in one notebook. What is served is told where it is shown, or where it can be deleted.
    """
    status = DELETED if deleted else status_of(info)
    config = info.config or info.pending_config
    traffic = _traffic(info)
    stopped = status.phase == "stopped"
    told = facts or bool(buttons)
    return {
        "name": info.name,
        "status": _status(status),
        "busy": workspace.writes.busy(info.name),
        "facts": facts_of(workspace, info) if facts else None,
        "id": info.id,
        "route_optimized": bool(info.route_optimized),
        "permission": info.permission_level,
        "traffic": [{"entity": entity, "percent": percent} for entity, percent in traffic.items() if told],
        "update": None if deleted else _update(workspace, info, stopped=stopped),
        "served": []
        if deleted or config is None or not told
        else [_served(entity, traffic, stopped=stopped) for entity in config.entities],
        "can": {action: why(workspace.guard.why_not(action, info, deleted=deleted)) for action in buttons},
        "recipes": {action: recipe(workspace, action, info.name) for action in (() if deleted else buttons)},
        "deleted": deleted,
    }


def reopening(workspace: Session, widget: type, arguments: Mapping[str, Any]) -> contract.Reopening:
    """Return what it takes to open a connection and a widget again, without anything that proves who is asking."""
    guard = workspace.guard
    return {
        "widget": widget.__name__,
        "args": dict(arguments),
        "scenario": workspace.mock.scenario if workspace.mock is not None else None,
        "profile": workspace.profile,
        "protect": {**dict.fromkeys(guard.protect, "refuse"), **dict(guard.questions)},
    }


def recipe(workspace: Session, action: str, name: str, **details: Any) -> contract.RecipePicture:
    """Return the lines that do an action again without a widget."""
    lines = workspace.recipe(action, name, **details)
    return {"magic": lines.magic, "python": lines.python}


def why(refusal: Refusal | None) -> str | None:
    """Return a refusal as a view says it; None where there is none."""
    return None if refusal is None else " ".join(filter(None, (refusal.message, refusal.hint)))


def short_status(status: Status) -> contract.ShortStatus:
    """Return a status as a list shows it."""
    return {"label": status.label, "phase": status.phase, "note": status.note}


def query_url(workspace: Session, info: EndpointInfo) -> str:
    """Return the address that queries go to."""
    return info.endpoint_url or f"{workspace.host}/serving-endpoints/{quote(info.name, safe='')}/invocations"


def _status(status: Status) -> contract.StatusPicture:
    return {**short_status(status), "reason": status.reason, "done": status.done, "total": status.total}


def _traffic(info: EndpointInfo) -> dict[str, int]:
    routes = info.config.traffic_config.routes if info.config is not None and info.config.traffic_config else ()
    return {
        route.served_entity_name or route.served_model_name or "?": route.traffic_percentage or 0
        for route in routes or ()
    }


def _served(entity: ServedEntity, traffic: dict[str, int], *, stopped: bool) -> contract.Served:
    state = _deployment((entity.state.deployment if entity.state is not None else None) or "", stopped=stopped)
    return {
        "name": entity.name or entity.entity_name or "?",
        "model": entity.entity_name or "",
        "version": entity.entity_version or "",
        "size": " ".join(filter(None, (entity.workload_type, entity.workload_size))),
        "state": state,
        "message": (entity.state.deployment_state_message if entity.state is not None else None) or "",
        "phase": _phase(state),
        "traffic": traffic.get(entity.name or ""),
    }


def _deployment(state: str, *, stopped: bool) -> str:
    """Return the state to show: stopping an endpoint aborts its deployments, which is no failure."""
    return "DEPLOYMENT_STOPPED" if stopped and state in ("DEPLOYMENT_ABORTED", "DEPLOYMENT_READY") else state


def _phase(state: str) -> Phase:
    return DEPLOYMENTS[state][1] if state in DEPLOYMENTS else "other"


def _update(workspace: Session, info: EndpointInfo, *, stopped: bool) -> contract.UpdatePicture | None:
    update = workspace.watcher.history.of(info.name)
    if update is None:
        return None
    made = _update_picture(update, stopped=stopped)
    eta = workspace.watcher.history.durations.eta(info) if not update.over else None
    if eta is not None and update.started is not None:
        median, low, high = (update.started + seconds * 1000 for seconds in (eta.median, eta.low, eta.high))
        made["eta"] = {"median": median, "low": low, "high": high, "by": eta.by}
    return made


def _update_picture(update: Update, *, stopped: bool) -> contract.UpdatePicture:
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
                "phase": _phase(state),
                "message": step.message,
                "started": step.started,
                "ended": step.ended,
            }
            for step in update.steps
            for state in (_deployment(step.state, stopped=stopped and step in last),)
        ],
    }
