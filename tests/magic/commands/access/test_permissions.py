"""``%serving permissions``, ``grant`` and ``revoke``: who may do what and why, and changes of that."""

import json
import random
import re

import pytest

import serving_widgets as sw
from serving_widgets.api.permissions.access_changes import ABILITIES, access_reasons
from serving_widgets.api.permissions.access_control_list import AccessControlList, GrantChange, Principal, includes
from serving_widgets.api.permissions.access_control_list import grant_changes as changes_of
from serving_widgets.magic.completion import complete
from serving_widgets.render import access_table
from serving_widgets.render.permissions import abilities_table, access_changes_table
from serving_widgets.workspace.changes.grants import known_access
from serving_widgets.workspace.handles.permissions import Permissions

CHURN = "ed8f5616f33aabb67660df03647a8d3c"
ACL = f"/api/2.0/permissions/serving-endpoints/{CHURN}"
PLAIN = {"p", "strong", "pre", "code", "br", "wbr", "table", "caption", "thead", "tbody", "tr", "th", "td"}
BATCH = "6f0c1c1e-8a3b-4d5e-9f70-1b2c3d4e5f60"


@pytest.fixture(autouse=True)
def unknown(workspace):
    """Know no access control list yet."""
    known_access(workspace).clear()


@pytest.fixture
def acl(workspace):
    """Return a function that reads an endpoint's list."""
    return lambda name="churn": workspace.endpoints.get(name).permissions.list().acl


def table(text, caption):
    """Return the rows below a caption, as cells."""
    lines = text[text.index(caption) :].split("\n")[4:]
    return [re.split(r"  +", line) for line in lines[: lines.index("") if "" in lines else None]]


def sent(workspace):
    """Return the requests that may have changed something, with their bodies."""
    return [
        (each["method"], each["path"], each["body"]) for each in workspace.mock.journal() if each["method"] != "GET"
    ]


def test_permissions_are_shown_with_what_each_can_do_and_why(run, workspace):
    text = run("%serving permissions churn").text
    assert ["analysts", "group", "CAN_VIEW", "CAN_VIEW"] in table(text, "Permissions of churn")
    abilities = {row[0]: row[1:] for row in table(text, "What they can do with churn")}
    assert abilities["ada@example.com (you)"] == ["yes, granted here"] * 3
    assert abilities["the group applications"] == ["yes, granted here", "yes, granted here", "no"]
    assert abilities["the group admins"] == ["yes, inherited (/serving-endpoints/)"] * 3


def test_whoever_has_it_by_a_group_is_told_so(run, workspace):
    sw.connect(host=workspace.host, token=workspace.mock.token_of("ben@example.com"), name="ben")
    abilities = {row[0]: row[1:] for row in table(run("%serving permissions churn").text, "What they can do")}
    assert abilities["ben@example.com (you)"] == ["yes, as a member of data-science"] * 3


def test_every_cell_of_the_matrix_is_what_the_reasons_say(acl, workspace):
    granted = acl("nightly-scores")
    me = Principal.named("vera@example.com")
    shown = abilities_table(granted, "nightly-scores", where="", me=me, groups=["analysts"])
    whose = [(me, ["analysts"]), *((entry.principal, []) for entry in granted.entries)]
    for row, (who, groups) in zip(shown.rows, whose, strict=True):
        for cell, level in zip(row[1:], ABILITIES.values(), strict=True):
            has = any(includes(reason.level, level) for reason in access_reasons(granted, who, groups))
            assert cell.startswith("yes") is has


def test_a_user_is_granted_a_level_and_the_difference_is_shown(run, acl, workspace):
    before = acl()
    text = run("%serving grant churn jsmith@example.com CAN_QUERY").text
    assert table(text, "churn: 1 change of grants") == [["jsmith@example.com", "user", "–", "CAN_QUERY"]]
    assert changes_of(before.direct, acl().direct) == (
        GrantChange(Principal("user", "jsmith@example.com"), None, "CAN_QUERY"),
    )
    assert sent(workspace) == [
        (
            "PATCH",
            ACL,
            {"access_control_list": [{"user_name": "jsmith@example.com", "permission_level": "CAN_QUERY"}]},
        )
    ]


