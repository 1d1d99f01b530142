"""EndpointMetrics, a tab of the panel: read while it is on screen, small, and silent while nothing changes."""

import json
import time

import pytest
from ipywidgets.widgets.widget import _instances

import serving_widgets as sw
from serving_widgets.api.metrics.metrics import MetricReading, MetricSeries
from serving_widgets.widgets.metrics.endpoint_metrics import (
    ENTITIES,
    MOST_NUMBERS,
    RANGES,
    SHORTEST,
    WINDOW,
    EndpointMetrics,
    metrics_page,
    numbers,
)
from serving_widgets.workspace.metrics.metric_history import Scrape

NAME = "fraud-detector"
DENIED = {"error_code": "PERMISSION_DENIED", "message": "You may not."}


@pytest.fixture
def plotted(ws, page, until):
    """Return a function that makes the widget, with a view of it."""

    def make(name=NAME, **more):
        widget = EndpointMetrics(name, **more)
        view = page(widget)
        view.ask("hello", view="v1")
        assert until(lambda: widget.state["metrics"]["state"] in ("live", "error"))
        return widget, view

    return make


def asked(ws, name=NAME):
    return sum(entry["path"].endswith(f"/{name}/metrics") for entry in ws.mock.journal())


def plots(widget, entity=""):
    return {plot["key"]: plot for plot in widget.state["metrics"]["plots"][entity]}


def lines(plot):
    return {line["name"]: line["values"] for line in plot["lines"]}


def test_nothing_is_read_before_somebody_looks(ws, page):
    whole = sw.EndpointPanel(NAME)
    page(whole).ask("hello", view="v1")
    widget = EndpointMetrics(NAME)
    assert asked(ws) == 0
    assert (widget.state["metrics"]["state"], widget.state["metrics"]["times"]) == ("loading", [])


def test_the_tab_of_the_panel_is_the_widget(ws, page):
    whole = sw.EndpointPanel(NAME)
    page(whole).ask("tab", name="metrics")
    child = _instances[whole.state["children"]["metrics"].removeprefix("IPY_MODEL_")]
    assert type(child).__name__ == "EndpointMetrics"
    whole.close()
    assert child.comm is None


def test_each_plot_has_the_numbers_of_its_lines(plotted):
    widget, _ = plotted()
    assert list(widget.state["metrics"]["plots"]) == ["", "fraud_challenger-2", "fraud_detector-7"]
    found = plots(widget)
    assert list(found) == ["requests", "errors", "latency", "cpu", "concurrency"]
    assert lines(found["requests"]) == {"All": [236]}
    assert lines(found["errors"]) == {"4xx": [2.12], "5xx": [0.42]}
    assert lines(found["latency"]) == {"p50": [37.2], "p99": [233]}
    assert lines(found["concurrency"]) == {"Requests at once": [12]}
    assert found["cpu"]["note"] == "the highest of several"
    assert lines(plots(widget, "fraud_challenger-2")["requests"])["All"] == [26]
    assert plots(widget, "fraud_challenger-2")["latency"]["note"] == "whole endpoint"


def test_gpus_are_plotted_where_there_are_any(plotted):
    assert "gpu" in plots(plotted("recommender")[0])


@pytest.mark.parametrize(
    ("name", "said", "kept"),
    [
        ("pricing", "pricing has no metrics: it is stopped", []),
        ("nightly-scores", "nightly-scores is scaled to zero", ["requests", "errors", "latency", "concurrency"]),
        ("chat", "chat serves an external model", ["requests", "errors", "latency"]),
    ],
)
def test_where_there_are_none_or_few_it_says_why(plotted, name, said, kept):
    widget, _ = plotted(name)
    assert widget.state["metrics"]["why"].startswith(said)
    assert list(plots(widget)) == kept


def test_a_minute_adds_a_sample_and_an_unchanged_one_sends_nothing(ws, plotted, until):
    widget, view = plotted()
    ws.mock.advance(60)
    ws.mock.advance(10)
    assert until(lambda: len(widget.state["metrics"]["times"]) == 2)
    assert until(lambda: widget.state["link"]["state"] == "live")
    time.sleep(0.5)
    before = len(view.comm.messages)
    time.sleep(2.5)
    assert len(view.comm.messages) == before


def test_an_endpoint_that_tells_nothing_sends_nothing_however_often_it_is_read(ws, plotted, until):
    widget, view = plotted("pricing")
    assert until(lambda: widget._feed._look is None)
    ws.mock.advance(70)
    assert until(lambda: asked(ws, "pricing") == 2 and widget._feed._look is None)
    time.sleep(0.5)
    before, shown = len(view.comm.messages), widget.state["metrics"]
    for minute in range(3, 6):
        ws.mock.advance(70)
        assert until(lambda minute=minute: asked(ws, "pricing") == minute and widget._feed._look is None)
    time.sleep(0.5)
    assert widget.state["metrics"] == shown
    assert len(shown["times"]) == 1
    assert not [message for message in view.comm.messages[before:] if '"times"' in str(message)]


