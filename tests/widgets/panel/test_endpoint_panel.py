"""EndpointPanel: its tabs, its drafts, and the widgets in it."""

import json

import pytest
from ipywidgets.widgets.widget import _instances

import serving_widgets as sw

NAME = "example-endpoint"


@pytest.fixture
def panel(ws, page, until):
    """Return a function that makes a panel, with a view of it."""

    def make(name=NAME, **more):
        widget = sw.EndpointPanel(name, **more)
        view = page(widget)
        view.ask("hello", view=widget.model_id)
        assert until(lambda: widget.state["config"] is not None)
        return widget, view

    return make


def draft(widget):
    return widget.state["config"]["draft"]


def other(ws):
    """Return a connection of somebody else's to the same workspace."""
    return sw.connect(host=ws.host, token=ws.mock.token, name="other")


# Tabs -----------------------------------------------------------------------------------------------------------------


def test_a_panel_is_a_badge_and_controls_in_one(ws, panel, until, posts):
    widget, view = panel("unity-model-endpoint")
    assert until(lambda: widget.status == "Ready")
    assert view.ask("act", action="stop", name="unity-model-endpoint")["type"] == "result"
    assert until(lambda: widget.status == "Not ready (Stopped)")
    assert posts(ws) == ["unity-model-endpoint/config:stop"]


def label(widget):
    return next(tab.get("label", "Query") for tab in widget.state["tabs"] if tab["key"] == "query")


def test_schema_and_query_are_two_tabs_of_one_widget_which_keeps_the_draft(panel):
    widget, view = panel()
    view.ask("tab", name="schema")
    first = dict(widget.state["children"])
    view.ask("tab", name="query")
    assert widget.state["children"] == first
    assert widget.state["tab"] == "query"
    assert label(widget) == "Query"
    assert label(panel("chat")[0]) == "Chat"


@pytest.mark.parametrize(
    ("tab", "kind"), [("logs", "LogViewer"), ("permissions", "PermissionsEditor"), ("schema", "SchemaExplorer")]
)
def test_the_widgets_in_tabs_are_made_when_first_wanted_and_closed_with_the_panel(panel, tab, kind):
    before = set(_instances)
    widget, view = panel()
    assert widget.state["children"] == {}
    for _ in range(2):
        view.ask("tab", name=tab)
    reference = widget.state["children"][tab]
    child = _instances[reference.removeprefix("IPY_MODEL_")]
    assert type(child).__name__ == kind
    assert widget.state["tab"] == tab
    widget.close()
    assert child.comm is None
    left = [type(each).__name__ for key, each in _instances.items() if key not in before]
    assert set(left) <= {"Carrier"}


def test_a_child_that_somebody_closed_is_made_again(panel):
    widget, view = panel()
    view.ask("tab", name="logs")
    first = widget.state["children"]["logs"]
    _instances[first.removeprefix("IPY_MODEL_")].close()
    view.ask("tab", name="logs")
    assert widget.state["children"]["logs"] != first


def test_an_unknown_tab_is_an_error_with_a_suggestion(ws, panel):
    with pytest.raises(sw.ConfigError, match="Did you mean 'config'"):
        sw.EndpointPanel(NAME, tab="confg")
    assert panel()[1].ask("tab", name="metric")["type"] == "error"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("fraud-detector", "or set on its page since: the service does not tell which"),
        ("chat", "external models can't have one"),
        ("databricks-llama", "pay-per-token"),
    ],
)
def test_the_budget_policy_is_told_with_its_source_or_the_reason_why_there_is_none(panel, name, said):
    budget = panel(name)[0].state["budget"]
    assert said in budget["source"]
    assert ("page" in budget["change"]) is (name == "fraud-detector")


def test_the_saved_output_is_the_status_card(ws):
    data, _ = sw.EndpointPanel("churn")._repr_mimebundle_()
    assert "Ready (Update failed)" in data["text/plain"]
    assert "<script" not in data["text/html"]


# The configuration ----------------------------------------------------------------------------------------------------


def test_active_and_pending_stand_beside_each_other(panel):
    config = panel("churn")[0].state["config"]
    assert (config["active"], config["pending"], config["fate"]) == (3, 4, "failed")
    changed = [line for group in config["groups"] for line in group["lines"] if line["changed"]]
    assert changed == [{"field": "Version", "left": "3", "right": "4", "changed": True}]


