"""This kernel's calls beside the service's measure."""

import pytest

import serving_widgets as sw


def test_own_calls_stand_beside_the_servers_by_entity(ws):
    ep = ws.endpoints.get("fraud-detector").wait()
    assert "none was answered in this kernel yet" in repr(ep.latency())
    sample = ep.sample("dataframe_records")
    for entity in ("fraud_detector-8", "fraud_detector-8", "fraud_challenger-2"):
        ep.query(sample, entity=entity)
    found = {each.entity: each for each in ep.latency().entities}
    assert {entity: each.calls for entity, each in found.items()} == {"fraud_detector-8": 2, "fraud_challenger-2": 1}
    frame = ep.metrics()
    told = frame[(frame.metric == "request_latency_ms") & (frame.statistic == "p99")].set_index("entity")["value"]
    for entity, each in found.items():
        assert each.server_p99 == told.get(entity, told.get(""))
        assert 0 < each.own_p50 <= each.own_p99
        assert sum(each.histogram) == each.calls
        assert each.outside == (each.own_p50 - each.server_p50 if each.own_p50 > each.server_p50 else None)
    assert ep.latency().to_frame()["calls"].sum() == 3
    assert "▇" in repr(ep.latency())


def test_quantiles_and_histogram_are_those_of_the_calls(ws):
    times = ws.client().query_times
    for milliseconds in range(1, 101):
        times.add("churn", "churn_model-3", milliseconds / 1000)
    [found] = ws.endpoints.get("churn").latency().entities
    assert (found.own_p50, found.own_p99) == (pytest.approx(50.5), pytest.approx(99.01))
    assert found.histogram[:4] == (10, 10, 30, 50)


def test_calls_of_a_table_count_and_refused_ones_do_not(ws):
    ep = ws.endpoints.get("unity-model-endpoint")
    ep.predict([{"impressions": 3, "position": 2, "bid": 0.5}])
    with pytest.raises(sw.BadRequest):
        ep.query({"nonsense": 1}, check=False)
    assert [each.calls for each in ep.latency().entities if each.calls] == [1]
