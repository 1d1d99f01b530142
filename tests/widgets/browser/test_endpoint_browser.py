"""EndpointBrowser."""

import json

import pytest

import serving_widgets as sw
from serving_widgets.api.errors import ConfigError
from serving_widgets.widgets.browser.endpoint_browser import FIRST_ROWS


class Mirror:
    """What a view makes of the messages: the same arithmetic as the front end's, in a few lines."""

    def __init__(self, page):
        self.page = page
        self.read = 0
        self.rows = {}
        self.rev = None
        self.head = {}
        self.missed = 0

    def load(self):
        request = self.page.say("rows")
        while self.page.answers(request)[-1]["type"] not in ("result", "error"):
            pass
        answers = self.page.answers(request)
        self.rows = {row["name"]: row for part in answers if part["type"] == "progress" for row in part["data"]["rows"]}
        self.rev = answers[-1]["data"]["rev"]
        self.head = dict(self.page.widget.state)

    def catch_up(self):
        for message in self.page.customs()[self.read :]:
            self.read += 1
            if message.get("type") != "delta" or message["rev"] <= self.rev:
                continue
            if message["base"] != self.rev:
                self.missed += 1
                self.load()
                continue
            for row in message["upsert"]:
                self.rows[row["name"]] = row
            for change in message["changed"]:
                self.rows[change["name"]] = {**self.rows[change["name"]], **change["to"]}
            for name in message["remove"]:
                self.rows.pop(name, None)
            self.head |= message["patch"]
            self.rev = message["rev"]
        return self


@pytest.fixture
def browser(ws, page, until):
    widget = sw.EndpointBrowser()
    page(widget).ask("hello", view="v1")
    assert until(lambda: widget.state["total"] == 10)
    return widget


def test_the_endpoint_to_open_first_is_given_by_name_or_handle(ws):
    other = sw.connect("mock", name="other")
    assert sw.EndpointBrowser("pricing", workspace=ws).panel.endpoint == "pricing"
    widget = sw.EndpointBrowser(ws.endpoints.get("churn"))
    assert (widget.selected, widget.workspace) == ("churn", ws)
    assert sw.EndpointBrowser(selected="chat").workspace is other
    with pytest.raises(ConfigError, match="by its name or a handle"):
        sw.EndpointBrowser(ws)
    with pytest.raises(TypeError, match=r"takes no argument 'name'\. Did you mean 'selected'"):
        sw.EndpointBrowser(name="pricing")


def test_the_snapshot_has_the_first_rows_by_name(browser):
    names = [row["name"] for row in browser.state["rows"]]
    assert names == sorted(names)
    assert len(names) == 10
    row = next(row for row in browser.state["rows"] if row["name"] == "pricing")
    assert row["status"] == {"label": "Not ready (Stopped)", "phase": "stopped", "note": ""}
    assert row["console"] is None
    assert row["url"].endswith("/serving-endpoints/pricing/invocations")


def test_deltas_lead_to_the_same_rows_as_a_fresh_load(browser, ws, page, until):
    mirror = Mirror(page(browser))
    mirror.load()
    ws.endpoints.get("pricing").delete()
    ws.endpoints.create("ads", entity_name="main.ml.ads", entity_version="1")
    ws.mock.advance(3600)
    fresh = Mirror(page(browser))

    def same():
        fresh.load()
        mirror.catch_up()
        return mirror.rows == fresh.rows and "pricing" not in mirror.rows and "ads" in mirror.rows

    assert until(same)
    assert until(lambda: mirror.catch_up().rows["fraud-detector"]["status"]["label"] == "Ready")
    assert mirror.missed == 0


def test_a_thousand_rows_come_in_messages_under_a_megabyte(page, until, comms):
    ws = sw.connect("mock", scenario="large")
    widget = sw.EndpointBrowser()
    view = page(widget)
    view.ask("hello", view="v1")
    assert until(lambda: widget.state["total"] == 1000)
    assert len(widget.state["rows"]) == FIRST_ROWS
    mirror = Mirror(view)
    mirror.load()
    assert len(mirror.rows) == 1000
    assert max(len(json.dumps(data)) for each in comms.values() for _, data in each.messages if data) < 1_000_000
    ws.close()


def test_selecting_opens_the_endpoint_and_sets_the_public_trait(browser, page, until):
    assert page(browser).ask("select", name="churn")["type"] == "result"
    assert until(lambda: browser.selected == "churn")
    panel = browser.panel
    assert browser.state["panel"] == {"name": "churn", "model": f"IPY_MODEL_{panel.model_id}"}
    page(panel).ask("hello", view="v2")
    assert until(lambda: panel.state["endpoint"]["served"])
    page(browser).ask("select", name=None)
    assert until(lambda: browser.selected is None)
    assert browser.state["panel"] is None
    assert panel.comm is None