def test_a_version_is_deployed_as_the_request_said_and_its_update_is_followed(ws, panel, until):
    widget, view = panel()
    view.ask("draft")
    view.ask("draft_edit", key="e0", field="entity_version", value="3")
    view.ask("draft_edit", key="e0", field="workload_size", value="Medium")
    view.ask("draft_add", model="main.examples.vanilla_simple_model", version="4")
    view.ask("draft_share", percents={"e0": 75, "e1": 25})
    shown = draft(widget)
    assert shown["request"]["path"] == f"/api/2.0/serving-endpoints/{NAME}/config"
    assert view.ask("deploy", mark=shown["mark"])["type"] == "result"
    writes = [entry for entry in ws.mock.journal() if entry["method"] == "PUT"]
    assert [entry["body"] for entry in writes] == [json.loads(shown["request"]["text"])]
    assert draft(widget) is None
    assert until(lambda: widget.state["config"]["fate"] == "running")
    assert widget.state["endpoint"]["update"]["version"] == 3
    ws.mock.advance(3600)
    assert until(lambda: widget.state["config"]["fate"] == "" and widget.state["config"]["active"] == 3)
    assert [(one["version"], one["traffic"]) for one in widget.state["endpoint"]["served"]] == [("3", 75), ("4", 25)]


def test_the_difference_that_is_shown_is_what_the_request_changes(panel):
    widget, view = panel()
    view.ask("draft")
    assert draft(widget)["changes"] == []
    view.ask("draft_edit", key="e0", field="scale_to_zero_enabled", value=True)
    lines = [line for group in draft(widget)["changes"] for line in group["lines"] if line["changed"]]
    assert lines == [{"field": "Scale to zero", "left": "No", "right": "Yes", "changed": True}]
    assert json.loads(draft(widget)["request"]["text"])["served_entities"][0]["scale_to_zero_enabled"] is True


def test_promoting_a_version_is_a_draft_to_review_and_keeps_what_was_edited(ws, panel, posts):
    ws.mock.advance(3600)
    widget, view = panel("fraud-detector")
    view.ask("draft_split", to="fraud_challenger-2")
    shown = draft(widget)
    assert {part["name"]: part["percent"] for part in shown["parts"]} == {
        "fraud_detector-8": 0,
        "fraud_challenger-2": 100,
    }
    assert posts(ws) == []
    view.ask("draft_edit", key=shown["parts"][0]["key"], field="workload_size", value="Large")
    view.ask("draft_split", to="fraud_detector-8")
    assert [part["size"] for part in draft(widget)["parts"]].count("Large") == 1
    assert view.ask("draft_split", to="gone")["type"] == "error"


def test_a_refused_update_keeps_the_draft_and_says_why(ws, panel, posts):
    ws.mock.faults([{"method": "PUT", "path": "*/config", "status": 403}])
    widget, view = panel()
    view.ask("draft")
    view.ask("draft_edit", key="e0", field="entity_version", value="3")
    before = draft(widget)
    assert view.ask("deploy", mark=before["mark"])["type"] == "error"
    after = draft(widget)
    assert after["problem"]["message"]
    assert (after["parts"], after["sending"]) == (before["parts"], False)


def test_a_change_by_somebody_else_is_not_undone_and_the_draft_is_put_on_top_of_it(ws, panel, until):
    widget, view = panel()
    view.ask("draft")
    view.ask("draft_edit", key="e0", field="workload_size", value="Large")
    mark = draft(widget)["mark"]
    # Nobody looks at the workspace meanwhile: the change is met only when the draft is sent.
    ws.watcher.leases.clear()
    theirs = other(ws)
    theirs.endpoints.get(NAME).update_config(
        entity_name="main.examples.vanilla_simple_model", entity_version="7", scale_to_zero_enabled=False
    )
    ws.mock.advance(3600)
    begin = len(ws.mock.journal())
    answer = view.ask("deploy", mark=mark)
    assert answer["error"]["code"] == "changed_meanwhile"
    assert [entry for entry in ws.mock.journal()[begin:] if entry["method"] == "PUT"] == []
    after = draft(widget)
    assert [(part["version"], part["size"]) for part in after["parts"]] == [("7", "Large")]
    assert view.ask("deploy", mark=after["mark"])["type"] == "result"
    sent = [entry["body"] for entry in ws.mock.journal() if entry["method"] == "PUT"][-1]
    assert sent["served_entities"][0]["entity_version"] == "7"
    theirs.close()


