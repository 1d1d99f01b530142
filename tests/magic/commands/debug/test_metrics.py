"""``%serving metrics``: tables of what the service tells, of what was seen before, and drawings that add nothing."""

import re

import pandas as pd
import pytest

from serving_widgets import EndpointPanel
from serving_widgets.api.metrics.metrics import MetricSeries
from serving_widgets.api.metrics.plots import TimeSeries
from serving_widgets.api.metrics.prometheus_text import parse_prometheus
from serving_widgets.render.blocks.table import MOST
from serving_widgets.render.metrics import COURSE, MetricsPage, sparkline

E = "fraud-detector"
NAN = float("nan")


@pytest.fixture
def minutes(workspace):
    """Return a function that has an endpoint's metrics seen for some minutes."""

    def see(count, name=E):
        ep = workspace.endpoints.get(name)
        for _ in range(count):
            ep.metrics()
            workspace.mock.advance(60)

    return see


def rows(text):
    """Return the rows of the tables in a text, as lists of cells."""
    return [re.split(r" {2,}", line.strip()) for line in text.split("\n") if re.search(r"\S {2,}\S", line)]


def test_a_row_tells_what_one_metric_says_of_one_entity(run, workspace):
    outcome = run(f"%serving metrics {E}")
    found = rows(outcome.text)
    assert ["Metric", "Entity", "Unit", "Now"] in found
    assert ["request_count_total", "fraud_detector-7", "requests/min", "210"] in found
    assert ["cpu_usage_percentage", "fraud_challenger-2", "%", "1.66"] in found
    latency = next(row for row in found if row[0] == "request_latency_ms")
    assert latency[1:5] == ["all", "ms", "236", "45.78"]
    assert "Measured at 2026-01-12 09:00:00 UTC, over the minute before." in outcome.text
    assert "mock workspace (demo)" in outcome.text


def test_the_value_is_the_table_of_the_handle(run, workspace, shell):
    run(f"%serving metrics {E} -o seen")
    pd.testing.assert_frame_equal(shell.user_ns["seen"], workspace.endpoints.get(E).metrics())


def test_with_a_history_each_row_has_its_course(run, minutes, shell):
    minutes(5)
    outcome = run(f"%serving metrics {E} --history")
    assert "6 samples since 2026-01-12 09:00:00 UTC" in outcome.text
    row = next(row for row in rows(outcome.text) if row[:2] == ["request_count_total", "fraud_challenger-2"])
    assert re.fullmatch("[▁▂▃▅▇]{6}", row[-1])
    assert int(row[4]) <= int(row[3]) <= int(row[5])
    run(f"seen = %serving metrics {E} --history")
    assert shell.user_ns["seen"]["time"].nunique() == 6
    assert "Course" not in run(f"%serving metrics {E}").text


def test_drawings_say_nothing_that_the_tables_do_not(run, minutes, elements):
    minutes(5)
    page = run(f"%serving metrics {E} --history").displays[0].data["text/html"]
    drawings = re.findall(r'<svg role="img" aria-label="([^"]+)"', page)
    assert [drawing.partition(":")[0] for drawing in drawings] == [
        "Requests a minute, all entities together",
        "Error rate in %, all entities together",
        "Latency in ms",
        "CPU and memory in %, the highest of several",
        "Provisioned concurrency, all entities together",
    ]
    tables = re.sub(r"<p><svg.*?</p>", "", page, flags=re.DOTALL)
    latency = re.search(r"p99 now ([\d.]+), lowest ([\d.]+), highest ([\d.]+)", drawings[2])
    for number in latency.groups():
        assert re.search(f">{number}<", tables), number
    # Pages that strip drawings keep what is written in them, which would stand there without its drawing.
    assert all(not re.search(r">[^<\s]", svg) for svg in re.findall(r"<svg.*?</svg>", page, re.DOTALL))
    assert elements(page) <= {
        *(
            "p",
            "strong",
            "table",
            "caption",
            "thead",
            "tbody",
            "tr",
            "th",
            "td",
            "br",
            "wbr",
            "svg",
            "polyline",
        ),
        *(
            "caption[style]",
            "th[scope]",
            "th[style]",
            "td[style]",
            "svg[role]",
            "svg[aria-label]",
            "svg[width]",
            "svg[height]",
        ),
        *("svg[viewbox]", "polyline[points]", "polyline[fill]", "polyline[stroke]", "polyline[stroke-width]"),
        "polyline[stroke-dasharray]",
    }
    assert "<svg" not in run(f"%serving metrics {E}").displays[0].data["text/html"]


def test_the_same_minutes_give_the_same_bytes(run, workspace, minutes):
    minutes(4)
    first = run(f"%serving metrics {E} --history").displays[0].data
    workspace.mock.reset()
    minutes(4)
    second = run(f"%serving metrics {E} --history").displays[0].data
    assert first == second


def test_one_entity_has_its_own_rows_and_it_is_said_where_the_others_are(run, workspace, shell):
    outcome = run(f"%serving metrics {E} --entity fraud_challenger-2")
    run(f"%serving metrics {E} --entity fraud_challenger-2 -o own")
    assert set(shell.user_ns["own"]["entity"]) == {"fraud_challenger-2"}
    assert "fraud_detector-7" not in outcome.text
    assert "Latencies are reported for the endpoint as a whole: leave --entity out." in outcome.text


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("pricing", "it is stopped, and only what serves is measured."),
        ("nightly-scores", "nothing of it uses CPU or memory until the next request."),
        ("chat", "whose provider runs it"),
    ],
)
def test_where_there_are_none_or_few_it_says_why(run, workspace, shell, name, said):
    outcome = run(f"%serving metrics {name}")
    assert outcome.error is None
    assert said in outcome.text
    run(f"%serving metrics {name} -o seen")
    assert shell.user_ns["seen"].empty == (name == "pricing")


