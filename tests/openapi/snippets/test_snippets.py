"""Every snippet is run as it is, against the embedded workspace, and gives the answer that the request itself gives."""

import ast
import json
import math
import os
import shutil
import subprocess
import sys
import urllib.request

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serving_widgets.mock import MockWorkspace
from serving_widgets.openapi.snippets import snippets
from serving_widgets.openapi.snippets.python_literals import literal
from serving_widgets.openapi.snippets.request import FILE, Snippet, SnippetLanguage
from serving_widgets.openapi.snippets.snippets import LANGUAGES, render
from serving_widgets.openapi.tasks import document_of_task

ROW = {"int_col": 3, "float_col": 10.0, "string_col": 'it\'s "ø" $HOME `x` \\ \n\t%'}
CHAT = document_of_task("chat", "llm/v1/chat").sample()
#: What is asked of whom, and the member of the answer that tells.
ASKED = {
    "records": ("example-endpoint", {"dataframe_records": [ROW, ROW], "params": {"sentiment": 0.25}}, "predictions"),
    "split": (
        "example-endpoint",
        {"dataframe_split": {"columns": list(ROW), "data": [list(ROW.values())]}},
        "predictions",
    ),
    "nulls": (
        "fraud-detector",
        {
            "dataframe_split": {
                "columns": ["amount", "hour", "country", "card_present"],
                "data": [[1.5, 23, None, True], [None, 3, "NO", False]],
            }
        },
        "predictions",
    ),
    "long": ("example-endpoint", {"dataframe_records": [ROW] * 200}, "predictions"),
    "chat": ("chat", dict(CHAT), "choices"),
    "chat with options": ("databricks-llama", {**CHAT, "temperature": 0.0, "stop": None, "stream": False}, "choices"),
}
PYTHON = ("httpx", "requests", "mlflow", "databricks-sdk", "pandas")
RUN = """
import json, logging, sys, warnings
warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)
shown = []
def show(value):
    shown.append(value.to_dict("list") if hasattr(value, "to_dict") else value)
for code in json.load(sys.stdin):
    exec(compile(code, "snippet", "exec"), {"print": show, "__name__": "__main__"})
print(json.dumps(shown, default=dict))
"""


@pytest.fixture(scope="module")
def mock():
    with MockWorkspace(clock="manual") as started:
        yield started


