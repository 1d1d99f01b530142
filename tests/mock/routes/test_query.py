"""Queries: models compute, formats are read as MLflow reads them, traffic is split."""

import json
import re
import threading
import time
from collections import Counter

import pytest

from serving_widgets.mock import MockWorkspace, Scenario
from serving_widgets.mock.scoring.model import Model
from serving_widgets.mock.service import assumptions

COLUMNS = ["int_col", "float_col", "string_col"]
FORMATS = {
    "dataframe_split": {"columns": COLUMNS, "data": [[3, 10.4, "abc"], [2, 20.4, "xyz"]]},
    "dataframe_records": [
        {"int_col": 3, "float_col": 10.4, "string_col": "abc"},
        {"string_col": "xyz", "int_col": 2, "float_col": 20.4, "more": None},
    ],
    "instances": [
        {"int_col": 3, "float_col": 10.4, "string_col": "abc"},
        {"int_col": 2, "float_col": 20.4, "string_col": "xyz"},
    ],
    "inputs": {"int_col": [3, 2], "float_col": [10.4, 20.4], "string_col": ["abc", "xyz"]},
}


@pytest.fixture
def serve_slow(ask):
    """Return a way to serve a model that is said to take some seconds of service time."""

    def serve(name, seconds):
        ask.mock.serve(name, Model(lambda rows: rows, seconds=seconds))

    return serve


@pytest.mark.parametrize("form", FORMATS)
def test_the_same_rows_give_the_same_numbers_in_every_format(ask, form):
    answer = ask.query("example-endpoint", {form: FORMATS[form], "client_request_id": "7"})
    assert (answer.status, answer.body) == (200, {"predictions": [14.9, 23.9]})
    assert answer.headers["served-model-name"] == "vanilla_simple_model-2"


def test_params_change_the_outcome(ask):
    body = {"dataframe_split": FORMATS["dataframe_split"], "params": {"sentiment": 1.0, "unheard": 1}}
    assert ask.query("example-endpoint", body).body == {"predictions": [16.4, 25.4]}


def test_tensors_are_checked_against_their_shape(ask):
    ask.start("pricing")
    ask.mock.advance(180)
    assert ask.query("pricing", {"inputs": [[1, 2, 3], [0, 0, 0]]}).body == {"predictions": [14.35, 12.5]}
    split = {"columns": [0, 1, 2], "data": [[1, 2, 3]]}
    assert ask.query("pricing", {"dataframe_split": split}).body == {"predictions": [14.35]}
    answer = ask.query("pricing", {"instances": [[1, 2]]})
    assert (answer.code, answer.body["error_class"]) == ("INVALID_PARAMETER_VALUE", "SCHEMA_ENFORCEMENT_FAILED")
    assert "Shape of input (1, 2) does not match expected shape (-1, 3)." in answer.body["message"]


def test_a_feature_spec_answers_with_outputs(ask):
    answer = ask.query("user-features", {"dataframe_records": [{"user_id": "u-1"}, {"user_id": "u-2"}]})
    assert [row["user_id"] for row in answer.body["outputs"]] == ["u-1", "u-2"]
    assert set(answer.body["outputs"][0]) == {"user_id", "purchases_30d", "average_basket", "segment"}


@pytest.mark.parametrize("name", ["chat", "databricks-llama"])
def test_a_chat_model_answers_in_the_shape_of_openai(ask, name):
    question = {"messages": [{"role": "user", "content": "What is churn?"}]}
    answer = ask.query(name, question).body
    assert answer["object"] == "chat.completion"
    assert answer["choices"][0]["message"]["role"] == "assistant"
    assert "What is churn?" in answer["choices"][0]["message"]["content"]
    assert answer["choices"][0]["finish_reason"] == "stop"
    assert answer["usage"]["total_tokens"] == answer["usage"]["prompt_tokens"] + answer["usage"]["completion_tokens"]
    assert answer["created"] == int(ask.mock.clock.now())
    assert ask.query(name, question).body == answer


def test_max_tokens_cuts_the_answer(ask):
    answer = ask.query("chat", {"messages": [{"role": "user", "content": "Hi"}], "max_tokens": 2}).body
    assert answer["choices"][0]["finish_reason"] == "length"
    assert answer["usage"]["completion_tokens"] == 2


