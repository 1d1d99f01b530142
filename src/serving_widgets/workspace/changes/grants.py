"""Changing who may do what: planned on the list as it is, held against what was shown, sent as one request.

Everything here runs on the loop thread.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from serving_widgets.api.errors import ActionRefused, ResourceDoesNotExist, ServingError
from serving_widgets.api.permissions.access_changes import AccessPlan, conflicting_changes, plan_access
from serving_widgets.api.permissions.access_control_list import (
    AccessControlList,
    AccessEntry,
    GrantChange,
    PermissionLevel,
    Principal,
    grant_changes,
    includes,
    request_entries,
)

from .dry_run import Request, access_request

if TYPE_CHECKING:
    from serving_widgets.api.endpoint.models import EndpointInfo
    from serving_widgets.api.permissions.users import CurrentUser
    from serving_widgets.client import Client
    from serving_widgets.workspace.session.session import Session

Staged = Mapping[Principal, str | None]


class AccessChanged(ActionRefused):
    """Someone else changed the permissions meanwhile; nothing was sent, and ``acl`` is what they are now."""

    acl: AccessControlList


class AccessLists(dict[str, AccessControlList]):
    """The access control lists that were read through a connection, by the endpoint's name."""


def known_access(workspace: Session) -> AccessLists:
    """Return the access control lists as last read; nothing is asked for."""
    return workspace.attachments.of(AccessLists)


async def read_access(workspace: Session, name: str) -> AccessControlList:
    """Return an endpoint's permissions as they are."""
    info = await _with_id(workspace, name)
    return _seen(workspace, name, await workspace.client().get_permissions(info.id, name=name))


async def read_levels(workspace: Session, name: str) -> tuple[PermissionLevel, ...]:
    """Return the levels that can be granted on an endpoint."""
    info = await _with_id(workspace, name)
    return await workspace.client().get_permission_levels(info.id, name=name)


async def who_asks(workspace: Session) -> CurrentUser | None:
    """Return whom the connection belongs to, None where the service does not say."""
    try:
        return await workspace.client().me()
    except ServingError:
        # Who asks is needed for warnings only.
        return None


def plan_for(acl: AccessControlList, staged: Staged, user: CurrentUser | None) -> AccessPlan:
    """Return what a change of a list takes, and what this user has to confirm first."""
    me = user.principal if user is not None and user.user_name else None
    return plan_access(acl, staged, me=me, groups=user.groups if user is not None else ())


async def plan_change(
    workspace: Session,
    name: str,
    staged: Staged,
    base: AccessControlList | None,
    shown: AccessPlan | None = None,
) -> tuple[AccessPlan, AccessControlList]:
    """Return what a change takes, and the list as it is now; refuse where others changed what it would undo.

    Parameters
    ----------
    base
        The list that the changes were made on.
    shown
        What was shown of it and agreed to: anything else is refused, too.
    """
    now = await read_access(workspace, name)
    for principal, level in staged.items():
        known = {**now.direct, **(base.direct if base is not None else {})}
        if level is None and principal not in known:
            raise _nothing_to_revoke(name, principal, now.of(principal))
    plan = plan_for(now, staged, await who_asks(workspace))
    if shown is not None and not _as_shown(plan, shown):
        raise _changed(name, grant_changes(base.direct, now.direct) if base is not None else (), now)
    others = conflicting_changes(base, now, plan) if base is not None and shown is None else ()
    if others:
        raise _changed(name, others, now)
    return plan, now


async def planned_request(
    workspace: Session, name: str, staged: Staged, base: AccessControlList | None = None
) -> tuple[Request | None, AccessControlList]:
    """Return the request that a change takes, None where nothing would change; sends nothing but reads."""
    plan, now = await plan_change(workspace, name, staged, base)
    if plan.method is None:
        return None, now
    info = await _with_id(workspace, name)
    body = {"access_control_list": request_entries(plan.grants)}
    return access_request(plan.method, str(info.id), body, where=workspace.where), now


