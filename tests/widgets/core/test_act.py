"""What a page may ask before and after a change: its impact, its confirmation, and the way back."""

import pytest

import serving_widgets as sw

NAME = "unity-model-endpoint"
BUSY = "fraud-detector"


@pytest.fixture
def settled(ws):
    """Return the workspace once no update is in progress any more."""
    ws.mock.advance(3600)
    return ws


def test_stopping_what_answers_requests_is_asked_about_with_the_mocks_own_counts(settled, page, posts):
    view = page(sw.EndpointControls(BUSY))
    asked = view.ask("act", action="stop", name=BUSY)["data"]
    assert posts(settled) == []
    counted = settled.endpoints.get(BUSY).metrics()
    counts = counted[counted["metric"] == "request_count_total"].groupby("entity")["value"].last()
    assert asked["requests"] == counts.sum() > 0
    assert {each["name"]: each["requests"] for each in asked["entities"]} == counts.to_dict()
    assert "the group data-science" in asked["callers"]
    assert view.ask("act", action="stop", name=BUSY, confirm="yes")["data"] is None
    assert posts(settled) == [f"{BUSY}/config:stop"]


def test_what_answers_nothing_is_stopped_without_a_question(ws, page, posts):
    assert page(sw.EndpointControls(NAME)).ask("act", action="stop", name=NAME)["data"] is None
    assert posts(ws) == [f"{NAME}/config:stop"]


@pytest.mark.parametrize("strength", ["typed", "click", "none"])
def test_a_pattern_says_how_changes_are_confirmed(page, posts, strength):
    with sw.connect("mock", clock="manual", protect={"pric*": strength}) as ws:
        view = page(sw.EndpointControls("pricing"))
        asked = view.ask("act", action="start", name="pricing")["data"]
        if strength == "none":
            assert asked is None
            return
        assert (asked["question"], posts(ws)) == (strength, [])
        if strength == "typed":
            refused = view.ask("act", action="start", name="pricing", confirm="yes")
            assert (refused["error"]["code"], posts(ws)) == ("not_confirmed", [])
        view.ask("act", action="start", name="pricing", confirm="pricing")
        assert posts(ws) == ["pricing/config:start"]


def test_what_is_confirmed_by_its_name_is_not_stopped_among_many(page):
    with sw.connect("mock", clock="manual", protect={NAME: "typed"}) as ws:
        ws.endpoints.list()
        (row,) = page(sw.EndpointBrowser()).ask("plan_many", action="stop", names=[NAME])["data"]["rows"]
        assert "typing its name" in row["why"]


def test_many_are_stopped_knowing_how_many_requests_each_answers(settled, page):
    settled.endpoints.list()
    told = page(sw.EndpointBrowser()).ask("plan_many", action="stop", names=[BUSY, NAME])["data"]
    assert [row["requests"] > 0 for row in told["rows"]] == [True, False]


def test_tags_and_permissions_and_a_deployment_are_confirmed_where_a_pattern_says_so(page, posts):
    with sw.connect("mock", clock="manual", protect={NAME: "typed"}) as ws:
        panel = sw.EndpointPanel(NAME)
        view = page(panel)
        view.ask("hello", view="v1")
        view.ask("tag_set", key="team", value="ads")
        mark = panel.state["tags"]["mark"]
        assert view.ask("tags_save", mark=mark)["data"]["question"] == "typed"
        view.ask("draft")
        view.ask("draft_edit", key="e0", field="workload_size", value="Medium")
        assert view.ask("deploy", mark=panel.state["config"]["draft"]["mark"])["data"]["question"] == "typed"
        editor = sw.PermissionsEditor(NAME)
        staging = page(editor)
        staging.ask("hello", view="v2")
        staging.ask("add", principal="analysts", level="CAN_QUERY")
        saved = {"plan": editor.state["access"]["plan"]["key"], "confirm": True}
        assert staging.ask("save", **saved)["error"]["code"] == "not_confirmed"
        assert posts(ws) == []
        assert view.ask("tags_save", mark=mark, confirm=NAME)["data"] is None
        assert staging.ask("save", **saved, typed=NAME)["data"] == {"outcome": "saved"}
        assert len(posts(ws)) == 2


