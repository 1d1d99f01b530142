"""Taking a change back: planned on the endpoint as it is, shown, and refused where others changed it since.

Everything here runs on the loop thread, but for :func:`change_to_undo`, which may have to read a file.
"""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from serving_widgets.api.config.config_side_by_side import ComparableConfig
from serving_widgets.api.endpoint.models import EndpointInfo
from serving_widgets.api.endpoint.status import status_of
from serving_widgets.api.errors import ActionRefused, NotFound, OutcomeUnknown, ServingError
from serving_widgets.api.permissions.access_control_list import (
    AccessControlList,
    Principal,
    grant_changes,
    request_entries,
)
from serving_widgets.workspace.changes.config_draft import basis
from serving_widgets.workspace.changes.dry_run import Request, access_request, plan
from serving_widgets.workspace.changes.grants import change_access, planned_request, read_access
from serving_widgets.workspace.changes.staged_tags import tags_of
from serving_widgets.workspace.changes.tags import set_tags, tags_body
from serving_widgets.workspace.runtime.event_loop import elsewhere
from serving_widgets.workspace.session.change_history import ChangeRecord, taking_back

from .masked_secrets import as_kept, unmasked

if TYPE_CHECKING:
    from serving_widgets.client import Client
    from serving_widgets.workspace.session.session import Session


@dataclasses.dataclass(frozen=True, slots=True)
class UndoPlan:
    """What it takes to take a change back.

    Attributes
    ----------
    change : ChangeRecord
        The change.
    requests : tuple of Request
        What is sent, secrets redacted.
    notes : tuple of str
        What does not come back, and why.
    steps : tuple of callables
        Send it, one after the other.
    """

    change: ChangeRecord
    requests: tuple[Request, ...]
    notes: tuple[str, ...]
    steps: tuple[Callable[[], Awaitable[object]], ...] = dataclasses.field(repr=False)


def change_to_undo(workspace: Session, endpoint: str | None = None, number: int | None = None) -> ChangeRecord:
    """Return the newest change that was not undone, of an endpoint where one is named, or the one of that number.

    Raises
    ------
    ActionRefused
        When there is none: ``code`` is ``"nothing_to_undo"``.
    """
    changes = workspace.history.of(endpoint)
    found = [each for each in changes if not each.undone and number in (None, each.number)]
    if found:
        return found[0]
    of = f" of {endpoint}" if endpoint else ""
    if number is not None:
        known = any(each.number == number for each in changes)
        why = f"Change {number}{of} was undone already." if known else f"There is no change {number}{of}."
    elif changes:
        why = f"Every change{of} that was made through this connection was undone already."
    else:
        why = f"No change{of} was made through this connection."
    raise ActionRefused(
        f"There is nothing to undo. {why}",
        action="undo",
        endpoint=endpoint or "",
        hint="%serving undo --list shows what was changed.",
        code="nothing_to_undo",
    )


async def plan_undo(workspace: Session, change: ChangeRecord) -> UndoPlan:
    """Return what it takes to take a change back, as things are; only reads.

    Raises
    ------
    ActionRefused
        When the endpoint was changed since, or the change can't be undone. Nothing was sent.
    """
    try:
        return await _PLANS[change.action](workspace, change)
    except ActionRefused as error:
        if change.begun and error.code == "changed_since":
            # Undoing it was interrupted: whoever tries again is told that it was carried out all the same.
            return UndoPlan(change, (), (error.message,), ())
        changes = await elsewhere(workspace.history.of)
        older = [each for each in changes if each.number < change.number and not each.undone]
        if older and error.code in ("changed_since", "not_undoable"):
            error.hint = (
                f"{error.hint} To undo the {words_of(older[0])}: %serving undo --number {older[0].number}".strip()
            )
        raise


