"""StatusBadge and EndpointControls."""

import asyncio
import json
import threading
import time

import ipywidgets
import pytest
from patience import drain

import serving_widgets as sw
from serving_widgets.widgets.core.base import QUIET
from serving_widgets.workspace.runtime import event_loop
from serving_widgets.workspace.watch.poll_intervals import Pace

NAME = "unity-model-endpoint"


def test_a_badge_shows_the_status_and_follows_it(ws, page, until):
    badge = sw.StatusBadge("fraud-detector")
    view = page(badge)
    view.ask("hello", view="v1")
    assert until(lambda: badge.state["endpoint"] is not None)
    assert badge.state["endpoint"]["status"]["label"] == "Ready (Updating)"
    ws.mock.advance(3600)
    assert until(lambda: badge.state["endpoint"]["status"]["label"] == "Ready")
    assert until(lambda: view.states()[-1]["endpoint"]["status"]["label"] == "Ready")


def test_the_revision_of_a_snapshot_rises_with_every_change(ws, page, until):
    badge = sw.StatusBadge("fraud-detector")
    view = page(badge)
    view.ask("hello", view="v1")
    ws.mock.advance(3600)
    assert until(lambda: badge.state["endpoint"] and badge.state["endpoint"]["status"]["label"] == "Ready")
    revisions = [state["rev"] for state in view.states()]
    assert revisions == sorted(revisions)
    assert len(set(revisions)) >= 2


def test_a_hundred_settled_badges_cost_one_list_and_one_get_a_tick_and_no_message(page, until):
    ws = sw.connect("mock", scenario="large", clock="manual")
    ws.watcher.pace = Pace(moving=0.1, settled=0.1, slowest=0.1)
    names = [ep.name for ep in ws.endpoints.list() if ep.status.settled][:100]
    badges = [sw.StatusBadge(name) for name in names]
    pages = [page(badge) for badge in badges]
    for number, each in enumerate(pages):
        each.say("hello", view=f"v{number}")
    assert until(lambda: all(ws.watcher.store.get(name).fresh for name in names))
    assert until(lambda: all(badge.status and badge.state["endpoint"]["id"] for badge in badges))

    def messages():
        return sum(len(each.comm.messages) for each in pages)

    def at_rest():
        before = messages()
        time.sleep(2 * QUIET)
        return messages() == before

    assert until(at_rest)
    begin, told = len(ws.mock.journal()), messages()

    def ticks():
        return [e for e in ws.mock.journal()[begin:] if e["path"].rstrip("/") == "/api/2.0/serving-endpoints"]

    assert until(lambda: len(ticks()) >= 10)
    asked = len(ws.mock.journal()) - begin
    assert asked <= 2 * len(ticks()) + 1
    assert messages() == told
    ws.close()


def test_observers_run_on_the_user_lane_and_may_call_the_synchronous_api(ws, page, until):
    ep = ws.endpoints.get("fraud-detector")
    badge = sw.StatusBadge(ep)
    seen = []

    def stop_it(change):
        seen.append((change.new, threading.current_thread().name))
        if change.new == "Ready":
            ep.stop()

    badge.observe(stop_it, "status")
    page(badge).ask("hello", view="v1")
    assert until(lambda: badge.status == "Ready (Updating)")
    ws.mock.advance(3600)
    assert until(lambda: badge.status == "Not ready (Stopped)")
    assert {thread for _, thread in seen} == {"serving-widgets-user-lane"}


def test_every_intent_is_acknowledged_at_once_and_then_answered(ws, page):
    controls = sw.EndpointControls("unity-model-endpoint")
    view = page(controls)
    request = view.say("act", action="stop", name="unity-model-endpoint")
    assert view.answers(request)[0] == {"id": request, "type": "ack"}
    assert view.ask("refresh")["type"] == "result"