def test_a_draft_follows_what_others_do_while_it_is_looked_at(ws, panel, until):
    widget, view = panel()
    view.ask("draft")
    view.ask("draft_edit", key="e0", field="workload_size", value="Large")
    theirs = other(ws)
    theirs.endpoints.get(NAME).update_config(
        entity_name="main.examples.vanilla_simple_model", entity_version="7", scale_to_zero_enabled=False
    )
    assert until(lambda: draft(widget)["parts"][0]["version"] == "7")
    assert draft(widget)["parts"][0]["size"] == "Large"
    theirs.close()


def test_only_the_draft_that_is_shown_is_deployed(ws, panel, posts):
    widget, view = panel()
    view.ask("draft")
    view.ask("draft_edit", key="e0", field="entity_version", value="3")
    mark = draft(widget)["mark"]
    view.ask("draft_edit", key="e0", field="entity_version", value="4")
    assert view.ask("deploy", mark=mark)["error"]["code"] == "changed_meanwhile"
    assert posts(ws) == []


def test_ten_orders_to_deploy_send_one_request(ws, panel, until, posts):
    ws.mock.faults([{"method": "PUT", "path": "*/config", "delay": 0.3, "count": 1}])
    widget, view = panel()
    view.ask("draft")
    view.ask("draft_edit", key="e0", field="entity_version", value="3")
    mark = draft(widget)["mark"]
    asked = [view.say("deploy", mark=mark) for _ in range(10)]
    assert until(lambda: all(view.answers(request)[-1]["type"] != "ack" for request in asked))
    assert posts(ws) == [f"{NAME}/config"]


def test_a_draft_outlives_a_reload_of_the_page(panel, page, until):
    widget, view = panel()
    view.ask("draft")
    view.ask("draft_edit", key="e0", field="entity_version", value="33")
    view.ask("bye", view=widget.model_id)
    page(widget).ask("hello", view="another")
    assert view.states()[-1]["config"]["draft"]["parts"][0]["version"] == "33"
    view.ask("draft_discard")
    assert draft(widget) is None


def test_a_draft_with_a_fault_is_not_sent(ws, panel, posts):
    widget, view = panel()
    view.ask("draft")
    view.ask("draft_edit", key="e0", field="entity_version", value="latest")
    assert "whole number" in draft(widget)["faults"][0]
    assert view.ask("deploy", mark=draft(widget)["mark"])["error"]["code"] == "incomplete"
    assert posts(ws) == []


@pytest.mark.parametrize(
    ("name", "why"), [("fraud-detector", "update is in progress"), ("databricks-llama", "belongs to the service")]
)
def test_where_nothing_can_be_deployed_it_is_said_why(panel, name, why):
    assert why in panel(name)[0].state["config"]["can"]


@pytest.mark.parametrize(
    ("op", "args"),
    [
        ("draft", {"source": "other"}),
        ("draft_edit", {"key": "e0", "field": "entity_version", "value": "1"}),
        ("draft_add", {}),
        ("draft_remove", {"key": "e0"}),
        ("draft_share", {"percents": {}}),
        ("draft_discard", {}),
        ("deploy", {}),
        ("tags_save", {}),
        ("tag_set", {"key": "", "value": ""}),
    ],
)
def test_nonsense_from_the_page_is_an_error_and_sends_nothing(ws, panel, posts, op, args):
    answer = panel()[1].ask(op, **args)
    assert answer["type"] == "error"
    assert answer["error"]["code"] != "internal"
    assert posts(ws) == []


# Tags -----------------------------------------------------------------------------------------------------------------


def rows(widget):
    return {row["key"]: (row["before"], row["after"]) for row in widget.state["tags"]["rows"]}


def test_tags_are_staged_shown_saved_and_read_back(ws, panel):
    widget, view = panel("fraud-detector")
    view.ask("tag_set", key="team", value="fraud")
    view.ask("tag_set", key="new", value="")
    view.ask("tag_remove", key="tier")
    assert rows(widget) == {
        "cost-center": ("4711", "4711"),
        "new": (None, ""),
        "team": ("risk", "fraud"),
        "tier": ("critical", None),
    }
    request = widget.state["tags"]["request"]
    assert (request["method"], request["path"]) == ("PATCH", "/api/2.0/serving-endpoints/fraud-detector/tags")
    assert "--remove tier" in widget.state["tags"]["recipe"]["magic"]
    assert view.ask("tags_save", mark=widget.state["tags"]["mark"])["type"] == "result"
    assert rows(widget) == {"cost-center": ("4711", "4711"), "new": ("", ""), "team": ("fraud", "fraud")}
    sent = [entry["body"] for entry in ws.mock.journal() if entry["method"] == "PATCH"]
    assert sent == [json.loads(request["text"])]