def test_only_the_panel_of_the_open_endpoint_is_alive(browser, page, until):
    panels = []
    for name in ("churn", "pricing", "chat"):
        page(browser).ask("select", name=name)
        panels.append(browser.panel)
    assert [panel.comm is None for panel in panels] == [True, True, False]
    browser.close()
    assert panels[-1].comm is None


def test_selecting_in_python_opens_the_endpoint_in_the_view(browser, until):
    browser.selected = "pricing"
    assert until(lambda: browser.state["panel"] and browser.state["panel"]["name"] == "pricing")
    assert browser.selected == "pricing"


def test_observers_of_the_selection_may_call_the_synchronous_api(browser, ws, page, until):
    labels = []
    browser.observe(lambda change: labels.append(ws.endpoints.get(change.new).label), "selected")
    page(browser).ask("select", name="pricing")
    assert until(lambda: labels == ["Not ready (Stopped)"])


def test_an_action_in_the_open_endpoint_shows_in_its_row(browser, page, until):
    page(browser).ask("select", name="unity-model-endpoint")
    assert page(browser.panel).ask("act", action="stop", name="unity-model-endpoint")["type"] == "result"

    def label(state):
        return next(r["status"]["label"] for r in state["rows"] if r["name"] == "unity-model-endpoint")

    assert until(lambda: label(browser.state) == "Not ready (Stopped)")
    assert until(lambda: browser.panel.status == "Not ready (Stopped)")


def test_an_empty_workspace_is_a_picture_too(page, until):
    ws = sw.connect("mock", scenario="empty")
    widget = sw.EndpointBrowser()
    page(widget).ask("hello", view="v1")
    assert until(lambda: widget.state["link"]["state"] == "live")
    assert widget.state["total"] == 0
    ws.close()


def test_an_unreachable_workspace_shows_the_problem_and_the_way_out(page, until):
    ws = sw.connect(host="http://127.0.0.1:9", token="t", name="gone")
    widget = sw.EndpointBrowser(workspace="gone")
    page(widget).say("hello", view="v1")
    assert until(lambda: widget.state["link"]["state"] == "error")
    assert "127.0.0.1:9" in widget.state["link"]["problem"]["message"]
    assert widget.state["link"]["problem"]["hint"]
    ws.close()


def test_a_closed_workspace_tells_its_views(browser, ws, until):
    ws.close()
    assert until(lambda: browser.state["link"]["state"] == "error")
    assert "Run the cell again" in browser.state["link"]["problem"]["hint"]


def test_displaying_gives_a_readable_table_without_a_kernel(ws):
    data, _ = sw.EndpointBrowser()._repr_mimebundle_()
    for text in ("unity-model-endpoint", "Not ready (Stopped)"):
        assert text in data["text/plain"]
        assert text in data["text/html"]
    assert "127.0.0.1" not in data["text/html"] + data["text/plain"]


def test_the_saved_output_of_a_large_workspace_stays_small():
    ws = sw.connect("mock", scenario="large")
    data, _ = sw.EndpointBrowser()._repr_mimebundle_()
    assert "1,000 endpoints" in data["text/plain"]
    assert "And 950 more" in data["text/plain"]
    assert len(data["text/html"]) + len(data["text/plain"]) < 150_000
    ws.close()


def test_hostile_names_stay_text_in_the_saved_output(ws):
    ws.endpoints.create("x", entity_name="main.ml.x", entity_version="1", tags={"<script>": "<img onerror=alert(1)>"})
    data, _ = sw.EndpointBrowser()._repr_mimebundle_()
    assert "<script" not in data["text/html"]
    assert "<img" not in data["text/html"]


def test_a_browser_in_a_box_of_a_workspace_at_rest_shows_its_rows(ws, page, until):
    first = sw.EndpointBrowser()
    page(first).ask("hello", view="v1")
    assert until(lambda: first.state["total"] == 10)
    second = sw.EndpointBrowser()
    page(second).ask("hello", view="v2")
    assert second.state["total"] == 10


def test_selecting_what_does_not_exist_says_so_in_its_panel_alone(browser, page, until):
    browser.selected = "nope"
    assert until(lambda: browser.state["panel"] is not None)
    panel = browser.panel
    page(panel).ask("hello", view="v2")
    assert until(lambda: panel.state["link"]["problem"])
    assert "nope" in panel.state["link"]["problem"]["message"]
    assert browser.state["link"]["problem"] is None


def answers(view, op, **args):
    """Ask, and return what came as progress and the result."""
    request = view.say(op, **args)
    while view.answers(request)[-1]["type"] not in ("result", "error"):
        pass
    said = view.answers(request)
    return [each["data"] for each in said if each["type"] == "progress"], said[-1]


MANY = ["chat", "fraud-detector", "pricing", "recommender", "unity-model-endpoint"]


