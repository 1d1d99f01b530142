"""Whom a change of permissions would affect: members of groups one by one, and who keeps what by another way."""

import pytest

from serving_widgets.api.permissions.access_control_list import Principal
from serving_widgets.workspace.changes.access_impact import access_impact

NAME = "example-endpoint"
ANALYSTS, APPLICATIONS = Principal("group", "analysts"), Principal("group", "applications")
VERA, QUENTIN = Principal("user", "vera@example.com"), Principal("user", "quentin@example.com")


@pytest.fixture
def impact(ws, on_loop):
    return lambda staged: on_loop(access_impact, ws, NAME, staged)


def test_who_is_in_a_group_loses_what_only_the_group_gave(impact, ws):
    found = impact({APPLICATIONS: None})
    assert {each.principal.name: (each.before, each.after) for each in found.shifts} == {
        "applications": ("CAN_QUERY", None),
        "quentin@example.com": ("CAN_QUERY", None),
        "6f0c1c1e-8a3b-4d5e-9f70-1b2c3d4e5f60": ("CAN_QUERY", None),
    }
    assert QUENTIN in found.losers
    ws.endpoints.get(NAME).permissions.grant(QUENTIN, "CAN_VIEW")
    assert next(each.after for each in impact({APPLICATIONS: None}).shifts if each.principal == QUENTIN) == "CAN_VIEW"


def test_who_keeps_it_by_another_way_is_not_named(impact, ws):
    ws.endpoints.get(NAME).permissions.grant(VERA, "CAN_QUERY")
    assert {each.principal for each in impact({ANALYSTS: None}).shifts} == {ANALYSTS}
    assert impact({VERA: None}).shifts[0].after == "CAN_VIEW"
    assert impact({Principal("user", "ada@example.com"): "CAN_VIEW"}).shifts == ()


def test_a_higher_level_is_no_loss(impact):
    found = impact({ANALYSTS: "CAN_MANAGE"})
    assert {each.principal: each.after for each in found.shifts} == {ANALYSTS: "CAN_MANAGE", VERA: "CAN_MANAGE"}
    assert found.losers == ()


def test_who_may_not_read_the_directory_is_told_what_is_not_known(ws, connect, on_loop):
    token = next(each["token"] for each in ws.mock.connection()["users"] if each["user_name"] == "ben@example.com")
    ben = connect(host=ws.host, token=token, name="ben")
    found = on_loop(access_impact, ben, NAME, {ANALYSTS: None})
    assert [each.principal for each in found.shifts] == [ANALYSTS]
    assert "Who is in the group analysts is not known." in repr(found)


def test_a_dry_run_shows_it_and_nothing_is_sent(ws, writes, capsys):
    ws.endpoints.get(NAME).permissions.revoke("applications", dry_run=True)
    shown = capsys.readouterr().out
    assert f"Whom it would affect: {NAME}" in shown
    assert "quentin@example.com" in shown
    assert writes(ws) == []