def test_a_stream_has_data_lines_only_and_ends_with_done(ask):
    body = {"messages": [{"role": "user", "content": "Hi"}], "stream": True}
    answer = ask.query("chat", body)
    assert answer.headers["content-type"].startswith("text/event-stream")
    lines = [line for line in answer.text.split("\n") if line]
    assert all(line.startswith("data: ") for line in lines)
    assert lines[-1] == "data: [DONE]"


@pytest.mark.parametrize(
    ("task", "body", "kind"),
    [
        ("llm/v1/completions", {"prompt": "Once"}, "text_completion"),
        ("llm/v1/embeddings", {"input": ["a", "b"]}, "list"),
    ],
)
def test_other_tasks_have_their_own_shapes(ask, entity, task, body, kind):
    ask.create("gateway", entity.external(task=task))
    answer = ask.query("gateway", body).body
    assert answer["object"] == kind
    assert ask.query("gateway", {"messages": []}).status == 400


BAD = {
    "no data": ({"params": {}}, "exactly one of the input fields"),
    "two data keys": ({"inputs": [1], "instances": [1]}, "exactly one of the input fields"),
    "a list": ([1], "Received a list"),
    "ragged split": (
        {"dataframe_split": {"columns": ["a", "b"], "data": [[1]]}},
        "2 columns passed",
    ),
    "split without data": ({"dataframe_split": []}, "split"),
    "records as a dict": ({"dataframe_records": {"a": 1}}, "Got dictionary"),
    "missing column": ({"dataframe_records": [{"float_col": 1.0, "string_col": "a"}]}, "missing inputs ['int_col']"),
    "wrong type": ({"dataframe_records": [{"int_col": "x", "float_col": 1.0, "string_col": "a"}]}, "int_col to type"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_payload_at_fault_is_refused_in_the_words_of_the_scoring_server(ask, case):
    body, words = BAD[case]
    answer = ask.query("example-endpoint", body)
    enforced = "missing inputs" in words
    assert (answer.status, answer.code) == (400, "INVALID_PARAMETER_VALUE" if enforced else "BAD_REQUEST")
    assert words in answer.body["message"]


def test_a_body_that_is_not_json_is_told_so(ask):
    path = "/serving-endpoints/example-endpoint/invocations"
    headers = {"Authorization": f"Bearer {ask.mock.token}"}
    assert ask.raw("POST", path, content=b"a,b", headers={**headers, "Content-Type": "text/csv"}).status == 415
    answer = ask.raw("POST", path, content=b"{", headers={**headers, "Content-Type": "application/json; charset=utf-8"})
    assert answer.code == "BAD_REQUEST"


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("application/json", 200),
        ("application/json; charset=utf-8", 200),
        ("application/json;charset=UTF-8", 200),
        ("application/json; charset=latin-1", 415),
        ("application/json; charset=utf-16", 415),
        ("application/json;", 415),
        ("application/json; format=pandas-split", 415),
        ("APPLICATION/JSON", 415),
    ],
)
def test_a_content_type_is_taken_or_refused_as_by_the_scoring_server(ask, kind, status):
    path = "/serving-endpoints/example-endpoint/invocations"
    headers = {"Authorization": f"Bearer {ask.mock.token}", "Content-Type": kind}
    body = json.dumps({"dataframe_split": FORMATS["dataframe_split"]}).encode()
    assert ask.raw("POST", path, content=body, headers=headers).status == status


@pytest.mark.parametrize("depth", [100, 900, 980])
@pytest.mark.parametrize("key", ["inputs", "instances"])
def test_an_array_nested_too_deeply_is_refused(ask, mock, key, depth):
    headers = {"Authorization": f"Bearer {mock.token}", "Content-Type": "application/json"}
    content = f'{{"{key}": {"[" * depth}1{"]" * depth}}}'
    answer = ask.raw("POST", "/serving-endpoints/example-endpoint/invocations", content=content, headers=headers)
    assert (answer.status, answer.code) == (400, "INVALID_PARAMETER_VALUE" if depth == 100 else "BAD_REQUEST")


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [("nope", 404, "ENDPOINT_NOT_FOUND"), ("pricing", 400, "BAD_REQUEST"), ("recommender", 400, "BAD_REQUEST")],
)
def test_an_endpoint_that_can_not_answer_says_why(ask, name, status, code):
    answer = ask.query(name, {"inputs": [1]})
    assert (answer.status, answer.code) == (status, code)


