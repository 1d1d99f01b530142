"""What metrics mean: entities, units, statistics of histograms, plots."""

import math
from bisect import bisect_left

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from serving_widgets.api.endpoint.models import EndpointInfo
from serving_widgets.api.metrics.metric_gaps import few_metrics_reason, no_metrics_reason
from serving_widgets.api.metrics.metrics import MetricSeries, quantile, read_metrics
from serving_widgets.api.metrics.plots import TimeSeries, is_continuous, plot_data, value_range
from serving_widgets.api.metrics.prometheus_text import parse_prometheus

NAN = math.nan
POSITIVE = [(0.1, 5), (0.2, 7), (1.0, 11), (math.inf, 12)]
NEGATIVE = [(-0.2, 1), (-0.1, 2), (0.3, 2), (math.inf, 3)]

GOLDEN = """
# TYPE cpu_usage_percentage gauge
cpu_usage_percentage{endpoint_name="churn",served_model_name="churn-3"} 2.34
# TYPE gpu_usage_percentage gauge
gpu_usage_percentage{endpoint_name="churn",served_entity_name="churn-3",gpu="1"} 40
# TYPE request_count_total gauge
request_count_total{served_model_name="old",served_entity_name="new"} 7
# TYPE request_latency_ms histogram
request_latency_ms_bucket{endpoint_name="churn",le="100.0"} 0
request_latency_ms_bucket{endpoint_name="churn",le="200.0"} 4
request_latency_ms_bucket{endpoint_name="churn",le="+Inf"} 4
request_latency_ms_sum{endpoint_name="churn"} 600.0
request_latency_ms_count{endpoint_name="churn"} 4
# TYPE brand_new info
brand_new_info{of="what"} 1
# TYPE odd summary
odd{quantile="0.5"} 12
odd{quantile="0.99"} 30
odd_sum 100
odd_count 8
# EOF
"""


def told(text):
    return [
        (one.series.metric, one.series.entity, one.series.label_text, one.series.statistic, one.value)
        for one in read_metrics(parse_prometheus(text))
    ]


def test_entities_are_told_apart_and_every_other_label_is_kept():
    assert told(GOLDEN) == [
        ("cpu_usage_percentage", "churn-3", 'endpoint_name="churn"', "value", 2.34),
        ("gpu_usage_percentage", "churn-3", 'endpoint_name="churn",gpu="1"', "value", 40.0),
        ("request_count_total", "new", 'served_model_name="old"', "value", 7.0),
        ("request_latency_ms", "", 'endpoint_name="churn"', "count", 4.0),
        ("request_latency_ms", "", 'endpoint_name="churn"', "mean", 150.0),
        ("request_latency_ms", "", 'endpoint_name="churn"', "p50", 150.0),
        ("request_latency_ms", "", 'endpoint_name="churn"', "p95", 195.0),
        ("request_latency_ms", "", 'endpoint_name="churn"', "p99", 199.0),
        ("brand_new_info", "", 'of="what"', "value", 1.0),
        ("odd", "", "", "count", 8.0),
        ("odd", "", "", "mean", 12.5),
        ("odd", "", "", "p50", 12.0),
        ("odd", "", "", "p99", 30.0),
    ]


def test_units_are_known_by_name_or_said():
    text = (
        "# UNIT x_things things\nx_things 1\ncpu_usage_percentage 1\nmodel_queue_time_ms 1\nrequest_count_total 1\ny 1"
    )
    assert [one.series.unit for one in read_metrics(parse_prometheus(text))] == [
        "things",
        "%",
        "ms",
        "requests/min",
        "",
    ]


def test_of_two_lines_about_the_same_the_later_one_counts():
    assert [one.value for one in read_metrics(parse_prometheus("a 1\na 2\n"))] == [2.0]


def test_a_histogram_of_nothing_has_a_count_and_no_quantiles():
    text = '# TYPE x histogram\nx_bucket{le="1"} 0\nx_bucket{le="+Inf"} 0\nx_sum 0\nx_count 0\n'
    values = {one.series.statistic: one.value for one in read_metrics(parse_prometheus(text))}
    assert values.pop("count") == 0
    assert all(math.isnan(value) for value in values.values())


def test_a_histogram_with_pieces_missing_says_what_it_can():
    only_buckets = {
        one.series.statistic: one.value
        for one in read_metrics(parse_prometheus('x_bucket{le="1"} 2\nx_bucket{le="+Inf"} 2'))
    }
    assert (only_buckets["count"], only_buckets["p50"]) == (2, 0.5)
    assert math.isnan(only_buckets["mean"])
    no_end = {
        one.series.statistic: one.value
        for one in read_metrics(parse_prometheus('x_bucket{le="1"} 2\nx_bucket{le="2"} 2'))
    }
    assert math.isnan(no_end["p50"])
    odd = read_metrics(parse_prometheus('# TYPE x histogram\nx_bucket{le="wide"} 2\nx 5\nx_created 9\n'))
    assert [(one.series.metric, one.value) for one in odd] == [("x_bucket", 2), ("x", 5), ("x_created", 9)]