def test_before_several_are_stopped_it_is_said_who_is_affected_and_who_cannot_be_and_why(browser, page, posts, ws):
    told = page(browser).ask("plan_many", action="stop", names=MANY)["data"]
    why = {row["name"]: row["why"] for row in told["rows"]}
    assert [name for name, reason in why.items() if reason is None] == ["unity-model-endpoint"]
    assert "external model" in why["chat"]
    assert "update is in progress" in why["fraud-detector"]
    assert "already stopped" in why["pricing"]
    assert "route-optimized" in why["recommender"]
    assert told["recipe"]["magic"] == "%serving stop unity-model-endpoint"
    assert posts(ws) == []


def test_several_are_stopped_together_each_once_with_a_result_for_each(browser, page, posts, ws, until):
    ws.mock.faults([{"method": "POST", "path": "*example-endpoint/config:stop", "status": 403}])
    names = [*MANY, "example-endpoint", "nightly-scores", "nightly-scores"]
    asked = [page(browser).say("act_many", action="stop", names=names) for _ in range(3)]
    view = page(browser)
    assert until(lambda: all(view.answers(request)[-1]["type"] == "result" for request in asked))
    result = view.answers(asked[0])[-1]["data"]
    assert set(result["done"]) == {"unity-model-endpoint", "nightly-scores"}
    assert result["failed"] == ["example-endpoint"]
    assert set(result["refused"]) == {"chat", "fraud-detector", "pricing", "recommender"}
    sent = posts(ws)
    assert sent.count("unity-model-endpoint/config:stop") == 1
    assert sent.count("nightly-scores/config:stop") == 1
    assert {path.split("/")[0] for path in sent} == {"unity-model-endpoint", "nightly-scores", "example-endpoint"}


def test_how_it_goes_is_told_name_by_name_while_it_goes(browser, page, ws):
    progress, result = answers(page(browser), "act_many", action="start", names=["pricing", "chat"])
    assert [each["state"] for each in progress if each["name"] == "pricing"] == ["doing", "done"]
    assert next(each for each in progress if each["name"] == "chat")["problem"]["message"]
    assert result["data"] == {"done": ["pricing"], "refused": ["chat"], "failed": []}


@pytest.mark.parametrize(
    "args",
    [
        {"action": "delete", "names": ["churn"]},
        {"action": "stop", "names": []},
        {"action": "stop", "names": "churn"},
        {"action": "stop", "names": [1]},
        {"action": "stop"},
    ],
)
def test_nothing_else_is_done_to_several_at_once(browser, page, posts, ws, args):
    assert page(browser).ask("act_many", **args)["type"] == "error"
    assert posts(ws) == []


def test_a_read_only_workspace_refuses_each_of_several_with_the_reason(page, until):
    ws = sw.connect("mock", read_only=True)
    widget = sw.EndpointBrowser()
    page(widget).ask("hello", view="v1")
    assert until(lambda: widget.state["total"] == 10)
    told = page(widget).ask("plan_many", action="stop", names=["unity-model-endpoint"])["data"]
    assert "sw.connect" in told["rows"][0]["why"]
    result = page(widget).ask("act_many", action="stop", names=["unity-model-endpoint"])["data"]
    assert result["refused"] == ["unity-model-endpoint"]
    assert not [entry for entry in ws.mock.journal() if entry["method"] == "POST"]
    ws.close()


def test_an_endpoint_is_opened_at_the_tab_that_is_asked_for(browser, page):
    view = page(browser)
    assert view.ask("select", name="churn", tab="logs")["type"] == "result"
    assert (browser.panel.endpoint, browser.panel.state["tab"]) == ("churn", "logs")


def test_a_row_is_deleted_with_its_name_typed(browser, page, ws, until):
    view = page(browser)
    assert view.ask("picture", name="pricing")["data"]["name"] == "pricing"
    assert view.ask("act", action="delete", name="pricing", confirm="pricin")["error"]["code"] == "not_confirmed"
    assert view.ask("act", action="delete", name="pricing", confirm="pricing")["type"] == "result"
    assert not ws.endpoints.exists("pricing")


def test_traffic_and_the_last_query_show_where_they_are_known(browser, page, ws, until):
    explorer = sw.SchemaExplorer("example-endpoint")
    explorer._repr_mimebundle_()
    page(explorer).ask("send")
    view = page(browser)
    view.ask("hello", view="v1")

    def cells(name):
        changes = [each["to"] for delta in view.customs() for each in delta.get("changed", ()) if each["name"] == name]
        return next((to["cells"] for to in reversed(changes) if "cells" in to), {})

    assert until(lambda: "last_query" in cells("example-endpoint"))
    assert "requests" not in cells("example-endpoint")
    assert {"requests", "last_query"} < {column["key"] for column in browser.state["columns"]}


def test_a_page_can_ask_whose_endpoints_are_ones_own(browser, page, ws):
    assert page(browser).ask("me")["data"] == {"user": ws.endpoints.get("churn").info.creator}


def test_rows_tell_the_models_that_are_served_to_filter_by_them(browser):
    rows = {row["name"]: row for row in browser.state["rows"]}
    assert rows["churn"]["entities"] == ["main.customers.churn_model v3"]
