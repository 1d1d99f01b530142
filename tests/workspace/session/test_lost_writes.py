"""Writes whose connection is closed, or whose caller gives up: what is said of them is what happened to them."""

import _thread
import asyncio
import threading
import time

import pytest
from scripted_service import cut, silent

import serving_widgets as sw

WAYS = {
    "stop": lambda ep: ep.stop(),
    "start": lambda ep: ep.start(),
    "set_tags": lambda ep: ep.set_tags({"a": "b"}),
    "delete": lambda ep: ep.delete(),
    "update": lambda ep: ep.update_config({"served_entities": [{"entity_name": "a.b.c", "entity_version": "1"}]}),
    "grant": lambda ep: ep.permissions.grant("ben@example.com", "CAN_VIEW"),
    "aio.stop": lambda ep: asyncio.run(ep.aio.stop()),
}


def _acl(method, path):
    if method == "GET" and "/permissions/" in path:
        ada = {"user_name": "ada@example.com", "all_permissions": [{"permission_level": "CAN_MANAGE"}]}
        return 200, {}, {"object_id": "/serving-endpoints/x", "access_control_list": [ada]}
    return None


def _unanswered_writes(method, path):
    return _acl(method, path) if method == "GET" else silent


@pytest.fixture
def in_background():
    """Run a call on a thread and return the list that gets what became of it, and the thread."""

    def begin(call):
        ended = []

        def run():
            try:
                ended.append(call())
            except BaseException as error:
                ended.append(error)

        thread = threading.Thread(target=run)
        thread.start()
        return ended, thread

    return begin


def _until(met):
    deadline = time.monotonic() + 60
    while not met() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert met()


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("how", ["close", "open the name again"])
def test_a_write_that_is_on_the_wire_when_its_connection_closes_has_an_unknown_outcome(
    service, connect, in_background, way, how
):
    service.rule = _unanswered_writes
    if way == "start":
        service.endpoint = {**service.endpoint, "state": {"ready": "NOT_READY", "suspend": "SUSPENDED"}}
    ws = connect(host=service.host, token="dapi-scripted-0123", name="one")
    ep = ws.endpoints.get("churn")
    ended, thread = in_background(lambda: WAYS[way](ep))
    _until(lambda: service.writes)
    if how == "close":
        ws.close()
    else:
        connect(host=service.host, token="dapi-scripted-0123", name="one")
    thread.join(60)
    assert isinstance(ended[0], sw.OutcomeUnknown), ended
    assert "churn" in str(ended[0])
    assert len(service.writes) == 1


def test_a_write_that_is_still_being_checked_when_its_connection_closes_was_not_sent(service, connect, in_background):
    ws = connect(host=service.host, token="dapi-scripted-0123")
    service.rule = lambda method, path: silent
    ended, thread = in_background(lambda: sw.Endpoint(ws, "churn").stop())
    _until(lambda: service.seen)
    ws.close()
    thread.join(60)
    assert isinstance(ended[0], sw.ConfigError)
    assert service.writes == []


@pytest.mark.parametrize("pause", [0.05, 0.2, 0.35, 0.5, 0.65])
def test_an_interrupted_grant_that_there_is_no_need_to_send_says_nothing_of_being_sent(ws, writes, pause):
    ws.mock.faults([{"path": "*", "delay": 0.2, "count": None}])
    timer = threading.Timer(pause, _thread.interrupt_main)
    timer.start()
    said = []
    try:
        sw.Endpoint(ws, "churn").permissions.grant("analysts", "CAN_VIEW")
        timer.join()
        time.sleep(0.1)
    except KeyboardInterrupt as interrupt:
        said = getattr(interrupt, "__notes__", [])
    assert said == []
    assert writes(ws) == []


def test_an_interrupted_write_that_was_sent_and_answered_says_so(ws, interrupt_at):
    ws.mock.faults([{"method": "POST", "path": "*config:stop", "delay": 2.0, "count": 1}])
    ep = ws.endpoints.get("unity-model-endpoint")
    interrupt_at(ws, "POST")
    with pytest.raises(KeyboardInterrupt) as caught:
        ep.stop()
    assert "was sent and carried out" in "".join(caught.value.__notes__)


def test_a_write_that_was_done_is_no_failure_because_it_can_not_be_looked_at_afterwards(service, real):
    ep = real.endpoints.get("churn")

    def rule(method, path):
        if method == "PATCH":
            service.rule = lambda method, path: (403, {}, {"error_code": "PERMISSION_DENIED", "message": "no"})
            return 200, {}, [{"key": "a", "value": "b"}]
        return None

    service.rule = rule
    ep.set_tags({"a": "b"})
    assert len(service.writes) == 1


def test_a_write_that_was_accepted_is_not_called_failed_where_its_result_can_not_be_read(service, real):
    ep = real.endpoints.get("churn")

    def rule(method, path):
        if method == "POST":
            service.rule = lambda method, path: (403, {}, {"error_code": "PERMISSION_DENIED", "message": "no"})
            return 200, {}, {}
        return None

    service.rule = rule
    with pytest.raises(sw.OutcomeUnknown, match="accepted the request to stop churn"):
        ep.stop()


def test_a_lost_answer_says_how_long_it_took_until_that_was_known(service, real, on_loop):
    real.endpoints.get("churn")
    service.rule = lambda method, path: cut
    began = time.monotonic()
    with pytest.raises(sw.OutcomeUnknown) as caught:
        on_loop(lambda: real.client().stop_endpoint("churn", timeout=3))
    assert 0 < caught.value.seconds <= time.monotonic() - began
    assert f"after {caught.value.seconds:.1f} s" in caught.value.message
