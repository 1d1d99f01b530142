"""PermissionsEditor: edits are staged here, shown as the request they are, and sent as shown or not at all."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from patience import until

import serving_widgets as sw
from serving_widgets.api.permissions.access_changes import after_request
from serving_widgets.api.permissions.access_control_list import AccessControlList, Principal
from serving_widgets.mock.service import assumptions

BATCH = "6f0c1c1e-8a3b-4d5e-9f70-1b2c3d4e5f60"
VERA, ANALYSTS = "vera@example.com", "analysts"
HOSTILE = "<img src=x onerror=alert(1)>"


class Editing:
    """An editor, its page, and what a person would do with it."""

    def __init__(self, widget, page):
        self.widget = widget
        self.view = page(widget)
        self.view.ask("hello", view=f"v{id(self)}")

    def ask(self, op, **args):
        return self.view.ask(op, **args)

    @property
    def access(self):
        return self.widget.state["access"]

    @property
    def plan(self):
        return self.access["plan"]

    def row(self, name):
        return next(row for row in self.access["rows"] if row["name"] == name)

    def set(self, name, level):
        return self.ask("stage", principal=vars_of(name), level=level)

    def store(self, **more):
        return self.ask("save", plan=self.plan["key"], **more)


def vars_of(name):
    who = Principal.named(name)
    return {"kind": who.kind, "name": who.name}


def requests(ws, reads=False):
    return [
        (entry["method"], entry["body"])
        for entry in ws.mock.journal()
        if "/permissions/" in entry["path"] and (reads or entry["method"] != "GET")
    ]


@pytest.fixture
def editor(ws, page):
    return Editing(sw.PermissionsEditor("churn"), page)


@pytest.fixture
def as_ben(ws):
    """Return the same workspace as somebody who manages churn through a group only."""
    opened = sw.connect(host=ws.host, token=ws.mock.token_of("ben@example.com"), name="ben")
    yield opened
    opened.close()


# The picture


def test_everybody_is_shown_with_kind_display_name_and_where_the_level_comes_from(editor):
    ada, admins = editor.row("ada@example.com"), editor.row("admins")
    assert (ada["kind"], ada["display"], ada["direct"], ada["inherited"]) == ("user", "Ada Nyman", "CAN_MANAGE", None)
    assert (ada["me"], admins["me"], admins["mine"]) == (True, False, True)
    assert (admins["kind"], admins["direct"], admins["inherited"]) == ("group", None, "CAN_MANAGE")
    assert admins["origins"] == ["/serving-endpoints/"]


def test_the_matrix_has_the_callers_own_row_first_and_says_why(editor):
    first, *others = editor.access["matrix"]
    assert first["name"] == "ada@example.com"
    assert first["manage"] == {"level": "CAN_MANAGE", "source": "direct", "through": ""}
    rows = {row["name"]: row for row in others}
    assert rows["admins"]["query"]["source"] == "inherited"
    assert rows[ANALYSTS]["view"] is not None
    assert rows[ANALYSTS]["manage"] is None


def test_what_the_caller_has_through_a_group_is_said_with_the_group(as_ben, page):
    editing = Editing(sw.PermissionsEditor("churn", workspace=as_ben), page)
    mine = editing.access["matrix"][0]
    assert mine["name"] == "ben@example.com"
    assert mine["manage"] == {"level": "CAN_MANAGE", "source": "group", "through": "data-science"}


def test_the_list_is_read_on_hello_and_after_a_save_and_never_polled(editor, ws):
    ws.endpoints.get("churn").permissions.grant(VERA, "CAN_QUERY")
    reads = len(requests(ws, reads=True))
    ws.mock.advance(600)
    assert until(lambda: len(ws.mock.journal()) > reads + 20)
    assert len(requests(ws, reads=True)) == reads
    assert all(row["name"] != VERA for row in editor.access["rows"])
    editor.ask("hello", view="another")
    assert editor.row(VERA)["direct"] == "CAN_QUERY"


# Staging


@pytest.mark.parametrize(
    ("typed", "kind"), [(f" {VERA} ", "user"), ("applications", "group"), (BATCH, "service_principal")]
)
def test_a_grant_is_staged_for_whoever_the_form_of_the_name_says_and_nothing_is_sent(editor, ws, typed, kind):
    answer = editor.ask("add", principal=typed, level="CAN_VIEW")
    assert answer["data"] == {"kind": kind, "name": typed.strip()}
    row = editor.row(typed.strip())
    assert (row["staged"], row["wanted"]) == (True, "CAN_VIEW")
    assert requests(ws) == []


def test_the_page_tells_the_kind_by_the_same_forms(editor):
    assert list(editor.access["forms"]) == ["service_principal", "user", "group"]


def test_what_was_staged_and_is_so_already_is_no_edit(editor):
    editor.set(ANALYSTS, "CAN_QUERY")
    editor.set(ANALYSTS, editor.row(ANALYSTS)["direct"])
    assert editor.plan is None
    assert not editor.row(ANALYSTS)["staged"]


def test_a_staged_grant_can_be_taken_back_alone_or_with_all(editor):
    editor.ask("add", principal=VERA, level="CAN_VIEW")
    editor.set(ANALYSTS, None)
    editor.ask("unstage", principal=vars_of(VERA))
    assert [change["name"] for change in editor.plan["changes"]] == [ANALYSTS]
    assert all(row["name"] != VERA for row in editor.access["rows"])
    editor.ask("discard")
    assert editor.plan is None


def test_what_is_inherited_can_not_be_removed_here(editor):
    answer = editor.set("admins", None)
    assert answer["error"]["code"] == "no_grant"
    assert "inherited" in answer["error"]["hint"]


@pytest.mark.parametrize("args", [{"principal": "", "level": "CAN_VIEW"}, {"principal": VERA, "level": "CAN_FLY"}, {}])
def test_a_grant_of_nothing_or_to_nobody_is_refused(editor, args):
    assert editor.ask("add", **args)["type"] == "error"
    assert editor.plan is None


@pytest.mark.parametrize(
    "principal", [None, 7, {"kind": "robot", "name": "x"}, {"kind": "user"}, {"kind": ["user"], "name": "x"}]
)
def test_a_page_that_sends_nonsense_changes_nothing(editor, principal):
    assert editor.ask("stage", principal=principal, level="CAN_VIEW")["type"] == "error"
    assert editor.plan is None


def test_a_reload_of_the_page_and_a_second_display_find_the_edits(editor, page):
    editor.ask("add", principal=VERA, level="CAN_VIEW")
    again = Editing(editor.widget, page)
    assert again.row(VERA)["staged"]
    assert page(editor.widget).states()[-1]["access"]["plan"]["changes"][0]["name"] == VERA


def test_the_staged_edits_are_a_public_trait_that_can_be_observed(editor):
    seen = []
    editor.widget.observe(lambda change: seen.append(change.new), "staged")
    editor.ask("add", principal=VERA, level="CAN_VIEW")
    assert until(lambda: seen[-1:] == [{Principal.named(VERA): "CAN_VIEW"}])


# The difference and the request


def test_grants_alone_are_a_patch_that_names_only_what_changes(editor, ws):
    editor.ask("add", principal=VERA, level="CAN_VIEW")
    editor.set(ANALYSTS, "CAN_QUERY")
    plan = editor.plan
    assert plan["method"] == "PATCH"
    assert [(change["name"], change["before"], change["after"]) for change in plan["changes"]] == [
        (ANALYSTS, "CAN_VIEW", "CAN_QUERY"),
        (VERA, None, "CAN_VIEW"),
    ]
    assert editor.store()["data"] == {"outcome": "saved"}
    assert requests(ws) == [("PATCH", plan["body"])]


def test_a_removal_is_a_put_of_the_other_direct_grants(editor, ws):
    editor.set(ANALYSTS, None)
    plan = editor.plan
    assert plan["method"] == "PUT"
    assert "admins" not in json.dumps(plan["body"])
    editor.store()
    assert requests(ws) == [("PUT", plan["body"])]
    assert plan["path"] in [entry["path"] for entry in ws.mock.journal()]
    assert editor.plan is None
    assert all(row["name"] != ANALYSTS for row in editor.access["rows"])


def test_each_edit_has_its_recipe(editor):
    editor.ask("add", principal=VERA, level="CAN_VIEW")
    editor.set(ANALYSTS, None)
    told = [recipe["magic"] for recipe in editor.plan["recipes"]]
    assert told == ["%serving revoke churn analysts", "%serving grant churn vera@example.com CAN_VIEW"]


def test_no_recipe_is_offered_that_would_name_somebody_else(editor):
    for name in ("a@b.example", "ana\u202elysts"):
        editor.ask("discard")
        editor.ask("import", json=json.dumps([{"group_name": name, "permission_level": "CAN_VIEW"}]))
        assert editor.plan["recipes"] == []


people = st.sampled_from(
    [VERA, "quentin@example.com", "ben@example.com", ANALYSTS, "applications", "data-science", BATCH]
)
edits = st.dictionaries(people, st.none() | st.sampled_from(["CAN_VIEW", "CAN_QUERY", "CAN_MANAGE"]), min_size=1)
FEW = max(5, settings.default.max_examples // 10)


@settings(max_examples=FEW, suppress_health_check=list(HealthCheck))
@given(edits)
def test_the_shown_difference_is_the_list_after_less_the_list_before(editor, ws, edits):
    ws.mock.reset()
    editor.ask("discard")
    editor.ask("refresh")
    direct = ws.endpoints.get("churn").permissions.list().acl.direct
    for name, level in edits.items():
        editor.set(name, level)
    wanted = {**direct, **{Principal.named(name): level for name, level in edits.items()}}
    wanted = {who: level for who, level in wanted.items() if level is not None}
    plan = editor.plan
    if plan is not None:
        editor.store(confirm=True)
    after = ws.endpoints.get("churn").permissions.list().acl.direct
    assert after == wanted
    shown = {(change["name"], change["before"], change["after"]) for change in plan["changes"]} if plan else set()
    names = {who for who in {**direct, **after} if direct.get(who) != after.get(who)}
    assert shown == {(who.name, direct.get(who), after.get(who)) for who in names}
    assert editor.plan is None


@settings(max_examples=FEW, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.booleans(), edits), min_size=1, max_size=4))
def test_two_editors_never_lose_each_others_change_silently(ws, page, rounds):
    ws.mock.reset()
    editors = [Editing(sw.PermissionsEditor("churn"), page) for _ in range(2)]
    for second, edit in rounds:
        mine = editors[second]
        for name, level in edit.items():
            mine.set(name, level)
        now = ws.endpoints.get("churn").permissions.list().acl.direct
        plan = mine.plan
        if plan is None:
            continue
        sent = len(requests(ws))
        outcome = mine.store(confirm=True)["data"]["outcome"]
        after = ws.endpoints.get("churn").permissions.list().acl.direct
        if outcome == "saved":
            shown = {Principal(each["kind"], each["name"]): each["after"] for each in plan["changes"]}
            assert after == {who: lvl for who, lvl in {**now, **shown}.items() if lvl is not None}
            assert requests(ws)[sent:] == [(plan["method"], plan["body"])]
        else:
            assert (outcome, after, len(requests(ws))) == ("changed", now, sent)
            assert mine.access["news"]["refused"]
            if mine.plan is not None:
                assert mine.store(confirm=True)["data"]["outcome"] == "saved"
    for each in editors:
        each.widget.close()


# Conflicts


def test_a_conflict_sends_nothing_shows_the_new_list_and_stages_the_edits_again(editor, ws):
    editor.set(ANALYSTS, None)
    ws.endpoints.get("churn").permissions.change({VERA: "CAN_QUERY", ANALYSTS: "CAN_QUERY"})
    sent = requests(ws)
    assert editor.store()["data"] == {"outcome": "changed"}
    assert requests(ws) == sent
    assert editor.row(VERA)["direct"] == "CAN_QUERY"
    news = editor.access["news"]
    assert news["refused"]
    assert [(change["name"], change["before"], change["after"]) for change in news["changes"]] == [
        (ANALYSTS, "CAN_VIEW", "CAN_QUERY"),
        (VERA, None, "CAN_QUERY"),
    ]
    assert [change.get("yours", "untouched") for change in news["changes"]] == [None, "untouched"]
    assert [(change["name"], change["before"]) for change in editor.plan["changes"]] == [(ANALYSTS, "CAN_QUERY")]
    assert editor.store()["data"] == {"outcome": "saved"}
    assert editor.access["news"] is None


def test_a_change_elsewhere_that_a_grant_does_not_touch_is_no_conflict(editor, ws):
    editor.ask("add", principal="quentin@example.com", level="CAN_VIEW")
    ws.endpoints.get("churn").permissions.grant(VERA, "CAN_QUERY")
    assert editor.store()["data"] == {"outcome": "saved"}
    assert editor.row(VERA)["direct"] == "CAN_QUERY"


def test_a_refresh_keeps_the_edits_and_tells_what_others_changed(editor, ws):
    editor.set(ANALYSTS, None)
    ws.endpoints.get("churn").permissions.grant(VERA, "CAN_QUERY")
    editor.ask("refresh")
    assert editor.row(ANALYSTS)["staged"]
    assert [change["name"] for change in editor.access["news"]["changes"]] == [VERA]
    assert not editor.access["news"]["refused"]
    editor.ask("seen")
    assert editor.access["news"] is None


def test_a_view_that_showed_other_edits_saves_nothing(editor, ws):
    editor.set(ANALYSTS, None)
    shown = editor.plan["key"]
    editor.set("applications", None)
    answer = editor.ask("save", plan=shown)
    assert answer["error"]["code"] == "plan_changed"
    assert requests(ws) == []


def test_ten_clicks_send_one_request(editor, ws):
    ws.mock.faults([{"method": "PATCH", "path": "*permissions*", "delay": 0.3, "count": 1}])
    editor.ask("add", principal=VERA, level="CAN_VIEW")
    key = editor.plan["key"]
    asked = [editor.view.say("save", plan=key) for _ in range(10)]
    assert until(lambda: all(editor.view.answers(request)[-1]["type"] == "result" for request in asked))
    assert len(requests(ws)) == 1


def test_nothing_is_edited_while_a_save_is_under_way(editor, ws):
    ws.mock.faults([{"method": "PATCH", "path": "*permissions*", "delay": 0.5, "count": 1}])
    editor.ask("add", principal=VERA, level="CAN_VIEW")
    saving = editor.view.say("save", plan=editor.plan["key"])
    assert until(lambda: editor.access["saving"])
    assert editor.ask("discard")["error"]["code"] == "saving"
    assert until(lambda: editor.view.answers(saving)[-1]["type"] == "result")
    assert not editor.access["saving"]
    assert editor.row(VERA)["direct"] == "CAN_VIEW"


# Guards


def test_losing_ones_own_access_takes_a_second_confirmation(as_ben, ws, page):
    editing = Editing(sw.PermissionsEditor("churn", workspace=as_ben), page)
    editing.set("data-science", "CAN_VIEW")
    (concern,) = editing.plan["concerns"]
    assert concern["code"] == "own_access"
    assert "You would lose your own CAN_MANAGE and keep only CAN_VIEW" in concern["message"]
    assert editing.store()["error"]["code"] == "not_confirmed"
    assert editing.store(confirm="yes")["error"]["code"] == "not_confirmed"
    assert requests(ws) == []
    assert editing.store(confirm=True)["data"] == {"outcome": "saved"}
    assert editing.access["can"] is not None
    assert editing.access["unread"]["code"] == "permission_denied"


def test_who_took_his_own_access_away_does_not_read_that_the_endpoint_is_deleted(as_ben, page):
    editing = Editing(sw.PermissionsEditor("churn", workspace=as_ben), page)
    editing.set("data-science", None)
    editing.store(confirm=True)
    as_ben.endpoints.list()
    editing.ask("refresh")
    assert "does not have permission" in editing.access["can"]
    assert "deleted" not in editing.access["unread"]["hint"]


def test_taking_the_last_manager_away_takes_a_second_confirmation(ws, page):
    ws.endpoints.create("lonely", entity_name="main.ml.ads", entity_version="1")
    editing = Editing(sw.PermissionsEditor("lonely"), page)
    editing.set("ada@example.com", None)
    assert [concern["code"] for concern in editing.plan["concerns"]] == ["last_manager"]
    assert editing.store()["error"]["code"] == "not_confirmed"
    assert editing.store(confirm=True)["data"] == {"outcome": "saved"}


def test_whom_the_service_does_not_know_by_name_is_asked_before_any_manager_loses_that(ws, page):
    ws.mock.faults(
        [{"path": "/api/2.0/preview/scim/v2/Me", "status": 403, "body": {"error_code": "PERMISSION_DENIED"}}]
    )
    editing = Editing(sw.PermissionsEditor("churn"), page)
    assert editing.access["me"] is None
    editing.set("analysts", None)
    assert editing.plan["concerns"] == []
    editing.set("data-science", "CAN_QUERY")
    (concern,) = editing.plan["concerns"]
    assert "If you have your CAN_MANAGE as the group data-science, you would lose it" in concern["message"]
    assert editing.store()["error"]["code"] == "not_confirmed"
    assert requests(ws) == []
    assert editing.store(confirm=True)["data"] == {"outcome": "saved"}


def test_an_endpoint_of_the_services_own_is_explained(ws, page):
    editing = Editing(sw.PermissionsEditor("databricks-llama"), page)
    assert editing.access["unread"]["code"] == "built_in"
    assert "no permissions of its own" in editing.access["unread"]["message"]
    assert not editing.access["known"]
    assert editing.ask("add", principal=VERA, level="CAN_VIEW")["type"] == "error"


def test_somebody_who_may_not_manage_sees_the_list_where_the_service_shows_it_and_why_it_is_fixed(
    ws, page, monkeypatch
):
    monkeypatch.setattr(assumptions, "PERMISSIONS_SHOWN_TO", "view")
    opened = sw.connect(host=ws.host, token=ws.mock.token_of("quentin@example.com"), name="quentin")
    editing = Editing(sw.PermissionsEditor("churn", workspace=opened), page)
    assert editing.access["rows"]
    assert "takes CAN MANAGE, and you have CAN QUERY" in editing.access["can"]
    assert editing.ask("add", principal=VERA, level="CAN_VIEW")["error"]["code"] == "not_editable"
    opened.close()


def test_a_list_that_may_not_be_read_is_explained(ws, page):
    opened = sw.connect(host=ws.host, token=ws.mock.token_of("quentin@example.com"), name="quentin")
    editing = Editing(sw.PermissionsEditor("churn", workspace=opened), page)
    assert editing.access["unread"]["code"] == "permission_denied"
    assert "takes CAN MANAGE, and you have CAN QUERY" in editing.access["unread"]["hint"]
    assert editing.access["can"] is not None
    opened.close()


def test_a_read_only_workspace_shows_the_list_and_changes_nothing(page):
    opened = sw.connect("mock", clock="manual", read_only=True)
    editing = Editing(sw.PermissionsEditor("churn", workspace=opened), page)
    assert editing.access["rows"]
    assert "read-only" in editing.access["can"]
    assert editing.set(ANALYSTS, None)["error"]["code"] == "not_editable"
    assert requests(opened) == []
    opened.close()


def test_an_endpoint_that_does_not_exist_says_so_once(ws, page):
    editing = Editing(sw.PermissionsEditor("nope"), page)
    assert editing.widget.state["link"]["problem"] is not None
    assert editing.access["unread"] is None


def test_an_endpoint_that_was_deleted_can_not_be_edited(editor, ws):
    ws.endpoints.get("churn").delete()
    assert until(lambda: editor.access["can"] == "churn is deleted.")


# Failures


def test_an_unknown_principal_is_the_services_to_refuse_and_only_its_row_says_so(editor, ws):
    editor.ask("add", principal="nobody@example.com", level="CAN_VIEW")
    editor.ask("add", principal=VERA, level="CAN_VIEW")
    assert editor.store()["data"] == {"outcome": "failed"}
    assert "nobody@example.com" in editor.row("nobody@example.com")["fault"]
    assert editor.row(VERA)["fault"] is None
    assert len(editor.plan["changes"]) == 2
    editor.ask("unstage", principal=vars_of("nobody@example.com"))
    assert editor.access["failed"] is None
    assert editor.store()["data"] == {"outcome": "saved"}


def test_a_name_within_another_one_is_not_blamed(editor):
    editor.ask("add", principal="nobody@example.com", level="CAN_VIEW")
    editor.ask("add", principal="example.com", level="CAN_VIEW")
    editor.ask("add", principal="nobody", level="CAN_VIEW")
    editor.store()
    assert [row["name"] for row in editor.access["rows"] if row["fault"]] == ["nobody@example.com"]


@pytest.mark.parametrize("status", [400, 403, 500])
def test_after_a_failed_save_the_edits_are_still_there(editor, ws, status):
    editor.set(ANALYSTS, None)
    editor.ask("add", principal=VERA, level="CAN_VIEW")
    ws.mock.faults([{"method": "PUT", "path": "*permissions*", "status": status, "count": 1}])
    assert editor.store()["data"] == {"outcome": "failed"}
    assert editor.access["failed"]["message"]
    assert len(editor.plan["changes"]) == 2
    assert editor.store()["data"] == {"outcome": "saved"}


def test_a_save_whose_outcome_is_not_known_is_looked_up_and_nobody_else_is_blamed_for_it(editor, ws):
    editor.set(ANALYSTS, None)
    ws.mock.faults(
        [
            {"method": "PUT", "path": "*permissions*", "disconnect": "after"},
            {"method": "GET", "path": "*/permissions/*", "skip": 1, "count": None, "status": 500},
        ]
    )
    assert editor.store()["data"] == {"outcome": "failed"}
    assert "unknown" in editor.access["failed"]["code"]
    assert editor.plan is not None
    ws.mock.faults([])
    editor.ask("refresh")
    assert editor.plan is None
    assert editor.access["news"] is None


def test_a_list_that_can_not_be_read_for_a_while_keeps_the_last_one_and_the_edits(editor, ws):
    editor.ask("add", principal=VERA, level="CAN_VIEW")
    ws.mock.faults([{"method": "GET", "path": "*permissions*", "status": 500}])
    editor.ask("refresh")
    assert editor.access["unread"] is not None
    assert editor.row(VERA)["staged"]
    ws.mock.faults([])
    editor.ask("refresh")
    assert editor.access["unread"] is None
    assert editor.row(VERA)["staged"]


# From elsewhere


def test_the_grants_of_another_endpoint_are_staged(editor, ws):
    ws.endpoints.get("pricing").permissions.change({VERA: "CAN_QUERY", ANALYSTS: "CAN_QUERY"})
    answer = editor.ask("copy_from", name="pricing")
    assert answer["data"]["staged"] == len(editor.plan["changes"])
    assert editor.row(VERA)["wanted"] == editor.row(ANALYSTS)["wanted"] == "CAN_QUERY"
    before = ws.endpoints.get("pricing").permissions.list().acl.direct
    editor.ask("copy_from", name="pricing", replace=True)
    editor.store(confirm=True)
    assert ws.endpoints.get("churn").permissions.list().acl.direct == before


def test_names_are_completed_from_what_the_watcher_has_seen(editor):
    found = editor.ask("names", text="e")["data"]
    assert "pricing" not in found
    assert found[0].startswith("e")
    assert "churn" not in editor.ask("names", text="")["data"]
    assert "databricks-llama" not in editor.ask("names", text="")["data"]


@pytest.mark.parametrize("name", ["churn", "nope", "databricks-llama", "a/b", ""])
def test_what_can_not_be_copied_is_refused_and_stages_nothing(editor, name):
    assert editor.ask("copy_from", name=name)["type"] == "error"
    assert editor.plan is None


def test_what_is_exported_can_be_imported_elsewhere(editor, ws, page):
    told = editor.ask("export")["data"]
    assert told["file"] == "churn-permissions.json"
    other = Editing(sw.PermissionsEditor("pricing"), page)
    other.ask("import", json=told["text"], replace=True)
    if other.plan is not None:
        other.store(confirm=True)
    lists = [ws.endpoints.get(name).permissions.list().acl.direct for name in ("churn", "pricing")]
    assert lists[0] == lists[1]


def test_an_import_that_is_wrong_names_the_place_and_stages_nothing(editor):
    text = json.dumps([{"user_name": VERA, "permission_level": "CAN_VIEW"}, {"user_name": VERA}])
    assert editor.ask("import", json=text)["error"]["message"].startswith("[1]:")
    assert editor.ask("import")["type"] == "error"
    assert editor.plan is None


# Saved


def test_a_saved_notebook_shows_the_table_without_a_kernel_and_without_an_element_of_anybody_elses(ws):
    ws.endpoints.get("churn").permissions.grant(VERA, "CAN_QUERY")
    editor = sw.PermissionsEditor("churn")
    data, _ = editor._repr_mimebundle_()
    assert "Permissions of churn" in data["text/plain"]
    assert VERA in data["text/html"]
    acl = {
        "access_control_list": [
            {
                "user_name": HOSTILE,
                "display_name": HOSTILE,
                "all_permissions": [{"permission_level": HOSTILE, "inherited": False}],
            }
        ]
    }
    editor._draft.take(AccessControlList.read(acl))
    assert "<img" not in editor._static()["text/html"]


def test_a_saved_notebook_says_why_there_is_no_table(ws):
    data, _ = sw.PermissionsEditor("databricks-llama")._repr_mimebundle_()
    assert "no permissions of its own" in data["text/plain"]
    data, _ = sw.PermissionsEditor("nope")._repr_mimebundle_()
    assert "nope" in data["text/plain"]


def test_an_argument_that_nobody_knows_is_refused(ws):
    with pytest.raises(TypeError, match="takes no argument 'levell'"):
        sw.PermissionsEditor("churn", levell="CAN_VIEW")
    with pytest.raises(TypeError, match=r"takes no argument 'workspce'\. Did you mean 'workspace'"):
        sw.PermissionsEditor("churn", workspce=ws)
    with pytest.raises(TypeError, match=r"StatusBadge takes no argument 'name'\. Did you mean 'endpoint'"):
        sw.StatusBadge(name="churn")
    with pytest.raises(TypeError, match=r"takes no argument 'name'\. Did you mean 'endpoint'"):
        sw.PermissionsEditor("churn", name="churn")


def test_the_plan_that_is_shown_is_what_the_request_makes_of_the_list(editor):
    editor.set(ANALYSTS, None)
    editor.ask("add", principal=VERA, level="CAN_QUERY")
    draft = editor.widget._draft
    after = after_request(draft.acl.direct, draft.plan.method, draft.plan.grants)
    sent = {
        next(iter(entry.values())): entry["permission_level"] for entry in editor.plan["body"]["access_control_list"]
    }
    assert sent == {who.name: level for who, level in after.items()}
