"""What a view is told of an endpoint: what was stopped has not failed, what is deleted serves and offers nothing."""

import pytest

import serving_widgets as sw
from serving_widgets.widgets.core import snapshot


@pytest.fixture
def drawn(ws):
    def of(name, **more):
        return snapshot.picture(ws, ws.endpoints.get(name).info, **more)

    return of


def test_the_entities_of_a_stopped_endpoint_are_stopped_and_not_failed(drawn):
    served = drawn("pricing")["served"]
    assert served
    assert {(each["state"], each["phase"]) for each in served} == {("DEPLOYMENT_STOPPED", "stopped")}


def test_a_badge_is_told_the_update_but_not_what_is_served(drawn):
    told = drawn("fraud-detector", facts=False, buttons=())
    assert (told["served"], told["traffic"], told["facts"]) == ([], [], None)
    assert told["update"] is not None


def test_a_deleted_endpoint_serves_nothing_and_has_no_recipes(drawn):
    told = drawn("churn", deleted=True)
    assert (told["status"]["label"], told["served"], told["recipes"]) == ("Deleted", [], {})


def test_a_running_update_tells_when_it_may_end_once_one_like_it_was_seen(ws, page, until):
    badge = sw.StatusBadge("fraud-detector")
    page(badge).ask("hello", view="v1")
    assert until(lambda: badge.status == "Ready (Updating)")
    assert "eta" not in badge.state["endpoint"]["update"]
    ws.mock.advance(3600)
    assert until(lambda: badge.status == "Ready")
    ws.endpoints.get("fraud-detector").update_config(workload_size="Medium", entity="fraud_detector-8")
    assert until(lambda: badge.status == "Ready (Updating)")
    assert until(lambda: "eta" in (badge.state["endpoint"]["update"] or ()))
    eta = badge.state["endpoint"]["update"]["eta"]
    assert eta["low"] < eta["median"] < eta["high"]
    assert eta["by"].startswith("by 1 update of")
