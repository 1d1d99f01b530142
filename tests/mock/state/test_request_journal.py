"""The journal: every request but the steering ones, without secrets."""

import json

from hypothesis import given
from hypothesis import strategies as st

from serving_widgets.mock.state.request_journal import redacted

FIELDS = {"n", "method", "path", "query", "user", "status", "service_time", "body", "request_id"}


def test_it_tells_who_asked_what_when_and_how_it_ended(ask):
    ask.get("churn", user="vera@example.com")
    ask.mock.advance(10)
    stopped = ask.stop("nope")
    ask.raw("GET", "/api/2.0/serving-endpoints/?a=1")
    first, second, third = ask.mock.journal()
    assert set(first) == FIELDS
    assert (first["n"], first["method"], first["path"]) == (1, "GET", "/api/2.0/serving-endpoints/churn")
    assert (first["user"], first["status"], first["body"]) == ("vera@example.com", 200, None)
    assert (second["n"], second["status"], second["request_id"]) == (2, 404, stopped.headers["x-request-id"])
    assert second["service_time"] == first["service_time"] + 10
    assert (third["user"], third["status"], third["query"]) == (None, 401, {"a": "1"})


def test_steering_leaves_no_trace(ask):
    ask("POST", "/_mock/advance", {"seconds": 1})
    ask("POST", "/_mock/faults", [])
    assert ask("GET", "/_mock/journal").body == []
    ask.get("churn")
    assert ask("GET", "/_mock/journal").body == ask.mock.journal()


def test_no_token_and_no_plain_secret_is_ever_kept(ask, entity):
    secret = "s3cr3t-canary"
    key = {"openai_api_key_plaintext": secret}
    model = {"name": "m", "provider": "openai", "task": "llm/v1/chat", "openai_config": key}
    ask.create("one", {"external_model": model})
    variables = {"environment_vars": {"DB_PASS": secret, "REF": "{{secrets/scope/key}}"}}
    ask.create("two", entity(**variables))
    ask.raw("POST", "/oidc/v1/token", data={"client_id": "x", "client_secret": secret})
    ask.raw("GET", f"/api/2.0/serving-endpoints?token={secret}")
    text = json.dumps(ask.mock.journal())
    assert secret not in text
    assert ask.mock.token not in text
    assert "{{secrets/scope/key}}" in text


def test_a_token_is_hidden_wherever_a_client_puts_it(ask):
    token = ask.mock.token
    ask.raw("GET", f"/api/2.0/serving-endpoints/{token}", headers={"Authorization": f"Bearer {token}"})
    ask.raw("GET", f"/api/2.0/serving-endpoints?page={token}", headers={"Authorization": f"Bearer {token}"})
    ask.query("chat", {"messages": [{"role": "user", "content": f"I use {token}, and dapi{'0' * 32}."}]})
    text = json.dumps(ask.mock.journal())
    assert token not in text
    assert "dapi0" not in text
    assert text.count("[redacted]") == 4


def test_a_secret_is_hidden_whatever_its_type_and_however_deep(ask, entity):
    pins = {"environment_vars": {"PIN": 4711, "LIST": [4711], "ON": True}, "client_secret": {"value": {"deep": 4711}}}
    ask.create("one", entity(**pins))
    ask("POST", "/nowhere", {"Authorization": "Bearer 4711", "password": None})
    text = json.dumps(ask.mock.journal())
    assert "4711" not in text
    assert '"password": null' in text


def test_what_is_no_json_is_only_measured(ask):
    for content in (b"secret=4711", b'{"a": NaN}', b"[" * 100_000, b"\xff"):
        ask.raw("POST", "/nowhere", content=content)
    assert [entry["body"] for entry in ask.mock.journal()] == [{"bytes": n} for n in (11, 10, 100_000, 1)]


def test_the_latest_ten_thousand_requests_are_kept(ask, monkeypatch):
    monkeypatch.setattr("serving_widgets.mock.state.request_journal._KEPT", 3)
    ask.mock.reset()
    for name in "abcde":
        ask.get(name)
    assert [entry["n"] for entry in ask.mock.journal()] == [3, 4, 5]


def test_bodies_are_kept_within_a_limit_and_the_oldest_are_measured_first(ask, monkeypatch):
    monkeypatch.setattr("serving_widgets.mock.state.request_journal._BODIES", 5_000)
    ask.mock.reset()
    for number in range(4):
        ask("POST", "/nowhere", {"number": number, "text": "x" * 2_000})
    bodies = [entry["body"] for entry in ask.mock.journal()]
    assert [body.get("number") for body in bodies] == [None, None, 2, 3]
    assert bodies[0]["bytes"] > 2_000


def test_nothing_is_kept_of_a_body_without_a_token(ask):
    ask.raw("POST", "/nowhere", content=b'{"a":"canary"}')
    ask.raw("POST", "/nowhere?" + "q" * 5_000)
    first, second = ask.mock.journal()
    assert first["body"] == {"bytes": len(b'{"a":"canary"}')}
    assert len(str(second["query"])) < 2_100


def test_a_large_body_is_only_measured(ask):
    ask.query("chat", {"messages": [{"role": "user", "content": "x" * 100_000}]})
    assert ask.mock.journal()[0]["body"]["bytes"] > 100_000


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)


@given(JSON, st.sampled_from(["token", "openai_api_key_plaintext", "client_secret", "PASSWORD", "x_api_key"]))
def test_a_secret_is_hidden_wherever_it_stands(value, name):
    hidden = json.dumps(redacted({"a": [value, {name: "CANARY", "deeper": {name: ["CANARY"]}}]}))
    assert "CANARY" not in hidden


def test_what_is_no_secret_is_kept():
    body = {"max_tokens": 5, "tags": [{"key": "team", "value": "risk"}], "messages": [{"content": "hi"}]}
    assert redacted(body) == body
