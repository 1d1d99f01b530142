"""The watcher: what it asks, when, and what it tells."""

import time

import pytest
from patience import until

from serving_widgets.workspace.runtime import event_loop
from serving_widgets.workspace.watch.leases import TTL, Leases
from serving_widgets.workspace.watch.poll_intervals import Pace

QUICK = Pace(moving=0.05, settled=0.05, slowest=0.1, failing=0.2)


@pytest.fixture
def watched(ws):
    ws.watcher.pace = QUICK
    return ws


def requests(ws, path="/api/2.0/serving-endpoints"):
    return [entry for entry in ws.mock.journal() if entry["method"] == "GET" and entry["path"].rstrip("/") == path]


def test_nobody_looking_means_no_request(ws):
    assert ws.watcher.seen() == {}
    time.sleep(0.2)
    assert ws.mock.journal() == []


def test_names_come_from_what_was_seen_without_a_request(ws):
    ws.endpoints.list()
    before = len(ws.mock.journal())
    assert "churn" in ws.watcher.names()
    assert len(ws.mock.journal()) == before


def test_ticks_go_on_while_somebody_looks_and_end_with_the_last_one(watched):
    with watched.watch():
        assert until(lambda: len(requests(watched)) >= 3)
    time.sleep(0.3)
    before = len(watched.mock.journal())
    time.sleep(0.4)
    assert len(watched.mock.journal()) == before


@pytest.mark.parametrize("comes", ["opened", "back into sight"])
def test_a_panel_beside_a_resting_list_is_looked_at_at_once(ws, on_loop, comes):
    hour, now = 3600.0, [0.0]
    ws.watcher.pace = Pace(hour, hour, hour, glance=Pace(hour, hour, hour))
    ws.watcher.leases = Leases(lambda: now[0])
    if comes == "back into sight":
        on_loop(ws.watcher.leases.hold, "panel", ["churn"])
        now[0] += TTL
        on_loop(ws.watcher.leases.sweep)
    on_loop(ws.watcher.hold, "browser")
    assert until(lambda: len(requests(ws)) == 1)
    on_loop(*([ws.watcher.hold, "panel", ["churn"]] if comes == "opened" else [ws.watcher.beat, ["panel"]]))
    assert until(lambda: len(requests(ws)) == 2)
    on_loop(ws.watcher.hold, "panel", ["churn"])
    assert len(requests(ws)) == 2


def test_what_changed_is_told_and_nothing_else(watched, on_loop):
    told = []
    with watched.watch():
        assert until(lambda: len(watched.watcher.names()) == 10)
        assert until(lambda: len(requests(watched)) >= 2)
        end = watched.watcher.subscribe(lambda change: told.extend(change.names))
        watched.mock.advance(3600)
        assert until(lambda: "fraud-detector" in told)
        end()
    assert "pricing" not in told


def test_a_hundred_settled_endpoints_cost_one_list_and_at_most_one_get_a_tick(connect):
    ws = connect("mock", scenario="large", clock="manual")
    ws.watcher.pace = QUICK
    names = [ep.name for ep in ws.endpoints.list() if ep.status.settled][:100]
    with ws.watch(names):
        assert until(lambda: len(requests(ws)) >= 4)
        start = ws.mock.journal()[-1]["n"]
        assert until(lambda: len([e for e in requests(ws) if e["n"] > start]) >= 5)
        after = [entry for entry in ws.mock.journal() if entry["n"] > start]
    lists = [entry for entry in after if entry["path"].rstrip("/") == "/api/2.0/serving-endpoints"]
    assert len(after) - len(lists) <= len(lists) + 1


def test_errors_make_the_picture_stale_and_it_recovers_by_itself(watched):
    links = []
    with watched.watch():
        assert until(lambda: watched.watcher.link.state == "live")
        watched.watcher.subscribe(lambda change: links.append(watched.watcher.link.state) if change.link else None)
        watched.mock.faults([{"method": "GET", "path": "/api/2.0/serving-endpoints*", "status": 500, "count": 3}])
        assert until(lambda: "stale" in links)
        assert watched.watcher.link.problem is not None
        assert until(lambda: links[-1] == "live")
        assert watched.watcher.link.problem is None


def test_ticks_wait_as_long_as_the_service_asks_when_it_says_429(watched):
    with watched.watch():
        assert until(lambda: watched.watcher.link.state == "live")
        rule = {"method": "GET", "path": "*", "status": 429, "retry_after": 1, "count": 1}
        watched.mock.faults([rule])
        assert until(lambda: watched.watcher.link.state == "stale")
        lists = len(requests(watched))
        time.sleep(0.7)
        assert len(requests(watched)) == lists
        assert until(lambda: watched.watcher.link.state == "live")


def test_an_endpoint_deleted_by_somebody_else_is_told_as_deleted(watched, connect):
    other = connect(host=watched.host, token=watched.mock.token, name="other")
    with watched.watch(["pricing"]):
        assert until(lambda: "pricing" in watched.watcher.names())
        other.endpoints.get("pricing").delete()
        assert until(lambda: watched.watcher.store.get("pricing").deleted)


def test_looks_at_the_same_time_share_one_request(ws):
    import asyncio

    async def many():
        await asyncio.gather(*(ws.watcher.look("churn") for _ in range(20)))

    event_loop.run_sync(many, twin="x")
    assert len(ws.mock.journal()) == 1