def test_stop_start_and_delete_do_what_they_say(ws, page, until, posts):
    controls = sw.EndpointControls("unity-model-endpoint")
    view = page(controls)
    view.ask("hello", view="v1")
    assert view.ask("act", action="stop", name="unity-model-endpoint")["type"] == "result"
    assert until(lambda: controls.status == "Not ready (Stopped)")
    assert view.ask("act", action="start", name="unity-model-endpoint")["type"] == "result"
    assert until(lambda: controls.status == "Not ready (Updating)")
    answer = view.ask("act", action="delete", name="unity-model-endpoint", confirm="unity-model-endpoint")
    assert answer["type"] == "result"
    assert until(lambda: controls.status == "Deleted")
    assert controls.state["endpoint"]["deleted"]
    assert posts(ws) == [
        "unity-model-endpoint/config:stop",
        "unity-model-endpoint/config:start",
        "unity-model-endpoint",
    ]


@pytest.mark.parametrize(
    "typed", [None, "", "n", "unity-model-endpoin", "Unity-model-endpoint", " unity-model-endpoint"]
)
def test_anything_but_the_exact_name_deletes_nothing(ws, page, posts, typed):
    controls = sw.EndpointControls("unity-model-endpoint")
    answer = page(controls).ask("act", action="delete", name="unity-model-endpoint", confirm=typed)
    assert answer["error"]["code"] == "not_confirmed"
    assert posts(ws) == []


def test_ten_clicks_across_two_views_send_one_request(ws, page, until, posts):
    controls = sw.EndpointControls("unity-model-endpoint")
    view = page(controls)
    view.ask("hello", view="v1")
    view.ask("hello", view="v2")
    asked = [view.say("act", action="stop", name="unity-model-endpoint") for _ in range(10)]
    assert until(lambda: all(view.answers(request)[-1]["type"] != "ack" for request in asked))
    assert posts(ws) == ["unity-model-endpoint/config:stop"]


def test_a_running_write_shows_in_every_view_of_the_endpoint(ws, page, until):
    ws.mock.faults([{"method": "POST", "path": "*config:stop", "delay": 0.6, "count": 1}])
    one, other = sw.EndpointControls("unity-model-endpoint"), sw.StatusBadge("unity-model-endpoint")
    for widget in (one, other):
        page(widget).ask("hello", view=widget.model_id)
    page(one).say("act", action="stop", name="unity-model-endpoint")
    assert until(lambda: other.state["endpoint"] and other.state["endpoint"]["busy"] == "stop")
    assert until(lambda: other.state["endpoint"]["busy"] is None)
    assert other.state["endpoint"]["status"]["label"] == "Not ready (Stopped)"


@pytest.mark.parametrize(
    ("name", "action", "why"),
    [("fraud-detector", "stop", "update"), ("recommender", "stop", "route-optimized"), ("pricing", "stop", "stopped")],
)
def test_a_button_that_cannot_be_used_says_why(ws, page, until, posts, name, action, why):
    controls = sw.EndpointControls(name)
    view = page(controls)
    view.ask("hello", view="v1")
    assert until(lambda: controls.state["endpoint"])
    assert why in controls.state["endpoint"]["can"][action]
    answer = view.ask("act", action=action, name=name)
    assert why in answer["error"]["message"]
    assert posts(ws) == []


def test_a_read_only_workspace_says_why_and_how_to_unlock(page, until):
    ws = sw.connect("mock", read_only=True)
    controls = sw.EndpointControls("unity-model-endpoint")
    page(controls).ask("hello", view="v1")
    assert until(lambda: controls.state["endpoint"])
    assert "sw.connect" in controls.state["workspace"]["read_only"]
    assert all("read-only" in why for why in controls.state["endpoint"]["can"].values())
    ws.close()


