"""What a change of permissions would do, and who can do what, and why."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serving_widgets.api.permissions.access_changes import (
    ABILITIES,
    AccessReason,
    ability_reasons,
    access_reasons,
    after_request,
    conflicting_changes,
    plan_access,
)
from serving_widgets.api.permissions.access_control_list import LEVELS, AccessControlList, Principal, grant_changes

ADA = Principal("user", "ada@example.com")
BEN = Principal("user", "ben@example.com")
ANALYSTS = Principal("group", "analysts")
ADMINS = Principal("group", "admins")
PEOPLE = [ADA, BEN, ANALYSTS, Principal("group", "applications"), Principal("service_principal", "6f0c-sp")]
FIELDS = {"user": "user_name", "group": "group_name", "service_principal": "service_principal_name"}


def acl(direct, inherited=None):
    """Return a list as the service writes it, from direct and inherited levels by principal."""
    inherited = {ADMINS: "CAN_MANAGE"} if inherited is None else inherited
    entries = []
    for who in dict.fromkeys([*direct, *inherited]):
        grants = []
        if who in direct:
            grants.append({"permission_level": direct[who], "inherited": False})
        if who in inherited:
            grants.append(
                {
                    "permission_level": inherited[who],
                    "inherited": True,
                    "inherited_from_object": ["/serving-endpoints/"],
                }
            )
        entries.append({FIELDS[who.kind]: who.name, "all_permissions": grants})
    return AccessControlList.read({"access_control_list": entries})


levels = st.sampled_from(LEVELS)
grants = st.dictionaries(st.sampled_from(PEOPLE), levels, max_size=5)
staging = st.dictionaries(st.sampled_from(PEOPLE), st.none() | levels, max_size=5)


@given(grants, staging)
def test_the_shown_difference_is_the_list_after_less_the_list_before(before, staged):
    plan = plan_access(acl(before), staged)
    after = after_request(before, plan.method, plan.grants) if plan.method else before
    assert plan.changes == grant_changes(before, after)
    assert after == {who: level for who, level in {**before, **staged}.items() if level is not None}


@given(grants, staging)
def test_only_taking_something_away_replaces_the_list(before, staged):
    plan = plan_access(acl(before), staged)
    removed = [who for who, level in staged.items() if level is None and who in before]
    assert (plan.method == "PUT") == bool(removed)
    assert ADMINS not in plan.grants, "inherited entries are never sent back"


@given(grants, staging, grants)
def test_no_change_of_another_editor_is_undone_silently(base, staged, now):
    plan = plan_access(acl(base), staged)
    if plan.method is None:
        return
    theirs = grant_changes(base, now)
    after = after_request(now, plan.method, plan.grants)
    undone = [change for change in theirs if after.get(change.principal) != change.after]
    if undone:
        assert conflicting_changes(acl(base), acl(now), plan)


@given(grants, staging, st.lists(st.sampled_from(["analysts", "applications", "admins"]), unique=True))
def test_nobody_locks_himself_out_without_being_asked(before, staged, groups):
    plan = plan_access(acl(before), staged, me=ADA, groups=groups)

    def level_of_ada(direct):
        mine = [direct.get(ADA), *(direct.get(Principal("group", name)) for name in groups)]
        mine += ["CAN_MANAGE"] if "admins" in groups else []
        return max((LEVELS.index(level) for level in mine if level), default=-1)

    after = after_request(before, plan.method, plan.grants) if plan.method else before
    loses = level_of_ada(after) < level_of_ada(before)
    assert ("own_access" in [concern.code for concern in plan.concerns]) == loses


def test_taking_the_last_manager_away_is_a_concern():
    plan = plan_access(acl({BEN: "CAN_MANAGE"}), {BEN: None}, me=ADA, groups=["admins"])
    assert [concern.code for concern in plan.concerns] == ["last_manager"]
    assert not plan_access(acl({BEN: "CAN_MANAGE", ADA: "CAN_MANAGE"}), {BEN: None}, me=ADA).concerns


@given(grants, staging)
def test_whoever_may_be_asking_loses_no_right_to_manage_without_being_asked(before, staged):
    plan = plan_access(acl(before), staged)
    after = after_request(before, plan.method, plan.grants) if plan.method else before
    loses = any(level == "CAN_MANAGE" and after.get(who) != level for who, level in before.items())
    assert ("maybe_own_access" in [concern.code for concern in plan.concerns]) == loses


def test_what_is_so_already_takes_no_request():
    assert plan_access(acl({BEN: "CAN_VIEW"}), {BEN: "CAN_VIEW", ADA: None}).method is None


@given(grants, grants, st.sampled_from(PEOPLE), st.lists(st.sampled_from(["analysts", "applications"]), unique=True))
def test_effective_levels_and_their_reasons_agree_with_brute_force(direct, inherited, who, groups):
    everything = [
        (level, source if principal == who or source == "inherited" else "group", principal)
        for source, table in (("direct", direct), ("inherited", inherited))
        for principal, level in table.items()
        if principal == who or (principal.kind == "group" and principal.name in groups)
    ]
    best = max((LEVELS.index(level) for level, _, _ in everything), default=-1)
    why = ability_reasons(acl(direct, inherited), who, groups)
    for ability, level in ABILITIES.items():
        allowed = LEVELS.index(level) <= best
        assert (why[ability] is not None) == allowed
        if allowed:
            assert (why[ability].level, why[ability].source) in [
                (each, "direct" if source == "direct" and principal == who else source)
                for each, source, principal in everything
            ] or (why[ability].source == "group" and principal_of_group(why[ability]) in groups)
            assert LEVELS.index(why[ability].level) == best


def principal_of_group(reason):
    return reason.through


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        ([], ()),
        (["analysts"], (AccessReason("CAN_VIEW", "group", "analysts"),)),
        (
            ["analysts", "admins"],
            (AccessReason("CAN_MANAGE", "inherited", "admins"), AccessReason("CAN_VIEW", "group", "analysts")),
        ),
    ],
)
def test_reasons_name_the_group(groups, expected):
    assert access_reasons(acl({ANALYSTS: "CAN_VIEW"}), BEN, groups) == expected


def test_all_places_that_a_level_comes_from_are_told_apart():
    grants = [
        {"permission_level": "CAN_VIEW", "inherited": True, "inherited_from_object": ["/folders/1", "/folders/2"]}
    ]
    found = AccessControlList.read({"access_control_list": [{"user_name": ADA.name, "all_permissions": grants}]})
    assert access_reasons(found, ADA) == (AccessReason("CAN_VIEW", "inherited", "/folders/1, /folders/2"),)