def test_a_saved_output_says_when_nothing_was_read_yet(ws):
    page = metrics_page(ws, ws.endpoints.get("churn").info, None)
    assert "No metrics were read yet." in repr(page)


def test_a_view_that_is_gone_has_nothing_read(ws, plotted, until):
    widget, view = plotted()
    view.ask("bye", view="v1")
    ws.mock.advance(120)
    time.sleep(1.5)
    assert asked(ws) == 1
    view.ask("hello", view="v2")
    assert until(lambda: asked(ws) == 2)
    assert until(lambda: len(widget.state["metrics"]["times"]) == 2)


def test_two_views_share_the_reading_and_a_closed_one_ends_its_part(ws, plotted, page, until):
    first, _ = plotted()
    second = EndpointMetrics(NAME)
    other = page(second)
    other.ask("hello", view="v2")
    assert until(lambda: second.state["metrics"]["state"] == "live")
    assert asked(ws) == 1
    first.close()
    ws.mock.advance(120)
    assert until(lambda: len(second.state["metrics"]["times"]) == 2)
    second.close()
    ws.mock.advance(120)
    time.sleep(1.5)
    assert asked(ws) == 2


def test_a_failure_keeps_the_picture_says_why_and_recovers(ws, plotted, until):
    widget, view = plotted()
    ws.mock.faults([{"path": f"*/{NAME}/metrics", "status": 503, "count": None}])
    ws.mock.advance(120)
    assert until(lambda: widget.state["metrics"]["state"] == "stale")
    assert len(widget.state["metrics"]["times"]) == 1
    assert widget.state["metrics"]["problem"]["message"]
    assert view.ask("refresh")["type"] == "error"
    ws.mock.faults([])
    assert view.ask("refresh")["type"] == "result"
    assert until(lambda: widget.state["metrics"]["state"] == "live")
    assert widget.state["metrics"]["problem"] is None


def test_who_may_not_see_them_is_told_so(ws, plotted):
    ws.mock.faults([{"path": f"*/{NAME}/metrics", "status": 403, "body": DENIED, "count": None}])
    metrics = plotted()[0].state["metrics"]
    assert (metrics["state"], metrics["problem"]["code"], metrics["times"]) == ("error", "permission_denied", [])


def test_what_happens_to_the_endpoint_shows_at_once(ws, plotted, until):
    widget, _ = plotted("unity-model-endpoint")
    assert list(plots(widget))
    ws.endpoints.get("unity-model-endpoint").stop()
    assert until(lambda: "it is stopped" in widget.state["metrics"]["why"])


def test_an_endpoint_that_is_gone_or_made_anew_has_no_numbers_of_the_one_before(ws, plotted, until):
    model = {"name": "m", "entity_name": "main.ml.ads", "entity_version": "1", "scale_to_zero_enabled": True}
    ep = ws.endpoints.create("ads", config={"served_entities": [model]}).wait()
    widget, _ = plotted("ads")
    assert len(widget.state["metrics"]["times"]) == 1
    ep.delete()
    assert until(lambda: widget.state["metrics"]["times"] == [])
    ws.mock.advance(120)
    ws.endpoints.create("ads", config={"served_entities": [model]})
    assert until(lambda: len(widget.state["metrics"]["times"]) == 1)


def test_the_recipe_reads_the_same_in_a_cell(plotted):
    recipe = plotted()[0].state["metrics"]["recipe"]
    assert recipe["magic"] == f"%serving metrics {NAME} --history"
    assert recipe["python"].endswith(f'.get("{NAME}").metrics(history=True)')


@pytest.mark.parametrize("make", [lambda name: sw.EndpointPanel(name, tab="metrics"), EndpointMetrics])
def test_a_saved_output_says_all_of_it_without_a_kernel(ws, make):
    data, _ = make(NAME)._repr_mimebundle_()
    assert "request_latency_ms" in data["text/plain"]
    assert "<table>" in data["text/html"]
    assert "<script" not in data["text/html"]
    again, _ = make(NAME)._repr_mimebundle_()
    assert data["text/html"] == again["text/html"]
    ws.mock.faults([{"path": "*/churn/metrics", "status": 403, "body": DENIED, "count": None}])
    assert "You may not." in make("churn")._repr_mimebundle_()[0]["text/plain"]


# What the page gets ---------------------------------------------------------------------------------------------------


