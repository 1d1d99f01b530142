"""The unmodified official SDK works on the mock."""

from datetime import timedelta

import pytest

sdk = pytest.importorskip("databricks.sdk")

from databricks.sdk.core import Config  # noqa: E402
from databricks.sdk.errors import (  # noqa: E402
    InvalidState,
    NotFound,
    PermissionDenied,
    ResourceAlreadyExists,
    ResourceConflict,
)
from databricks.sdk.service.serving import (  # noqa: E402
    ChatMessage,
    ChatMessageRole,
    EndpointCoreConfigInput,
    ServedEntityInput,
)

CONFIG = EndpointCoreConfigInput(
    name="fresh",
    served_entities=[ServedEntityInput(entity_name="main.ml.model", entity_version="1", scale_to_zero_enabled=True)],
)


@pytest.fixture
def mock(started):
    """Return a workspace whose time runs fast enough for a waiter that polls every second."""
    return started("demo", speed=600, clock="scaled")[0]


@pytest.fixture
def client(mock):
    """Return a client of the default user."""
    return sdk.WorkspaceClient(config=Config(host=mock.host, token=mock.token, retry_timeout_seconds=5))


def test_it_lists_and_gets(client):
    listed = {endpoint.name: endpoint for endpoint in client.serving_endpoints.list()}
    assert len(listed) == 10
    shown = client.serving_endpoints.get("fraud-detector")
    assert shown.id == listed["fraud-detector"].id
    assert [route.traffic_percentage for route in shown.config.traffic_config.routes] == [90, 10]
    assert client.current_user.me().user_name == "ada@example.com"


def test_its_waiter_sees_an_endpoint_through_and_it_can_be_deleted(client):
    created = client.serving_endpoints.create_and_wait("fresh", config=CONFIG, timeout=timedelta(seconds=20))
    assert created.state.ready.value == "READY"
    assert created.config.served_entities[0].name == "model-1"
    client.serving_endpoints.delete("fresh")
    with pytest.raises(NotFound):
        client.serving_endpoints.get("fresh")


def test_stop_and_start_go_through_its_plain_requests(client):
    stop = "/api/2.0/serving-endpoints/example-endpoint/config:stop"
    assert client.api_client.do("POST", stop)["state"]["suspend"] == "SUSPENDED"
    with pytest.raises(InvalidState):
        client.api_client.do("POST", stop)
    started = client.api_client.do("POST", "/api/2.0/serving-endpoints/example-endpoint/config:start")
    assert started["state"]["config_update"] == "IN_PROGRESS"
    client.serving_endpoints.wait_get_serving_endpoint_not_updating("example-endpoint", timeout=timedelta(seconds=20))


def test_refusals_arrive_as_its_own_errors(mock, client):
    with pytest.raises(ResourceAlreadyExists):
        client.serving_endpoints.create("churn", config=CONFIG)
    client.serving_endpoints.create("busy", config=CONFIG)
    with pytest.raises(ResourceConflict):
        client.serving_endpoints.update_config("busy", served_entities=CONFIG.served_entities)
    viewer = sdk.WorkspaceClient(host=mock.host, token=mock.token_of("vera@example.com"))
    with pytest.raises(PermissionDenied):
        viewer.serving_endpoints.delete("churn")


def test_it_queries_data_frames_and_chats(client):
    row = {"int_col": 3, "float_col": 10.4, "string_col": "abc"}
    answer = client.serving_endpoints.query("example-endpoint", dataframe_records=[row])
    assert answer.predictions == [14.9]
    assert answer.served_model_name == "vanilla_simple_model-2"
    answer = client.serving_endpoints.query("chat", messages=[ChatMessage(content="Hi", role=ChatMessageRole.USER)])
    assert answer.choices[0].message.content


def test_a_service_principal_signs_in_with_oauth_and_asks_a_route_optimized_endpoint(mock):
    credentials = mock.connection()["clients"][0]
    client = sdk.WorkspaceClient(host=mock.host, **credentials)
    assert client.current_user.me().user_name == credentials["client_id"]
    answer = client.serving_endpoints_data_plane.query("recommender", dataframe_records=[{"user_id": "u-42"}])
    assert answer.predictions[0]["user_id"] == "u-42"
