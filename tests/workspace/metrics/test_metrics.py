"""Metrics of a handle: a tidy table, a history of no other endpoint, and no more requests than a minute needs."""

import asyncio
import gc
import threading
import time
import weakref
from concurrent.futures import ThreadPoolExecutor

import pandas as pd
import pytest
from patience import until

import serving_widgets as sw
from serving_widgets.api.endpoint.models import EndpointInfo
from serving_widgets.api.errors import NotFound, PermissionDenied, ServingError
from serving_widgets.api.metrics.metrics import MetricReading, MetricSeries, read_metrics
from serving_widgets.api.metrics.prometheus_text import parse_prometheus
from serving_widgets.workspace.logs.log_feed import LogSource, log_feed
from serving_widgets.workspace.metrics import metric_history as history_module
from serving_widgets.workspace.metrics.metric_feed import KEPT, metric_feed
from serving_widgets.workspace.metrics.metric_frame import COLUMNS, metric_frame
from serving_widgets.workspace.metrics.metric_history import MetricHistory, Scrape, metric_history, tracks
from serving_widgets.workspace.watch.poll_intervals import Pace

E = "fraud-detector"
QUICK = Pace(moving=0.05, settled=0.05, slowest=0.1, failing=0.2)
DTYPES = {
    "time": "datetime64[ns, UTC]",
    "metric": "string",
    "entity": "string",
    "statistic": "string",
    "value": "float64",
    "labels": "string",
}
DENIED = {"error_code": "PERMISSION_DENIED", "message": "You may not."}
MODEL = {"name": "m", "entity_name": "main.ml.ads", "entity_version": "1", "scale_to_zero_enabled": True}


def asked(ws, name=E):
    """Return how often the metrics of an endpoint were asked for."""
    return sum(entry["path"].endswith(f"/{name}/metrics") for entry in ws.mock.journal())


def info(name="a", number=1):
    return EndpointInfo.read({"name": name, "id": f"id-{number}", "creation_timestamp": number})


def sample(at, value=1.0, count=1):
    return Scrape.of(at, [MetricReading(MetricSeries("cpu", f"e{number}"), value) for number in range(count)])


# The table ------------------------------------------------------------------------------------------------------------


def test_a_row_says_when_what_whose_and_how_much(ws):
    frame = ws.endpoints.get(E).metrics()
    assert tuple(frame.columns) == COLUMNS
    assert {name: str(dtype) for name, dtype in frame.dtypes.items()} == DTYPES
    assert set(frame.time) == {pd.Timestamp("2026-01-12 09:00:00", tz="UTC")}
    counts = frame[frame.metric == "request_count_total"].set_index("entity")["value"]
    assert counts.to_dict() == {"fraud_detector-7": 210.0, "fraud_challenger-2": 26.0}
    latency = frame[frame.metric == "request_latency_ms"].set_index("statistic")["value"]
    assert list(latency.index) == ["count", "mean", "p50", "p95", "p99"]
    assert latency["count"] == 236
    assert latency["p50"] < latency["p95"] < latency["p99"]
    assert set(frame.labels) == {f'endpoint_name="{E}"'}


def test_the_table_is_what_the_text_says(ws, on_loop):
    text = on_loop(lambda: ws.client().get_metrics("recommender"))
    expected = [(one.series.metric, one.series.statistic, one.value) for one in read_metrics(parse_prometheus(text))]
    frame = ws.endpoints.get("recommender").metrics()
    assert list(zip(frame.metric, frame.statistic, frame.value, strict=True)) == expected
    assert 'gpu="0"' in "".join(frame.labels)


def test_the_numbers_follow_what_was_asked(ws):
    ep = ws.endpoints.get("unity-model-endpoint")
    for _ in range(3):
        ep.query({"dataframe_records": [{"impressions": 3, "position": 2, "bid": 0.5}]})
    frame = ep.metrics()
    assert frame[frame.metric == "request_count_total"]["value"].sum() >= 3


def test_what_serves_nothing_has_an_empty_table_of_the_same_columns(ws):
    frame = ws.endpoints.get("pricing").metrics()
    assert frame.empty
    assert {name: str(dtype) for name, dtype in frame.dtypes.items()} == DTYPES


def test_the_twin_gives_the_same(ws):
    ep = ws.endpoints.get(E)
    pd.testing.assert_frame_equal(asyncio.run(ep.aio.metrics()), ep.metrics())


def test_a_measure_with_a_time_of_its_own_keeps_it_unless_no_column_can_hold_it():
    scrape = Scrape.of(
        60.0,
        [
            MetricReading(MetricSeries("a"), 1.0, 5.25),
            MetricReading(MetricSeries("b"), 1.0),
            MetricReading(MetricSeries("c"), 1.0, 1e30),
        ],
    )
    assert [time.timestamp() for time in metric_frame([scrape]).time] == [5.25, 60.0, 60.0]