async def undo(workspace: Session, change: ChangeRecord) -> UndoPlan:
    """Take a change back, and return what was sent.

    Raises
    ------
    ActionRefused
        When it was undone already, also a moment ago; or as :func:`plan_undo` refuses.
    """
    async with change.undoing:
        return await _undo(workspace, await elsewhere(change_to_undo, workspace, change.endpoint, change.number))


async def _undo(workspace: Session, change: ChangeRecord) -> UndoPlan:
    planned = await plan_undo(workspace, change)
    change.begun = change.begun or bool(planned.steps)
    token = taking_back.set(True)
    try:
        for done, step in enumerate(planned.steps):
            try:
                await step()
            except ServingError as error:
                change.begun = bool(done) or isinstance(error, OutcomeUnknown)
                if done:
                    # The endpoint is there again: a second try would only find that its name is taken.
                    await workspace.history.mark_undone(change)
                    said = f"{change.endpoint} was created again, but without the permissions that it had."
                    error.hint = f"{said} {error.hint}".rstrip()
                raise
    finally:
        taking_back.reset(token)
    await workspace.history.mark_undone(change)
    return planned


@contextlib.contextmanager
def told_to_try_again() -> Iterator[None]:
    """Say, where undoing a change is interrupted, how to go on."""
    try:
        yield
    except OutcomeUnknown as error:
        error.hint = "Undo it again: what was carried out is not sent a second time."
        raise


async def _undo_stop(workspace: Session, change: ChangeRecord) -> UndoPlan:
    now = await _same(workspace, change)
    if change.before is not None and now.id != change.before.id and status_of(now).phase != "stopped":
        return UndoPlan(change, (), (f"{change.endpoint} is already running: it was created again since.",), ())
    if status_of(now).phase != "stopped":
        raise _changed(change, f"it is {status_of(now).label}")

    async def start() -> object:
        return await workspace.write(
            change.endpoint, "start", lambda client, before: client.start_endpoint(change.endpoint, before=before)
        )

    return _simple(workspace, change, "start", start)


async def _undo_start(workspace: Session, change: ChangeRecord) -> UndoPlan:
    now = await _same(workspace, change)
    if status_of(now).phase == "stopped":
        raise _changed(change, "it is stopped")

    async def stop() -> object:
        return await workspace.write(change.endpoint, "stop", lambda client, _: client.stop_endpoint(change.endpoint))

    return _simple(workspace, change, "stop", stop)


def _simple(workspace: Session, change: ChangeRecord, action: str, step: Callable[[], Awaitable[object]]) -> UndoPlan:
    return UndoPlan(change, (plan(action, change.endpoint, where=workspace.where),), (), (step,))


async def _undo_update(workspace: Session, change: ChangeRecord) -> UndoPlan:
    assert change.before is not None
    now = await _same(workspace, change)
    made = _aimed_at(change.after)
    if made is None:
        raise _unseen(change)
    if _aimed_at(as_kept(change, now)) != made:
        raise _changed(change, "its configuration is another one now")
    before, notes = unmasked(ComparableConfig.read(change.before.config), _aimed_at(now))
    if not before.entities:
        raise _impossible(change, "it had no configuration before, and none can be taken away")
    body = before.body()

    async def send(client: Client, info: EndpointInfo | None) -> EndpointInfo | None:
        if info is not None and _aimed_at(as_kept(change, info)) != made:
            raise _changed(change, "its configuration is another one now")
        return await client.update_config(change.endpoint, body, before=info)

    async def step() -> object:
        return await workspace.write(change.endpoint, "update", send, join=False)

    request = plan("update", change.endpoint, body, where=workspace.where)
    return UndoPlan(change, (request,), (*notes, *_secrets(before)), (step,))


