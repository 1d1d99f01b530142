"""Permissions through handles: look, grant, revoke."""

import asyncio

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import serving_widgets as sw
from serving_widgets.api.permissions.access_control_list import Principal, request_entries
from serving_widgets.api.permissions.users import CurrentUser
from serving_widgets.workspace.changes.grants import AccessChanged, _who_is_missing, change_access, plan_for
from serving_widgets.workspace.runtime import event_loop

SP = "6f0c1c1e-8a3b-4d5e-9f70-1b2c3d4e5f60"


@pytest.fixture
def permissions(ws):
    return ws.endpoints.get("churn").permissions


def sent(ws):
    return [
        (entry["method"], entry["body"])
        for entry in ws.mock.journal()
        if "/permissions/" in entry["path"] and entry["method"] != "GET"
    ]


def test_the_list_names_everybody_with_kind_and_level(permissions):
    frame = permissions.list().to_frame().set_index("principal")
    assert frame.loc["ada@example.com", ["kind", "direct"]].tolist() == ["user", "CAN_MANAGE"]
    assert frame.loc["admins", ["kind", "inherited"]].tolist() == ["group", "CAN_MANAGE"]
    assert frame["direct"].isna()["admins"]
    assert "Permissions of churn – mock workspace (demo)" in repr(permissions.list())


def test_the_levels_come_with_what_they_mean(permissions):
    assert [level.level for level in permissions.levels()] == ["CAN_VIEW", "CAN_QUERY", "CAN_MANAGE"]
    assert all(level.description for level in permissions.levels())


@pytest.mark.parametrize(
    ("whom", "kind"), [("quentin@example.com", "user"), ("analysts", "group"), (SP, "service_principal")]
)
def test_a_grant_names_users_groups_and_service_principals_by_what_they_are_called(ws, permissions, whom, kind):
    entry = permissions.grant(whom, "CAN_QUERY")[whom]
    assert (entry.principal.kind, entry.direct) == (kind, "CAN_QUERY")
    ((method, body),) = sent(ws)
    assert method == "PATCH"
    assert body["access_control_list"] == [
        {{"user": "user_name", "group": "group_name", "service_principal": "service_principal_name"}[kind]: whom}
        | {"permission_level": "CAN_QUERY"}
    ]


@pytest.mark.parametrize(
    ("whom", "hint"),
    [
        ("nobody", "No group is called nobody. A user is named by e-mail, a service principal by its application id."),
        ("nobody@example.com", "No user has the e-mail nobody@example.com."),
        (SP.replace("6", "7"), f"No service principal has the application id {SP.replace('6', '7')}."),
    ],
)
def test_a_grant_to_somebody_whom_nobody_knows_says_how_principals_are_named(permissions, whom, hint):
    with pytest.raises(sw.ServingError) as raised:
        permissions.grant(whom, "CAN_QUERY")
    assert raised.value.hint.startswith(hint)
    assert "%serving list" not in str(raised.value)


def test_a_grant_by_what_somebody_is_shown_as_names_who_is_meant(permissions):
    shown = permissions.grant(SP, "CAN_QUERY")[SP].display_name
    with pytest.raises(sw.ConfigError) as raised:
        permissions.grant(shown, "CAN_VIEW")
    assert raised.value.hint == f"Did you mean {SP}, the service principal {shown}?"


@pytest.mark.parametrize("said", ["Principal: GroupName({}) does not exist", "There is no {}.", "{} was not found"])
@pytest.mark.parametrize("name", ["data science", "science-team", "ana.lysts", "analysts"])
def test_whoever_is_missing_is_told_by_the_whole_name_that_the_service_says(said, name):
    names = ["data", "science", "team", "data science", "science-team", "ana", "ana.lysts", "lysts", "analysts"]
    staged = {Principal("group", each): "CAN_VIEW" for each in names}
    assert _who_is_missing(said.format(name), staged, ()).startswith(f"No group is called {name}. ")


def test_of_somebody_whom_a_change_does_not_touch_nothing_is_said(permissions):
    staged = {Principal("group", "analysts"): "CAN_VIEW"}
    assert _who_is_missing("Principal: GroupName(analysts-eu) does not exist", staged, ()) == ""
    with pytest.raises(sw.ConfigError) as raised:
        permissions.change({"analysts": "CAN_VIEW", "analysts-eu": "CAN_VIEW"})
    assert raised.value.hint.startswith("No group is called analysts-eu.")


@pytest.mark.parametrize("level", ["manage", "CAN-MANAGE", "can_manage", " CAN MANAGE "])
def test_a_level_may_be_written_as_people_write_it(permissions, level):
    assert permissions.grant("vera@example.com", level)["vera@example.com"].direct == "CAN_MANAGE"


