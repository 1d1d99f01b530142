"""What a page may ask to be done to an endpoint."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from serving_widgets.api.errors import ActionRefused, ConfigError
from serving_widgets.workspace import Endpoint, Session
from serving_widgets.workspace.review.impact import NAMED, impact_of
from serving_widgets.workspace.review.undo import change_to_undo, plan_undo, undo, words_of
from serving_widgets.workspace.runtime.event_loop import elsewhere
from serving_widgets.workspace.session.write_guard import refused

from . import contract, snapshot
from .channel import Args, Op, Progress, text_of

if TYPE_CHECKING:
    from serving_widgets.workspace.changes.dry_run import Request
    from serving_widgets.workspace.session.change_history import ChangeRecord


def impact_ops(workspace: Session, only: str | None = None) -> dict[str, Op]:
    """Return the operations that tell of a change before it is made, and undo it after.

    Parameters
    ----------
    only
        The one endpoint that a widget is about; any where it is about all of them.
    """

    def named(args: Args) -> str:
        name = text_of(args, "name")
        if only not in (None, name):
            raise ConfigError(f"This is about {only} alone.", hint="Reload the page.", code="bad_request")
        return name

    async def impact(args: Args, _: Progress) -> contract.ImpactPicture:
        return await _impact(workspace, named(args))

    async def planned(args: Args, _: Progress) -> contract.UndoPicture:
        change = await elsewhere(change_to_undo, workspace, named(args))
        await _allowed(workspace, change)
        plan = await plan_undo(workspace, change)
        return {
            "number": change.number,
            "said": _DONE[change.action].format(change.endpoint),
            "verb": "Recreate" if change.action == "delete" else "Undo",
            "requests": [shown(request) for request in plan.requests],
            "notes": list(plan.notes),
        }

    async def take_back(args: Args, _: Progress) -> str:
        number = args.get("number")
        if not isinstance(number, int) or isinstance(number, bool):
            raise ConfigError("The page sent no number.", hint="Reload the page.", code="bad_request")
        change = await elsewhere(change_to_undo, workspace, only, number)
        await _allowed(workspace, change)
        planned = await undo(workspace, change)
        return " ".join([f"The {words_of(change)} was undone.", *planned.notes])

    return {"impact": impact, "undo_plan": planned, "undo": take_back}


async def _allowed(workspace: Session, change: ChangeRecord) -> None:
    """Refuse to undo by a click of the page what would be asked about, or refused, if it were done by itself."""
    action, name = _UNDONE_BY.get(change.action, change.action), change.endpoint
    refusal, question = workspace.guard.refusal(action, name), workspace.guard.question(name)
    if refusal is not None:
        raise refused(refusal, action, name)
    asked = question in ("typed", "click")
    if asked or (not question and action == "stop" and (await _impact(workspace, name))["requests"]):
        raise ActionRefused(
            f"Nothing was sent: undoing the {words_of(change)} has to be confirmed.",
            action="undo",
            endpoint=name,
            hint=f"To undo it: %serving undo --number {change.number}",
            code="not_confirmed",
        )


def shown(request: Request) -> contract.Shown:
    """Return a request, secrets redacted, as the page shows it."""
    text = "" if request.body is None else json.dumps(request.body, indent=2, ensure_ascii=False)
    return {"method": request.method, "path": request.path, "text": text}


async def to_confirm(workspace: Session, action: str, args: Args, name: str) -> contract.ImpactPicture | None:
    """Return what a change would affect where it has to be confirmed first; None where it was, or need not be.

    A pattern of ``protect=`` may want the name typed, a click, or nothing; without one, only stopping what answers
    requests is asked about.

    Raises
    ------
    ActionRefused
        When the name that confirms it is another one; nothing was sent.
    """
    question, typed = workspace.guard.question(name), args.get("confirm")
    if typed is not None and (typed == name or question != "typed"):
        return None
    if typed is not None:
        raise ActionRefused(
            f"Nothing was sent: changes of {name} are confirmed by typing its name.",
            action=action,
            endpoint=name,
            hint="Type it exactly as shown.",
            code="not_confirmed",
        )
    if question == "none" or (not question and action != "stop") or workspace.outlook(action, name):
        return None
    found = await _impact(workspace, name)
    return found if question or found["requests"] else None


async def act(workspace: Session, args: Args) -> contract.ImpactPicture | None:
    """Carry out an intent ``{action, name, confirm?}`` of the page, or return what has to be confirmed first.

    Raises
    ------
    ConfigError
        When there is no such action, or when the name that confirms a deletion is not exactly the endpoint's.
    ActionRefused
        When it can't be done; nothing was sent.
    """
    action, name = text_of(args, "action"), text_of(args, "name")
    if action not in snapshot.BUTTONS:
        raise ConfigError(f"There is no action {action!r}.", hint=f"Known are {', '.join(snapshot.BUTTONS)}.")
    if action == "delete" and args.get("confirm") != name:
        raise ConfigError(
            f"{name} was not deleted: the name that was typed is not the endpoint's.",
            hint="Type it exactly as shown.",
            code="not_confirmed",
        )
    asked = await to_confirm(workspace, action, args, name)
    if asked is None:
        await getattr(Endpoint(workspace, name).aio, action)()
    return asked


async def _impact(workspace: Session, name: str) -> contract.ImpactPicture:
    found = await impact_of(workspace, name)
    return {
        "requests": found.requests,
        "trend": found.trend,
        "entities": [
            {"name": entity, "requests": found.by_entity.get(entity), "percent": share}
            for entity, share in found.traffic.items()
        ],
        "callers": list(found.callers[:NAMED]),
        "total": len(found.callers),
        "notes": list(found.notes),
        "question": workspace.guard.question(name),
    }


#: What undoes a change, where that is another action.
_UNDONE_BY = {"stop": "start", "start": "stop", "delete": "create"}
#: What stands beside the button that undoes it.
_DONE = {
    "stop": "{} was stopped.",
    "start": "{} was started.",
    "update": "The update of {} was sent.",
    "tags": "The tags of {} were changed.",
    "permissions": "The permissions of {} were changed.",
    "delete": "{} was deleted.",
    "create": "{} was created.",
}
