"""Endpoints that were made here, stopped after a time by this kernel."""

import asyncio
import queue

import pytest

import serving_widgets as sw
from serving_widgets.api.errors import ConnectionFailed, OutcomeUnknown
from serving_widgets.workspace.review import stop_timer
from serving_widgets.workspace.review.stop_timer import stop_after
from serving_widgets.workspace.runtime import event_loop


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


def test_another_endpoint_that_has_the_name_since_is_not_stopped(ws, made, connect, on_loop, writes):
    said = queue.Queue()
    timer = on_loop(stop_after, ws, "ads", 30, said.put)
    theirs = connect(host=ws.host, token=ws.mock.env()["DATABRICKS_TOKEN"], name="theirs", read_only=False)
    theirs.endpoints.get("ads").delete()
    theirs.endpoints.create("ads", entity_name="main.ml.ads", entity_version="2")
    ws.mock.advance(30 * 60 + 1)
    said.get(timeout=30)
    assert said.get(timeout=30) == timer.outcome
    assert timer.outcome == "ads was deleted, and another endpoint has its name. That one was not stopped."
    assert ("POST", "/api/2.0/serving-endpoints/ads/config:stop") not in writes(ws)
    with pytest.raises(sw.ActionRefused, match="was not created through this connection"):
        ws.stop_after("ads", 30)


def test_an_endpoint_that_was_deleted_and_came_back_by_an_undo_is_the_one_that_was_made_here(ws, made):
    made.delete()
    ws.undo()
    assert ws.stop_after("ads", 30).outcome == "waiting"


def test_trouble_of_the_network_is_outlived(ws, made, on_loop, monkeypatch):
    said, write = queue.Queue(), ws.write
    trouble = [ConnectionFailed("The host could not be reached."), OutcomeUnknown("The answer was lost.")]

    async def failing(*args):
        if trouble:
            raise trouble.pop()
        return await write(*args)

    monkeypatch.setattr(ws, "write", failing)
    monkeypatch.setattr(stop_timer, "AGAIN", 0.0)
    timer = on_loop(stop_after, ws, "ads", 0.01, said.put)
    said.get(timeout=30)
    ws.mock.advance(1)
    assert said.get(timeout=30) == "ads was stopped, as ws.stop_after() asked."
    assert (timer.outcome, trouble) == ("stopped", [])


def test_a_timer_can_not_be_cancelled_while_it_stops_the_endpoint(ws, made, on_loop, monkeypatch):
    said, begun, goes_on, write = queue.Queue(), queue.Queue(), asyncio.Event(), ws.write

    async def waiting(*args):
        begun.put(args)
        await goes_on.wait()
        return await write(*args)

    monkeypatch.setattr(ws, "write", waiting)
    timer = on_loop(stop_after, ws, "ads", 0.01, said.put)
    said.get(timeout=30)
    ws.mock.advance(1)
    begun.get(timeout=30)
    for cancel in (timer.cancel, lambda: ws.stop_after("ads", None)):
        with pytest.raises(sw.ActionRefused, match="too late to cancel"):
            cancel()
    event_loop.call(goes_on.set)
    said.get(timeout=30)
    assert timer.outcome == "stopped"
    assert ws.stop_after("ads", None) is timer