def test_an_old_reply_says_nothing_against_a_newer_one(ws):
    ep = ws.endpoints.get("unity-model-endpoint")
    old, asked = ep.info, time.monotonic()
    ep.stop()
    assert ws.watcher.store.take(old, asked) is False
    ws.watcher.store.take_list([old], asked)
    assert ep.label == "Not ready (Stopped)"


def test_a_new_endpoint_is_not_deleted_by_a_list_that_was_asked_before(ws):
    ws.endpoints.list()
    asked = time.monotonic()
    ep = ws.endpoints.create("ads", entity_name="main.ml.ads", entity_version="1")
    ws.watcher.store.take_list([], asked)
    assert ep.label == "Not ready (Updating)"


def test_a_list_that_says_again_what_it_said_before_a_write_is_news(ws):
    ws.endpoints.list()
    ep = ws.endpoints.get("unity-model-endpoint").stop()
    ws.mock.reset()
    ws.endpoints.list()
    assert ep.label == "Ready"


def test_a_change_of_tags_shows_although_the_state_is_the_same(ws):
    import copy

    from serving_widgets.api.endpoint.models import EndpointInfo

    ws.endpoints.list()
    ep = ws.endpoints.get("churn")
    summaries = [EndpointInfo.read(copy.deepcopy(dict(info.raw))) for info in ws.watcher.store.summaries().values()]
    changed = [
        EndpointInfo.read({**info.raw, "tags": [{"key": "new", "value": "1"}]}) if info.name == "churn" else info
        for info in summaries
    ]
    assert ws.watcher.store.take_list(changed, time.monotonic()) == {"churn"}
    assert ep.tags == {"new": "1"}
    assert ep.info.detailed


def test_one_endpoint_that_cannot_be_looked_at_says_nothing_of_the_others(watched):
    watched.endpoints.list()
    watched.mock.faults([{"method": "GET", "path": "*/churn", "status": 403, "count": None}])
    states = []
    with watched.watch(["churn", "fraud-detector", "pricing"]):
        watched.watcher.subscribe(lambda change: states.append(watched.watcher.link.state))
        assert until(lambda: watched.watcher.store.get("pricing").fresh)
        time.sleep(0.3)
    assert "stale" not in states


def test_a_call_of_the_users_that_fails_does_not_make_the_picture_stale(ws):
    ws.endpoints.list()
    with pytest.raises(Exception, match="no such name"):
        ws.endpoints.get("no such name")
    assert ws.watcher.link.state == "live"


def test_who_is_patient_does_not_share_the_failure_of_who_is_not(watched):
    watched.mock.faults([{"method": "GET", "path": "*", "status": 503, "delay": 0.3, "count": 2}])
    with watched.watch():
        time.sleep(0.1)
        assert len(watched.endpoints.list()) == 10


def test_a_subscriber_that_fails_keeps_nobody_else_from_the_news(watched, caplog):
    told = []

    def fail(change):
        raise ZeroDivisionError

    watched.watcher.subscribe(fail)
    watched.watcher.subscribe(lambda change: told.extend(change.names))
    with watched.watch():
        assert until(lambda: "churn" in told)
        seen = len(requests(watched))
        assert until(lambda: len(requests(watched)) > seen)
    assert "A subscriber of the watcher failed" in caplog.text


def test_nobody_is_watched_for_after_closing(watched, on_loop):
    watched.close()
    on_loop(watched.watcher.hold, "late")
    time.sleep(0.2)
    assert watched.watcher.link.state == "closed"


def test_the_clock_stands_when_the_last_view_is_gone_although_somebody_watches(connect, on_loop):
    ws = connect("mock")
    with ws.watch():
        on_loop(ws.watcher.hold, "view")
        assert ws.clock.rate() > 0
        on_loop(ws.watcher.drop, "view")
        assert ws.clock.rate() == 0


SLOW_DOWN = (429, {"retry-after": "86400"}, {"error_code": "REQUEST_LIMIT_EXCEEDED", "message": "slow down"})


@pytest.fixture
def turned_away(real, service, request):
    """A connection that is being watched, after one answer that asks for a pause of a day."""
    real.watcher.pace = Pace(moving=0.05, settled=0.05, slowest=0.1, failing=0.2, asked=request.param)
    with real.watch():
        assert until(lambda: real.watcher.link.state == "live")
        service.rule = lambda method, path: SLOW_DOWN if path.endswith("/serving-endpoints") else None
        assert until(lambda: real.watcher.link.state == "stale")
        service.rule = lambda method, path: None
        service.seen.clear()
        yield real


@pytest.mark.parametrize("turned_away", [0.3], indirect=True)
def test_a_pause_of_a_day_that_the_service_asks_for_is_cut_short(turned_away):
    assert until(lambda: turned_away.watcher.link.state == "live")


@pytest.mark.parametrize("turned_away", [600.0], indirect=True)
@pytest.mark.parametrize(
    "what",
    [
        lambda ws: ws.endpoints.get("churn"),
        lambda ws: ws.endpoints.list(),
        lambda ws: ws.endpoints.get("churn").set_tags({"a": "b"}),
        lambda ws: event_loop.call(lambda: ws.watcher.hold("another view")),
    ],
    ids=["a look that goes well", "a list", "a write", "another view"],
)
def test_a_long_pause_ends_with_whatever_shows_that_looking_makes_sense_again(turned_away, service, what):
    what(turned_away)
    lists = lambda: sum(path.endswith("/serving-endpoints") for _, path, _ in service.seen)  # noqa: E731
    before = lists()
    assert until(lambda: lists() >= before + 3)
    assert turned_away.watcher.link.state == "live"