def scrapes(entities, count):
    names = [
        "request_count_total",
        "request_4xx_count_total",
        "request_5xx_count_total",
        "cpu_usage_percentage",
        "mem_usage_percentage",
        "gpu_usage_percentage",
        "gpu_mem_usage_percentage",
        "provisioned_concurrent_requests_total",
    ]
    found = [MetricReading(MetricSeries(name, f"entity-{e}"), 12.345 + e) for name in names for e in range(entities)]
    found += [
        MetricReading(MetricSeries("request_latency_ms", "", (), statistic), 123.456) for statistic in ("p50", "p99")
    ]
    return [Scrape.of(1_768_200_000 + 60 * minute, found) for minute in range(count)]


@pytest.mark.parametrize(("entities", "count"), [(1, 1440), (2, 1440), (ENTITIES, 1440), (40, 1440), (1, 1)])
def test_the_window_of_the_page_is_a_few_kilobytes_whatever_was_seen(entities, count):
    sent = numbers(scrapes(entities, count))
    assert len(json.dumps(sent)) < 14_000
    assert SHORTEST <= len(sent["times"]) <= WINDOW or count == 1
    total = sum(len(line["values"]) for each in sent["plots"].values() for plot in each for line in plot["lines"])
    assert total <= max(MOST_NUMBERS, SHORTEST * 10 * (ENTITIES + 1))
    assert sent["left_out"] == max(entities - ENTITIES, 0)


def test_drawing_a_day_of_many_entities_takes_no_longer_than_the_loop_thread_can_spare():
    seen = scrapes(ENTITIES, 1440)
    numbers(seen, RANGES[-1])
    took = []
    for _ in range(5):
        began = time.thread_time()
        numbers(seen, RANGES[-1])
        took.append(time.thread_time() - began)
    assert min(took) < 0.02


def test_of_a_long_time_each_sample_stands_for_several_minutes_and_no_peak_is_lost():
    seen = scrapes(2, 600)
    peak = [MetricReading(each, 99.0 if each.metric == "cpu_usage_percentage" else 1.0) for each in seen[-1].series]
    seen[300] = Scrape.of(seen[300].at, peak)
    sent = numbers(seen, 600)
    assert sent["every"] > 1
    assert len(sent["times"]) <= WINDOW
    assert sent["times"][-1] - sent["times"][0] > 9 * 3600 * 1000
    assert sent["gap"] > sent["every"] * 60_000
    [cpu] = [plot for plot in sent["plots"][""] if plot["key"] == "cpu"]
    assert max(cpu["lines"][0]["values"]) == 99
    [short] = [numbers(seen, 15)]
    assert (short["every"], len(short["times"])) == (1, 16)


def test_the_page_chooses_the_time_range_and_nothing_else(plotted):
    widget, view = plotted()
    assert widget.state["metrics"]["range"] == 60
    assert view.ask("range", minutes=15)["type"] == "result"
    assert widget.state["metrics"]["range"] == 15
    assert view.ask("range", minutes=7)["type"] == "error"


def test_what_was_deployed_when_is_told_beside_the_numbers(ws, plotted, until):
    widget, _ = plotted()
    ws.mock.advance(3600)
    ep = ws.endpoints.get(NAME)
    ep.update_config(traffic={"fraud_challenger-2": 30})
    assert until(lambda: any("Update to config version" in each["what"] for each in widget.state["metrics"]["deploys"]))
    told = [each["what"] for each in widget.state["metrics"]["deploys"]]
    assert any(what.endswith("was deployed") for what in told)
    times = [each["at"] for each in widget.state["metrics"]["deploys"]]
    assert times == sorted(times)


def test_numbers_that_are_none_are_null():
    sent = numbers(
        [Scrape.of(0.0, [MetricReading(MetricSeries("cpu_usage_percentage", "a"), 1.0)]), Scrape.of(60.0, [])]
    )
    assert sent["plots"][""][0]["lines"][0]["values"] == [1, None]
    infinite = numbers([Scrape.of(0.0, [MetricReading(MetricSeries("cpu_usage_percentage", "a"), float("inf"))])])
    assert infinite["plots"][""][0]["lines"][0]["values"] == [None]


def test_this_kernels_calls_stand_beside_the_servers_measure(ws, page):
    ep = ws.endpoints.get("unity-model-endpoint")
    body = ep.sample(rows=1)
    for _ in range(3):
        ep.query(body)
    ws.mock.advance(60)
    view = page(EndpointMetrics("unity-model-endpoint"))
    rows = view.ask("latency")["data"]["rows"]
    (called,) = (row for row in rows if row["calls"])
    assert called["calls"] == sum(each["calls"] for each in called["histogram"]) == 3
    assert called["own_p50"] > 0
    assert {"server_p50", "outside"} <= set(called)
