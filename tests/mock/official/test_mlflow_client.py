"""MLflow's unmodified deployments client on the mock: every method it has for serving endpoints."""

import pytest
from mlflow.deployments import get_deploy_client
from mlflow.exceptions import MlflowException
from requests import HTTPError

ENTITY = {"entity_name": "main.ml.model", "entity_version": "1", "scale_to_zero_enabled": True}
EXTERNAL = {
    "external_model": {
        "name": "gpt-4o",
        "provider": "openai",
        "task": "llm/v1/chat",
        "openai_config": {"openai_api_key": "{{secrets/llm/openai}}"},
    }
}
ROW = {"int_col": 3, "float_col": 10.4, "string_col": "abc"}
HELLO = {"messages": [{"role": "user", "content": "Hello"}]}


@pytest.fixture
def client_of(mock, monkeypatch):
    """Return a way to be somebody to MLflow; it asks once, and doesn't try for minutes what can't succeed."""
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    monkeypatch.setenv("MLFLOW_DATABRICKS_ENDPOINT_HTTP_RETRY_TIMEOUT", "5")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("DATABRICKS_HOST", mock.host)

    def sign_in(token=mock.token):
        monkeypatch.setenv("DATABRICKS_TOKEN", token)
        return get_deploy_client("databricks")

    return sign_in


@pytest.fixture
def client(client_of):
    """Return MLflow's client of the default user."""
    return client_of()


def test_list_endpoints(client):
    listed = {endpoint["name"]: endpoint for endpoint in client.list_endpoints()}
    assert len(listed) == 10
    assert listed["databricks-llama"]["endpoint_type"] == "FOUNDATION_MODEL_API"


def test_list_endpoints_of_an_empty_workspace(started, client_of, monkeypatch):
    empty, _ = started("empty")
    monkeypatch.setenv("DATABRICKS_HOST", empty.host)
    assert client_of(empty.token).list_endpoints() == []


def test_get_endpoint(client):
    shown = client.get_endpoint("churn")
    assert (shown.name, shown.state.config_update) == ("churn", "UPDATE_FAILED")
    assert shown["config"]["served_entities"][0]["entity_version"] == "3"


def test_create_endpoint_and_delete_endpoint(client):
    body = {"name": "gateway", "config": {"served_entities": [EXTERNAL]}, "tags": [{"key": "team", "value": "nlp"}]}
    created = client.create_endpoint(config=body)
    assert (created.name, created.task, created.endpoint_type) == ("gateway", "llm/v1/chat", "EXTERNAL_MODEL")
    assert created.state.ready == "READY"
    assert client.delete_endpoint("gateway") == {}
    with pytest.raises(HTTPError):
        client.get_endpoint("gateway")


def test_create_endpoint_in_its_older_form(client):
    with pytest.warns(UserWarning, match="deprecated"):
        created = client.create_endpoint(name="fresh", config={"served_entities": [ENTITY], "tags": [{"key": "a"}]})
    assert (created.state.config_update, created.tags) == ("IN_PROGRESS", [{"key": "a"}])


def test_update_endpoint_config(client):
    updated = client.update_endpoint_config("example-endpoint", {"served_entities": [ENTITY]})
    assert updated.pending_config["served_entities"][0]["name"] == "model-1"


def test_update_endpoint_in_its_older_form(client):
    with pytest.warns((UserWarning, FutureWarning), match="deprecated"):
        updated = client.update_endpoint("example-endpoint", {"served_entities": [ENTITY]})
    assert updated.state.config_update == "IN_PROGRESS"


def test_update_endpoint_tags(client):
    given = client.update_endpoint_tags("churn", {"add_tags": [{"key": "a"}], "delete_tags": ["tier"]})
    assert given == {"tags": [{"key": "a"}, {"key": "team", "value": "customers"}]}


def test_update_endpoint_rate_limits(client):
    wanted = {"rate_limits": [{"calls": 10, "key": "user", "renewal_period": "minute"}]}
    assert client.update_endpoint_rate_limits("chat", wanted) == wanted


def test_update_endpoint_ai_gateway(client):
    wanted = {"usage_tracking_config": {"enabled": True}}
    assert client.update_endpoint_ai_gateway("chat", wanted) == wanted
    assert client.get_endpoint("chat").ai_gateway == wanted


def test_predict(client):
    assert client.predict(endpoint="example-endpoint", inputs={"dataframe_records": [ROW]}) == {"predictions": [14.9]}
    answer = client.predict(endpoint="chat", inputs={**HELLO, "n": 2})
    assert (answer.object, len(answer.choices)) == ("chat.completion", 2)


def test_predict_stream(client):
    whole = client.predict(endpoint="chat", inputs=HELLO)["choices"][0]["message"]["content"]
    chunks = list(client.predict_stream(endpoint="chat", inputs=HELLO))
    assert {chunk["object"] for chunk in chunks} == {"chat.completion.chunk"}
    assert "".join(chunk["choices"][0]["delta"].get("content", "") for chunk in chunks) == whole


@pytest.mark.parametrize("task", ["llm/v1/completions", "agent/v1/responses"])
def test_predict_stream_of_other_tasks(client, mock, task):
    mock.serve("words", lambda body: "Just so.", task=task)
    inputs = {"prompt": "Once"} if "completions" in task else {"input": "Once"}
    assert len(list(client.predict_stream(endpoint="words", inputs=inputs))) > 2


def test_the_status_it_shows_is_that_of_the_error_code(client_of, client, mock):
    viewer = client_of(mock.token_of("vera@example.com"))
    calls = {
        404: lambda: client.get_endpoint("nobody"),
        400: lambda: client.predict(endpoint="example-endpoint", inputs={"inputs": [1], "instances": [1]}),
        409: lambda: client.update_endpoint_config("fraud-detector", {"served_entities": [ENTITY]}),
    }
    for status, call in calls.items():
        client_of()
        with pytest.raises(HTTPError) as caught:
            call()
        assert caught.value.response.status_code == status
    client_of(mock.token_of("vera@example.com"))
    with pytest.raises(HTTPError) as caught:
        viewer.predict(endpoint="example-endpoint", inputs={"dataframe_records": [ROW]})
    assert caught.value.response.status_code == 403
    client_of("nonsense")
    with pytest.raises(HTTPError) as caught:
        viewer.list_endpoints()
    assert caught.value.response.status_code == 401


def test_an_unknown_endpoint_and_a_name_twice_have_statuses_of_their_own(client):
    """It finds nothing at the query plane with 404, and calls a name that is taken a bad request."""
    for status, call in {
        404: lambda: client.predict(endpoint="nobody", inputs=HELLO),
        400: lambda: client.create_endpoint(config={"name": "churn", "config": {"served_entities": [ENTITY]}}),
    }.items():
        with pytest.raises(HTTPError) as caught:
            call()
        assert caught.value.response.status_code == status


def test_a_stream_with_anything_but_data_lines_would_stop_it(client, mock):
    mock.faults([{"path": "*/invocations", "status": 200, "body": "event: delta\ndata: {}\n\n"}])
    with pytest.raises(MlflowException, match="key 'event'"):
        list(client.predict_stream(endpoint="chat", inputs=HELLO))
