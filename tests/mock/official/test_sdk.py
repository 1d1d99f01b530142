"""The unmodified official SDK on the mock: every method of its serving endpoints API that has a route, and waiters."""

import json
import time
from datetime import timedelta
from types import SimpleNamespace

import pytest
from databricks.sdk import WorkspaceClient
from databricks.sdk.core import Config
from databricks.sdk.errors import NotFound, OperationFailed
from databricks.sdk.service.iam import AccessControlRequest, PermissionLevel
from databricks.sdk.service.serving import (
    AiGatewayRateLimit,
    AiGatewayRateLimitKey,
    AiGatewayRateLimitRenewalPeriod,
    AiGatewayUsageTrackingConfig,
    EmailNotifications,
    EndpointCoreConfigInput,
    EndpointTag,
    PtEndpointCoreConfig,
    PtServedModel,
    RateLimit,
    RateLimitKey,
    RateLimitRenewalPeriod,
    Route,
    ServedEntityInput,
    ServingEndpointAccessControlRequest,
    ServingEndpointPermissionLevel,
    TelemetryConfig,
    TrafficConfig,
)

SOON = timedelta(seconds=20)


def entity(name="main.ml.model", version="1", **more):
    return ServedEntityInput(entity_name=name, entity_version=version, scale_to_zero_enabled=True, **more)


CONFIG = EndpointCoreConfigInput(name="fresh", served_entities=[entity()])


def client_of(mock, **credentials):
    """The SDK's client, which doesn't go on for five minutes when something is wrong."""
    credentials = credentials or {"token": mock.token}
    return WorkspaceClient(config=Config(host=mock.host, retry_timeout_seconds=5, **credentials))


@pytest.fixture
def api(mock):
    """Return the serving endpoints API on a workspace whose clock stands."""
    return client_of(mock).serving_endpoints


@pytest.fixture(scope="module")
def racing():
    """Return the API on a workspace that is done with everything by the time the SDK looks."""
    from serving_widgets.mock import MockWorkspace

    with MockWorkspace(speed=2_000_000, clock="scaled") as mock:
        yield client_of(mock).serving_endpoints


def test_list(api):
    listed = {endpoint.name: endpoint for endpoint in api.list()}
    assert len(listed) == 10
    assert listed["churn"].config.served_entities[0].entity_name == "main.customers.churn_model"
    assert listed["chat"].task == "llm/v1/chat"


def test_get(api):
    shown = api.get("fraud-detector")
    assert [route.traffic_percentage for route in shown.config.traffic_config.routes] == [90, 10]
    assert (shown.state.ready.value, shown.state.config_update.value) == ("READY", "IN_PROGRESS")
    assert shown.pending_config.served_entities[0].state.deployment.value == "DEPLOYMENT_CREATING"
    assert shown.permission_level.value == "CAN_MANAGE"


def test_create_and_delete(api):
    created = api.create("fresh", config=CONFIG, tags=[EndpointTag("team", "risk")], description="A trial.")
    assert created.response.name == "fresh"
    shown = api.get("fresh")
    assert (shown.tags, shown.description) == ([EndpointTag("team", "risk")], "A trial.")
    assert shown.pending_config.served_entities[0].name == "model-1"
    assert api.delete("fresh") is None
    with pytest.raises(NotFound):
        api.get("fresh")


def test_create_and_wait(racing):
    created = racing.create_and_wait("fresh", config=CONFIG, timeout=SOON)
    assert created.state.ready.value == "READY"
    assert created.config.served_entities[0].name == "model-1"
    racing.delete("fresh")


def test_the_waiter_polls_until_an_endpoint_is_ready(started):
    mock, _ = started(speed=300, clock="scaled")
    seen = []
    waiting = client_of(mock).serving_endpoints.create("fresh", config=CONFIG)
    ready = waiting.result(timeout=SOON, callback=lambda poll: seen.append(poll.state.config_update.value))
    assert set(seen) == {"IN_PROGRESS"}
    assert ready.state.ready.value == "READY"


