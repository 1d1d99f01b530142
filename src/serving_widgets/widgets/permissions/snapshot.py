"""What a view shows of an endpoint's permissions, as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from serving_widgets.api.permissions.access_changes import AccessPlan, AccessReason, ability_reasons
from serving_widgets.api.permissions.access_control_list import (
    LEVELS,
    AccessControlList,
    AccessEntry,
    GrantChange,
    PermissionLevel,
    Principal,
    request_entries,
)
from serving_widgets.api.permissions.users import CurrentUser
from serving_widgets.widgets.core.contract import RecipePicture
from serving_widgets.widgets.core.snapshot import recipe
from serving_widgets.workspace.changes.dry_run import access_request

from .contract import (
    AccessRow,
    AclBody,
    ChangePicture,
    Level,
    MatrixRow,
    NamedWho,
    News,
    OthersChange,
    PlanPicture,
    Reason,
    Who,
)
from .draft import AccessDraft, key_of

if TYPE_CHECKING:
    from serving_widgets.workspace import Session


def rows(draft: AccessDraft) -> list[AccessRow]:
    """Return a row for each principal: those that the list has, in its order, then those that are to be added."""
    entries = list(draft.acl.entries) if draft.acl is not None else []
    known = {entry.principal for entry in entries}
    entries += [AccessEntry(principal) for principal in draft.staged if principal not in known]
    return [_row(entry, draft) for entry in entries]


def matrix(acl: AccessControlList | None, user: CurrentUser | None) -> list[MatrixRow]:
    """Return who can do what and why: the caller first, with what its groups have, then everybody on the list."""
    if acl is None:
        return []
    me = _me(user)
    mine = [_abilities(acl, me, user.display_name, user.groups)] if user is not None and me is not None else []
    others = (entry for entry in acl.entries if entry.principal != me)
    return [*mine, *(_abilities(acl, entry.principal, entry.display_name) for entry in others)]


def plan(workspace: Session, name: str, endpoint_id: str | None, draft: AccessDraft) -> PlanPicture | None:
    """Return the request that saving would send, what it does, and the lines that do the same; None for none."""
    planned = draft.plan
    if planned.method is None or endpoint_id is None:
        return None
    body: AclBody = {"access_control_list": [*request_entries(planned.grants)]}
    request = access_request(planned.method, endpoint_id, body)
    return {
        "key": key_of(planned),
        "method": planned.method,
        "path": request.path,
        "body": body,
        "changes": [_change(change) for change in planned.changes],
        "concerns": [{"code": concern.code, "message": concern.message} for concern in planned.concerns],
        "recipes": _recipes(workspace, name, planned),
    }


def news(draft: AccessDraft, *, refused: bool) -> News | None:
    """Return what others changed since the edits were staged; ``refused`` says that saving was called off for it."""
    if not draft.news and not refused:
        return None
    told = [_others(change, draft) for change in draft.news]
    return {"refused": refused, "changes": told}


def levels(known: Sequence[PermissionLevel]) -> list[Level]:
    """Return the levels that can be granted, with what the service says of each."""
    said = known or [PermissionLevel(level) for level in LEVELS]
    return [{"level": each.level, "says": each.description} for each in said]


def caller(user: CurrentUser | None) -> NamedWho | None:
    """Return whom the connection belongs to."""
    me = _me(user)
    return None if user is None or me is None else {**_who(me), "display": user.display_name}


def _row(entry: AccessEntry, draft: AccessDraft) -> AccessRow:
    who = entry.principal
    fault = draft.faults.get(who)
    user = draft.user
    return {
        **_who(who),
        "display": entry.display_name if entry.display_name != who.name else "",
        "direct": entry.direct,
        "inherited": entry.inherited,
        "origins": list(dict.fromkeys(place for grant in entry.grants for place in grant.inherited_from)),
        "staged": who in draft.staged,
        "wanted": draft.staged.get(who, entry.direct),
        "me": who == _me(user),
        "mine": who.kind == "group" and user is not None and who.name in user.groups,
        "fault": None if fault is None else fault.said,
    }


def _abilities(acl: AccessControlList, who: Principal, display: str, groups: Iterable[str] = ()) -> MatrixRow:
    why = ability_reasons(acl, who, groups)
    return {
        **_who(who),
        "display": display if display != who.name else "",
        "view": _reason(why["view"]),
        "query": _reason(why["query"]),
        "manage": _reason(why["manage"]),
    }


def _reason(reason: AccessReason | None) -> Reason | None:
    return None if reason is None else {"level": reason.level, "source": reason.source, "through": reason.through}


def _change(change: GrantChange) -> ChangePicture:
    return {**_who(change.principal), "before": change.before, "after": change.after}


def _others(change: GrantChange, draft: AccessDraft) -> OthersChange:
    who = change.principal
    told: OthersChange = {"kind": who.kind, "name": who.name, "before": change.before, "after": change.after}
    if who in draft.staged:
        told["yours"] = draft.staged[who]
    return told


def _recipes(workspace: Session, name: str, planned: AccessPlan) -> list[RecipePicture]:
    told = {change.principal: change.after for change in planned.changes}
    if any(Principal.named(who.name) != who or not who.name.isprintable() for who in told):
        # A line names principals by their form: this one would be taken for another principal, or look like it.
        return []
    return [_recipe(workspace, name, who, level, bool(planned.concerns)) for who, level in told.items()]


def _recipe(workspace: Session, name: str, who: Principal, level: str | None, confirm: bool) -> RecipePicture:
    action, details = ("revoke", {}) if level is None else ("grant", {"level": level})
    return recipe(workspace, action, name, principal=who.name, confirm=confirm, **details)


def _who(principal: Principal) -> Who:
    return {"kind": principal.kind, "name": principal.name}


def _me(user: CurrentUser | None) -> Principal | None:
    return user.principal if user is not None and user.user_name else None