def test_a_stop_is_undone_by_the_request_that_was_shown(ws, page, posts):
    view = page(sw.EndpointControls(NAME))
    view.ask("act", action="stop", name=NAME)
    offer = view.ask("undo_plan", name=NAME)["data"]
    assert (offer["said"], offer["verb"]) == (f"{NAME} was stopped.", "Undo")
    assert [request["path"].rpartition("/")[2] for request in offer["requests"]] == ["config:start"]
    assert view.ask("undo", number=offer["number"])["data"] == f"The stop of {NAME} was undone."
    assert posts(ws) == [f"{NAME}/config:stop", f"{NAME}/config:start"]


def test_a_deleted_endpoint_is_created_again(ws, page, posts):
    before = ws.endpoints.get(NAME).info.raw["config"]["served_entities"]
    view = page(sw.EndpointBrowser())
    view.ask("act", action="delete", name=NAME, confirm=NAME)
    offer = view.ask("undo_plan", name=NAME)["data"]
    assert offer["verb"] == "Recreate"
    assert view.ask("undo", number=offer["number"])["type"] == "result"
    now = ws.endpoints.get(NAME).wait().info.raw["config"]["served_entities"]
    assert [each["entity_name"] for each in now] == [each["entity_name"] for each in before]


def test_an_undo_is_refused_with_the_reason_when_someone_changed_the_same_since(ws, page, posts):
    view = page(sw.EndpointControls(NAME))
    view.ask("act", action="stop", name=NAME)
    offer = view.ask("undo_plan", name=NAME)["data"]
    with sw.connect(host=ws.host, token=ws.mock.token, name="other") as other:
        other.endpoints.get(NAME).start()
    written = posts(ws)
    error = view.ask("undo", number=offer["number"])["error"]
    assert (error["code"], posts(ws)) == ("changed_since", written)
    assert "it is Not ready (Updating)" in error["message"]


@pytest.mark.parametrize("strength", ["typed", "click"])
def test_where_changes_are_confirmed_no_click_undoes_one(strength, page, posts):
    with sw.connect("mock", clock="manual", protect={"*": strength}) as ws:
        view = page(sw.EndpointControls(NAME))
        view.ask("act", action="stop", name=NAME, confirm=NAME)
        assert view.ask("undo_plan", name=NAME)["error"]["code"] == "not_confirmed"
        error = view.ask("undo", number=1)["error"]
        assert (error["code"], posts(ws)) == ("not_confirmed", [f"{NAME}/config:stop"])
        assert error["hint"] == "To undo it: %serving undo --number 1"


def test_no_click_undoes_the_start_of_what_answers_requests_by_now(ws, page, posts):
    started = ws.endpoints.get(BUSY)
    ws.mock.advance(3600)
    started.stop()
    started.start()
    ws.mock.advance(3600)
    view, sent = page(sw.EndpointControls(BUSY)), posts(ws)
    assert view.ask("undo_plan", name=BUSY)["error"]["code"] == "not_confirmed"
    assert view.ask("undo", number=2)["error"]["code"] == "not_confirmed"
    assert posts(ws) == sent


def test_controls_undo_changes_of_their_own_endpoint_only(ws, page, posts):
    ws.endpoints.get("pricing").start()
    number = ws.history.of("pricing")[0].number
    view = page(sw.EndpointControls(NAME))
    assert view.ask("undo", number=number)["error"]["code"] == "nothing_to_undo"
    assert view.ask("undo_plan", name="pricing")["error"]["code"] == "bad_request"
    assert view.ask("impact", name="pricing")["error"]["code"] == "bad_request"
    assert posts(ws) == ["pricing/config:start"]
