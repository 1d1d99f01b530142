"""Endpoints that were made here, stopped after a time by this kernel."""

import queue

import pytest

import serving_widgets as sw
from serving_widgets.workspace.review.stop_timer import stop_after


@pytest.fixture
def made(ws):
    return ws.endpoints.create("ads", entity_name="main.ml.ads", entity_version="1").wait()


def test_an_endpoint_is_stopped_when_the_time_is_over_with_a_notice_before(ws, made, on_loop, writes):
    said = queue.Queue()
    timer = on_loop(stop_after, ws, "ads", 30, said.put)
    assert "if this kernel lives until then" in repr(timer)
    ws.mock.advance(29 * 60)
    assert said.get(timeout=30).startswith("ads will be stopped at ")
    assert timer.outcome == "waiting"
    ws.mock.advance(61)
    assert said.get(timeout=30) == "ads was stopped, as ws.stop_after() asked."
    assert made.refresh().label == "Not ready (Stopped)"
    assert writes(ws)[-1] == ("POST", "/api/2.0/serving-endpoints/ads/config:stop")
    assert ws.undo().action == "stop"


def test_a_timer_is_taken_back_and_a_new_one_replaces_it(ws, made):
    first = ws.stop_after("ads", 1)
    second = ws.stop_after("ads", 60)
    assert (first.outcome, second.outcome) == ("cancelled", "waiting")
    assert ws.stop_after("ads", None) is second
    ws.mock.advance(7200)
    assert made.refresh().label == "Ready"
    assert ws.stop_after("ads", None) is None


def test_an_update_in_progress_is_waited_for(ws, made, on_loop):
    said = queue.Queue()
    made.update_config(entity_version="2")
    timer = on_loop(stop_after, ws, "ads", 0.01, said.put)
    said.get(timeout=30)
    ws.mock.advance(1)
    made.wait()
    ws.mock.advance(61)
    said.get(timeout=30)
    assert timer.outcome == "stopped"


def test_create_begins_one_and_only_what_was_made_here_has_one(ws, writes):
    ws.endpoints.create("ads", entity_name="main.ml.ads", entity_version="1", stop_after=30)
    assert ws.stop_after("ads", None).outcome == "cancelled"
    with pytest.raises(sw.ActionRefused, match="was not created through this connection") as raised:
        ws.stop_after("example-endpoint", 30)
    assert raised.value.code == "not_made_here"
    sent = len(writes(ws))
    with pytest.raises(sw.ConfigError, match="not a number of minutes"):
        ws.endpoints.create("more", entity_name="main.ml.ads", entity_version="1", stop_after=-1)
    assert len(writes(ws)) == sent
