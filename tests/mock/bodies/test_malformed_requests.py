"""What nobody should send: the right error comes back, and nothing has changed."""

import copy
import json
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inside import ADA, CONTROL, HOST, PERMISSIONS, Inside

from serving_widgets.mock import Scenario
from serving_widgets.mock.routes import ROUTES
from serving_widgets.mock.service.errors import STATUS_OF

EVE = "eve@example.com"
WORKSPACE = (
    Scenario("malformed")
    .user(EVE)
    .endpoint("model", versions={"1": 60, "2": 40}, tags={"team": "risk"}, grants={"analysts": "CAN_VIEW"})
    .endpoint("stopped", status="stopped")
    .endpoint("updating", status="updating")
    .endpoint("failed", status="update failed")
    .endpoint("empty", status="without config")
    .endpoint("fast", route_optimized=True)
    .endpoint("chat", kind="external")
    .endpoint("llama", kind="foundation")
    .endpoint("units", kind="provisioned")
)
NAMES = ("model", "stopped", "updating", "failed", "empty", "fast", "chat", "llama", "units")
ENTITY = {
    "entity_name": "main.ml.model",
    "entity_version": "3",
    "scale_to_zero_enabled": False,
    "workload_size": "Small",
}
CONFIG = {
    "served_entities": [ENTITY, {**ENTITY, "name": "other", "environment_vars": {"A": "b"}}],
    "traffic_config": {
        "routes": [
            {"served_entity_name": "model-3", "traffic_percentage": 50},
            {"served_model_name": "other", "traffic_percentage": "50"},
        ]
    },
}
RECORDS = {"dataframe_records": [{"x": 1, "y": [2, "three"]}], "params": {"a": 1}}
TALK = {"messages": [{"role": "user", "content": "hello"}], "max_tokens": 5, "temperature": 0.5, "stream": False}
GATEWAY = {
    "usage_tracking_config": {"enabled": True},
    "rate_limits": [{"calls": 10, "key": "user", "renewal_period": "minute"}],
    "guardrails": {"input": {"pii": {"behavior": "BLOCK"}, "safety": True}},
}
NOTIFICATIONS = {"on_update_failure": ["ada@example.com"]}
TELEMETRY = {"table_names": {"logs_table": "main.a.b"}}
GRANTS = {"access_control_list": [{"user_name": "ben@example.com", "permission_level": "CAN_QUERY"}]}
VALID = {
    CONTROL: {"name": "fresh", "config": CONFIG, "tags": [{"key": "a", "value": "b"}], "ai_gateway": GATEWAY},
    CONTROL + "/{name}/config": CONFIG,
    CONTROL + "/pt": {"name": "fresh", "config": {"served_entities": [{**ENTITY, "provisioned_model_units": 50}]}},
    CONTROL + "/pt/{name}/config": {"config": {"served_entities": [{**ENTITY, "provisioned_model_units": 50}]}},
    CONTROL + "/{name}/tags": {"add_tags": [{"key": "a", "value": "b"}], "delete_tags": ["team"]},
    CONTROL + "/{name}/rate-limits": {"rate_limits": GATEWAY["rate_limits"]},
    CONTROL + "/{name}/ai-gateway": GATEWAY,
    CONTROL + "/{name}/notifications": {"email_notifications": NOTIFICATIONS},
    CONTROL + "/{name}/telemetry-config": {"telemetry_config": TELEMETRY},
    CONTROL + "/{name}/invocations": RECORDS,
    PERMISSIONS + "/{id}": GRANTS,
    "/serving-endpoints/{name}/invocations": RECORDS,
    "/serving-endpoints/chat/completions": {"model": "chat", **TALK},
    "/serving-endpoints/completions": {"model": "chat", "prompt": "hello"},
    "/serving-endpoints/embeddings": {"model": "chat", "input": ["hello"]},
    "/serving-endpoints/responses": {"model": "chat", "input": "hello"},
    "/_mock/advance": {"seconds": 1},
    "/_mock/faults": [{"status": 500, "path": "/nowhere", "count": 1}],
}
FORM = "application/x-www-form-urlencoded"


@pytest.fixture(scope="module")
def workspace():
    inside = Inside(WORKSPACE)
    yield inside
    inside.close()


@pytest.fixture
def ask(workspace):
    """Return the way into a workspace that is as it is at its start."""
    workspace.world.reset()
    return workspace


