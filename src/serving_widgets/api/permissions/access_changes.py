"""What a change of permissions would do, before it is sent; and who can do what, and why. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from .access_control_list import (
    AccessControlList,
    AccessEntry,
    GrantChange,
    PermissionGrant,
    Principal,
    grant_changes,
    highest_level,
    includes,
    level_rank,
)

#: What each level lets its holder do (Databricks docs, *Serving endpoint ACLs*).
ABILITIES: Mapping[str, str] = {"view": "CAN_VIEW", "query": "CAN_QUERY", "manage": "CAN_MANAGE"}

Method = Literal["PATCH", "PUT"]
ReasonSource = Literal["direct", "group", "inherited"]


@dataclass(frozen=True, slots=True)
class Concern:
    """Something that a person has to confirm: a word for programs, a sentence for people."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class AccessPlan:
    """A change of an endpoint's direct grants, ready to be sent.

    Attributes
    ----------
    method
        PATCH where grants are made or raised or lowered only, PUT where one is taken away; None where nothing changes.
    grants
        What the request carries: those to make, or with PUT all that there shall be.
    changes
        What the request does to the grants as they are.
    concerns
        What has to be confirmed first.
    """

    method: Method | None = None
    grants: Mapping[Principal, str] = field(default_factory=dict)
    changes: tuple[GrantChange, ...] = ()
    concerns: tuple[Concern, ...] = ()


@dataclass(frozen=True, slots=True)
class AccessReason:
    """Why a principal has a level: granted on the endpoint, to a group of his there, or inherited from above.

    Attributes
    ----------
    through
        The group that he has it through, or where it is inherited from.
    """

    level: str
    source: ReasonSource
    through: str = ""


def plan_access(
    acl: AccessControlList,
    staged: Mapping[Principal, str | None],
    *,
    me: Principal | None = None,
    groups: Iterable[str] = (),
) -> AccessPlan:
    """Return the request that makes ``staged`` so.

    Parameters
    ----------
    acl : AccessControlList
        The list as it is.
    staged : mapping
        The direct level that each principal shall have; None to take it away.
    me, groups : Principal, iterable of str, optional
        Who asks, and the names of his groups.

    Examples
    --------
    >>> analysts = Principal("group", "analysts")
    >>> plan_access(AccessControlList(), {analysts: "CAN_VIEW"}).method
    'PATCH'
    """
    before = acl.direct
    wanted = {who: level for who, level in staged.items() if before.get(who) != level}
    gone = [who for who, level in wanted.items() if level is None]
    kept = {who: level for who, level in wanted.items() if level is not None}
    if not wanted:
        return AccessPlan()
    method: Method = "PUT" if gone else "PATCH"
    grants = {who: level for who, level in {**before, **kept}.items() if who not in gone} if gone else kept
    after = after_request(before, method, grants)
    mine = {principal for principal in (me, *(Principal("group", name) for name in groups)) if principal is not None}
    return AccessPlan(method, grants, grant_changes(before, after), tuple(_concerns(acl, before, after, mine, me)))


def after_request(
    before: Mapping[Principal, str], method: Method, grants: Mapping[Principal, str]
) -> dict[Principal, str]:
    """Return the direct grants after a request: PUT replaces all of them, PATCH adds and changes."""
    return dict(grants) if method == "PUT" else {**before, **grants}


def changed_list(acl: AccessControlList, staged: Mapping[Principal, str | None]) -> AccessControlList:
    """Return a list as it would be with other direct grants; None takes one away, and what is inherited stays."""
    kept = {entry.principal: tuple(each for each in entry.grants if each.inherited) for entry in acl.entries}
    before = {entry.principal: entry for entry in acl.entries}
    changed = [
        AccessEntry(
            who,
            before[who].display_name if who in before else "",
            (*kept.get(who, ()), *([PermissionGrant(level)] if level is not None else [])),
        )
        for who, level in staged.items()
    ]
    rest = [entry for entry in acl.entries if entry.principal not in staged]
    return AccessControlList(acl.object_id, (*rest, *changed), acl.raw)


def conflicting_changes(base: AccessControlList, now: AccessControlList, plan: AccessPlan) -> tuple[GrantChange, ...]:
    """Return what others changed since ``base`` was read that a plan made from it would undo."""
    others = grant_changes(base.direct, now.direct)
    if plan.method == "PUT":
        return others
    return tuple(change for change in others if change.principal in plan.grants)


def access_reasons(acl: AccessControlList, who: Principal, groups: Iterable[str] = ()) -> tuple[AccessReason, ...]:
    """Return why a principal can do what he can, the strongest reason first.

    Parameters
    ----------
    who
        A user, group or service principal.
    groups
        The names of the groups that he is a member of.

    Examples
    --------
    >>> acl = AccessControlList.read({"access_control_list": [{"group_name": "analysts", "all_permissions":
    ...     [{"permission_level": "CAN_VIEW", "inherited": False}]}]})
    >>> access_reasons(acl, Principal("user", "vera@example.com"), ["analysts"])
    (AccessReason(level='CAN_VIEW', source='group', through='analysts'),)
    """
    found = []
    for entry in acl.entries:
        through = entry.principal.name if entry.principal.kind == "group" and entry.principal.name in groups else ""
        if entry.principal != who and not through:
            continue
        for grant in entry.grants:
            source: ReasonSource = "inherited" if grant.inherited else "group" if through else "direct"
            found.append(AccessReason(grant.level, source, through or ", ".join(grant.inherited_from)))
    order = ("direct", "group", "inherited")
    return tuple(sorted(found, key=lambda each: (-level_rank(each.level), order.index(each.source), each.through)))


def ability_reasons(
    acl: AccessControlList, who: Principal, groups: Iterable[str] = ()
) -> dict[str, AccessReason | None]:
    """Return for each ability the reason why a principal has it, None where he has not."""
    names = tuple(groups)
    why = access_reasons(acl, who, names)
    return {
        ability: next((reason for reason in why if includes(reason.level, level)), None)
        for ability, level in ABILITIES.items()
    }


def _concerns(
    acl: AccessControlList,
    before: Mapping[Principal, str],
    after: Mapping[Principal, str],
    mine: set[Principal],
    me: Principal | None,
) -> Iterable[Concern]:
    inherited = {entry.principal: entry.inherited for entry in acl.entries if entry.inherited}
    if me is not None:
        had = highest_level([*_levels(before, mine), *_levels(inherited, mine)])
        keeps = highest_level([*_levels(after, mine), *_levels(inherited, mine)])
        if had is not None and not includes(keeps, had):
            left = f"only {keeps}" if keeps else "nothing"
            yield Concern(
                "own_access", f"You would lose your own {had} and keep {left}: you could not undo this yourself."
            )
    elif losers := [who for who, level in before.items() if level == "CAN_MANAGE" and after.get(who) != level]:
        # Whoever may change the list manages the endpoint, so it may be one of these.
        yield Concern(
            "maybe_own_access",
            f"The service did not say who you are. If you have your CAN_MANAGE as {_either(losers)}, you would lose it "
            "and could not undo this yourself.",
        )
    if "CAN_MANAGE" in before.values() and "CAN_MANAGE" not in after.values():
        yield Concern(
            "last_manager", "No one on the endpoint's own list could manage it any more, only administrators."
        )


def _either(principals: list[Principal]) -> str:
    return " or ".join(map(str, sorted(principals)))


def _levels(grants: Mapping[Principal, str], whose: set[Principal]) -> list[str]:
    return [level for principal, level in grants.items() if principal in whose]
