"""Handles: the life of an endpoint through Python."""

import asyncio

import pandas as pd
import pytest

import serving_widgets as sw

DEMO = [
    "chat",
    "churn",
    "databricks-llama",
    "example-endpoint",
    "fraud-detector",
    "nightly-scores",
    "pricing",
    "recommender",
    "unity-model-endpoint",
    "user-features",
]


def test_the_demo_has_one_endpoint_of_each_kind(ws):
    assert [ep.name for ep in ws.endpoints.list()] == DEMO


def test_the_ten_endpoints_show_the_states_of_the_life_cycle(ws):
    labels = {name: ws.endpoints.get(name).label for name in DEMO}
    assert labels["unity-model-endpoint"] == "Ready"
    assert labels["fraud-detector"] == "Ready (Updating)"
    assert labels["churn"] == "Ready (Update failed)"
    assert labels["pricing"] == "Not ready (Stopped)"
    assert ws.endpoints.get("nightly-scores").status.note == "Scaled to zero"


def test_stop_start_and_wait_chain_and_end_ready(ws, writes):
    ep = ws.endpoints.get("unity-model-endpoint")
    assert ep.stop().label == "Not ready (Stopped)"
    assert ep.start().label == "Not ready (Updating)"
    assert ep.wait().label == "Ready"
    base = "/api/2.0/serving-endpoints/unity-model-endpoint/config"
    assert writes(ws) == [("POST", f"{base}:stop"), ("POST", f"{base}:start")]


def test_waiting_ends_the_update_in_progress(ws):
    assert ws.endpoints.get("fraud-detector").wait().label == "Ready"


def test_attributes_never_touch_the_network(ws):
    ep = ws.endpoints.get("churn")
    before = len(ws.mock.journal())
    for _ in range(3):
        assert (ep.label, ep.kind, bool(ep.entities)) == ("Ready (Update failed)", "custom", True)
        assert ep.tags == {"team": "customers", "tier": "standard"}
        assert ep.budget_policy_id == "7d0c5e1a-52a4-4b1e-9a55-3f0c8f6f2b10"
        repr(ep)
    assert len(ws.mock.journal()) == before


def test_waiting_for_a_failed_update_raises_at_once_with_the_reason(ws):
    ep = ws.endpoints.get("churn")
    with pytest.raises(sw.WaitFailed, match=r"churn is Ready \(Update failed\): .+"):
        ep.wait()


@pytest.mark.parametrize(("first", "then"), [("broken", "Nothing is being served"), ("fine", "keeps serving")])
def test_a_failure_says_whether_anything_is_served(ws, first, then):
    ep = ws.endpoints.create("ads", entity_name=f"main.ml.{first}", entity_version="1")
    if first == "fine":
        ep.wait().update_config(entity_name="main.ml.broken", entity_version="2")
    with pytest.raises(sw.WaitFailed) as caught:
        ep.wait()
    assert then in caught.value.hint


@pytest.mark.parametrize("given", [{"timeout": "1 min"}, {"timeout": -1}, {"timeout": True}, {"until": "done"}])
def test_what_can_not_be_waited_for_is_refused_by_name(ws, given):
    with pytest.raises(sw.ConfigError, match=next(iter(given))):
        ws.endpoints.get("fraud-detector").wait(**given)


@pytest.mark.parametrize("timeout", ["soon", -1, float("nan")])
def test_a_time_limit_that_is_none_is_refused_before_anything_is_sent(ws, timeout):
    before = len(ws.mock.journal())
    with pytest.raises(sw.ConfigError, match="timeout="):
        sw.Endpoint(ws, "example-endpoint").query({"inputs": [1]}, timeout=timeout)
    assert len(ws.mock.journal()) == before


def test_stopped_is_not_success_for_a_wait(ws):
    with pytest.raises(sw.WaitFailed, match="Not ready \\(Stopped\\)") as caught:
        ws.endpoints.get("pricing").wait()
    assert "start" in caught.value.hint


def test_a_wait_can_be_for_a_stopped_endpoint(ws):
    assert ws.endpoints.get("pricing").wait(until="stopped").label == "Not ready (Stopped)"
    with pytest.raises(sw.WaitFailed, match="is Ready") as caught:
        ws.endpoints.get("unity-model-endpoint").wait(until="stopped")
    assert "stop" in caught.value.hint


def test_the_timeout_of_a_wait_holds_in_an_outage_too(connect):
    ws = connect("mock", clock="scaled", speed=600)
    ep = ws.endpoints.get("fraud-detector")
    ws.mock.faults([{"method": "GET", "path": "*", "status": 500, "count": None}])
    with pytest.raises(sw.ApiError):
        ep.wait(timeout=30)


def test_a_wait_that_takes_too_long_says_how_it_stands_and_how_to_go_on(ws):
    with pytest.raises(sw.WaitTimeout, match="fraud-detector is still Ready \\(Updating\\) after 1 s") as caught:
        ws.endpoints.get("fraud-detector").wait(timeout=1)
    assert "%serving wait fraud-detector" in caught.value.hint


def test_the_timeout_of_a_wait_is_service_time(connect):
    ws = connect("mock", clock="scaled", speed=600)
    with pytest.raises(sw.WaitTimeout):
        ws.endpoints.get("fraud-detector").wait(timeout=30)


@pytest.mark.parametrize(
    ("name", "action", "reason"),
    [
        ("fraud-detector", "stop", "update"),
        ("recommender", "stop", "route-optimized"),
        ("chat", "stop", "custom models"),
        ("databricks-llama", "stop", "custom models"),
        ("pricing", "stop", "stopped"),
        ("unity-model-endpoint", "start", "running|not stopped"),
    ],
)
def test_an_action_that_cannot_be_is_refused_before_anything_is_sent(ws, writes, name, action, reason):
    with pytest.raises(sw.ActionRefused, match=reason) as caught:
        getattr(ws.endpoints.get(name), action)()
    assert caught.value.endpoint == name
    assert writes(ws) == []