@pytest.mark.parametrize("level", ["CAN_MANAGE", "can_manage", "manage", "CAN-MANAGE", "'can manage'"])
def test_a_level_may_be_written_short(level, run, acl, workspace):
    assert run(f"%serving grant churn analysts {level}").error is None
    assert acl().direct[Principal("group", "analysts")] == "CAN_MANAGE"


def test_a_grant_that_is_there_already_sends_nothing(run, changes, workspace):
    assert "already as wanted: nothing to change" in run("%serving grant churn analysts view").text
    assert changes() == []


def test_a_grant_is_revoked_and_all_others_stay(run, acl, workspace):
    before = acl()
    text = run("%serving revoke churn analysts").text
    assert table(text, "churn: 1 change of grants") == [["analysts", "group", "CAN_VIEW", "–"]]
    gone = Principal("group", "analysts")
    assert acl().direct == {who: level for who, level in before.direct.items() if who != gone}
    assert [method for method, _, _ in sent(workspace)] == ["PUT"]


def test_nothing_to_revoke_and_inheritance_are_told(run, changes, workspace):
    assert "Nothing was granted to the group nobody on churn." in run("%serving revoke churn nobody").text
    text = run("%serving revoke churn admins").text
    assert "On churn, the group admins has CAN_MANAGE by inheritance" in text
    assert changes() == []


def test_the_last_manager_goes_only_when_confirmed(run, acl, changes, workspace):
    run("%serving revoke churn data-science;")
    before = changes()
    outcome = run("%serving revoke churn ada@example.com")
    assert isinstance(outcome.error, sw.ActionRefused)
    assert "--confirm" in outcome.text
    assert changes() == before
    assert "It takes --confirm." in run("%serving revoke churn ada@example.com --dry-run").text
    assert run("%serving revoke churn ada@example.com --confirm").error is None
    assert Principal.named("ada@example.com") not in acl().direct


def test_ones_own_access_goes_only_when_confirmed(run, workspace):
    run("%serving grant churn ben@example.com manage\n%serving revoke churn data-science")
    sw.connect(host=workspace.host, token=workspace.mock.token_of("ben@example.com"), name="ben")
    outcome = run("%serving grant churn ben@example.com view")
    assert "You would lose your own CAN_MANAGE and keep only CAN_VIEW" in outcome.text
    assert isinstance(outcome.error, sw.ActionRefused)


def test_whoever_may_not_manage_is_refused_with_the_reason(run, changes, workspace):
    sw.connect(host=workspace.host, token=workspace.mock.token_of("vera@example.com"), name="vera")
    for line in ("permissions churn", "grant churn analysts manage", "revoke churn analysts"):
        outcome = run(f"%serving {line}")
        assert isinstance(outcome.error, sw.ServingError)
        assert "Manage" in outcome.text or "CAN MANAGE" in outcome.text
        assert "Traceback" not in outcome.text
    assert changes() == []


def test_what_somebody_is_called_is_not_taken_for_him_but_says_who_may_be_meant(run, changes, workspace):
    text = run("%serving revoke nightly-scores batch-scoring").text
    assert f"'batch-scoring' is what the service principal {BATCH} is called." in text
    assert f"Write '{BATCH}', or --kind group if the group batch-scoring is meant." in text
    run("%serving permissions nightly-scores;")
    assert BATCH in run("%serving grant churn batch-scoring query").text
    assert changes() == []
    run("%serving grant churn batch-scoring query --kind group --dry-run -o plan")
    assert run("plan.body['access_control_list'][0]['group_name']").value == "batch-scoring"


def test_who_calls_himself_by_anothers_address_is_granted_nothing_by_it(run, changes, workspace):
    grants = [{"permission_level": "CAN_VIEW", "inherited": False}]
    mallory = {"user_name": "mallory@example.com", "display_name": "jsmith@example.com", "all_permissions": grants}
    known_access(workspace)["theirs"] = AccessControlList.read({"access_control_list": [mallory]})
    text = run("%serving grant churn jsmith@example.com manage").text
    assert "'jsmith@example.com' is what mallory@example.com is called." in text
    assert "--kind user if jsmith@example.com is meant" in text
    assert changes() == []


def test_the_kind_of_a_principal_may_be_said(run, workspace):
    run("%serving grant churn odd@group view --kind group --dry-run -o plan")
    assert run("plan.body['access_control_list'][0]['group_name']").value == "odd@group"