def test_the_waiter_ends_on_the_demo_clock_too(started, monkeypatch):
    hasty = SimpleNamespace(time=time.time, sleep=lambda seconds: time.sleep(seconds / 50))
    monkeypatch.setattr("databricks.sdk.service.serving.time", hasty)
    mock, _ = started(speed=6000, clock="demo")
    created = client_of(mock).serving_endpoints.create_and_wait("fresh", config=CONFIG, timeout=SOON)
    assert created.state.ready.value == "READY"


def test_the_waiter_raises_when_a_build_fails(racing):
    with pytest.raises(OperationFailed, match="UPDATE_FAILED"):
        racing.create_and_wait(
            "failing",
            config=EndpointCoreConfigInput("failing", served_entities=[entity("main.ml.broken_model")]),
            timeout=SOON,
        )
    assert racing.get("failing").state.ready.value == "NOT_READY"
    racing.delete("failing")


def test_update_config(api):
    halves = TrafficConfig([Route(served_model_name=name, traffic_percentage=50) for name in ("model-2", "model-3")])
    updated = api.update_config(
        "example-endpoint", served_entities=[entity(version="2"), entity(version="3")], traffic_config=halves
    )
    assert updated.response.state.config_update.value == "IN_PROGRESS"
    pending = api.get("example-endpoint").pending_config
    assert [route.served_entity_name for route in pending.traffic_config.routes] == ["model-2", "model-3"]
    assert pending.config_version == 3


def test_update_config_and_wait(racing):
    updated = racing.update_config_and_wait("example-endpoint", served_entities=[entity(version="7")], timeout=SOON)
    assert updated.config.served_entities[0].entity_version == "7"
    assert updated.pending_config is None
    again = racing.wait_get_serving_endpoint_not_updating("example-endpoint", timeout=SOON)
    assert again.config.config_version == updated.config.config_version


def throughput(units):
    model = PtServedModel(
        entity_name="system.ai.meta_llama_v3_1_8b_instruct", provisioned_model_units=units, entity_version="2"
    )
    return PtEndpointCoreConfig(served_entities=[model])


def test_create_provisioned_throughput_endpoint(api, mock):
    created = api.create_provisioned_throughput_endpoint("llama", throughput(50), tags=[EndpointTag("team", "nlp")])
    assert created.response.state.config_update.value == "IN_PROGRESS"
    mock.advance(3600)
    assert api.get("llama").config.served_entities[0].provisioned_model_units == 50
    changed = api.update_provisioned_throughput_endpoint_config("llama", throughput(100))
    assert changed.response.pending_config.served_entities[0].provisioned_model_units == 100


def test_provisioned_throughput_endpoints_and_their_waiters(racing):
    made = racing.create_provisioned_throughput_endpoint_and_wait("llama", throughput(50), timeout=SOON)
    assert made.state.ready.value == "READY"
    changed = racing.update_provisioned_throughput_endpoint_config_and_wait("llama", throughput(100), timeout=SOON)
    assert changed.config.served_entities[0].provisioned_model_units == 100
    racing.delete("llama")


def test_patch_tags(api):
    given = api.patch("churn", add_tags=[EndpointTag("stage", "trial"), EndpointTag("solo")], delete_tags=["tier"])
    assert given.tags == [EndpointTag("solo"), EndpointTag("stage", "trial"), EndpointTag("team", "customers")]
    assert api.get("churn").tags == given.tags


def test_put_rate_limits(api):
    limit = RateLimit(calls=10, key=RateLimitKey.USER, renewal_period=RateLimitRenewalPeriod.MINUTE)
    assert api.put("chat", rate_limits=[limit]).rate_limits == [limit]


def test_put_ai_gateway(api):
    limit = AiGatewayRateLimit(
        calls=10, key=AiGatewayRateLimitKey.ENDPOINT, renewal_period=AiGatewayRateLimitRenewalPeriod.MINUTE
    )
    put = api.put_ai_gateway(
        "chat", rate_limits=[limit], usage_tracking_config=AiGatewayUsageTrackingConfig(enabled=True)
    )
    assert (put.rate_limits, put.usage_tracking_config.enabled) == ([limit], True)
    assert api.get("chat").ai_gateway.rate_limits == [limit]