def test_a_stopped_endpoint_refuses_queries_with_400_and_says_start_it(ask):
    assert "start it" in ask.query("pricing", {"inputs": [[1, 2, 3]]}).body["message"]


def test_an_endpoint_still_being_built_refuses_queries(ask):
    ask.create("fresh")
    assert ask.query("fresh", {"inputs": [1]}).status == 400
    ask.mock.advance(300)
    assert ask.query("fresh", {"inputs": [1]}).status == 200


def test_the_old_version_answers_while_an_update_is_in_progress_or_failed(ask):
    row = {"tenure_months": 3, "monthly_charge": 50, "contract": "one year"}
    answer = ask.query("churn", {"dataframe_records": [row]})
    assert answer.headers["served-model-name"] == "churn_model-3"


FRAUD = {"dataframe_records": [{"amount": 10.0, "hour": 4, "country": "NO"}]}


def test_a_hundred_queries_are_split_exactly_as_the_traffic_says(ask):
    served = Counter(ask.query("fraud-detector", FRAUD).headers["served-model-name"] for _ in range(100))
    assert served == {"fraud_detector-7": 90, "fraud_challenger-2": 10}


def test_a_served_entity_can_be_asked_past_the_split(ask):
    path = "/serving-endpoints/fraud-detector/served-models/{}/invocations"
    answer = ask("POST", path.format("fraud_challenger-2"), FRAUD)
    assert answer.headers["served-model-name"] == "fraud_challenger-2"
    assert ask("POST", path.format("nobody"), FRAUD).code == "ENDPOINT_NOT_FOUND"


def test_past_the_split_every_entity_can_be_asked_while_the_split_goes_on(ask):
    path = "/serving-endpoints/fraud-detector/served-models/fraud_challenger-2/invocations"
    served = Counter()
    for _ in range(100):
        ask("POST", path, FRAUD)
        served[ask.query("fraud-detector", FRAUD).headers["served-model-name"]] += 1
    assert served == {"fraud_detector-7": 90, "fraud_challenger-2": 10}


def test_the_older_path_below_the_control_plane_answers_too(ask):
    answer = ask("POST", "/api/2.0/serving-endpoints/fraud-detector/invocations", FRAUD)
    assert (answer.status, list(answer.body)) == (200, ["predictions"])


def test_what_is_recorded_beside_a_query_does_not_disturb_it(ask):
    beside = {"client_request_id": "7", "usage_context": {"team": "risk"}, "databricks_options": {"return_trace": True}}
    assert ask.query("fraud-detector", {**FRAUD, **beside}).body == ask.query("fraud-detector", FRAUD).body
    messages = {"messages": [{"role": "user", "content": "Hi"}]}
    assert ask.query("chat", {**messages, **beside}).status == 200


def test_whoever_may_not_query_is_told_with_the_id_of_the_request(ask):
    answer = ask.query("fraud-detector", FRAUD, user="vera@example.com")
    assert (answer.status, answer.code) == (403, "PERMISSION_DENIED")
    (about,) = answer.body["details"]
    assert about["@type"] == "type.googleapis.com/google.rpc.RequestInfo"
    assert about["request_id"] == answer.headers["x-request-id"]


@pytest.mark.parametrize(
    ("name", "size", "status"),
    [("chat", 4, 413), ("chat", 3, 200), ("fraud-detector", 15, 200), ("fraud-detector", 16, 413)],
)
def test_a_body_may_have_16_mib_and_4_for_language_models(ask, name, size, status):
    question = {"messages": [{"role": "user", "content": "Hi"}]} if name == "chat" else FRAUD
    assert ask.query(name, {**question, "client_request_id": "x" * (size * 1024 * 1024)}).status == status


def test_a_body_too_large_for_a_language_model_is_refused_at_the_paths_of_openai(ask):
    body = {"model": "chat", "messages": [{"role": "user", "content": "x" * (4 * 1024 * 1024)}]}
    assert ask("POST", "/serving-endpoints/chat/completions", body).status == 413


