"""Endpoints side by side, copies, idle ones, and what a change would affect."""

import pytest

import serving_widgets as sw
from serving_widgets.workspace.review.impact import impact_of

NAME = "example-endpoint"
ROWS = {"dataframe_records": [{"impressions": 3, "position": 2, "bid": 0.5}]}


def test_two_endpoints_are_compared_differences_first(ws):
    found = sw.compare("churn", ws.endpoints.get("pricing"))
    assert found.differences
    assert [row[2] != row[3] for row in found.rows] == sorted([row[2] != row[3] for row in found.rows], reverse=True)
    sections = {row[0] for row in found.rows}
    assert {"config", "tags", "permissions", "status"} <= sections
    assert ("tags", "team", "customers", "sales") in found.rows
    assert "mock workspace" in repr(found)
    assert list(found.to_frame().columns) == ["section", "what", "left", "right", "differs"]


def test_an_endpoint_is_like_itself(ws):
    assert sw.compare("churn", "churn").differences == ()


def test_the_active_configuration_is_compared_with_the_pending_one(ws):
    found = sw.compare("churn")
    assert ("config", "churn_model-4: Version", "3", "4") in found.differences
    assert found.right == "churn@pending"
    assert sw.compare("churn", "churn@pending").differences == found.differences
    with pytest.raises(sw.ConfigError, match="no configuration 'old'"):
        sw.compare("churn@old")


def test_metrics_and_the_packages_of_builds_are_compared(ws):
    frame = ws.endpoints.get("recommender").metrics()
    requests = frame[frame.metric == "request_count_total"]["value"].sum()
    found = {row[:2]: row[2:] for row in sw.compare("recommender", "unity-model-endpoint").rows}
    assert found["metrics", "requests in the last minute"] == (f"{requests:,.4g}", "0")
    packages = {row[1]: row[2:] for row in sw.compare("churn").differences if row[0] == "packages"}
    before, after = (ws.endpoints.get("churn").build_logs(config_version=version) for version in (3, 4))
    assert packages == {
        f"churn_model-4: {each.name}": (each.before, each.after) for each in sw.compare_builds(before, after)
    }
    assert ("packages", "vanilla_simple_model-2: numpy") in {row[:2] for row in sw.compare(NAME, NAME).rows}


def test_endpoints_of_two_workspaces_are_compared(ws, connect):
    other = connect("mock", name="prod", scenario="empty")
    other.endpoints.create("ads", entity_name="main.ml.ads", entity_version="1")
    found = sw.compare(ws.endpoints.get("churn"), other.endpoints.get("ads"))
    assert "mock workspace (demo) and mock workspace (empty)" in repr(found)


def test_a_copy_is_dry_run_first_and_then_made(ws, connect, writes, capsys):
    prod = connect("mock", name="prod", scenario="empty")
    source = ws.endpoints.get("example-endpoint")
    prod.copy(source, to="example", dry_run=True)
    assert "POST /api/2.0/serving-endpoints" in capsys.readouterr().out
    assert writes(prod) == []
    prod.copy(source, to="example", wait=True)
    assert {row[0] for row in sw.compare(source, prod.endpoints.get("example")).differences} <= {
        "settings",
        "permissions",
        "metrics",
    }
    prod.copy(source, to="example")
    assert len(writes(prod)) == 1


def test_idle_endpoints_come_with_reasons_and_evidence(ws):
    found = {each.name: each for each in ws.idle(hours=1)}
    assert found["churn"].reasons == ("failed",)
    assert "its last update failed 2 hours ago" in found["churn"].evidence
    assert "idle" in found["unity-model-endpoint"].reasons
    assert "no request in the last minute" in found["unity-model-endpoint"].evidence
    assert found["unity-model-endpoint"].stoppable
    # It scales to zero, is asked all the time, or is stopped.
    assert not {"nightly-scores", "recommender", "pricing", "databricks-llama"} & set(found)
    assert "endpoint" in ws.idle().to_frame()
    with pytest.raises(sw.ConfigError, match="not a number of hours"):
        ws.idle(hours="soon")


def test_what_was_asked_lately_is_not_idle(ws):
    ws.endpoints.get("unity-model-endpoint").query(ROWS)
    assert "unity-model-endpoint" not in {each.name for each in ws.idle(hours=1)}


def test_what_was_made_here_and_never_queried_is_named(ws):
    for name in ("trial", "used"):
        always_on = {"entity_version": "1", "scale_to_zero_enabled": False}
        ws.endpoints.create(name, entity_name="main.ml.ads", **always_on).wait()
    ws.client().query_times.add("used", "ads-1", 0.1)
    ws.mock.advance(7200)
    found = {each.name: each for each in ws.idle(hours=1)}
    assert found["trial"].reasons == ("idle", "never queried", "made here")
    assert found["used"].reasons == ("idle", "made here")


def test_the_impact_tells_requests_by_entity_traffic_and_who_can_query(ws, on_loop):
    ws.endpoints.get("fraud-detector").wait()
    found = on_loop(impact_of, ws, "fraud-detector")
    frame = ws.endpoints.get("fraud-detector").metrics()
    told = frame[frame.metric == "request_count_total"]["value"].sum()
    assert found.requests == told > 0
    assert sum(found.by_entity.values()) == told
    assert found.traffic == {"fraud_detector-8": 90, "fraud_challenger-2": 10}
    assert found.callers == tuple(map(str, found.callers))
    assert "the group applications" in found.callers
    assert "the group analysts" not in found.callers


def test_a_dry_run_shows_what_a_stop_or_a_deletion_would_hit(ws, capsys, writes):
    ep = ws.endpoints.get("fraud-detector")
    for call in (ep.stop, ep.delete):
        call(dry_run=True)
        shown = capsys.readouterr().out
        assert "What it would affect: fraud-detector" in shown
        assert "in the last minute" in shown
    assert writes(ws) == []
