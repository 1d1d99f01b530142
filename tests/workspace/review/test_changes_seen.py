"""What changed in a workspace, listed and told as it is seen."""

import threading
from datetime import UTC, datetime

import pytest

import serving_widgets as sw

NAME = "example-endpoint"


@pytest.fixture
def other(connect, ws):
    """Return the same workspace as someone else has it open."""
    return connect(host=ws.host, token=ws.mock.env()["DATABRICKS_TOKEN"], name="other")


def told(ws, **since):
    return [(each.endpoint, each.kind, each.what) for each in reversed(ws.changes(**since))]


def test_what_others_change_is_seen(ws, other):
    assert told(ws) == []
    for name in (NAME, "churn", "chat"):
        ws.endpoints.get(name)
    ws.endpoints.get(NAME).permissions.list()
    assert told(ws) == []
    theirs = other.endpoints.get(NAME)
    theirs.set_tags({"team": "risk"}, remove=["purpose"])
    theirs.permissions.grant("vera@example.com", "CAN_MANAGE")
    other.endpoints.get("chat").delete()
    other.endpoints.create("ads", entity_name="main.ml.ads", entity_version="1")
    theirs.stop()
    assert sorted(told(ws)) == sorted(
        [
            (NAME, "tags", "tag purpose=tutorial → none"),
            (NAME, "tags", "tag none → team=risk"),
            (NAME, "state", "Ready → Not ready (Stopped)"),
            ("chat", "deleted", "deleted"),
            ("ads", "created", "created, Not ready (Updating)"),
            (NAME, "permissions", "vera@example.com has CAN_MANAGE here now, before nothing"),
        ]
    )


def test_updates_failures_and_traffic_are_seen(ws):
    ws.changes()
    ep = ws.endpoints.get(NAME)
    ep.update_config(entity_name="main.ml.b", entity_version="1", traffic={"b-1": 40}).wait()
    found = told(ws)
    assert found[0] == (NAME, "update", "Ready → Ready (Updating)")
    assert (NAME, "update", "Ready (Updating) → Ready") in found
    assert (NAME, "traffic", "vanilla_simple_model-2 100 % → vanilla_simple_model-2 60 %, b-1 40 %") in found
    with pytest.raises(sw.WaitFailed):
        ws.endpoints.get("churn").update_config(entity_version="4").wait()
    assert next(what for name, kind, what in told(ws) if kind == "failure").startswith(
        "Ready (Updating) → Ready (Update failed): "
    )


def test_only_what_was_seen_since_is_listed(ws):
    ws.endpoints.get("fraud-detector").wait()
    ws.changes()
    ws.endpoints.get(NAME).set_tags({"a": "1"})
    ws.mock.advance(3600)
    ws.endpoints.get(NAME).set_tags({"b": "1"})
    moment = datetime.fromtimestamp(ws.clock.now() - 60, UTC)
    for since in ("10m", 600, moment):
        assert told(ws, since=since) == [(NAME, "tags", "tag none → b=1")]
    assert ws.changes(since="10m").to_frame()["what"].tolist() == ["tag none → b=1"]
    with pytest.raises(sw.ConfigError, match="is not a time"):
        ws.changes(since="soon")


def test_each_change_is_told_in_order_and_no_more_after_stop(ws):
    ws.changes()
    seen, third = [], threading.Event()

    def take(change):
        seen.append(str(change))
        if len(seen) == 3:
            third.set()

    failing = ws.notify(lambda change: 1 / 0)
    notifications = ws.notify(take, names=[NAME], kinds=["tags"])
    ws.endpoints.get("churn").set_tags({"x": "1"})
    for number in range(3):
        ws.endpoints.get(NAME).set_tags({f"k{number}": "1"})
    assert third.wait(30)
    assert seen == [f"{NAME}: tag none → k{number}=1" for number in range(3)]
    for each in (notifications, failing):
        each.stop()
    ws.endpoints.get(NAME).set_tags({"k4": "1"})
    ws.changes()
    assert len(seen) == 3
    assert "stopped" in repr(notifications)