def test_a_model_that_takes_longer_than_the_service_lets_it_is_given_up(ask, serve_slow):
    serve_slow("steady", 297)
    serve_slow("slow", 298)
    begin = ask.mock.clock.now()
    assert ask.query("steady", {"inputs": [1]}).body == {"predictions": [1]}
    assert ask.mock.clock.now() - begin == 297
    answer = ask.query("slow", {"inputs": [1]})
    assert (answer.status, answer.code) == (504, "DEADLINE_EXCEEDED")
    assert ask.mock.clock.now() - begin == 594


def test_a_function_that_computes_too_long_is_given_up_on_the_clock_of_the_host(ask, monkeypatch):
    monkeypatch.setattr(assumptions, "EXECUTION_LIMIT_S", 0.05)
    release = threading.Event()
    ask.mock.serve("endless", lambda rows: [release.wait(60)])
    try:
        assert ask.query("endless", {"inputs": [1]}).status == 504
    finally:
        release.set()


def test_models_that_hang_leave_room_for_those_that_answer(ask, monkeypatch):
    monkeypatch.setattr(assumptions, "EXECUTION_LIMIT_S", 0.02)
    release = threading.Event()
    begun = []
    ask.mock.serve("endless", lambda rows: [begun.append(1), release.wait(60)])
    try:
        # On a busy machine a thread may come too late for its query, which is given up before the model begins.
        for _ in range(60):
            assert ask.query("endless", {"inputs": [1]}).status == 504
            if len(begun) == 20:
                break
        assert len(begun) == 20
        monkeypatch.setattr(assumptions, "EXECUTION_LIMIT_S", 30)
        assert ask.query("fraud-detector", FRAUD).status == 200
    finally:
        release.set()


def test_a_workspace_that_has_a_limit_of_queries_refuses_more_until_a_second_has_passed(started):
    mock, ask = started(Scenario("busy", extends="demo").throttle(2), clock="manual")
    answers = [ask.query("fraud-detector", FRAUD) for _ in range(4)]
    assert [answer.status for answer in answers] == [200, 200, 429, 429]
    assert answers[-1].code == "REQUEST_LIMIT_EXCEEDED"
    mock.advance(1)
    assert ask.query("fraud-detector", FRAUD).status == 200
    with pytest.raises(ValueError, match="at least 1"):
        Scenario().throttle(0)


def test_logs_and_metrics_hear_of_each_query_with_the_same_times_in_the_same_script(ask, monkeypatch):
    def script():
        heard = []
        ask.mock.reset()
        monkeypatch.setattr(
            ask.mock._world,
            "queried",
            lambda endpoint, entity, at, status, took_ms, error: heard.append((entity.name, at, status, took_ms)),
        )
        for _ in range(100):
            ask.query("fraud-detector", FRAUD)
        ask.query("fraud-detector", {"inputs": [], "instances": []})
        ask.query("nightly-scores", {"dataframe_records": [{"customer_id": "c", "balance": 1}]})
        ask.query("nobody", FRAUD)
        return heard

    heard = script()
    assert [status for _, _, status, _ in heard] == [200] * 100 + [400, 200]
    assert {name for name, *_ in heard} == {"fraud_detector-7", "fraud_challenger-2", "nightly_scores-14"}
    assert 5 < min(took for *_, took in heard[:100]) < max(took for *_, took in heard[:100]) < 200
    assert heard[-1][3] > 30_000, "a cold start is part of the time an answer takes"
    assert script() == heard


PATHS_OF_OPENAI = ["chat/completions", "completions", "embeddings", "responses"]


@pytest.mark.parametrize("path", PATHS_OF_OPENAI)
@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"model": "nobody"}, 404, "ENDPOINT_NOT_FOUND"),
        ({"model": "fraud-detector"}, 400, "BAD_REQUEST"),
        ({"model": 7}, 400, "INVALID_PARAMETER_VALUE"),
        ({}, 400, "INVALID_PARAMETER_VALUE"),
        ([], 400, "BAD_REQUEST"),
    ],
)
def test_the_paths_of_openai_want_the_name_of_an_endpoint_with_the_right_task(ask, path, body, status, code):
    answer = ask("POST", f"/serving-endpoints/{path}", body)
    assert (answer.status, answer.code) == (status, code)


