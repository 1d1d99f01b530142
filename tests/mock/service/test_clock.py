"""Service time: three clocks, and a workspace that doesn't care how often somebody looks."""

import json
import math
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from serving_widgets import connect
from serving_widgets.mock.scenarios import find
from serving_widgets.mock.service.clock import EPOCH, Clock
from serving_widgets.mock.state.world import World


def test_a_manual_clock_moves_only_when_told():
    clock = Clock("manual")
    time.sleep(0.01)
    assert clock.now() == EPOCH
    assert clock.rate() == 0
    clock.advance(90)
    assert clock.now() == EPOCH + 90


def test_a_scaled_clock_runs_and_can_not_be_skipped():
    clock = Clock("scaled", speed=1000)
    before = clock.now()
    time.sleep(0.02)
    assert clock.now() >= before + 15
    assert clock.rate() == 1000
    assert clock.skip(60) is False


def test_the_demo_clock_runs_just_while_a_view_is_looking():
    clock = Clock("demo", speed=1000)
    time.sleep(0.01)
    assert (clock.now(), clock.rate()) == (EPOCH, 0)
    clock.looking(True)
    assert clock.rate() == 1000
    assert clock.skip(60) is False
    time.sleep(0.02)
    clock.looking(False)
    stood = clock.now()
    assert stood >= EPOCH + 15
    time.sleep(0.01)
    assert clock.now() == stood


@pytest.mark.parametrize("mode", ["manual", "demo"])
def test_skip_goes_to_the_next_event_but_not_beyond_its_limit(mode):
    due = [EPOCH + 100]
    clock = Clock(mode, next_due=lambda: due[0])
    assert clock.skip(30) is True
    assert clock.now() == EPOCH + 30
    assert clock.skip(math.inf) is True
    assert clock.now() == EPOCH + 100
    due[0] = None
    assert clock.skip(5) is True
    assert clock.now() == EPOCH + 105
    assert clock.skip(math.inf) is False
    assert clock.skip(0) is False


@pytest.mark.parametrize("seconds", [-1, math.nan, math.inf])
def test_time_does_not_go_back_or_nowhere(seconds):
    with pytest.raises(ValueError, match="forward"):
        Clock("manual").advance(seconds)


def test_time_ends_with_the_year_9999_and_the_clock_goes_on_to_work(ask):
    for seconds in (1e12, 1e300):
        with pytest.raises(ValueError, match="year 9999"):
            ask.mock.advance(seconds)
        assert ask("POST", "/_mock/advance", {"seconds": seconds}).status == 400
    assert ask.mock.clock.skip(1e300)
    assert ask.get("churn").status == 200


@pytest.mark.parametrize("settings_", [{"mode": "lunar"}, {"speed": 0}, {"speed": math.inf}, {"speed": -1}])
def test_a_clock_that_can_not_be_is_refused(settings_):
    with pytest.raises(ValueError, match=r"clock|speed"):
        Clock(**settings_)


SCRIPT = (
    ("POST", "", {"name": "fresh", "config": {"served_entities": [
        {"entity_name": "a.b.c", "entity_version": "1", "scale_to_zero_enabled": True}]}}),
    (70,),
    ("POST", "/pricing/config:start", None),
    (100,),
    ("POST", "/churn/config:stop", None),
    (200,),
    ("DELETE", "/example-endpoint", None),
)  # fmt: skip


def play(ask, looks):
    """Run the script, with a look at everything wherever `looks` says so; return all that the script itself saw."""
    seen = []
    for number, step in enumerate(SCRIPT):
        for _ in range(looks[number % len(looks)] if looks else 0):
            ask("GET", ask.control)
            ask.get("fresh")
        if len(step) == 1:
            ask.mock.advance(step[0])
            continue
        method, tail, body = step
        answer = ask(method, ask.control + tail, body)
        seen.append((answer.status, answer.text, answer.headers["x-request-id"]))
    seen.append(ask("GET", ask.control).text)
    seen.extend(ask.get(name).text for name in ask.names())
    for _ in range(20):
        answer = ask.query("fraud-detector", {"dataframe_records": [{"amount": 1.0, "hour": 3, "country": "NO"}]})
        seen.append((answer.text, answer.headers["served-model-name"]))
    return json.dumps(seen)