@pytest.fixture
def refused(ask):
    """Return a way to send what has to be refused: it looks whether anything has changed."""

    def refused(method, path, body=None, *, user=ADA, content=None):
        before = ask.visible()
        answer = ask(method, path, body, user=user, content=content)
        assert ask.visible() == before
        return answer.status, answer.code

    return refused


WRITES = [("POST", CONTROL), ("PUT", f"{CONTROL}/model/config"), ("PATCH", f"{CONTROL}/model/tags")]
QUERY = "/serving-endpoints/model/invocations"


@pytest.mark.parametrize(
    "content", [b"{", b"{'a': 1}", b"\xff\xfe", b'{"name": NaN}', b'{"name": 1e999}', b'{"a": \x00}']
)
@pytest.mark.parametrize(("method", "path"), [*WRITES, ("POST", "/_mock/faults")])
def test_bad_json_is_a_bad_request(refused, method, path, content):
    assert refused(method, path, content=content) == (400, "BAD_REQUEST")


@pytest.mark.parametrize("content", [b"{", b"{'a': 1}", b"\xff\xfe"])
def test_a_query_that_is_no_json_is_a_bad_request(refused, content):
    assert refused("POST", QUERY, content=content) == (400, "BAD_REQUEST")


@pytest.mark.parametrize("depth", [200, 5_000, 100_000])
@pytest.mark.parametrize("opening", ["[", '{"a":'])
@pytest.mark.parametrize(("method", "path"), [*WRITES, ("POST", QUERY), ("POST", "/_mock/faults")])
def test_what_is_nested_too_deeply_is_refused_and_not_followed(refused, method, path, opening, depth):
    closing = "]" if opening == "[" else "}"
    content = (opening * depth + "1" + closing * depth).encode()
    assert refused(method, path, content=content)[0] == 400
    assert refused(method, path, content=(opening * depth).encode()) == (400, "BAD_REQUEST")


@pytest.mark.parametrize("content", [b"[]", b"7", b'"text"', b"null", b"true"])
@pytest.mark.parametrize(("method", "path"), WRITES)
def test_json_that_is_no_object_is_a_bad_request(refused, method, path, content):
    assert refused(method, path, content=content) == (400, "BAD_REQUEST")


@pytest.mark.parametrize(
    ("path", "change"),
    [
        (("name",), 7),
        (("name",), None),
        (("name",), "a b"),
        (("name",), "x" * 64),
        (("name",), "ärger"),
        (("name",), "\ud800"),
        (("name",), ["fresh"]),
        (("config",), "text"),
        (("config", "served_entities"), {}),
        (("config", "served_entities"), [7]),
        (("config", "served_entities", 0, "entity_name"), 7),
        (("config", "served_entities", 0, "entity_version"), 1.5),
        (("config", "served_entities", 0, "entity_version"), "newest"),
        (("config", "served_entities", 0, "scale_to_zero_enabled"), "yes"),
        (("config", "served_entities", 0, "workload_size"), 3),
        (("config", "served_entities", 1, "name"), "../other"),
        (("config", "served_entities", 1, "environment_vars"), {"A": 1}),
        (("config", "traffic_config"), []),
        (("config", "traffic_config", "routes"), {}),
        (("config", "traffic_config", "routes", 0, "traffic_percentage"), 51),
        (("config", "traffic_config", "routes", 0, "traffic_percentage"), True),
        (("config", "traffic_config", "routes", 0, "traffic_percentage"), -1),
        (("config", "traffic_config", "routes", 0, "served_entity_name"), "nobody"),
        (("tags",), "team"),
        (("tags", 0, "key"), 7),
        (("tags", 0, "value"), {}),
    ],
)
def test_a_wrong_type_or_value_anywhere_refuses_the_whole_creation(refused, path, change):
    body = copy.deepcopy(VALID[CONTROL])
    place = body
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = change
    assert refused("POST", CONTROL, body) == (400, "INVALID_PARAMETER_VALUE")


def test_the_body_that_these_are_made_from_is_accepted(ask):
    assert ask("POST", CONTROL, VALID[CONTROL]).status == 200


def test_fields_that_nobody_knows_are_ignored_as_the_service_does(ask):
    body = {**VALID[CONTROL], "colour": "red", "config": {**CONFIG, "colour": {"deep": [1]}}}
    answer = ask("POST", CONTROL, body)
    assert answer.status == 200
    assert "colour" not in answer.content.decode()


