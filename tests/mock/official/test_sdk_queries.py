"""The unmodified official SDK on the mock: who it is, what it asks models, and how refusals reach it."""

import pytest
from databricks.sdk import WorkspaceClient, errors
from databricks.sdk.core import Config
from databricks.sdk.service.serving import (
    ChatMessage,
    ChatMessageRole,
    DataframeSplitInput,
    EndpointCoreConfigInput,
    ServedEntityInput,
)

ROW = {"int_col": 3, "float_col": 10.4, "string_col": "abc"}
HELLO = [ChatMessage(content="Hello", role=ChatMessageRole.USER)]
CONFIG = EndpointCoreConfigInput(
    name="fresh",
    served_entities=[ServedEntityInput(entity_name="main.ml.model", entity_version="1", scale_to_zero_enabled=True)],
)


def client_of(mock, **credentials):
    """The SDK's client, which doesn't go on for five minutes when something is wrong."""
    return WorkspaceClient(config=Config(host=mock.host, retry_timeout_seconds=5, **credentials))


@pytest.fixture
def client(mock):
    """Return a client of the default user."""
    return client_of(mock, token=mock.token)


@pytest.fixture
def principal(mock):
    """Return a client of the service principal, by OAuth."""
    return client_of(mock, **mock.connection()["clients"][0])


def test_me_with_a_personal_token(client):
    me = client.current_user.me()
    assert (me.user_name, me.display_name) == ("ada@example.com", "Ada Nyman")
    assert "admins" in {group.display for group in me.groups}
    assert client.config.auth_type == "pat"


def test_me_with_oauth(principal, mock):
    assert principal.current_user.me().user_name == mock.connection()["clients"][0]["client_id"]
    assert principal.config.auth_type == "oauth-m2m"
    assert principal.serving_endpoints.get("nightly-scores").creator == principal.config.client_id


def test_query_with_data_frames(client):
    answer = client.serving_endpoints.query("example-endpoint", dataframe_records=[ROW], client_request_id="7")
    assert (answer.predictions, answer.served_model_name) == ([14.9], "vanilla_simple_model-2")
    split = DataframeSplitInput(columns=list(ROW), data=[list(ROW.values())])
    assert client.serving_endpoints.query("example-endpoint", dataframe_split=split).predictions == [14.9]
    assert client.serving_endpoints.query("user-features", dataframe_records=[{"user_id": "u"}]).outputs


def test_query_of_language_models(client, mock):
    answer = client.serving_endpoints.query("chat", messages=HELLO, n=2, max_tokens=5, temperature=0.5, stop=["!"])
    assert (answer.object.value, len(answer.choices)) == ("chat.completion", 2)
    assert answer.choices[0].message.role is ChatMessageRole.ASSISTANT
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens
    assert answer.created == int(mock.clock.now())
    mock.serve("writer", lambda body: "… and so on", task="llm/v1/completions")
    assert client.serving_endpoints.query("writer", prompt="Once").choices[0].text == "… and so on"


def test_query_for_embeddings(client, ask, entity):
    ask.create("vectors", entity.external(name="text-embedding-3-small", task="llm/v1/embeddings"))
    answer = client.serving_endpoints.query("vectors", input=["one", "two"])
    assert (answer.object.value, len(answer.data)) == ("list", 2)
    assert answer.model == "text-embedding-3-small"


def test_a_route_optimized_endpoint_is_asked_on_the_data_plane(principal, client):
    answer = principal.serving_endpoints_data_plane.query("recommender", dataframe_records=[{"user_id": "u-42"}])
    assert answer.predictions[0]["user_id"] == "u-42"
    with pytest.raises(errors.BadRequest, match="endpoint_url"):
        principal.serving_endpoints.query("recommender", dataframe_records=[{"user_id": "u-42"}])
    with pytest.raises(ValueError, match="OAuth"):
        client.serving_endpoints_data_plane.query("recommender", dataframe_records=[{"user_id": "u-42"}])


def test_get_open_ai_client(principal):
    with pytest.warns(DeprecationWarning, match="databricks-openai"):
        chat = principal.serving_endpoints.get_open_ai_client(max_retries=0)
    answer = chat.chat.completions.create(model="chat", messages=[{"role": "user", "content": "Hello"}])
    assert "Hello!" in answer.choices[0].message.content


def test_refusals_arrive_as_the_errors_of_the_sdk(client, mock):
    api = client.serving_endpoints
    api.create("busy", config=CONFIG)
    viewer = client_of(mock, token=mock.token_of("vera@example.com")).serving_endpoints
    unknown = client_of(mock, token="nonsense").serving_endpoints
    refusals = {
        errors.ResourceDoesNotExist: lambda: api.get("nobody"),
        errors.ResourceAlreadyExists: lambda: api.create("churn", config=CONFIG),
        errors.InvalidParameterValue: lambda: api.create("not a name", config=CONFIG),
        errors.ResourceConflict: lambda: api.update_config("busy", served_entities=CONFIG.served_entities),
        errors.InvalidState: lambda: client.api_client.do("POST", "/api/2.0/serving-endpoints/churn/config:start"),
        errors.PermissionDenied: lambda: viewer.delete("churn"),
        errors.NotFound: lambda: api.query("nobody", inputs=[1]),
        errors.BadRequest: lambda: api.query("pricing", inputs=[[1, 2, 3]]),
        errors.Unauthenticated: unknown.list,
    }
    for kind, refused in refusals.items():
        with pytest.raises(kind) as caught:
            refused()
        assert type(caught.value) is kind
        assert caught.value.error_code


def test_the_details_of_a_refusal_name_the_request(mock):
    viewer = client_of(mock, token=mock.token_of("vera@example.com"))
    with pytest.raises(errors.PermissionDenied) as caught:
        viewer.serving_endpoints.query("example-endpoint", dataframe_records=[ROW])
    assert len(caught.value.get_error_details().request_info.request_id) > 8


def test_it_tries_again_after_429_and_503(client, mock):
    for status, kind in ((429, "REQUEST_LIMIT_EXCEEDED"), (503, "TEMPORARILY_UNAVAILABLE")):
        body = {"error_code": kind, "message": "Later."}
        mock.faults([{"path": "*/invocations", "status": status, "body": body, "count": 1, "retry_after": 0}])
        assert client.serving_endpoints.query("example-endpoint", dataframe_records=[ROW]).predictions == [14.9]
    asked = [entry["status"] for entry in mock.journal() if entry["path"].endswith("/invocations")]
    assert asked == [429, 200, 503, 200]