def test_an_unknown_endpoint_is_an_error_with_a_way_out_and_not_a_crash(ws, page, until):
    badge = sw.StatusBadge("nope")
    page(badge).ask("hello", view="v1")
    assert until(lambda: badge.state["link"]["problem"])
    assert "nope" in badge.state["link"]["problem"]["message"]
    assert badge.state["link"]["problem"]["hint"]
    ws.endpoints.create("nope", entity_name="main.ml.nope", entity_version="1")
    assert until(lambda: badge.status == "Not ready (Updating)")
    assert badge.state["link"]["problem"] is None


def test_an_unreachable_workspace_is_an_error_and_the_view_recovers(ws, page, until):
    ws.mock.faults([{"method": "GET", "path": "*", "disconnect": True, "count": 8}])
    badge = sw.StatusBadge("churn")
    page(badge).say("hello", view="v1")
    assert until(lambda: badge.state["link"]["state"] == "error")
    assert until(lambda: badge.state["link"]["state"] == "live")
    assert until(lambda: badge.status == "Ready (Update failed)")


def test_the_timeline_has_the_steps_of_each_served_entity(ws, page, until):
    badge = sw.StatusBadge("fraud-detector")
    page(badge).ask("hello", view="v1")
    assert until(lambda: badge.state["endpoint"] and badge.state["endpoint"]["update"])
    for _ in range(40):
        ws.mock.advance(15)
        until(lambda: False, timeout=0.08)
    assert until(lambda: badge.state["endpoint"]["update"]["finished"])
    update = badge.state["endpoint"]["update"]
    assert len({step["entity"] for step in update["steps"]}) == 2
    last = {step["entity"]: step["state"] for step in update["steps"]}
    assert set(last.values()) == {"DEPLOYMENT_READY"}
    assert len(update["steps"]) > len(last)
    assert all(step["started"] <= step["ended"] for step in update["steps"])


def test_each_action_carries_its_recipe(ws, page, until):
    controls = sw.EndpointControls("pricing")
    page(controls).ask("hello", view="v1")
    assert until(lambda: controls.state["endpoint"])
    assert controls.state["endpoint"]["recipes"]["start"] == {
        "magic": "%serving start pricing",
        "python": 'sw.workspace().endpoints.get("pricing").start()',
    }


def test_displaying_waits_for_the_first_picture(ws):
    badge = sw.StatusBadge("pricing")
    data, _ = badge._repr_mimebundle_()
    assert "Not ready (Stopped)" in data["text/plain"]
    assert "Not ready (Stopped)" in data["text/html"]
    assert "<script" not in data["text/html"]
    assert badge.state["endpoint"]["status"]["label"] == "Not ready (Stopped)"
    assert "application/vnd.jupyter.widget-view+json" in data


def test_closing_ends_the_watching_and_closes_the_layout(ws, page, until):
    from ipywidgets.widgets.widget import _instances

    before = set(_instances)
    for _ in range(3):
        badge = sw.StatusBadge("churn")
        page(badge).ask("hello", view="v1")
        badge.close()
    left = [each for key, each in _instances.items() if key not in before]
    assert sorted(type(each).__name__ for each in left) == ["Carrier", "Carrier"]
    assert until(lambda: not ws.watcher.leases.sweep())


def test_a_layout_of_the_users_own_is_left_open(ws):
    layout = ipywidgets.Layout(width="300px")
    badge = sw.StatusBadge("churn", layout=layout)
    badge.close()
    assert layout.comm is not None


def test_an_unknown_argument_is_an_error_with_a_suggestion(ws):
    with pytest.raises(TypeError, match=r"'layuot'.*'layout'"):
        sw.StatusBadge("churn", layuot=None)


@pytest.mark.parametrize("name", ["", None, 7])
def test_a_badge_of_nothing_is_an_error(ws, name):
    with pytest.raises(sw.ConfigError, match="needs an endpoint"):
        sw.StatusBadge(name)


def test_the_page_can_set_no_state(ws):
    badge = sw.StatusBadge("churn")
    before = badge.state
    badge._handle_msg(
        {"content": {"data": {"method": "update", "state": {"state": {"rev": 99}, "_esm": "x"}}}, "buffers": []}
    )
    assert badge.state == before
    assert badge._esm != "x"