def test_there_are_none_of_an_endpoint_that_is_not_there_or_not_to_be_seen(ws):
    ep = ws.endpoints.get("pricing")
    ep.delete()
    with pytest.raises(NotFound):
        ep.metrics()
    ws.mock.faults([{"path": f"*/{E}/metrics", "status": 403, "body": DENIED, "count": None}])
    with pytest.raises(PermissionDenied):
        ws.endpoints.get(E).metrics()


def test_malformed_lines_are_kept_beside_the_numbers():
    exposition = parse_prometheus("a 1\nb{ 2\n")
    scrape = Scrape.of(0.0, read_metrics(exposition), exposition.notes, exposition.malformed)
    assert (scrape.malformed, scrape.notes[0].line) == (1, "b{ 2")
    assert len(metric_frame([scrape])) == 1


# The history ----------------------------------------------------------------------------------------------------------


def test_the_history_is_all_that_was_seen_one_sample_a_minute(ws):
    ep = ws.endpoints.get(E)
    one = ep.metrics()
    ep.metrics()
    ws.mock.advance(60)
    ep.metrics()
    ws.mock.advance(30)
    ep.metrics()
    ws.mock.advance(40)
    frame = ep.metrics(history=True)
    assert [str(time)[11:19] for time in frame.time.unique()] == ["09:00:00", "09:01:30", "09:02:10"]
    pd.testing.assert_frame_equal(frame[frame.time == one.time[0]].reset_index(drop=True), one)
    assert len(ep.metrics()) < len(frame)


def test_an_endpoint_that_was_made_anew_begins_with_nothing(ws):
    ep = ws.endpoints.create("ads", config={"served_entities": [MODEL]}).wait()
    ep.metrics()
    ws.mock.advance(60)
    assert ep.metrics(history=True).time.nunique() == 2
    ep.delete()
    ws.mock.advance(60)
    ws.endpoints.create("ads", config={"served_entities": [MODEL]}).wait()
    assert ep.metrics(history=True).time.nunique() == 1


def test_also_where_somebody_else_made_it_anew_and_nobody_watched(ws, connect):
    ep = ws.endpoints.create("ads", config={"served_entities": [MODEL]}).wait()
    ep.metrics()
    other = connect(host=ws.host, token=ws.mock.token, name="other")
    other.endpoints.get("ads").delete()
    ws.mock.advance(60)
    other.endpoints.create("ads", config={"served_entities": [MODEL]})
    ws.mock.advance(3600)
    assert ep.metrics(history=True).time.nunique() == 1


def test_a_workspace_that_begins_anew_has_no_history(ws):
    ep = ws.endpoints.get(E)
    ws.mock.advance(600)
    ep.metrics()
    ws.mock.reset()
    assert ep.metrics(history=True).time.nunique() == 1


def test_a_history_is_bounded_in_samples_in_numbers_and_in_endpoints(monkeypatch):
    history = MetricHistory()
    for number in range(history_module.KEPT + 10):
        history.take(info(), sample(60.0 * number))
    kept = history.of(info())
    assert len(kept) == history_module.KEPT
    assert kept[-1].at == 60.0 * (history_module.KEPT + 9)
    monkeypatch.setattr(history_module, "MOST_NUMBERS", 100)
    for number in range(20):
        history.take(info("b"), sample(60.0 * number, count=30))
    assert [scrape.at for scrape in history.of(info("b"))] == [60.0 * number for number in (17, 18, 19)]
    history.take(info("b"), sample(1200.0, count=1000))
    assert len(history.of(info("b"))) == 1
    for number in range(history_module.ENDPOINTS):
        history.take(info(f"c{number}"), sample(0.0))
    assert history.of(info("b")) == ()


def test_names_are_kept_once_and_a_minute_that_says_the_same_is_no_news():
    history = MetricHistory()
    for at, value in ((0.0, 1.0), (30.0, 1.0), (40.0, 2.0), (61.0, 2.0), (62.0, 2.0)):
        history.take(info(), sample(at, value))
    first, second = history.of(info())
    assert (first.at, second.at) == (40.0, 61.0)
    assert first.series is second.series
    for at in (180.0, 181.0):
        history.take(info(), sample(at, float("nan")))
    assert history.of(info())[-1].at == 180.0


def test_where_the_clock_was_put_back_only_what_lies_after_it_is_forgotten():
    history = MetricHistory()
    for minute in range(10):
        history.take(info(), sample(60.0 * minute))
    history.take(info(), sample(538.0, 2.0))
    assert [scrape.at for scrape in history.of(info())] == [*(60.0 * minute for minute in range(8)), 538.0]
    history.take(info(), sample(0.0, 2.0))
    assert [scrape.at for scrape in history.of(info())] == [0.0]