def test_undoing_and_discarding_leave_the_tags_alone(ws, panel, posts):
    widget, view = panel("fraud-detector")
    view.ask("tag_set", key="team", value="fraud")
    view.ask("tag_remove", key="tier")
    view.ask("tag_undo", key="tier")
    assert rows(widget)["tier"] == ("critical", "critical")
    view.ask("tags_discard")
    assert rows(widget)["team"] == ("risk", "risk")
    assert posts(ws) == []


def test_a_failed_save_keeps_what_is_staged(ws, panel):
    ws.mock.faults([{"method": "PATCH", "path": "*/tags", "status": 403, "count": 1}])
    widget, view = panel("fraud-detector")
    view.ask("tag_set", key="team", value="fraud")
    assert view.ask("tags_save", mark=widget.state["tags"]["mark"])["type"] == "error"
    assert rows(widget)["team"] == ("risk", "fraud")
    assert widget.state["tags"]["problem"]["message"]
    assert view.ask("tags_save", mark=widget.state["tags"]["mark"])["type"] == "result"
    assert widget.state["tags"]["problem"] is None


def test_a_tag_that_others_changed_is_shown_as_it_is_before_it_is_changed(ws, panel, until):
    widget, view = panel("fraud-detector")
    view.ask("tag_set", key="team", value="fraud")
    ws.watcher.leases.clear()
    theirs = other(ws)
    theirs.endpoints.get("fraud-detector").set_tags({"team": "theirs"})
    assert view.ask("tags_save", mark=widget.state["tags"]["mark"])["error"]["code"] == "changed_meanwhile"
    assert rows(widget)["team"] == ("theirs", "fraud")
    theirs.close()


def test_a_read_only_workspace_says_so_for_tags_and_configuration(page, until):
    ws = sw.connect("mock", read_only=True)
    widget = sw.EndpointPanel(NAME)
    view = page(widget)
    view.ask("hello", view="v1")
    assert until(lambda: widget.state["config"])
    assert "read-only" in widget.state["config"]["can"]
    assert "read-only" in widget.state["tags"]["can"]
    view.ask("tag_set", key="team", value="x")
    assert view.ask("tags_save", mark=widget.state["tags"]["mark"])["error"]["code"] == "read_only"
    ws.close()


def test_secrets_of_a_configuration_never_reach_the_page(ws, panel, comms):
    ws.endpoints.create(
        "ads",
        config={
            "served_entities": [
                {
                    "entity_name": "main.ml.ads",
                    "entity_version": "1",
                    "workload_size": "Small",
                    "scale_to_zero_enabled": True,
                    "environment_vars": {"KEY": "canary-variable-0123"},
                }
            ]
        },
    )
    ws.mock.advance(3600)
    widget, view = panel("ads")
    view.ask("draft")
    view.ask("draft_edit", key="e0", field="entity_version", value="2")
    assert "KEY" in json.dumps(widget.state)
    assert view.ask("deploy", mark=draft(widget)["mark"])["type"] == "result"
    said = json.dumps([data for each in comms.values() for _, data in each.messages])
    assert "canary-variable" not in said
    coming = ws.endpoints.get("ads").info.pending_config
    assert coming.entities[0].environment_vars == {"KEY": "canary-variable-0123"}


def test_after_a_failed_update_the_logs_open_with_the_one_that_tells_why(ws, page):
    panel = sw.EndpointPanel("churn")
    panel._repr_mimebundle_()
    page(panel).ask("tab", name="logs")
    viewer = next(each for each in _instances.values() if isinstance(each, sw.LogViewer))
    assert (viewer._entity, viewer._sort) == ("churn_model-4", "build")


def test_only_the_tags_that_are_shown_are_saved(ws, panel, posts):
    widget, view = panel("fraud-detector")
    view.ask("tag_set", key="team", value="fraud")
    mark = widget.state["tags"]["mark"]
    view.ask("tag_set", key="tier", value="low")
    for sent in (mark, None, ""):
        assert view.ask("tags_save", mark=sent)["error"]["code"] == "changed_meanwhile"
    assert [entry for entry in ws.mock.journal() if entry["method"] == "PATCH"] == []