@pytest.mark.parametrize("message", [None, 1, {}, {"id": 1, "op": "hello"}, {"id": "x"}, {"op": "hello"}, []])
def test_nonsense_from_the_page_is_ignored(ws, page, message):
    badge = sw.StatusBadge("churn")
    badge._handle_msg({"content": {"data": {"method": "custom", "content": message}}, "buffers": []})
    assert page(badge).ask("refresh")["type"] == "result"


def test_an_unknown_operation_is_answered_with_an_error(ws, page):
    answer = page(sw.StatusBadge("churn")).ask("explode")
    assert answer["error"]["code"] == "unknown_op"
    assert answer["error"]["hint"]


def test_a_view_that_knows_the_picture_is_sent_the_time_only(ws, page):
    badge = sw.StatusBadge("churn")
    badge._repr_mimebundle_()
    view = page(badge)
    before = len(view.states())
    view.ask("hello", view="v1", rev=badge.state["rev"])
    (delta,) = [each for each in view.customs() if each.get("type") == "delta"]
    assert set(delta["patch"]) == {"clock", "link"}
    assert (delta["rev"], len(view.states())) == (badge.state["rev"], before)
    view.ask("hello", view="v2", rev=delta["base"])
    assert view.states()[-1]["endpoint"]["name"] == "churn", "a view that missed something is sent everything"


def test_forty_widgets_of_all_kinds_cost_less_than_half_a_megabyte(ws, comms, page, until):
    widgets = [
        *(sw.StatusBadge("churn") for _ in range(20)),
        *(sw.EndpointControls("fraud-detector") for _ in range(10)),
        *(sw.EndpointBrowser(selected="churn") for _ in range(10)),
    ]
    widgets += [widget.panel for widget in widgets if isinstance(widget, sw.EndpointBrowser)]
    for widget in widgets:
        page(widget).ask("hello", view=widget.model_id, rev=widget.state["rev"])
    assert until(lambda: all(widget.state.get("endpoint") or widget.state.get("panel") for widget in widgets))
    drain()
    size = sum(len(json.dumps(data)) for each in comms.values() for _, data in each.messages if data)
    # How often a picture is sent while others come in depends on the machine.
    assert size < 512 * 1024


def test_a_refused_token_is_a_picture_that_says_so(ws, page, until):
    sw.connect(host=ws.host, token="not-the-token", name="refused")
    badge = sw.StatusBadge("churn", workspace="refused")
    page(badge).say("hello", view="v1")
    assert until(lambda: badge.state["link"]["state"] == "error")
    assert "token" in badge.state["link"]["problem"]["hint"]
    assert "not-the-token" not in json.dumps(badge.get_state())
    badge.workspace.close()


def test_tasks_threads_and_subscribers_are_back_to_their_number_after_closing(ws, page, until):
    def tasks():
        async def count():
            return len(asyncio.all_tasks())

        return event_loop.run_sync(count, twin="x")

    ws.endpoints.list()
    before = tasks(), threading.active_count(), len(ws.watcher._subscribers)
    widgets = [sw.EndpointBrowser(), sw.StatusBadge("churn"), sw.EndpointControls("pricing")]
    for widget in widgets:
        page(widget).ask("hello", view=widget.model_id)
    for widget in widgets:
        widget.close()
    drain()
    # The lane is a thread of the process's, started by its first job, as the loop thread is.
    lanes = sum(thread.name == "serving-widgets-user-lane" for thread in threading.enumerate())
    assert until(lambda: tasks() == before[0])
    assert threading.active_count() - lanes <= before[1]
    assert len(ws.watcher._subscribers) == before[2]


def test_a_badge_knows_at_once_what_was_seen_before(ws):
    assert sw.StatusBadge(ws.endpoints.get("pricing")).status == "Not ready (Stopped)"


