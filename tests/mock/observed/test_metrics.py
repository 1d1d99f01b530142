"""Health metrics: text that others can parse, and numbers that follow from the queries of the last minute."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from serving_widgets.mock.observed.prometheus_text import exposition
from serving_widgets.mock.observed.query_counters import QueryCounters, background_counts
from serving_widgets.mock.service.clock import EPOCH
from serving_widgets.mock.service.endpoint import Config, EndpointRecord, Entity

QUERY = {"dataframe_records": [{"int_col": 1, "float_col": 2.0, "string_col": "x"}]}
HISTOGRAMS = ("request_latency_ms", "model_queue_time_ms", "model_prediction_latency_ms")


@pytest.fixture
def scrape(ask):
    """Return a way to read an endpoint's metrics, as {(sample, served entity): value}."""

    def read(name, **options):
        answer = ask("GET", f"{ask.control}/{name}/metrics", **options)
        assert answer.status == 200
        return samples(answer.text)

    return read


def samples(text):
    return {
        (one.name, one.labels.get("served_model_name"), one.labels.get("le")): one.value
        for family in text_string_to_metric_families(text)
        for one in family.samples
    }


def counts(found, entity="vanilla_simple_model-2"):
    return [found[f"request_{kind}count_total", entity, None] for kind in ("", "4xx_", "5xx_")]


def test_the_text_declares_each_metric_and_ends_as_openmetrics_wants_it(ask):
    answer = ask("GET", f"{ask.control}/recommender/metrics")
    lines = answer.text.splitlines()
    assert lines[-1] == "# EOF"
    assert answer.text.endswith("\n")
    assert answer.headers["content-type"].startswith("text/plain")
    assert [line for line in lines if line.startswith("# TYPE")] == [
        "# TYPE cpu_usage_percentage gauge",
        "# TYPE mem_usage_percentage gauge",
        "# TYPE gpu_usage_percentage gauge",
        "# TYPE gpu_mem_usage_percentage gauge",
        "# TYPE provisioned_concurrent_requests_total gauge",
        "# TYPE request_count_total gauge",
        "# TYPE request_4xx_count_total gauge",
        "# TYPE request_5xx_count_total gauge",
        "# TYPE request_latency_ms histogram",
        "# TYPE model_queue_time_ms histogram",
        "# TYPE model_prediction_latency_ms histogram",
    ]


def test_who_asks_for_openmetrics_is_told_that_it_is(ask):
    headers = {"Authorization": f"Bearer {ask.mock.token}", "Accept": "application/openmetrics-text"}
    answer = ask.raw("GET", f"{ask.control}/churn/metrics", headers=headers)
    assert answer.headers["content-type"].startswith("application/openmetrics-text; version=1.0.0")


def test_queries_of_the_last_minute_are_counted_and_older_ones_are_not(ask, scrape):
    assert counts(scrape("example-endpoint")) == [0, 0, 0]
    for _ in range(3):
        assert ask.query("example-endpoint", QUERY).status == 200
    assert ask.query("example-endpoint", {"dataframe_records": [{}]}).status == 400
    assert counts(scrape("example-endpoint")) == [4, 1, 0]
    assert scrape("example-endpoint")["request_latency_ms_count", None, None] == 4
    ask.mock.advance(59)
    assert counts(scrape("example-endpoint")) == [4, 1, 0]
    ask.mock.advance(1)
    assert counts(scrape("example-endpoint")) == [0, 0, 0]


def test_each_entity_counts_its_own_share_of_the_traffic(ask, scrape, entity):
    traffic = [
        {"served_entity_name": "model-1", "traffic_percentage": 70},
        {"served_entity_name": "model-2", "traffic_percentage": 30},
    ]
    ask.create("fresh", entity(), entity(version="2"), traffic=traffic)
    ask.mock.advance(300)
    for _ in range(100):
        ask.query("fresh", {"inputs": [1]})
    found = scrape("fresh")
    assert (counts(found, "model-1"), counts(found, "model-2")) == ([70, 0, 0], [30, 0, 0])


def test_an_endpoint_that_takes_a_deleted_ones_name_starts_from_nothing(ask, scrape, entity):
    for _ in range(2):
        ask.create("gateway", entity.external())
        assert counts(scrape("gateway"), "gpt-4-1") == [0, 0, 0]
        ask.query("gateway", {"messages": [{"role": "user", "content": "Hello"}]})
        assert counts(scrape("gateway"), "gpt-4-1") == [1, 0, 0]
        ask.delete("gateway")