def test_a_revocation_replaces_the_list_by_the_rest_of_the_direct_grants(ws, permissions):
    before = {entry.principal for entry in permissions.list() if entry.direct}
    after = {entry.principal for entry in permissions.revoke("analysts") if entry.direct}
    assert before - after == {Principal("group", "analysts")}
    ((method, body),) = sent(ws)
    assert method == "PUT"
    assert all("admins" not in entry.values() for entry in body["access_control_list"])


def test_what_is_inherited_can_not_be_revoked_here(ws, permissions):
    with pytest.raises(sw.ActionRefused, match="On churn, the group admins has CAN_MANAGE by inheritance"):
        permissions.revoke("admins")
    assert sent(ws) == []


def test_what_was_never_granted_can_not_be_revoked(ws, permissions):
    with pytest.raises(sw.ActionRefused, match=r"Nothing was granted to nobody@example\.com on churn"):
        permissions.revoke("nobody@example.com")
    assert sent(ws) == []


def test_losing_ones_own_access_takes_a_confirmation(ws, connect):
    ben = connect(host=ws.host, token=ws.mock.token_of("ben@example.com"), name="ben")
    permissions = ben.endpoints.get("churn").permissions
    with pytest.raises(sw.ActionRefused, match="You would lose your own CAN_MANAGE and keep nothing") as caught:
        permissions.revoke("data-science")
    assert caught.value.code == "own_access"
    assert sent(ws) == []
    permissions.revoke("data-science", confirm=True)
    with pytest.raises(sw.ServingError):
        permissions.list()


def test_taking_the_last_manager_away_takes_a_confirmation(ws):
    permissions = ws.endpoints.create("lonely", entity_name="main.ml.ads", entity_version="1").permissions
    with pytest.raises(sw.ActionRefused, match="any more, only administrators") as caught:
        permissions.revoke("ada@example.com")
    assert "confirm=True" in caught.value.hint
    assert [entry for entry in permissions.revoke("ada@example.com", confirm=True) if entry.direct] == []


def test_an_endpoint_of_the_services_own_has_no_permissions(ws):
    with pytest.raises(sw.ActionRefused, match="has no permissions of its own"):
        ws.endpoints.get("databricks-llama").permissions.list()


def test_a_change_made_on_an_old_list_is_refused_if_it_would_undo_another(ws, permissions):
    base = permissions.list().acl
    permissions.grant("vera@example.com", "CAN_QUERY")
    with pytest.raises(AccessChanged, match="changed by someone else in the meantime") as caught:
        permissions.change({Principal.named("analysts"): None}, base=base)
    assert caught.value.acl.of(Principal.named("vera@example.com")).direct == "CAN_QUERY"
    assert [method for method, _ in sent(ws)] == ["PATCH"]


def test_a_change_that_undoes_nothing_goes_through(ws, permissions):
    base = permissions.list().acl
    permissions.grant("vera@example.com", "CAN_QUERY")
    access = permissions.change({Principal.named("quentin@example.com"): "CAN_VIEW"}, base=base)
    assert (access["vera@example.com"].direct, access["quentin@example.com"].direct) == ("CAN_QUERY", "CAN_VIEW")


def test_what_somebody_else_took_away_already_is_no_error_to_take_away(ws, permissions):
    base = permissions.list().acl
    permissions.revoke("analysts")
    access = permissions.change({"analysts": None, "vera@example.com": "view"}, base=base)
    assert access["vera@example.com"].direct == "CAN_VIEW"
    assert [method for method, _ in sent(ws)] == ["PUT", "PATCH"]


def test_several_changes_by_name_are_one_request(ws, permissions):
    access = permissions.change({"vera@example.com": "manage", "applications": None})
    assert access["vera@example.com"].direct == "CAN_MANAGE"
    assert [method for method, _ in sent(ws)] == ["PUT"]


ANALYSTS, VERA = Principal.named("analysts"), Principal.named("vera@example.com")