def test_old_news_refuses_nothing(ws):
    ep = ws.endpoints.get("fraud-detector")
    ws.mock.advance(3600)
    assert ep.label == "Ready (Updating)"
    assert ep.stop().label == "Not ready (Stopped)"


def test_deleting_takes_the_endpoint_out_of_every_list(ws):
    ep = ws.endpoints.get("pricing")
    assert ep.delete().label == "Deleted"
    assert "pricing" not in [each.name for each in ws.endpoints.list()]
    assert not ws.endpoints.exists("pricing")
    with pytest.raises(sw.NotFound):
        ep.start()


def test_creating_and_waiting_gives_a_ready_endpoint(ws):
    ep = ws.endpoints.create("ads", entity_name="main.ml.ads", entity_version=3, tags={"team": "ads"}, wait=True)
    assert (ep.label, ep.tags) == ("Ready", {"team": "ads"})
    assert ws.endpoints.exists("ads")


def test_an_update_serves_the_new_version_when_it_is_ready(ws):
    ep = ws.endpoints.get("unity-model-endpoint")
    ep.update_config(entity_name="myCatalog.mySchema.my-ads-model", entity_version="2")
    assert ep.label == "Ready (Updating)"
    assert [entity.entity_version for entity in ep.wait().entities] == ["2"]


def test_a_query_of_a_stopped_endpoint_is_a_400(ws):
    with pytest.raises(sw.ApiError) as caught:
        ws.endpoints.get("pricing").query({"inputs": [[1.0]]})
    assert caught.value.status == 400


@pytest.mark.parametrize("name", ["", "a/b", "a b", "x" * 64, "../x"])
def test_a_name_that_cannot_be_is_refused_before_anything_is_sent(ws, name):
    before = len(ws.mock.journal())
    with pytest.raises(sw.ServingError) as caught:
        ws.endpoints.get(name)
    assert len(ws.mock.journal()) == before
    assert caught.value.hint


def test_an_unknown_endpoint_is_named_in_the_error(ws):
    with pytest.raises(sw.NotFound, match="nope"):
        ws.endpoints.get("nope")


def test_an_unknown_field_is_named_with_the_nearest_one(ws):
    with pytest.raises(sw.ConfigError) as caught:
        ws.endpoints.create("x", entity_nam="main.ml.x")
    assert "entity_name" in caught.value.hint


def test_every_call_has_an_awaitable_twin(ws):
    async def cell():
        ep = await ws.endpoints.aio.get("unity-model-endpoint")
        await ep.aio.stop()
        await ep.aio.start()
        await ep.aio.wait()
        await ep.aio.refresh()
        names = [each.name for each in await ws.endpoints.aio.list()]
        await ep.aio.delete()
        return ep.label, names, await ws.endpoints.aio.exists("unity-model-endpoint")

    assert asyncio.run(cell()) == ("Deleted", DEMO, False)


def test_two_stops_at_the_same_time_send_one_request(ws, writes):
    # However slow the machine, the first is still on its way when the last is asked for.
    ws.mock.faults([{"method": "POST", "path": "*/config:stop", "delay": 1.0, "count": None}])

    async def cell():
        ep = ws.endpoints.get("unity-model-endpoint")
        await asyncio.gather(*(ep.aio.stop() for _ in range(10)))

    asyncio.run(cell())
    assert len(writes(ws)) == 1


def test_a_plan_shows_the_request_and_sends_nothing(ws, writes):
    ep = ws.endpoints.get("unity-model-endpoint")
    assert str(ep.plan("stop")) == "POST /api/2.0/serving-endpoints/unity-model-endpoint/config:stop"
    plan = ws.endpoints.plan(
        "ads", entity_name="main.ml.ads", environment_vars={"KEY": "s3cret", "REF": "{{secrets/a/b}}"}
    )
    assert (plan.method, plan.path) == ("POST", "/api/2.0/serving-endpoints")
    assert "s3cret" not in str(plan)
    assert "{{secrets/a/b}}" in str(plan)
    assert writes(ws) == []


def test_the_repr_of_a_handle_is_the_same_in_every_run(ws):
    assert repr(ws.endpoints.get("pricing")) == "<Endpoint 'pricing': Not ready (Stopped)>"
    assert repr(ws) == "<Workspace 'mock': mock workspace (demo)>"


def test_what_is_not_there_has_no_card_after_a_dry_run(ws, capsys):
    planned = ws.endpoints.create("ads", entity_name="main.ml.ads", entity_version="1", dry_run=True)
    assert repr(planned) == "<Endpoint 'ads': not looked at>"
    shown = planned._repr_mimebundle_()
    for form in shown.values():
        assert "ads has not been looked at, and may not be there – mock workspace" in form
        assert "Not ready" not in form
    bundle = ws.endpoints.get("churn")._repr_mimebundle_()
    assert "Status" in bundle["text/plain"]
    # Some front ends, marimo for one, take HTML alone of what is within a list.
    assert ws.endpoints.get("churn")._repr_html_() == bundle["text/html"]


@pytest.mark.parametrize("wrapped", [False, True])
def test_a_query_takes_a_table_alone_and_within_a_body(ws, wrapped):
    frame = pd.DataFrame({"tenure_months": [3], "monthly_charge": [1.5], "contract": ["monthly"]})
    ep = ws.endpoints.get("churn")
    answer = ep.query({"dataframe_records": frame} if wrapped else frame)
    assert answer.to_frame().equals(ep.predict(frame))
