"""Writes: in turn, once, taken back where they can be, and never mistaken for what was before them."""

import asyncio
import threading
import time

import pytest

import serving_widgets as sw

NAME = "unity-model-endpoint"


@pytest.fixture
def gets_are_slow(ws):
    """Make the next get slow and start it on a thread of its own."""

    def begin(name):
        ws.mock.faults([{"method": "GET", "path": f"*/{name}", "delay": 0.6, "count": 1}])
        look = threading.Thread(target=lambda: ws.endpoints.get(name))
        look.start()
        time.sleep(0.2)
        return look

    return begin


def test_waiting_after_a_write_does_not_believe_a_look_from_before_it(ws, gets_are_slow):
    ep = ws.endpoints.get(NAME)
    look = gets_are_slow(NAME)
    assert ep.update_config(entity_name="myCatalog.mySchema.my-ads-model", entity_version="2").wait().label == "Ready"
    look.join()
    assert [entity.entity_version for entity in ep.entities] == ["2"]


def test_starting_and_waiting_does_not_believe_that_it_is_still_stopped(ws, gets_are_slow):
    ep = ws.endpoints.get("pricing")
    look = gets_are_slow("pricing")
    assert ep.start().wait().label == "Ready"
    look.join()


def test_stop_start_stop_at_the_same_time_sends_all_three_in_turn(ws, writes):
    ep = ws.endpoints.get(NAME)

    async def cell():
        await asyncio.gather(ep.aio.stop(), ep.aio.start(), ep.aio.stop(), return_exceptions=True)

    asyncio.run(cell())
    # The second stop comes while the start is under way, and is refused for that; it is not taken for the first one.
    assert [path.rpartition(":")[2] for _, path in writes(ws)] == ["stop", "start"]
    assert ep.label == "Not ready (Updating)"


def test_ctrl_c_before_anything_was_sent_sends_nothing(ws, writes, interrupt_at):
    ep = sw.Endpoint(ws, NAME)
    ws.mock.faults([{"method": "GET", "path": f"*/{NAME}", "delay": 2.0, "count": 1}])
    interrupt_at(ws, "GET")
    with pytest.raises(KeyboardInterrupt):
        ep.stop()
    while ws.mock.journal()[-1]["status"] is None:
        time.sleep(0.01)
    time.sleep(0.2)
    assert writes(ws) == []


def test_a_write_that_nobody_waits_for_any_more_is_taken_back_while_it_queues(ws, writes):
    ep = ws.endpoints.get(NAME)
    ws.mock.faults([{"method": "POST", "path": "*config:stop", "delay": 1.5, "count": 1}])

    async def cell():
        first = asyncio.ensure_future(ep.aio.stop())
        await asyncio.sleep(0.1)
        second = asyncio.ensure_future(ep.aio.start())
        await asyncio.sleep(0.1)
        second.cancel()
        await first

    asyncio.run(cell())
    time.sleep(0.2)
    assert [path.rpartition(":")[2] for _, path in writes(ws)] == ["stop"]


def test_an_update_that_was_lost_is_not_taken_for_the_same_one_made_by_somebody_else(ws, connect):
    config = {"served_entities": [{"entity_name": "a.b.c", "entity_version": "7", "scale_to_zero_enabled": True}]}
    ep = ws.endpoints.get(NAME)
    other = connect(host=ws.host, token=ws.mock.token, name="other")
    other.endpoints.get(NAME).update_config(config)
    ws.mock.advance(3600)
    ws.mock.faults([{"method": "PUT", "path": "*", "disconnect": "before", "count": 1}])
    with pytest.raises(sw.OutcomeUnknown):
        ep.update_config(config)


def test_closing_the_connection_ends_what_waits_on_it_with_a_reason(connect):
    ws = connect("mock", clock="scaled", speed=1)
    ended = []

    def wait():
        try:
            ws.endpoints.get("fraud-detector").wait()
        except Exception as error:
            ended.append(error)

    waiting = threading.Thread(target=wait)
    waiting.start()
    time.sleep(0.3)
    ws.close()
    waiting.join(60)
    assert isinstance(ended[0], sw.ConfigError)
    assert "closed" in ended[0].message


def test_a_wait_outlives_an_outage(connect):
    ws = connect("mock", clock="scaled", speed=600)
    ws.mock.faults([{"method": "GET", "path": "*", "disconnect": True, "count": 4}])
    assert sw.Endpoint(ws, "fraud-detector").wait(timeout=36_000).label == "Ready"
