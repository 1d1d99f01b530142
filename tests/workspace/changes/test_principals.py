"""Who a word means, and why somebody can do what, as the directory tells."""

import pytest

import serving_widgets as sw
from serving_widgets.api.permissions.access_control_list import Principal

BATCH = "6f0c1c1e-8a3b-4d5e-9f70-1b2c3d4e5f60"
SCIM = "/api/2.0/preview/scim/v2/*"


@pytest.fixture
def permissions(ws):
    return ws.endpoints.get("churn").permissions


@pytest.fixture
def no_directory(ws):
    ws.mock.faults([{"path": SCIM, "status": 403, "count": None}])


def test_a_group_that_is_not_on_the_list_is_looked_up_and_granted(ws, permissions):
    assert permissions.grant("users", "CAN_VIEW")["users"].principal == Principal("group", "users")
    assert any(entry["path"].endswith("/scim/v2/Groups") for entry in ws.mock.journal())


def test_an_unknown_word_is_never_taken_for_a_group(permissions, writes, ws):
    with pytest.raises(sw.ConfigError, match="No user, group or service principal is called 'analysst'"):
        permissions.grant("analysst", "CAN_VIEW")
    assert writes(ws) == []


@pytest.mark.parametrize(("shown", "meant"), [("Vera Lind", "vera@example.com"), ("batch-scoring", BATCH)])
def test_a_grant_by_a_display_name_tells_who_is_called_so(permissions, shown, meant):
    with pytest.raises(sw.ConfigError, match="chosen freely") as raised:
        permissions.grant(shown, "CAN_VIEW")
    assert meant in raised.value.hint


def test_where_several_go_by_a_name_one_has_to_be_chosen(permissions, ws, monkeypatch):
    from serving_widgets.api.permissions.directory import DirectoryEntry
    from serving_widgets.client import Client

    async def twice(self, kind, attribute, value, *, timeout=None):
        return [DirectoryEntry(Principal(kind, value if kind == "group" else f"{kind}@example.com"), "1", value)]

    monkeypatch.setattr(Client, "find_principals", twice)
    with pytest.raises(sw.ConfigError, match="3 principals are called 'ops'") as raised:
        permissions.grant("ops", "CAN_VIEW")
    assert raised.value.code == "ambiguous_principal"
    assert "the group ops" in raised.value.message
    assert permissions.grant(Principal("group", "users"), "CAN_VIEW")["users"].direct == "CAN_VIEW"


def test_where_the_directory_may_not_be_read_that_is_said_and_the_kind_can_be(permissions, no_directory, ws, writes):
    with pytest.raises(sw.ConfigError, match="The principal 'users' can't be looked up") as raised:
        permissions.grant("users", "CAN_VIEW")
    assert "--kind group" in raised.value.hint
    assert writes(ws) == []
    permissions.grant(Principal("group", "users"), "CAN_VIEW")
    permissions.grant("analysts", "CAN_QUERY")
    assert permissions.grant("vera@example.com", "CAN_QUERY")["vera@example.com"].direct == "CAN_QUERY"


@pytest.mark.parametrize("who", ["vera@example.com", "Vera Lind"])
def test_why_another_can_look_is_told_by_her_group(permissions, who):
    found = permissions.explain(who)
    assert (found.level, found.principal.name) == ("CAN_VIEW", "vera@example.com")
    (reason,) = found.reasons
    assert (reason.source, reason.through) == ("group", "analysts")
    assert found.groups == ("users", "analysts")
    assert "view (CAN_VIEW of the group analysts)" in repr(found)
    assert "mock workspace" in repr(found)


def test_a_service_principal_goes_by_application_id_or_name(permissions):
    assert permissions.explain("batch-scoring").principal == Principal("service_principal", BATCH)
    assert permissions.explain(BATCH).level == "CAN_QUERY"


def test_of_a_group_its_members_are_told(permissions):
    found = permissions.explain("analysts")
    assert (found.level, found.members) == ("CAN_VIEW", ("Vera Lind",))


def test_who_may_not_look_into_the_directory_is_told_what_is_left_out(ws, connect):
    opened = connect(host=ws.host, token=ws.mock.token_of("ben@example.com"), name="ben", read_only=True)
    permissions = opened.endpoints.get("churn").permissions
    assert "left out" in permissions.explain("vera@example.com").note
    own = permissions.explain("ben@example.com")
    assert (own.level, own.note) == ("CAN_MANAGE", "")
    assert "not shown who is in the group" in permissions.explain("analysts").note


def test_without_a_directory_the_list_still_tells(permissions, no_directory):
    found = permissions.explain("analysts")
    assert found.level == "CAN_VIEW"
    assert "can't be looked up" in found.note


def test_whom_nothing_is_granted_has_no_level(permissions):
    assert permissions.explain("customer@example.com").level is None
    with pytest.raises(sw.ConfigError, match="No user, group or service principal"):
        permissions.explain("nothing like it")