def test_an_endpoint_that_tells_nothing_does_not_push_out_what_it_told_before():
    history = MetricHistory()
    history.take(info(), sample(0.0))
    for minute in range(1, 6):
        history.take(info(), Scrape(60.0 * minute))
    assert [scrape.at for scrape in history.of(info())] == [0.0, 60.0]
    history.take(info(), sample(360.0))
    assert [scrape.at for scrape in history.of(info())] == [0.0, 60.0, 360.0]


def test_of_two_reads_at_once_neither_erases_the_history(ws, monkeypatch):
    ep = ws.endpoints.get(E)
    ep.metrics()
    held, begun = threading.Event(), threading.Event()

    def parsed(text):
        if not begun.is_set():
            begun.set()
            assert held.wait(20)
        return parse_prometheus(text)

    monkeypatch.setattr("serving_widgets.workspace.metrics.metric_feed.parse_prometheus", parsed)
    ws.mock.advance(60)
    with ThreadPoolExecutor(1) as pool:
        late = pool.submit(ep.metrics)
        assert begun.wait(20)
        ws.mock.advance(30)
        ep.metrics()
        ws.mock.advance(40)
        held.set()
        late.result(timeout=20)
    kept = metric_history(ws).of(ws.watcher.store.get(E).info)
    assert [scrape.at - kept[0].at for scrape in kept] == [0.0, 90.0, 130.0]


def test_the_course_of_a_number_has_a_gap_where_a_sample_lacks_it():
    seen = tracks([sample(0.0, 1.0), sample(60.0, 2.0, count=2), Scrape.of(120.0, [])])
    assert seen.times == (0.0, 60.0, 120.0)
    assert str(list(seen.values.values())) == "[[1.0, 2.0, nan], [nan, 2.0, nan]]"
    assert seen.entities == ["e0", "e1"]
    assert list(tracks([sample(0.0, count=3)], "e1").values) == [MetricSeries("cpu", "e1")]


def test_it_is_read_from_any_thread_while_it_is_written():
    history = MetricHistory()

    def write():
        for number in range(3000):
            history.take(info(), sample(60.0 * number, count=3))

    def read():
        seen = 0
        while seen < history_module.KEPT:
            kept = history.of(info())
            assert [scrape.at for scrape in kept] == sorted(scrape.at for scrape in kept)
            seen = len(kept)

    with ThreadPoolExecutor(4) as pool:
        jobs = [pool.submit(read) for _ in range(3)] + [pool.submit(write)]
        for job in jobs:
            job.result(timeout=60)


# Feeds ----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def watched(ws, on_loop):
    """Return a way to have a view on screen look at an endpoint's metrics."""
    ws.watcher.pace = QUICK

    def look(name=E, key="view"):
        found = on_loop(metric_feed, ws, name)
        on_loop(ws.watcher.hold, key, (name,))
        on_loop(found.follow, key)
        return found

    return look


def test_a_view_on_screen_has_them_read_once_a_service_minute(ws, watched):
    feed = watched()
    assert until(lambda: feed.state.state == "live")
    time.sleep(2.5)
    assert asked(ws) == 1
    ws.mock.advance(70)
    assert until(lambda: asked(ws) == 2)
    assert until(lambda: len(metric_history(ws).of(ws.watcher.store.get(E).info)) == 2)


def test_reading_goes_on_after_the_workspace_was_reset(ws, watched):
    ws.mock.advance(3600)
    feed = watched()
    assert until(lambda: feed.state.state == "live")
    ws.mock.reset()
    assert until(lambda: [one.at for one in metric_history(ws).of(ws.watcher.store.get(E).info)] == [ws.clock.now()])


def test_what_happens_while_they_are_read_has_them_read_again(ws, watched, on_loop, monkeypatch):
    def parsed(text):
        if asked(ws) == 1:
            on_loop(feed.wake)
        return parse_prometheus(text)

    feed = on_loop(metric_feed, ws, E)
    monkeypatch.setattr("serving_widgets.workspace.metrics.metric_feed.parse_prometheus", parsed)
    watched()
    assert until(lambda: asked(ws) == 2)
    assert until(lambda: feed.state.state == "live" and feed._look is None)
    time.sleep(1.5)
    assert asked(ws) == 2


def test_never_more_often_than_once_a_second_however_fast_service_time_passes(connect, on_loop):
    ws = connect("mock", clock="scaled", speed=6000)
    feed = on_loop(metric_feed, ws, E)
    on_loop(ws.watcher.hold, "view", (E,))
    began = time.monotonic()
    on_loop(feed.follow, "view")
    assert until(lambda: asked(ws) >= 3)
    assert time.monotonic() - began >= 2.0
    for _ in range(50):
        on_loop(feed.wake)
    before = asked(ws)
    time.sleep(0.7)
    assert asked(ws) <= before + 1