def test_a_chat_model_is_asked_for_its_task_alone(ask):
    answers = {path: ask("POST", f"/serving-endpoints/{path}", {"model": "chat"}) for path in PATHS_OF_OPENAI}
    assert "messages" in answers.pop("chat/completions").body["message"]
    assert all("its task is llm/v1/chat" in answer.body["message"] for answer in answers.values())


def test_any_python_function_can_be_served(ask):
    ask.mock.serve("doubling", lambda rows: [2 * row["x"] for row in rows])
    rows = {"columns": ["x"], "data": [[1], [4]]}
    assert ask.query("doubling", {"dataframe_split": rows}).body == {"predictions": [2, 8]}
    ask.mock.serve("scaling", lambda rows, params: [params["by"] * value for value in rows])
    assert ask.query("scaling", {"inputs": [1, 2], "params": {"by": 3}}).body == {"predictions": [3, 6]}
    assert ask.get("doubling").body["state"]["ready"] == "READY"
    with pytest.raises(ValueError, match="already"):
        ask.mock.serve("doubling", lambda rows: rows)


def test_arrays_and_data_frames_that_a_model_returns_become_lists(ask):
    pd = pytest.importorskip("pandas")
    ask.mock.serve("frame", lambda rows: pd.DataFrame(rows))
    ask.mock.serve("array", lambda rows: pd.DataFrame(rows)["x"].to_numpy())
    body = {"dataframe_records": [{"x": 1}, {"x": 2}]}
    assert ask.query("frame", body).body == {"predictions": [{"x": 1}, {"x": 2}]}
    assert ask.query("array", body).body == {"predictions": [1, 2]}


def test_an_error_inside_a_model_is_a_bad_request_with_a_stack_trace(ask):
    def fail(rows):
        raise KeyError("weight")

    ask.mock.serve("failing", fail)
    answer = ask.query("failing", {"inputs": [1]})
    assert (answer.status, answer.code) == (400, "BAD_REQUEST")
    assert "unexpected error while evaluating the model" in answer.body["message"]
    assert answer.body["stack_trace"].splitlines() == [
        "Traceback (most recent call last):",
        f'  File "/model/code/test_query.py", line {fail.__code__.co_firstlineno + 1}, in fail',
        '    raise KeyError("weight")',
        "KeyError: 'weight'",
    ]


def test_a_stack_trace_tells_of_the_model_and_its_packages_and_not_of_this_machine(ask):
    def load(rows):
        try:
            return [json.loads(row["text"]) for row in rows]
        except ValueError as error:
            raise LookupError("no text") from error

    ask.mock.serve("failing", load)
    trace = ask.query("failing", {"dataframe_records": [{"text": "{"}]}).body["stack_trace"]
    places = re.findall(r'File "([^"]+)"', trace)
    assert "/opt/conda/envs/mlflow-env/lib/python3.11/json/decoder.py" in places
    assert all(place.startswith(("/model/code/", "/opt/conda/envs/mlflow-env/lib/python3.11/")) for place in places)
    assert "mock" not in trace
    assert "The above exception was the direct cause" in trace


def test_a_model_that_takes_its_time_holds_nobody_else_up(ask):
    release = threading.Event()
    ask.mock.serve("slow", lambda rows: [release.wait(60)])
    answers = []
    client = threading.Thread(target=lambda: answers.append(ask.query("slow", {"inputs": [1]}).body))
    client.start()
    assert ask.get("slow").status == 200
    assert ask.query("churn", {"inputs": [1]}).status == 400
    assert answers == []
    release.set()
    client.join(60)
    assert answers == [{"predictions": [True]}]


def test_a_cold_start_takes_real_time_on_a_running_clock(started):
    _, ask = started("demo", speed=300, clock="scaled")
    begin = time.monotonic()
    assert ask.query("nightly-scores", {"dataframe_records": [{"customer_id": "c", "balance": 1}]}).status == 200
    assert time.monotonic() - begin > 0.08


def test_a_model_can_be_served_before_the_workspace_starts():
    mock = MockWorkspace("empty")
    mock.serve("early", lambda rows: [1])
    with mock:
        assert mock.journal() == []
