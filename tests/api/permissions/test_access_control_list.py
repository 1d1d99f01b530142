"""Access control lists as the service sends them, and what would change one into another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serving_widgets.api.permissions.access_control_list import (
    LEVELS,
    AccessControlList,
    AccessEntry,
    PermissionGrant,
    Principal,
    grant_changes,
    highest_level,
    includes,
    request_entries,
)
from serving_widgets.api.permissions.users import CurrentUser

ADA = Principal("user", "ada@example.com")
ANALYSTS = Principal("group", "analysts")
BATCH = Principal("service_principal", "6f0c1c1e-8a3b-4d5e-9f70-1b2c3d4e5f60")
RAW = {
    "object_id": "/serving-endpoints/0a1b",
    "object_type": "serving-endpoint",
    "access_control_list": [
        {
            "user_name": ADA.name,
            "display_name": "Ada",
            "all_permissions": [
                {"permission_level": "CAN_QUERY", "inherited": False},
                {"permission_level": "CAN_MANAGE", "inherited": True, "inherited_from_object": ["/serving-endpoints/"]},
            ],
        },
        {"service_principal_name": BATCH.name, "all_permissions": [{"permission_level": "CAN_QUERY"}]},
        {"group_name": "admins", "all_permissions": [{"permission_level": "CAN_MANAGE", "inherited": True}]},
    ],
}
PRINCIPALS = st.builds(
    Principal, st.sampled_from(["user", "group", "service_principal"]), st.text("abc", min_size=1, max_size=2)
)
GRANTS = st.dictionaries(PRINCIPALS, st.sampled_from(LEVELS), max_size=6)


def test_direct_and_inherited_grants_are_told_apart():
    acl = AccessControlList.read(RAW)
    ada = acl.of(ADA)
    assert (ada.direct, ada.inherited, ada.effective) == ("CAN_QUERY", "CAN_MANAGE", "CAN_MANAGE")
    assert ada.grants[1] == PermissionGrant("CAN_MANAGE", True, ("/serving-endpoints/",))
    assert ada.display_name == "Ada"
    assert acl.direct == {ADA: "CAN_QUERY", BATCH: "CAN_QUERY"}
    assert acl.of(ANALYSTS) is None
    assert (acl.object_id, acl.raw) == ("/serving-endpoints/0a1b", RAW)


def test_managers_are_those_who_can_grant_however_they_came_to_it():
    assert AccessControlList.read(RAW).managers == (ADA, Principal("group", "admins"))


@pytest.mark.parametrize(
    "odd",
    [
        {},
        {"access_control_list": None},
        {"access_control_list": [3, {}, {"user_name": ""}, {"user_name": 7}]},
        {"access_control_list": {}},
        {"object_id": 5},
    ],
)
def test_an_answer_of_an_odd_shape_is_an_empty_list_and_stays_at_hand(odd):
    acl = AccessControlList.read(odd)
    assert (acl.entries, acl.raw) == ((), odd)


def test_grants_of_an_odd_shape_are_left_out():
    odd = {"group_name": "g", "all_permissions": [{}, {"permission_level": None}, 3, {"permission_level": "CAN_VIEW"}]}
    assert AccessControlList.read({"access_control_list": [odd]}).direct == {Principal("group", "g"): "CAN_VIEW"}


@given(st.lists(st.sampled_from(LEVELS), min_size=1))
def test_the_highest_level_includes_all_others(levels):
    assert all(includes(highest_level(levels), level) for level in levels)


def test_a_level_that_nobody_has_seen_includes_itself_alone_and_counts_least():
    assert includes("CAN_FLY", "CAN_FLY")
    assert not includes("CAN_FLY", "CAN_VIEW")
    assert not includes("CAN_MANAGE", "CAN_FLY")
    assert highest_level(["CAN_FLY", "CAN_VIEW"]) == "CAN_VIEW"
    assert highest_level(["CAN_FLY"]) == "CAN_FLY"
    assert highest_level([]) is None


def test_a_name_tells_by_its_form_whom_it_stands_for():
    named = [Principal.named(text) for text in (" ada@example.com ", "analysts", BATCH.name, BATCH.name.upper())]
    assert named == [ADA, ANALYSTS, BATCH, Principal("service_principal", BATCH.name.upper())]
    assert [str(each) for each in named[1:3]] == ["the group analysts", f"the service principal {BATCH.name}"]


@given(GRANTS)
def test_what_is_written_for_a_put_reads_back_as_the_same_direct_grants(grants):
    answered = [
        {**entry, "all_permissions": [{"permission_level": entry.pop("permission_level"), "inherited": False}]}
        for entry in request_entries(grants)
    ]
    assert AccessControlList.read({"access_control_list": answered}).direct == grants


@given(GRANTS, GRANTS)
def test_the_changes_from_one_list_to_another_lead_there(before, after):
    now = dict(before)
    for change in grant_changes(before, after):
        assert now.pop(change.principal, None) == change.before != change.after
        if change.after is not None:
            now[change.principal] = change.after
    assert now == after


def test_an_entry_without_grants_has_no_level():
    entry = AccessEntry(ADA)
    assert (entry.direct, entry.inherited, entry.effective) == (None, None, None)


def test_the_user_is_read_from_what_the_directory_says():
    user = CurrentUser.read(
        {"id": 7, "userName": ADA.name, "displayName": "Ada", "groups": [{"display": "users"}, {}, 3, {"display": 4}]}
    )
    assert (user.id, user.user_name, user.display_name, user.groups) == ("7", ADA.name, "Ada", ("users",))
    assert (user.principal, user.admin) == (ADA, False)
    assert CurrentUser.read({"groups": "admins"}).groups == ()