def test_nothing_is_read_while_no_view_is_on_screen(ws, watched, on_loop):
    feed = watched()
    assert until(lambda: feed.state.state == "live")
    on_loop(ws.watcher.drop, "view")
    ws.mock.advance(600)
    time.sleep(1.5)
    assert asked(ws) == 1
    on_loop(ws.watcher.hold, "view", (E,))
    assert until(lambda: asked(ws) == 2 and feed._look is None)
    on_loop(feed.unfollow, "view")
    ws.mock.advance(600)
    time.sleep(1.5)
    assert asked(ws) == 2


def test_views_of_one_endpoint_share_a_feed_and_idle_ones_are_forgotten_by_and_by(ws, watched, on_loop):
    feed = watched()
    assert watched(key="another") is feed
    assert until(lambda: feed.state.state == "live")
    assert asked(ws) == 1
    for number in range(KEPT + 2):
        on_loop(metric_feed, ws, f"e{number}")
    assert on_loop(metric_feed, ws, E) is not feed


@pytest.mark.parametrize("status", [429, 503])
def test_after_a_refusal_it_backs_off_as_it_is_told_and_recovers(ws, watched, status):
    ws.mock.faults([{"path": f"*/{E}/metrics", "status": status, "count": 1, "retry_after": 2}])
    feed = watched()
    assert until(lambda: feed.state.state == "error")
    failed = time.monotonic()
    assert feed.state.problem is not None
    assert until(lambda: feed.state.state == "live")
    assert time.monotonic() - failed > 1.7
    assert feed.state.problem is None


def test_a_failure_keeps_what_was_seen_and_says_why(ws, watched, on_loop):
    feed = watched()
    assert until(lambda: feed.state.state == "live")
    ws.mock.faults([{"path": f"*/{E}/metrics", "status": 500, "count": None}])
    with pytest.raises(ServingError):
        on_loop(feed.read)
    assert feed.state.state == "stale"
    assert len(metric_history(ws).of(ws.watcher.store.get(E).info)) == 1


def test_what_is_not_allowed_is_not_asked_for_again_in_a_moment(ws, watched):
    ws.mock.faults([{"path": f"*/{E}/metrics", "status": 403, "body": DENIED, "count": None}])
    feed = watched()
    assert until(lambda: feed.state.state == "error")
    time.sleep(2.5)
    assert asked(ws) == 1


def test_a_fault_of_ours_does_not_end_the_following(ws, watched, on_loop, monkeypatch):
    def broken():
        raise RuntimeError("a subscriber")

    feed = on_loop(metric_feed, ws, E)
    on_loop(feed.subscribe, broken)
    told = []
    end = on_loop(feed.subscribe, lambda: told.append(feed.state.state))
    watched()
    assert until(lambda: told == ["live"])
    on_loop(end)
    monkeypatch.setattr("serving_widgets.workspace.metrics.metric_feed.parse_prometheus", lambda text: 1 / 0)
    ws.mock.advance(120)
    assert until(lambda: feed.state.state == "stale")
    assert "ZeroDivisionError" in feed.state.problem.message


def test_the_watchers_looks_neither_wait_for_them_nor_count_them(connect, on_loop):
    ws = connect("mock", scenario="large", clock="manual")
    ws.watcher.pace = QUICK
    names = [ep.name for ep in ws.endpoints.list() if ep.status.settled][:100]
    on_loop(ws.watcher.hold, "page", names)
    feed = on_loop(metric_feed, ws, names[0])
    on_loop(feed.follow, "page")
    assert until(lambda: feed.state.state == "live")
    start = ws.mock.journal()[-1]["n"]

    def after():
        entries = [entry["path"].rstrip("/") for entry in ws.mock.journal() if entry["n"] > start]
        lists = entries.count("/api/2.0/serving-endpoints")
        metrics = sum(path.endswith("/metrics") for path in entries)
        return lists, metrics, len(entries) - lists - metrics

    assert until(lambda: after()[0] >= 5)
    lists, metrics, gets = after()
    assert gets <= lists + 1
    assert metrics == 0
    ws.mock.advance(70)
    assert until(lambda: after()[1] == 1)


def test_a_connection_that_was_closed_and_dropped_is_let_go(connect, on_loop):
    ws = sw.connect("mock", clock="manual", name="dropped")
    on_loop(metric_feed, ws, E)
    on_loop(log_feed, ws, LogSource(E, "fraud_detector-7", "service"))
    ws.close()
    connect("mock", clock="manual", name="dropped")
    left = weakref.ref(ws)
    del ws
    assert until(lambda: gc.collect() is not None and left() is None)