@pytest.mark.parametrize(
    ("q", "buckets", "expected"),
    [
        (0.2, POSITIVE, 0.048),
        (0.5, POSITIVE, 0.15),
        (0.8, POSITIVE, 0.72),
        (1.0, POSITIVE, 1.0),
        (0.2, NEGATIVE, -0.2),
        (0.5, NEGATIVE, -0.15),
        (0.8, NEGATIVE, 0.3),
        (0.0, [(1.0, 0), (2.0, 3), (math.inf, 3)], 0.0),
        (0.5, [(1.0, 2), (1.0, 2), (math.inf, 4)], 0.5),
        (0.5, [(1.0, 3), (2.0, 2), (math.inf, 4)], 2 / 3),
        (0.5, [(math.inf, 4)], NAN),
        (0.5, [], NAN),
        (0.5, [(1.0, 2), (2.0, 4)], NAN),
        (0.5, [(1.0, 0), (math.inf, 0)], NAN),
        (0.5, [(1.0, NAN), (math.inf, NAN)], NAN),
        (1.5, POSITIVE, NAN),
        (NAN, POSITIVE, NAN),
    ],
)
def test_quantiles_are_those_of_prometheus(q, buckets, expected):
    assert quantile(q, buckets) == pytest.approx(expected, nan_ok=True)


@given(
    st.lists(st.floats(0.001, 999, allow_nan=False), min_size=1, max_size=50),
    st.lists(st.integers(1, 1000), min_size=1, max_size=8, unique=True),
    st.sampled_from([0.5, 0.95, 0.99]),
)
def test_a_quantile_lies_in_the_bucket_of_the_observation_that_it_stands_for(observed, bounds, q):
    bounds = [float(bound) for bound in sorted(bounds)]
    buckets = [(bound, sum(one <= bound for one in observed)) for bound in bounds] + [(math.inf, len(observed))]
    true = sorted(observed)[math.ceil(q * len(observed)) - 1]
    place = bisect_left(bounds, true)
    assume(not any(count == q * len(observed) for _, count in buckets))
    told = quantile(q, reversed(buckets))
    if place == len(bounds):
        assert told == bounds[-1]
    else:
        assert ((0.0, *bounds)[place]) <= told <= bounds[place]


# Plots ----------------------------------------------------------------------------------------------------------------


def course(**values):
    return TimeSeries((0.0, 60.0), values={MetricSeries(*key.split("__")): row for key, row in values.items()})


def test_requests_of_entities_add_up_and_of_their_load_the_highest_is_drawn():
    tracks = course(
        request_count_total__a=(1.0, 2.0),
        request_count_total__b=(10.0, NAN),
        cpu_usage_percentage__a=(5.0, 50.0),
        cpu_usage_percentage__b=(20.0, 10.0),
    )
    requests, cpu = plot_data(tracks)
    assert (requests.plot.key, requests.lines, requests.merged) == ("requests", (("All", (11.0, 2.0)),), "sum")
    assert (cpu.plot.key, cpu.lines, cpu.merged) == ("cpu", (("CPU", (20.0, 50.0)),), "highest")
    assert tracks.entities == ["a", "b"]


def test_an_entity_has_its_own_numbers_and_those_of_the_endpoint_where_it_has_none():
    p99 = MetricSeries("request_latency_ms", "", (), "p99")
    tracks = TimeSeries((0.0,), {MetricSeries("request_count_total", "a"): (3.0,), p99: (40.0,)})
    requests, latency = plot_data(tracks, "a")
    assert (requests.whole, latency.whole) == (False, True)
    assert latency.lines == (("p99", (40.0,)),)
    assert [each.plot.key for each in plot_data(tracks, "b")] == ["latency"]


def test_where_the_endpoints_own_requests_are_told_those_of_its_entities_are_not_added():
    tracks = TimeSeries(
        (0.0,), {MetricSeries("request_count_total", "a"): (3.0,), MetricSeries("request_count_total"): (4.0,)}
    )
    assert plot_data(tracks)[0].lines == (("All", (4.0,)),)


def test_what_is_told_but_has_no_numbers_yet_keeps_its_place():
    [cpu] = plot_data(TimeSeries((0.0,), {MetricSeries("cpu_usage_percentage", "a"): (NAN,)}))
    assert str(cpu.lines) == "(('CPU', (nan,)),)"
    assert plot_data(TimeSeries((0.0,), {MetricSeries("other"): (1.0,)})) == plot_data(TimeSeries()) == []


def test_what_is_now_is_what_the_latest_sample_says_and_nothing_where_that_says_nothing():
    assert value_range([NAN, 3.0, 1.0]) == (1.0, 1.0, 3.0)
    assert str(value_range([NAN, 3.0, 1.0, NAN])) == "(nan, 1.0, 3.0)"
    assert value_range([NAN]) is None


def test_where_minutes_are_missing_samples_are_not_joined():
    assert is_continuous(0.0, 150.0)
    assert not is_continuous(0.0, 151.0)
    assert is_continuous(0.0, 390.0, every=300.0)
    assert not is_continuous(0.0, 391.0, every=300.0)


def test_errors_are_percents_of_the_requests_and_of_no_requests_there_is_no_rate():
    tracks = course(
        request_count_total__a=(100.0, 0.0),
        request_count_total__b=(100.0, 0.0),
        request_4xx_count_total__a=(10.0, 0.0),
        request_4xx_count_total__b=(0.0, 0.0),
    )
    assert str(plot_data(tracks)[1].lines) == "(('4xx', (5.0, nan)),)"
    assert str(plot_data(tracks, "a")[1].lines) == "(('4xx', (10.0, nan)),)"


def test_it_is_said_why_there_are_none_or_few():
    ready = {"name": "x", "state": {"ready": "READY", "config_update": "NOT_UPDATING"}}
    assert "a minute or two" in no_metrics_reason(EndpointInfo.read(ready))
    assert "not ready" in no_metrics_reason(EndpointInfo.read({"name": "x", "state": {"ready": "NOT_READY"}}))
    assert few_metrics_reason(EndpointInfo.read(ready)) == ""