@pytest.mark.parametrize(
    "tail",
    [
        "..",
        "../model",
        "model/..",
        "model/../stopped",
        "%2e%2e",
        "%2e%2e%2fmodel",
        "model%2Fconfig",
        "model%2f..%2fstopped",
        "..%5cmodel",
        "/model",
        "/",
        "model//config",
        "model%00",
        "model%0d%0aX-Injected:%201",
        "%F0%9F%90%8D",
        "m%C3%B6del",
        "%ff%fe",
        "%",
        "%zz",
        "model;a=b",
        "model%20",
        "MODEL",
        "x" * 64,
        "x" * 5000,
        "{name}",
        "model/served-models/../build-logs",
        "model/served-models/%2e%2e/logs",
    ],
)
@pytest.mark.parametrize("method", ["GET", "PUT", "POST", "DELETE", "PATCH"])
def test_tricks_with_paths_find_nothing(ask, method, tail):
    before = ask.visible()
    headers = [("Host", HOST), ("Authorization", f"Bearer {ask.token_of(ADA)}"), ("Content-Type", "application/json")]
    for base in (CONTROL, "/serving-endpoints", PERMISSIONS):
        answer = ask.send(method, f"{base}/{tail}", json.dumps(CONFIG).encode(), headers)
        if method == "POST" and base == CONTROL and tail == "/":
            continue  # a path of the service's own, with a slash more: clients write it so
        if method == "GET" and base == CONTROL and tail == "/":
            assert answer.status == 200
            continue
        assert (answer.status, STATUS_OF.get(answer.code)) in {(404, 404), (400, 400)}, (base, answer)
        assert not any(b"injected" in name.lower() for name, _ in answer.headers)
    assert ask.visible() == before


def test_a_wrong_method_finds_nothing(ask):
    before = ask.visible()
    for route in ROUTES:
        right = {other.method for other in ROUTES if other.match(route.segments) is not None}
        for method in {"GET", "PUT", "POST", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "QUERY"} - right:
            answer = ask(method, filled(route.path, "model", ask))
            assert (answer.status, answer.code) == (404, "ENDPOINT_NOT_FOUND"), (method, route.path)
    assert ask.visible() == before


@pytest.mark.parametrize(
    "hosts", [[], ["evil.example.com"], ["127.0.0.1"], ["127.0.0.1:8"], [HOST, HOST], [HOST + ".x"]]
)
def test_a_wrong_host_is_turned_away_at_every_route(ask, hosts):
    before = ask.visible()
    headers = [("Authorization", f"Bearer {ask.token_of(ADA)}"), *(("Host", host) for host in hosts)]
    for route in ROUTES:
        content = json.dumps(VALID.get(route.path, {})).encode()
        answer = ask.send(route.method, filled(route.path, "model", ask), content, headers)
        assert answer.status == 421, route.path
    assert ask.visible() == before


@pytest.mark.parametrize(
    "authorization",
    [None, "", "Bearer", "Bearer ", "Bearer wrong", "Basic YTpi", "Bearer {token} more", "{token}", "Bearer{token}"],
)
def test_without_a_good_token_every_route_is_closed(ask, authorization):
    before = ask.visible()
    headers = [("Host", HOST), ("Content-Type", "application/json")]
    if authorization is not None:
        headers.append(("Authorization", authorization.format(token=ask.token_of(ADA))))
    for route in ROUTES:
        if not route.public:
            content = json.dumps(VALID.get(route.path, {})).encode()
            answer = ask.send(route.method, filled(route.path, "model", ask), content, headers)
            assert (answer.status, answer.code) == (401, "UNAUTHENTICATED"), route.path
    assert ask.visible() == before


def test_another_users_token_opens_nothing_of_what_is_not_theirs(ask):
    before = ask.visible()
    for route in ROUTES:
        if "{name}" in route.path or "/permissions/" in route.path or route.admin:
            answer = ask(route.method, filled(route.path, "model", ask), VALID.get(route.path, {}), user=EVE)
            assert (answer.status, answer.code) in {(403, "PERMISSION_DENIED"), (404, "ENDPOINT_NOT_FOUND")}, route.path
            assert b"main.default" not in answer.content
    assert ask.visible() == before