def test_the_first_sample_of_a_history_says_how_it_becomes_one(run, workspace):
    assert "This is the first sample" in run("%serving metrics churn --history").text


def test_watching_opens_the_panel_at_its_metrics(run, workspace, shell):
    panel = run("%serving metrics churn --watch").value
    assert isinstance(panel, EndpointPanel)
    assert panel.state["tab"] == "metrics"
    panel.close()
    workspace.mock.faults([{"path": "*/churn/metrics", "status": 403, "count": None}])
    assert run("%serving metrics churn").error is not None


def test_gpus_are_told_apart_by_their_labels(run, workspace):
    assert 'gpu_usage_percentage{gpu="0"}' in run("%serving metrics recommender").text


# The page -------------------------------------------------------------------------------------------------------------


def page(values, times=(0.0, 60.0, 120.0), **more):
    return MetricsPage(
        "Metrics", [], TimeSeries(times, {MetricSeries(name): row for name, row in values.items()}), "churn", **more
    )


def test_bars_run_from_the_lowest_to_the_highest():
    assert sparkline([0, 1, 2, 3, 4]) == "▁▂▃▅▇"
    assert sparkline([7, 7, 7]) == "▁▁▁"
    assert sparkline([1, NAN, 2]) == "▁·▇"
    assert sparkline([float("inf"), 1]) == "·▁"
    assert sparkline([]) == ""


def test_numbers_that_are_none_leave_their_cell_empty():
    text = repr(page({"a": (NAN, NAN, NAN), "b": (1.0, NAN, NAN), "c": (1.0, 2.0, float("inf"))}))
    assert ["a", "all"] in [line.split() for line in text.split("\n")]
    assert "inf" in text
    assert page({"cpu_usage_percentage": (1.0, NAN, 3.0)})._repr_html_().count("<polyline") == 2


def test_hostile_names_and_labels_stay_text():
    evil = '<img src=x onerror="alert(1)">\x1b[31m\u202e'
    series = MetricSeries(evil, evil, ((evil, evil),), "value", evil)
    exposition = parse_prometheus("<script>alert(1)</script>\n")
    made = MetricsPage(
        evil, [evil], TimeSeries((0.0, 60.0), {series: (1.0, 2.0)}), "churn", exposition.notes, exposition.malformed
    )
    assert "<img" not in made._repr_html_()
    assert "<script" not in made._repr_html_()
    assert "\x1b" not in repr(made)
    assert "\u202e" not in repr(made)


def test_lines_that_could_not_be_read_are_told():
    exposition = parse_prometheus("load{ 1\nload 1\n")
    text = repr(page({"load": (1.0,)}, (0.0,), notes=exposition.notes, malformed=exposition.malformed))
    assert "1 line of the service's answer could not be read:" in text
    assert "Line 1, a label has no name: load{ 1" in text


def test_a_page_shows_so_many_rows_and_samples_and_says_what_it_leaves_out():
    many = {f"metric_{number}": tuple(map(float, range(100))) for number in range(MOST + 5)}
    text = repr(page(many, tuple(60.0 * minute for minute in range(100))))
    assert f"100 samples since 1970-01-01 00:00:00 UTC. The trend shows the last {COURSE} of 100 samples." in text
    assert ["metric_0", "all", "99", "0", "99"] in [row[:5] for row in rows(text)]
    assert "And 5 more: to_frame() has all rows." in text


def test_quantiles_of_a_summary_stand_in_columns_that_name_them():
    told = {"p50": 1.0, "p75": 2.0, "p99.9": 30.0, "count": 4.0}
    values = {MetricSeries("wait_ms", "", (), statistic, "ms"): (value,) for statistic, value in told.items()}
    found = rows(repr(MetricsPage("Metrics", [], TimeSeries((0.0,), values), "churn")))
    assert ["Metric", "Entity", "Unit", "Count", "Mean", "p50", "p75", "p95", "p99", "p99.9"] in found
    assert [row for row in found if row[0] == "wait_ms"] == [["wait_ms", "all", "ms", "4", "1", "2", "30"]]


def test_now_is_the_same_in_the_table_and_beside_the_drawing():
    made = page({"cpu_usage_percentage": (1.0, 3.0, NAN)})
    assert "CPU ━━ now –, lowest 1, highest 3" in made._repr_html_()
    assert ["cpu_usage_percentage", "all", "1", "3", "▁▇·"] in rows(repr(made))


def test_samples_hours_apart_are_not_joined_by_a_line():
    drawing = page({"cpu_usage_percentage": (1.0, 2.0, 3.0, 4.0)}, (0.0, 60.0, 7200.0, 7260.0))._repr_html_()
    assert drawing.count("<polyline") == 2


OWN = "%serving metrics unity-model-endpoint --own"


def test_own_latency_is_shown_beside_the_servers(run, workspace):
    def calls():
        return int(re.search(r"Calls +(\d+) answered in this kernel|$", run(OWN).text)[1] or 0)

    before = calls()
    workspace.endpoints.get("unity-model-endpoint").query(
        {"dataframe_records": [{"impressions": 3, "position": 2, "bid": 0.5}]}
    )
    assert calls() == before + 1
    shown = run(OWN).text
    assert "Outside the server" in shown
    assert "Leave one of the two out" in run("%serving metrics unity-model-endpoint --own --history").text