def test_an_unknown_principal_is_told_with_how_principals_are_named(run, acl, workspace):
    before = acl()
    text = run("%serving grant churn nobody@example.com view").text
    assert "nobody@example.com" in text
    assert "A group goes by its name, a service principal by its application id." in text
    assert acl().direct == before.direct


def test_a_conflict_sends_nothing(run, acl, changes, workspace, monkeypatch):
    original = Permissions.list

    def list_before_another_is_quicker(self):
        seen = original(self)
        monkeypatch.setattr(Permissions, "list", original)
        self.grant("vera@example.com", "CAN_QUERY")
        return seen

    monkeypatch.setattr(Permissions, "list", list_before_another_is_quicker)
    outcome = run("%serving revoke churn analysts")
    assert "changed by someone else in the meantime (vera@example.com). Nothing was sent." in outcome.text
    assert [line.split()[0] for line in changes()] == ["PATCH"]
    assert acl().direct[Principal("group", "analysts")] == "CAN_VIEW"


def test_grants_are_exported_and_imported(run, shell, acl, changes, workspace, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    wanted = acl("churn").direct
    text = run("%serving permissions churn --save churn.json --json").text
    assert json.loads(text[text.index("{") :]) == json.loads((tmp_path / "churn.json").read_text())
    run("grants = %serving permissions churn --json")
    assert shell.user_ns["grants"] == json.loads((tmp_path / "churn.json").read_text())
    assert run("%serving permissions pricing --import @churn.json --replace").error is None
    assert acl("pricing").direct == wanted
    before = changes()
    for line in ("--import @churn.json --replace", "--import $grants --replace", "--copy-from churn --replace"):
        assert "nothing to change" in run(f"%serving permissions pricing {line}").text
    assert changes() == before


def test_the_same_grants_are_the_same_file_whatever_the_connection_allows(run, workspace, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, allowed in {"free": {}, "locked": {"read_only": True}, "guarded": {"protect": ["prod-*"]}}.items():
        sw.connect("mock", name=name, **allowed)
        assert run(f"%serving permissions churn --save {name}.json").error is None
    (text,) = {file.read_text() for file in tmp_path.glob("*.json")}
    assert json.loads(text)["workspace"] == "mock workspace (demo)"


def test_what_another_endpoint_has_comes_beside_what_is_there(run, acl, workspace):
    before, other = acl("pricing").direct, acl("churn").direct
    assert run("%serving permissions pricing --copy-from churn").error is None
    assert acl("pricing").direct == {**before, **other}
    assert [method for method, _, _ in sent(workspace)] == ["PATCH"]


@pytest.mark.parametrize("word", ["servingendpoints", "serving-endpoints"])
def test_type_and_id_do_as_in_the_services_own_tool(word, run, acl, workspace):
    text = run(f"%serving permissions get {word} {CHURN}").text
    assert text.startswith("Permissions of churn – mock workspace (demo)")
    body = {"access_control_list": [{"user_name": "jsmith@example.com", "permission_level": "CAN_QUERY"}]}
    outcome = run(f"%serving permissions update {word} {CHURN} --json '{json.dumps(body)}'")
    assert outcome.error is None
    assert sent(workspace) == [("PATCH", ACL, body)]
    assert acl().direct[Principal.named("jsmith@example.com")] == "CAN_QUERY"


def test_json_may_go_over_lines_as_a_shell_has_it(run, shell, workspace):
    body = {"access_control_list": [{"group_name": "users", "permission_level": "CAN_VIEW"}]}
    shell.user_ns["body"] = body
    for value in (json.dumps(body), "$body", f"'{json.dumps(body)}'"):
        assert run(f"%serving permissions update servingendpoints {CHURN} {value} --dry-run -o plan").error is None
        assert shell.user_ns["plan"].body == body


def test_grants_may_stand_below_the_line(run, acl, changes, workspace):
    body = """{
  "access_control_list": [
    {
      "user_name": "jsmith@example.com",
      "permission_level": "CAN_QUERY"
    }
  ]
}"""
    assert run(f"%%serving permissions update servingendpoints {CHURN}\n{body}").error is None
    assert run(f"%%serving permissions pricing\n{body}").error is None
    for name in ("churn", "pricing"):
        assert acl(name).direct[Principal.named("jsmith@example.com")] == "CAN_QUERY"
    before = changes()
    for line in ("permissions get servingendpoints churn", "permissions update servingendpoints churn --json {}"):
        assert run(f"%%serving {line}\n{body}").error is not None
    assert (
        "--import and the body both say what to grant" in run(f"%%serving permissions churn --import {{}}\n{body}").text
    )
    assert changes() == before


def test_what_is_shown_of_random_changes_is_what_they_changed(run, acl, workspace):
    chance = random.Random(5)
    people = ["vera@example.com", "quentin@example.com", "analysts", "applications", "data-science", BATCH]
    for _ in range(60):
        before, who = acl().direct, chance.choice(people)
        level = chance.choice([None, "CAN_VIEW", "CAN_QUERY", "CAN_MANAGE"])
        outcome = run(f"%serving revoke churn {who}" if level is None else f"%serving grant churn {who} {level}")
        made = changes_of(before, acl().direct)
        if made:
            shown = table(outcome.text, "churn: 1 change of grants")
            assert [(row[0], row[2], row[3]) for row in shown] == [
                (change.principal.name, change.before or "–", change.after or "–") for change in made
            ]
        else:
            assert outcome.error is not None or "nothing to change" in outcome.text


def test_a_name_where_an_id_belongs_is_taken_for_the_endpoint_and_told(run, workspace):
    text = run("%serving permissions get servingendpoints churn").text
    assert f"churn is an endpoint's name; its id is {CHURN}" in text
    assert "Permissions of churn" in text


def test_what_the_service_provides_has_no_permissions(run, changes, workspace):
    for line in ("permissions databricks-llama", "permissions get servingendpoints databricks-llama"):
        assert "databricks-llama has no permissions of its own" in run(f"%serving {line}").text
    assert changes() == []


def test_principals_and_levels_are_offered_from_what_is_known(run, workspace):
    assert complete("grant churn ")[1][:1] == ["--kind"]
    run("%serving permissions churn\n%serving permissions nightly-scores")
    asked = len(workspace.mock.journal())
    assert complete("revoke churn a")[1] == ["ada@example.com", "analysts", "applications", "admins"]
    assert complete("revoke churn 6f")[1] == [BATCH]
    assert complete("grant churn analysts ")[1][:3] == ["CAN_VIEW", "CAN_QUERY", "CAN_MANAGE"]
    assert complete("permissions get ")[1][:2] == ["servingendpoints", "serving-endpoints"]
    assert complete("permissions get servingendpoints ed8")[1] == [CHURN]
    assert complete("permissions churn s")[1] == []
    assert complete("permissions chu")[1] == ["churn"]
    assert len(workspace.mock.journal()) == asked


def test_hostile_names_stay_text(elements):
    evil = "<img src=x onerror=alert(1)>\u202e<script>x</script>"
    grants = [{"permission_level": "CAN_VIEW", "inherited": True, "inherited_from_object": [evil]}]
    acl = AccessControlList.read(
        {"access_control_list": [{"group_name": evil, "display_name": evil, "all_permissions": grants}]}
    )
    change = GrantChange(Principal("user", evil), None, evil)
    for shown in (
        access_table(acl, evil, where=evil),
        abilities_table(acl, evil, where=evil, me=Principal("user", evil), groups=[evil]),
        access_changes_table([change], evil, where=evil),
    ):
        page = shown._repr_html_()
        assert {each for each in elements(page) if "[" not in each} <= PLAIN
        assert not {each for each in elements(page) if "on" in each.partition("[")[2]}
        assert "\u202e" not in page + repr(shown)


def test_a_dry_run_of_a_revocation_tells_who_loses_what(run, workspace, changes):
    outcome = run("%serving revoke example-endpoint applications --dry-run")
    assert "Whom it would affect: example-endpoint" in outcome.text
    assert "quentin@example.com" in outcome.text
    assert changes() == []


def test_a_group_is_explained_with_its_members(run, workspace):
    shown = run("%serving permissions churn --explain analysts").text
    assert "the group analysts on churn" in shown
    assert "Members" in shown
    assert "Vera Lind" in shown