@pytest.mark.parametrize(
    ("staged", "theirs", "goes_through"),
    [
        ({VERA: "CAN_QUERY"}, {"ben@example.com": "CAN_VIEW"}, True),
        ({VERA: "CAN_QUERY"}, {"vera@example.com": "CAN_VIEW"}, False),
        ({VERA: "CAN_QUERY", ANALYSTS: "CAN_QUERY"}, {"vera@example.com": "CAN_QUERY"}, False),
        ({ANALYSTS: None}, {"ben@example.com": "CAN_VIEW"}, False),
        ({ANALYSTS: None}, {"analysts": None}, False),
    ],
)
def test_a_change_that_was_shown_is_sent_as_shown_or_not_at_all(ws, permissions, staged, theirs, goes_through):
    base = permissions.list().acl
    shown = plan_for(base, staged, None)
    permissions.change(theirs)
    before = sent(ws)

    def save():
        return event_loop.run_sync(lambda: change_access(ws, "churn", staged, base=base, shown=shown), twin="")

    if goes_through:
        save()
        ((method, body),) = sent(ws)[len(before) :]
        assert (method, body["access_control_list"]) == (shown.method, request_entries(shown.grants))
    else:
        with pytest.raises(AccessChanged, match=r"changed by someone else in the meantime"):
            save()
        assert sent(ws) == before


def test_a_concern_that_nobody_was_shown_is_not_confirmed_by_another_one(ws, permissions):
    base = permissions.change({"ben@example.com": "CAN_MANAGE"}).acl
    staged = {Principal.named("data-science"): "CAN_VIEW", Principal.named("ada@example.com"): "CAN_VIEW"}
    shown = plan_for(base, staged, CurrentUser(user_name="vera@example.com"))
    assert (shown.method, shown.concerns) == ("PATCH", ())
    permissions.change({"ben@example.com": "CAN_VIEW"})
    with pytest.raises(AccessChanged):
        event_loop.run_sync(lambda: change_access(ws, "churn", staged, base=base, shown=shown, confirm=True), twin="")


def test_a_dry_run_shows_the_request_and_sends_nothing(ws, permissions, capsys):
    permissions.grant("analysts", "CAN_QUERY", dry_run=True)
    permissions.revoke("analysts", dry_run=True)
    out = capsys.readouterr().out
    assert "PATCH /api/2.0/permissions/serving-endpoints/" in out
    assert "PUT /api/2.0/permissions/serving-endpoints/" in out
    assert sent(ws) == []


@pytest.mark.parametrize(
    ("whom", "level", "said"),
    [
        ("", "CAN_VIEW", "names no principal"),
        (None, "CAN_VIEW", "names no principal"),
        ("a@b.c", "CAN_QUEERY", "no permission level"),
    ],
)
def test_what_can_not_be_granted_is_said_before_anything_is_sent(ws, permissions, whom, level, said):
    with pytest.raises(sw.ConfigError, match=said):
        permissions.grant(whom, level)
    assert sent(ws) == []


def test_an_unknown_principal_is_the_services_to_refuse(permissions):
    with pytest.raises(sw.NotFound, match=r"nobody@example\.com"):
        permissions.grant("nobody@example.com", "CAN_VIEW")


def test_a_read_only_workspace_shows_permissions_and_changes_none(connect):
    ws = connect("mock", clock="manual", read_only=True)
    permissions = ws.endpoints.get("churn").permissions
    assert len(permissions.list()) > 1
    with pytest.raises(sw.ActionRefused, match="read-only"):
        permissions.grant("analysts", "CAN_QUERY")
    assert sent(ws) == []


def test_the_awaitable_twins_do_the_same(permissions):
    async def run():
        await permissions.aio.grant("vera@example.com", "CAN_QUERY")
        return await permissions.aio.revoke("vera@example.com")

    assert Principal.named("vera@example.com") not in {entry.principal for entry in asyncio.run(run()) if entry.direct}


people = st.sampled_from(["vera@example.com", "quentin@example.com", "ben@example.com", "analysts", "applications"])
edits = st.dictionaries(people, st.none() | st.sampled_from(["CAN_VIEW", "CAN_QUERY", "CAN_MANAGE"]), min_size=1)


@settings(max_examples=max(5, settings.default.max_examples // 10), suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.booleans(), edits), min_size=1, max_size=4))
def test_two_editors_never_lose_each_others_change_silently(ws, rounds):
    ws.mock.reset()
    permissions = ws.endpoints.get("churn").permissions
    bases = [permissions.list().acl] * 2
    for second, edit in rounds:
        now = permissions.list().acl
        base = bases[second]
        staged = {
            Principal.named(who): level
            for who, level in edit.items()
            if level is not None or (now.direct.get(Principal.named(who)) and base.direct.get(Principal.named(who)))
        }
        try:
            after = permissions.change(staged, base=base, confirm=True).acl
        except AccessChanged as refused:
            bases[second] = refused.acl
            assert permissions.list().acl.direct == now.direct
            continue
        bases[second] = after
        untouched = {who: level for who, level in now.direct.items() if who not in staged}
        assert {who: level for who, level in after.direct.items() if who not in staged} == untouched