def test_a_body_over_16_megabytes_is_413_at_every_route_that_takes_one(ask):
    before = ask.visible()
    content = b" " * (16 * 1024 * 1024 + 1)
    for route in ROUTES:
        if route.method != "GET":
            answer = ask(route.method, filled(route.path, "model", ask), content=content)
            assert (answer.status, answer.code) == (413, "BAD_REQUEST"), route
    assert ask.visible() == before


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=10,
)
ROUTE = st.sampled_from([route for route in ROUTES if route.path != "/_mock/reset"])
NAME = st.sampled_from(NAMES) | st.text(max_size=6)
USER = st.sampled_from([ADA, ADA, "ben@example.com", "vera@example.com", EVE])


def filled(path, name, ask):
    """Return a route's path with names in it."""
    known = name in NAMES and ask.world.exists(name)
    endpoint = ask.world.endpoint(name) if known else None
    entities = endpoint.config.entities if endpoint and endpoint.config else ()
    return (
        path.replace("{name}", name.replace("/", "%2F"))
        .replace("{served}", entities[0].name if entities else "nobody")
        .replace("{id}", endpoint.id if endpoint else name.replace("/", "%2F"))
        .replace("{shard}", endpoint.id[:12] if endpoint else "shard")
        .replace("{model}", "system.ai.model")
        .replace("{version}", "1")
    )


@st.composite
def mutated(draw, value):
    """Return JSON in which one place holds something else, or nothing."""
    value = copy.deepcopy(value)
    places = list(_places(value))
    holder, key = draw(st.sampled_from(places)) if places else ({}, None)
    if key is None or draw(st.integers(0, 20)) == 0:
        return draw(JSON)
    if draw(st.booleans()) and isinstance(holder, dict):
        del holder[key]
    else:
        holder[key] = draw(JSON)
    return value


def _places(value):
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield value, key
        yield from _places(inner)


def judge(ask, before, route, answer):
    """Check that an answer is no failure of the workspace, and that a refusal has left everything as it was."""
    assert answer.status < 500, (route.method, route.path, answer)
    if answer.status < 400:
        return
    if route.path == "/oidc/v1/token":
        assert answer.body["error"] in ("invalid_client", "unsupported_grant_type", "invalid_request", "invalid_scope")
    elif answer.status != 415:
        assert STATUS_OF[answer.code] == answer.status or answer.status == 413, answer
        assert isinstance(answer.body["message"], str)
    assert ask.visible() == before


@given(st.data())
def test_valid_requests_with_one_thing_wrong_never_break_the_workspace(workspace, data):
    ask = workspace
    ask.world.reset()
    before = ask.visible()
    route = data.draw(ROUTE)
    body = data.draw(mutated(VALID.get(route.path, {"a": 1})))
    name = data.draw(st.sampled_from(NAMES))
    answer = ask(route.method, filled(route.path, name, ask), body, user=data.draw(USER))
    judge(ask, before, route, answer)


@given(st.data())
def test_arbitrary_bytes_never_break_the_workspace(workspace, data):
    ask = workspace
    ask.world.reset()
    before = ask.visible()
    route = data.draw(ROUTE)
    content = data.draw(st.binary(max_size=60) | JSON.map(lambda value: json.dumps(value).encode()))
    name = data.draw(NAME)
    user = data.draw(USER)
    answer = ask(route.method, filled(route.path, name, ask), content=content, user=user)
    judge(ask, before, route, answer)


@given(st.lists(st.tuples(st.text(max_size=6), st.text(max_size=6)), max_size=4), st.binary(max_size=30))
def test_arbitrary_forms_for_a_token_are_refused_in_oauths_own_words(workspace, pairs, tail):
    content = "&".join(f"{key}={value}" for key, value in pairs).encode(errors="surrogatepass") + tail
    answer = workspace.send("POST", "/oidc/v1/token", content, [("Host", HOST), ("Content-Type", FORM)])
    assert answer.status in (400, 401)
    assert "error" in answer.body


def test_what_is_no_http_at_all_harms_nobody(started):
    mock, asker = started("empty")
    port = int(mock.host.rsplit(":", 1)[1])
    for line in (
        b"NONSENSE\r\n\r\n",
        b"\x16\x03\x01\x02\x00",
        b"GET /\x00 HTTP/1.1\r\n\r\n",
    ):
        with socket.create_connection(("127.0.0.1", port), 5) as connection:
            connection.sendall(line)
            assert connection.recv(100).startswith(b"HTTP/1.1 400"), line
    assert asker.names() == []