def test_update_notifications(api):
    wanted = EmailNotifications(on_update_failure=["ada@example.com"], on_update_success=["ben@example.com"])
    assert api.update_notifications("churn", email_notifications=wanted).email_notifications == wanted
    assert api.get("churn").email_notifications == wanted


def test_patch_telemetry_config(api):
    wanted = TelemetryConfig.from_dict({"telemetry_profile_id": "5f0c2b1e-9d07-4a51-8a6e-0f2d6a3c7b18"})
    assert api.patch_telemetry_config("example-endpoint", telemetry_config=wanted).telemetry_config == wanted
    assert api.get("example-endpoint").telemetry_config == wanted


def test_export_metrics(api):
    api.query("example-endpoint", dataframe_records=[{"int_col": 3, "float_col": 10.4, "string_col": "abc"}])
    text = api.export_metrics("example-endpoint").contents.read().decode()
    assert "# TYPE cpu_usage_percentage gauge" in text
    assert "request_count_total{" in text


def test_get_open_api(api, mock):
    document = json.loads(api.get_open_api("example-endpoint").contents.read())
    assert (document["openapi"], document["info"]["title"]) == ("3.1.0", "example-endpoint")
    assert document["servers"] == [{"url": f"{mock.host}/serving-endpoints/example-endpoint"}]
    assert "/served-models/vanilla_simple_model-2/invocations" in document["paths"]


def test_build_logs(api):
    assert "Installing" in api.build_logs("example-endpoint", "vanilla_simple_model-2").logs
    with pytest.raises(NotFound):
        api.build_logs("example-endpoint", "nobody")


def test_logs(api):
    assert api.logs("example-endpoint", "vanilla_simple_model-2").logs.startswith("[")
    with pytest.raises(NotFound):
        api.logs("nobody", "vanilla_simple_model-2")


def levels(permissions):
    """The direct grants of people, as a mapping."""
    return {
        entry.user_name or entry.group_name or entry.service_principal_name: grant.permission_level.value
        for entry in permissions.access_control_list
        for grant in entry.all_permissions
        if not grant.inherited
    }


def test_permissions(api):
    endpoint = api.get("churn").id
    before = levels(api.get_permissions(endpoint))
    assert before["ada@example.com"] == "CAN_MANAGE"
    wanted = [
        ServingEndpointAccessControlRequest(
            user_name="vera@example.com", permission_level=ServingEndpointPermissionLevel.CAN_QUERY
        )
    ]
    after = levels(api.update_permissions(endpoint, access_control_list=wanted))
    assert after == {**before, "vera@example.com": "CAN_QUERY"}
    assert levels(api.set_permissions(endpoint, access_control_list=wanted)) == {"vera@example.com": "CAN_QUERY"}
    known = api.get_permission_levels(endpoint).permission_levels
    assert {level.permission_level.value for level in known} == {"CAN_VIEW", "CAN_QUERY", "CAN_MANAGE"}


def test_the_general_permissions_api(mock, api):
    permissions, endpoint = client_of(mock).permissions, api.get("churn").id
    before = levels(permissions.get("serving-endpoints", endpoint))
    wanted = [AccessControlRequest(user_name="vera@example.com", permission_level=PermissionLevel.CAN_MANAGE)]
    after = levels(permissions.update("serving-endpoints", endpoint, access_control_list=wanted))
    assert after == {**before, "vera@example.com": "CAN_MANAGE"}
    assert levels(permissions.set("serving-endpoints", endpoint, access_control_list=wanted)) == {
        "vera@example.com": "CAN_MANAGE"
    }
    known = permissions.get_permission_levels("serving-endpoints", endpoint).permission_levels
    assert [level.permission_level.value for level in known][-1] == "CAN_MANAGE"


def test_stop_and_start_by_plain_requests(mock, api):
    client = client_of(mock).api_client
    path = "/api/2.0/serving-endpoints/example-endpoint/config:"
    assert client.do("POST", path + "stop")["state"]["suspend"] == "SUSPENDED"
    assert api.wait_get_serving_endpoint_not_updating("example-endpoint").state.ready.value == "NOT_READY"
    assert client.do("POST", path + "start")["state"]["config_update"] == "IN_PROGRESS"