def test_a_badge_does_nothing_to_its_endpoint_and_controls_to_no_other(ws, page, posts):
    badge, controls = sw.StatusBadge(NAME), sw.EndpointControls("pricing")
    assert page(badge).ask("act", action="stop", name=NAME)["error"]["code"] == "unknown_op"
    assert page(controls).ask("act", action="stop", name=NAME)["error"]["code"] == "bad_request"
    assert posts(ws) == []


def test_recipes_name_the_workspace_as_soon_as_another_one_is_active(ws, page, until):
    controls = sw.EndpointControls("pricing")
    page(controls).ask("hello", view="v1")
    assert until(lambda: controls.state["endpoint"])
    other = sw.connect("mock", name="other")
    assert until(lambda: "--workspace mock" in controls.state["endpoint"]["recipes"]["start"]["magic"])
    other.close()


def test_a_closed_widget_takes_no_lease_any_more(ws, page, until):
    browser = sw.EndpointBrowser()
    page(browser).ask("hello", view="v1")
    browser.close()
    browser.selected = "churn"
    assert until(lambda: not ws.watcher.leases.sweep())
    assert not until(lambda: ws.watcher.leases.sweep(), timeout=0.3)


def test_a_heartbeat_wakes_a_view_whose_lease_had_expired(ws, page, until, comms):
    badge = sw.StatusBadge("fraud-detector")
    page(badge).ask("hello", view="v1")
    ws.watcher.leases._held["v1"].expires = 0
    assert until(lambda: ws.watcher._task.done())
    ws.mock.advance(3600)
    carrier = next(w for key, w in ipywidgets.widgets.widget._instances.items() if f"IPY_MODEL_{key}" == badge._runtime)
    beat = {"method": "custom", "content": {"id": "b", "op": "beat", "args": {"views": ["v1"]}}}
    carrier._handle_msg({"content": {"data": beat}, "buffers": []})
    assert until(lambda: badge.status == "Ready")


def test_a_notebook_with_forty_widgets_grows_by_less_than_three_hundred_kilobytes_when_it_is_saved(ws, page, until):
    kinds = [sw.StatusBadge] * 24 + [sw.EndpointControls] * 15
    widgets = [kind("fraud-detector") for kind in kinds] + [sw.EndpointBrowser(selected="churn")]
    widgets += [widget.panel for widget in widgets if isinstance(widget, sw.EndpointBrowser)]
    for widget in widgets:
        page(widget).ask("hello", view=widget.model_id)
    assert until(lambda: all(widget.state.get("endpoint") or widget.state.get("panel") for widget in widgets))
    saved = ipywidgets.Widget.get_manager_state(drop_defaults=True)
    assert len(json.dumps(saved)) < 300_000


def test_what_a_stopped_endpoint_served_is_stopped_and_not_failed(ws, page, until):
    panel = sw.EndpointPanel("fraud-detector")
    view = page(panel)
    view.ask("hello", view="v1")
    assert until(lambda: panel.state["endpoint"] is not None)
    ws.mock.advance(3600)
    assert until(lambda: panel.state["endpoint"]["status"]["label"] == "Ready")
    ws.endpoints.get("fraud-detector").stop()
    assert until(lambda: panel.state["endpoint"]["status"]["phase"] == "stopped")
    drawn = panel.state["endpoint"]
    phases = {one["phase"] for one in drawn["served"]} | {step["phase"] for step in drawn["update"]["steps"][-2:]}
    assert phases == {"stopped"}


def test_the_saved_output_of_a_badge_is_one_line(ws):
    data, _ = sw.StatusBadge("churn")._repr_mimebundle_()
    assert data["text/plain"] == "churn: ▲ Ready (Update failed) – mock workspace (demo)"
    assert data["text/html"].count("<p>") == 1


def test_the_colour_of_a_connection_goes_to_its_widgets(page):
    with sw.connect("mock", name="shop", colour="prod") as ws:
        assert sw.StatusBadge("churn", workspace=ws).state["workspace"]["colour"] == "red"