def test_the_same_script_gives_the_same_bytes_however_often_somebody_looks(ask):
    first = play(ask, [])
    ask.mock.reset()
    second = play(ask, [1, 3, 0])
    assert first == second


def test_another_workspace_gives_the_same_bytes_but_for_its_address(started):
    seen = []
    for _ in range(2):
        mock, ask = started(clock="manual")
        seen.append(play(ask, []).replace(mock.host, "HOST"))
    assert seen[0] == seen[1]


@settings(max_examples=50)
@given(st.lists(st.floats(0.1, 100), max_size=8))
def test_a_state_depends_on_the_time_and_not_on_the_steps_to_it(steps):
    one, other = (World(find("demo").fill, 60, "manual") for _ in range(2))
    for step in steps:
        one.clock.advance(step)
        one.settle()
    one.settle()
    other.clock.advance_to(one.clock.now())
    other.settle()
    for name in ("fraud-detector", "churn"):
        mine, theirs = one.endpoint(name), other.endpoint(name)
        assert (mine.update, mine.config, mine.pending) == (theirs.update, theirs.config, theirs.pending)


def test_a_demo_clock_runs_while_another_client_polls_an_update(started):
    mock, ask = started("demo", clock="demo", speed=6000)
    ask.get("fraud-detector")
    assert mock.clock.rate() == 0.0
    deadline = time.monotonic() + 10
    while ask.get("fraud-detector").body["state"]["config_update"] == "IN_PROGRESS":
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert mock.clock.now() > EPOCH


def test_a_demo_clock_stands_again_when_the_polls_have_stopped(monkeypatch):
    monkeypatch.setattr("serving_widgets.mock.service.clock.POLL_PAUSE_S", 0.02)
    clock = Clock("demo", speed=100)
    clock.polled()
    time.sleep(0.05)
    now = clock.now()
    assert (now - EPOCH) == pytest.approx(2)
    assert (clock.rate(), clock.now()) == (0.0, now)


def test_a_client_that_moves_the_clock_itself_does_not_make_it_run(started):
    mock, ask = started("demo", clock="demo")
    for _ in range(3):
        ask.raw("GET", f"{ask.control}/fraud-detector", headers={"Authorization": f"Bearer {mock.own_token}"})
        ask.raw("GET", ask.control, headers={"Authorization": f"Bearer {mock.own_token}"})
    assert (mock.clock.rate(), mock.clock.now()) == (0.0, EPOCH)


def test_who_lists_again_and_again_is_waiting_too_and_who_lists_twice_is_not(started):
    mock, ask = started("demo", clock="demo")
    ask.names()
    ask.names()
    assert mock.clock.rate() == 0.0
    ask.names()
    assert mock.clock.rate() == mock.clock.speed


def test_who_queries_until_an_endpoint_is_ready_is_waiting_too(started):
    mock, ask = started("empty", clock="demo", speed=6000)
    ask.create("fresh")
    deadline = time.monotonic() + 10
    while "not ready" in ask.query("fresh", {"inputs": [[1]]}).text:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert mock.clock.now() > EPOCH


def test_this_package_in_another_process_waits_like_any_other_client(started):
    mock, _ = started("demo", clock="demo", speed=6000)
    env = mock.env()
    ws = connect(host=env["DATABRICKS_HOST"], token=env["DATABRICKS_TOKEN"], name="elsewhere")
    try:
        assert ws.endpoints.get("fraud-detector").wait(timeout=30).status.label == "Ready"
    finally:
        ws.close()