async def _undo_tags(workspace: Session, change: ChangeRecord) -> UndoPlan:
    assert change.before is not None
    now = tags_of(await _same(workspace, change))
    if change.after is None:
        raise _unseen(change)
    before, after = tags_of(change.before), tags_of(change.after)
    keys = [key for key in {**before, **after} if before.get(key) != after.get(key)]
    others = [key for key in keys if now.get(key) != after.get(key)]
    if others:
        raise _changed(change, f"tag {others[0]!r} is another one now")
    add = {key: before[key] or None for key in keys if key in before}
    gone = tuple(key for key in keys if key not in before)
    request = plan("tags", change.endpoint, tags_body(add, gone), where=workspace.where)
    if not keys:
        return UndoPlan(change, (), ("It changed nothing.",), ())
    return UndoPlan(change, (request,), (), (lambda: set_tags(workspace, change.endpoint, add, gone),))


async def _undo_permissions(workspace: Session, change: ChangeRecord) -> UndoPlan:
    assert change.access_before is not None
    assert change.access_after is not None
    await _same(workspace, change)
    now = await read_access(workspace, change.endpoint)
    made = grant_changes(change.access_before.direct, change.access_after.direct)
    others = [each.principal for each in made if now.direct.get(each.principal) != each.after]
    if others:
        raise _changed(change, f"what {others[0]} has is another level now")
    staged = {each.principal: each.before for each in made}
    request, _ = await planned_request(workspace, change.endpoint, staged)
    step = _granting(workspace, change.endpoint, staged)
    return UndoPlan(change, (request,) if request is not None else (), (), (step,))


async def _undo_delete(workspace: Session, change: ChangeRecord) -> UndoPlan:
    assert change.before is not None
    name, info = change.endpoint, change.before
    try:
        await workspace.watcher.look(name)
    except NotFound:
        pass
    else:
        raise _changed(change, "there is an endpoint of that name again")
    config, masked = unmasked(ComparableConfig.read(info.config or info.pending_config))
    if not config.entities:
        raise _impossible(change, "it had no configuration")
    body = _creation(info, config)
    notes = [*masked, *_secrets(config)]
    if status_of(info).phase == "stopped":
        notes.append("It was stopped; the new one runs. Stop it once it is ready.")
    if info.budget_policy is None and info.kind != "external":
        notes.append("It had no budget policy; the new one gets yours, if one is assigned to you.")
    access = change.access_before
    if access is None:
        notes.append("Its permissions could not be read before; you manage the new one.")
    requests = [plan("create", name, body, where=workspace.where)]

    async def create() -> object:
        made = await workspace.write(name, "create", lambda client, _: client.create_endpoint(body), join=False)
        if made is not None and made.id is not None and info.id is not None:
            await workspace.history.made_again(info.id, made.id)
        return made

    async def grant() -> object:
        now = await read_access(workspace, name)
        direct = access.direct if access is not None else {}
        return await _granting(workspace, name, {**dict.fromkeys(now.direct), **direct})()

    steps: list[Callable[[], Awaitable[object]]] = [create]
    if access is not None:
        entries = {"access_control_list": request_entries(access.direct)}
        requests.append(access_request("PUT", _NEW_ID, entries, where=workspace.where))
        steps.append(grant)
    return UndoPlan(change, tuple(requests), tuple(notes), tuple(steps))


async def _undo_create(workspace: Session, change: ChangeRecord) -> UndoPlan:
    raise _impossible(change, "deleting what was created would be for good. %serving delete does it, after asking")


_PLANS: Mapping[str, Callable[[Session, ChangeRecord], Awaitable[UndoPlan]]] = {
    "stop": _undo_stop,
    "start": _undo_start,
    "update": _undo_update,
    "tags": _undo_tags,
    "permissions": _undo_permissions,
    "delete": _undo_delete,
    "create": _undo_create,
}
#: Stands for the id of an endpoint that is yet to be created.
_NEW_ID = "id-of-the-new-endpoint"
#: What a create request takes beside configuration and tags, under the names that a get shows it by.
_BESIDE = ("description", "route_optimized", "ai_gateway", "email_notifications", "telemetry_config")