def test_only_what_runs_here_has_a_processor_and_only_gpus_have_gpu_metrics(scrape):
    def usages(name):
        return {metric for metric, _, _ in scrape(name) if metric.endswith("usage_percentage")}

    assert usages("chat") == usages("databricks-llama") == set()
    assert usages("example-endpoint") == {"cpu_usage_percentage", "mem_usage_percentage"}
    assert usages("recommender") == {f"{what}_usage_percentage" for what in ("cpu", "mem", "gpu", "gpu_mem")}


def test_what_is_scaled_to_zero_has_no_concurrency_and_no_usage(ask, scrape):
    asleep = scrape("nightly-scores")
    assert asleep["provisioned_concurrent_requests_total", "nightly_scores-14", None] == 0
    assert ("cpu_usage_percentage", "nightly_scores-14", None) not in asleep
    ask.query("nightly-scores", {"dataframe_records": [{"customer_id": "c", "balance": 1}]})
    assert scrape("nightly-scores")["provisioned_concurrent_requests_total", "nightly_scores-14", None] == 4


def test_an_endpoint_that_does_not_serve_has_no_metrics(ask):
    ask("POST", ask.control, {"name": "bare"})
    for name in ("pricing", "bare"):
        assert ask("GET", f"{ask.control}/{name}/metrics").text == "# EOF\n"


def test_others_ask_the_busy_endpoints_of_the_demo_and_it_shows_in_every_number(ask, scrape):
    seen = []
    for _ in range(31):
        found = scrape("fraud-detector")
        seen.append(sum(value for (name, _, _), value in found.items() if name == "request_count_total"))
        ask.mock.advance(60)
    assert 120 < min(seen) < 200 < 280 < max(seen) < 400
    champion, challenger = "fraud_detector-8", "fraud_challenger-2"
    found = scrape("fraud-detector")
    assert found["request_count_total", champion, None] > 5 * found["request_count_total", challenger, None]
    assert found["cpu_usage_percentage", champion, None] > 1
    assert found["request_latency_ms_count", None, None] == sum(
        found["request_count_total", one, None] for one in (champion, challenger)
    )


def test_the_same_script_sees_the_same_metrics(started):
    def script(ask):
        texts = []
        for seconds in (0, 7, 31, 600):
            ask.mock.advance(seconds)
            ask.query("example-endpoint", QUERY)
            texts += [ask("GET", f"{ask.control}/{name}/metrics").text for name in ("example-endpoint", "recommender")]
        return texts

    assert script(started(clock="manual")[1]) == script(started(clock="manual")[1])


def test_one_look_after_the_other_fits_together():
    per_second = [background_counts("e", "m", 240, EPOCH + second).queries for second in range(2)]
    minute = [background_counts("e", "m", 240, EPOCH + 60 * number) for number in range(5)]
    assert abs(per_second[0] - per_second[1]) < 20
    assert background_counts("e", "m", 240, EPOCH).latency == minute[0].latency
    assert len({tally.queries for tally in minute}) > 1


@given(
    st.lists(
        st.tuples(st.floats(0, 100), st.sampled_from([200, 400, 404, 429, 500, 504]), st.floats(0.01, 400_000)),
        max_size=30,
    )
)
def test_histograms_agree_with_the_queries_whatever_they_took(queries):
    spec = {"name": "m", "entity_name": "a.b.m", "entity_version": "1", "workload_size": "Small"}
    endpoint = EndpointRecord("e", "id", "ada", "Ada", "User", EPOCH, EPOCH, ready=True)
    endpoint.config = Config(1, [Entity(spec, "ada", EPOCH)], [("m", 100)], EPOCH)
    traffic = QueryCounters()
    for second, status, took_ms in sorted(queries):
        traffic.queried("e", "m", EPOCH + second, status, took_ms)
    found = samples(exposition(endpoint, traffic, EPOCH + 100))
    recent = [(status, took) for second, status, took in queries if int(second) > 40]
    assert counts(found, "m") == [
        len(recent),
        sum(status < 500 for status, _ in recent if status >= 400),
        sum(status >= 500 for status, _ in recent),
    ]
    for name in HISTOGRAMS:
        buckets = [value for (sample, _, _), value in found.items() if sample == f"{name}_bucket"]
        assert buckets == sorted(buckets)
        assert found[f"{name}_bucket", None, "+Inf"] == found[f"{name}_count", None, None] == len(recent)
    assert found["request_latency_ms_sum", None, None] == pytest.approx(sum(took for _, took in recent), abs=0.01)
    assert found["request_latency_ms_bucket", None, "100.0"] == sum(took <= 100 for _, took in recent)


def test_however_many_ask_no_more_than_a_minute_is_kept():
    traffic = QueryCounters()
    for number in range(20_000):
        traffic.queried("e", "m", EPOCH + number / 100, 200, 5.0)
    ((_, seconds),) = traffic._seconds.items()
    assert len(seconds) <= 61
    assert traffic.lately("e", "m", EPOCH + 199.99).queries == 6000