async def change_access(
    workspace: Session,
    name: str,
    staged: Staged,
    *,
    base: AccessControlList | None = None,
    shown: AccessPlan | None = None,
    confirm: bool = False,
) -> AccessControlList:
    """Carry out a change of permissions by one request.

    Parameters
    ----------
    base, shown
        As for :func:`plan_change`.
    """
    result: list[AccessControlList] = []

    async def send(client: Client, before: EndpointInfo | None) -> EndpointInfo | None:
        # Planned in its turn among the writes and right before it is sent: what is replaced is what there is now.
        plan, now = await plan_change(workspace, name, staged, base, shown)
        if plan.concerns and not confirm:
            raise ActionRefused(
                " ".join(concern.message for concern in plan.concerns) + " Nothing was sent.",
                action="permissions",
                endpoint=name,
                hint="If that is meant: confirm=True, or --confirm on a %serving line.",
                code=plan.concerns[0].code,
            )
        if plan.method is None:
            result.append(now)
            return before
        write = client.set_permissions if plan.method == "PUT" else client.update_permissions
        try:
            acl = await write(before.id if before is not None else None, plan.grants, name=name)
        except ResourceDoesNotExist as error:
            error.hint = _who_is_missing(error.said, staged, known_access(workspace).values()) or error.hint
            raise
        result.append(_seen(workspace, name, acl))
        states = {"before": before, "access_before": now, "access_after": acl}
        await workspace.history.record(name, "permissions", workspace.clock.now(), **states)
        try:
            return await workspace.watcher.look(name)
        except ServingError:
            # The change was made, and may well be why nothing is to be seen any more.
            return before

    await workspace.write(name, "permissions", send, join=False)
    return result[0]


def _seen(workspace: Session, name: str, acl: AccessControlList) -> AccessControlList:
    known_access(workspace)[name] = acl
    workspace.activity.access_seen(name, acl)
    return acl


async def _with_id(workspace: Session, name: str) -> EndpointInfo:
    seen = workspace.watcher.store.get(name)
    info = seen.info if seen is not None and not seen.deleted else await workspace.watcher.look(name)
    if info.id is None:
        raise ActionRefused(
            f"{name} has no permissions of its own: the service provides it to everyone in the workspace.",
            action="permissions",
            endpoint=name,
            hint="Create an endpoint of your own to decide who may use it.",
            code="built_in",
        )
    return info


def _who_is_missing(said: str, staged: Iterable[Principal], lists: Iterable[AccessControlList]) -> str:
    """Return what there is to say of a principal that the service does not know; "" where it is something else."""
    longest_first = sorted(staged, key=lambda principal: -len(principal.name))
    missing = next((principal for principal in longest_first if names_principal(said, principal.name)), None)
    if missing is None:
        return ""
    called = {
        entry.principal
        for acl in lists
        for entry in acl.entries
        if missing.name.lower() in (entry.display_name.lower(), entry.principal.name.lower())
        and entry.principal != missing
    }
    if called:
        meant = " or ".join(f"{each.name}, the {_CALLED[each.kind]} {missing.name}" for each in sorted(called))
        return f"Did you mean {meant}?"
    return _UNKNOWN[missing.kind].format(missing.name)


def names_principal(said: str, name: str) -> bool:
    """Whether a sentence of the service names a principal, and not only one whose name this one is a part of."""
    inside = re.search(r"\((.*)\)", said)
    if inside is not None:
        return inside[1] == name
    return re.search(rf"(?<![\w.@+-]){re.escape(name)}(?![\w@+-]|\.\w)", said) is not None


_CALLED = {"user": "user", "group": "group", "service_principal": "service principal"}
_UNKNOWN = {
    "group": "No group is called {}. A user is named by e-mail, a service principal by its application id.",
    "user": "No user has the e-mail {}. A group goes by its name, a service principal by its application id.",
    "service_principal": "No service principal has the application id {}. Administrators see it in the workspace's "
    "settings.",
}


def _as_shown(plan: AccessPlan, shown: AccessPlan) -> bool:
    # A concern that has gone needs no confirmation; a new one was not confirmed.
    return (
        (plan.method, plan.changes) == (shown.method, shown.changes)
        and dict(plan.grants) == dict(shown.grants)
        and set(plan.concerns) <= set(shown.concerns)
    )


def _changed(name: str, others: Iterable[GrantChange], now: AccessControlList) -> AccessChanged:
    who = ", ".join(str(change.principal) for change in others)
    refusal = AccessChanged(
        f"The permissions of {name} were changed by someone else in the meantime ({who}). Nothing was sent."
        if who
        else f"What this would do to the permissions of {name} is no longer what was shown. Nothing was sent.",
        action="permissions",
        endpoint=name,
        hint="Look at them as they are now, then save again.",
        code="access_changed",
    )
    refusal.acl = now
    return refusal


def _nothing_to_revoke(name: str, principal: Principal, entry: AccessEntry | None) -> ActionRefused:
    if entry is not None and includes(entry.inherited, "CAN_VIEW"):
        places = ", ".join(dict.fromkeys(place for grant in entry.grants for place in grant.inherited_from))
        message = f"On {name}, {principal} has {entry.inherited} by inheritance ({places or 'from above'})."
        hint = "What is inherited can only be changed where it comes from: an administrator can."
    else:
        message = f"Nothing was granted to {principal} on {name}."
        hint = f"See who has what: %serving permissions {name}. Members of a group have what the group has."
    return ActionRefused(
        f"{message} Nothing was sent.", action="permissions", endpoint=name, hint=hint, code="no_grant"
    )