def _creation(info: EndpointInfo, config: ComparableConfig) -> dict[str, Any]:
    tags = tags_body({key: value or None for key, value in tags_of(info).items()})["add_tags"]
    beside = {key: info.raw[key] for key in _BESIDE if info.raw.get(key)}
    policy = {"budget_policy_id": info.budget_policy} if info.budget_policy else {}
    return {"name": info.name, "config": config.body(), **({"tags": tags} if tags else {}), **beside, **policy}


def _secrets(config: ComparableConfig) -> tuple[str, ...]:
    """Return what of a configuration the service never shows again, in words."""
    lost = []
    for entity in config.entities:
        model = entity.get("external_model")
        settings = [each for each in model.values() if isinstance(each, Mapping)] if isinstance(model, Mapping) else []
        if isinstance(model, Mapping) and not any(
            "{{secrets/" in str(value) for each in settings for value in each.values()
        ):
            lost.append(f"The key of {entity['name']} was given in plain text and is not shown again: set it again.")
    return tuple(lost)


def _granting(
    workspace: Session, name: str, staged: Mapping[Principal, str | None]
) -> Callable[[], Awaitable[AccessControlList]]:
    # Whatever is lost by it was so before.
    return lambda: change_access(workspace, name, staged, confirm=True)


async def _same(workspace: Session, change: ChangeRecord) -> EndpointInfo:
    """Return the endpoint as it is now, if it is the one that was changed."""
    try:
        now = await workspace.watcher.look(change.endpoint)
    except NotFound:
        raise _changed(change, "it was deleted") from None
    was = change.before
    if was is not None and not await elsewhere(workspace.history.is_same, was, now):
        raise _changed(change, "it was deleted, and another one has its name")
    return now


def _aimed_at(info: EndpointInfo | None) -> ComparableConfig | None:
    """Return the configuration that an endpoint has or is about to have, also where the way there failed."""
    if info is None or not info.detailed:
        return None
    return basis(info, "pending")


def _changed(change: ChangeRecord, why: str) -> ActionRefused:
    stays = f"{change.endpoint} was changed since: {why}. The {_WORDS[change.action]} stays; nothing was sent."
    begun = f"Undoing it was interrupted before. By now, {change.endpoint} was changed: {why}. Look at it once more."
    return ActionRefused(
        begun if change.begun else stays,
        action="undo",
        endpoint=change.endpoint,
        hint=f"Look at it as it is now: %serving status {change.endpoint}",
        code="changed_since",
    )


def _unseen(change: ChangeRecord) -> ActionRefused:
    # Without it, what others changed since can't be told from this change.
    return _impossible(change, "the endpoint could not be looked at right after it")


def _impossible(change: ChangeRecord, why: str) -> ActionRefused:
    return ActionRefused(
        f"The {_WORDS[change.action]} of {change.endpoint} can't be undone: {why}.",
        action="undo",
        endpoint=change.endpoint,
        code="not_undoable",
    )


_WORDS = {
    "stop": "stop",
    "start": "start",
    "update": "update",
    "tags": "change of tags",
    "permissions": "change of permissions",
    "delete": "deletion",
    "create": "creation",
}


def words_of(change: ChangeRecord) -> str:
    """Return what a change was, in words."""
    return f"{_WORDS[change.action]} of {change.endpoint}"


def what_changed(change: ChangeRecord) -> str:
    """Return what a change made of what, in short."""
    if change.action == "tags" and change.before is not None and change.after is not None:
        before, after = tags_of(change.before), tags_of(change.after)
        return ", ".join(key for key in {**before, **after} if before.get(key) != after.get(key))
    if change.access_before is not None and change.access_after is not None:
        made = grant_changes(change.access_before.direct, change.access_after.direct)
        return ", ".join(str(each.principal) for each in made)
    if change.action == "update" and change.before is not None:
        sides = [basis(change.before, "active"), _aimed_at(change.after) or ComparableConfig()]
        return " → ".join(", ".join(f"{name} {share} %" for name, share in side.traffic.items()) for side in sides)
    return ""