@pytest.fixture(scope="module")
def env(mock):
    """Return the environment that snippets find host and token in."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DATABRICKS_", "MLFLOW_"))}
    quiet = {
        "DATABRICKS_CONFIG_FILE": os.devnull,
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    return {**kept, **quiet, **mock.env()}


def answer(mock, name, payload, entity=None):
    """Return the answer to a request, asked for without any code of ours."""
    path = f"/serving-endpoints/{name}" + (f"/served-models/{entity}" if entity else "") + "/invocations"
    headers = {"Authorization": f"Bearer {mock.token}", "Content-Type": "application/json"}
    request = urllib.request.Request(mock.host + path, json.dumps(payload).encode(), headers)
    with urllib.request.urlopen(request) as response:
        return json.load(response)


def told(value):
    """Return what an answer says, without what differs each time: when it was given."""
    if isinstance(value, dict):
        return {key: told(each) for key, each in value.items() if key not in ("id", "created")}
    return [told(each) for each in value] if isinstance(value, list) else value


@pytest.mark.parametrize("target", PYTHON)
def test_python_snippets_give_the_same_answer(mock, env, target, tmp_path):
    codes = [render(target, name, payload).code for name, payload, _ in ASKED.values()]
    codes.append(render(target, "example-endpoint", ASKED["records"][1], entity="vanilla_simple_model-2").code)
    done = subprocess.run(
        [sys.executable, "-c", RUN],
        input=json.dumps(codes),
        capture_output=True,
        text=True,
        env=env,
        cwd=tmp_path,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    *shown, of_entity = json.loads(done.stdout.splitlines()[-1])
    expected = {case: answer(mock, name, payload) for case, (name, payload, _) in ASKED.items()}
    for (case, (_, _, member)), got in zip(ASKED.items(), shown, strict=True):
        assert same(got, expected[case], member), (case, got)
    assert same(of_entity, expected["records"], "predictions")


def same(got, expected, member):
    """Tell whether a snippet shows what the service says: the answer, or a table of it."""
    if member in got:
        # The official SDK leaves out members that it doesn't know.
        return message_of(got[member]) == message_of(expected[member])
    rows = expected["predictions"]
    columns = (
        {name: [row[name] for row in rows] for name in rows[0]} if isinstance(rows[0], dict) else {"prediction": rows}
    )
    return got == columns


def message_of(said):
    return [each["message"]["content"] if isinstance(each, dict) and "message" in each else told(each) for each in said]


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_curl_snippets_give_the_same_answer(mock, env, tmp_path):
    for name, payload, member in ASKED.values():
        snippet = render("curl", name, payload)
        for file, text in snippet.files.items():
            (tmp_path / file).write_text(text, encoding="utf-8")
        done = subprocess.run(["sh", "-c", snippet.code], capture_output=True, env=env, cwd=tmp_path, timeout=60)
        assert done.returncode == 0, done.stderr
        assert told(json.loads(done.stdout))[member] == told(answer(mock, name, payload))[member]


def test_what_is_too_long_for_a_line_comes_from_a_file():
    payload = ASKED["long"][1]
    for target in ("curl", "%serving"):
        snippet = render(target, "example-endpoint", payload)
        assert f"@{FILE}" in snippet.code
        assert len(snippet.code) < 500
        assert json.loads(snippet.files[FILE]) == payload


@pytest.mark.parametrize("target", [language.name for language in LANGUAGES])
def test_no_snippet_has_a_token_in_it_or_a_host(mock, target):
    for name, payload, _ in ASKED.values():
        snippet = render(target, name, payload, entity="e-1")
        everything = snippet.code + "".join(snippet.files.values())
        assert mock.token not in everything
        assert "127.0.0.1" not in everything
        if target in ("curl", "httpx", "requests"):
            assert "DATABRICKS_TOKEN" in snippet.code


@pytest.mark.parametrize("target", PYTHON)
def test_python_snippets_have_lines_that_fit_a_notebook(target):
    records = [{f"column_{n}": n / 7 for n in range(20)} for _ in range(5)]
    code = render(target, "example-endpoint", {"dataframe_records": records, "params": {"sentiment": 0.25}}).code
    ast.parse(code)
    assert max(map(len, code.splitlines())) <= 120


def test_the_magic_line_is_one_that_the_magic_reads():
    snippet = render("%serving", "churn", {"inputs": ["a 'b'"]}, entity="m-1")
    first, body = snippet.code.split("\n", 1)
    assert first == "%%serving query churn --entity m-1"
    assert json.loads(body) == {"inputs": ["a 'b'"]}


def test_the_official_sdk_gets_whatever_its_own_call_would_lose_by_a_plain_request():
    for payload in (
        {"dataframe_records": [ROW], "params": {"k": 1}},
        {"dataframe_split": {"columns": [], "data": []}},
        {"messages": [{"role": "user", "content": "Hi"}], "top_p": 0.5},
        {"messages": [{"role": "tool", "content": "Hi"}]},
        [1],
    ):
        assert 'api_client.do("POST"' in render("databricks-sdk", "e", payload).code
    assert "serving_endpoints.query(" in render("databricks-sdk", "e", {"dataframe_records": [ROW]}).code


def test_a_route_optimized_endpoint_is_asked_at_its_own_address():
    url = "https://1.serving.example.com/1/serving-endpoints/r/invocations"
    for target in ("curl", "httpx", "requests"):
        assert url in render(target, "r", {"inputs": [1]}, url=url).code


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=8), inner, max_size=5),
    max_leaves=30,
)


@given(JSON_VALUES, st.integers(0, 12))
def test_a_literal_is_the_value_again_with_every_digit(value, indent):
    text = literal(value, indent=indent)
    assert repr(eval(text, {"__builtins__": {"float": float}})) == repr(value)


def test_what_json_has_no_word_for_is_none_as_it_would_be_sent():
    assert literal([math.nan]) == "[None]"


def test_a_language_is_one_module_and_one_line_of_the_table(monkeypatch):
    cobol = SnippetLanguage("cobol", "cobol", lambda request: Snippet(f"CALL {request.endpoint!r}."))
    monkeypatch.setattr(snippets, "LANGUAGES", (*LANGUAGES, cobol))
    assert render("cobol", "churn", {}).code == "CALL 'churn'."


def test_an_unknown_language_is_refused_with_those_that_there_are():
    with pytest.raises(ValueError, match="there are curl, httpx"):
        render("cobol", "e", {})
