"""Who is let in, what is refused at the door, and that nothing is left behind."""

import base64
import http.client
import json
import subprocess
import sys
import threading
import time

import pytest

from serving_widgets.mock import MockWorkspace

LIST = "/api/2.0/serving-endpoints"


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


@pytest.mark.parametrize("headers", [{}, bearer("wrong"), {"Authorization": "Bearer"}, {"Authorization": "Basic YTpi"}])
@pytest.mark.parametrize("path", [LIST, "/api/2.0/preview/scim/v2/Me", "/_mock/journal", "/nowhere"])
def test_without_a_valid_token_nothing_is_told(ask, path, headers):
    answer = ask.raw("GET", path, headers=headers)
    assert (answer.status, answer.code) == (401, "UNAUTHENTICATED")


def test_host_metadata_and_discovery_want_no_token(ask):
    host = ask.mock.host
    metadata = ask.raw("GET", "/.well-known/databricks-config").body
    assert metadata["oidc_endpoint"] == f"{host}/oidc"
    found = ask.raw("GET", "/oidc/.well-known/oauth-authorization-server").body
    assert found["token_endpoint"] == f"{host}/oidc/v1/token"


def test_a_service_principal_gets_a_token_for_its_secret(ask):
    client = ask.mock.connection()["clients"][0]
    basic = base64.b64encode(f"{client['client_id']}:{client['client_secret']}".encode()).decode()
    form = {"grant_type": "client_credentials", "scope": "all-apis"}
    answer = ask.raw("POST", "/oidc/v1/token", data=form, headers={"Authorization": f"Basic {basic}"}).body
    assert answer["token_type"] == "Bearer"
    me = ask.raw("GET", "/api/2.0/preview/scim/v2/Me", headers=bearer(answer["access_token"])).body
    assert me["userName"] == client["client_id"]
    wrong = {**form, "client_id": client["client_id"], "client_secret": "wrong"}
    assert ask.raw("POST", "/oidc/v1/token", data=wrong).status == 401
    assert ask.raw("POST", "/oidc/v1/token", data={"grant_type": "password"}).status == 400


@pytest.mark.parametrize(
    "host", ["evil.example.com", "127.0.0.1", "127.0.0.1:1", "localhost", "127.0.0.1:{port}.evil.com"]
)
def test_a_host_header_that_is_not_ours_is_turned_away(ask, host):
    port = ask.mock.host.rsplit(":", 1)[1]
    answer = ask.raw("GET", LIST, headers={**bearer(ask.mock.token), "Host": host.format(port=port)})
    assert answer.status == 421
    assert "endpoints" not in answer.body


def test_localhost_is_ours_too(ask):
    port = ask.mock.host.rsplit(":", 1)[1]
    assert ask.raw("GET", LIST, headers={**bearer(ask.mock.token), "Host": f"LOCALHOST:{port}"}).status == 200


def test_a_body_over_16_megabytes_is_413_and_the_connection_lives_on(ask):
    headers = {**bearer(ask.mock.token), "Content-Type": "application/json"}
    limit = 16 * 1024 * 1024
    path = "/serving-endpoints/example-endpoint/invocations"
    assert ask.raw("POST", path, content=b" " * limit, headers=headers).status == 400
    answer = ask.raw("POST", path, content=b" " * (limit + 1), headers=headers)
    assert (answer.status, answer.code) == (413, "BAD_REQUEST")
    assert ask.get("churn").status == 200


def test_language_models_take_4_megabytes(ask):
    question = {"messages": [{"role": "user", "content": "x" * (4 * 1024 * 1024)}]}
    assert ask.query("chat", question).status == 413


def test_a_body_that_is_no_json_object_is_a_bad_request(ask):
    for content in (b"{", b"[]", b"7", b"\xff", b"[" * 30_000):
        answer = ask.raw("POST", LIST, content=content, headers=bearer(ask.mock.token))
        assert (answer.status, answer.code) == (400, "BAD_REQUEST")


def test_half_a_request_does_nothing(ask):
    port = int(ask.mock.host.rsplit(":", 1)[1])
    whole = json.dumps({"name": "fresh"})
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.putrequest("POST", LIST)
    connection.putheader("Authorization", f"Bearer {ask.mock.token}")
    connection.putheader("Content-Length", str(len(whole) + 1))
    connection.endheaders(whole.encode())
    connection.close()
    assert ask.get("fresh").status == 404
    assert [entry["method"] for entry in ask.mock.journal()] == ["GET"]


def test_every_answer_names_the_request_and_the_workspace(ask):
    for answer in (ask.get("churn"), ask.get("nope"), ask.raw("GET", LIST)):
        assert len(answer.headers["x-request-id"]) == 36
        assert answer.headers["x-databricks-org-id"].isdecimal()
        assert answer.headers["content-type"] == "application/json"


def test_an_unknown_path_is_404_in_the_services_envelope(ask):
    answer = ask("GET", "/api/2.0/clusters/list")
    assert (answer.status, answer.code) == (404, "ENDPOINT_NOT_FOUND")
    assert "GET /api/2.0/clusters/list" in answer.body["message"]


def test_me_is_who_the_token_belongs_to(ask):
    me = ask("GET", "/api/2.0/preview/scim/v2/Me", user="vera@example.com").body
    assert (me["userName"], me["displayName"]) == ("vera@example.com", "Vera Lind")
    assert {group["display"] for group in me["groups"]} == {"users", "analysts"}


ROW = {"dataframe_records": [{"int_col": 1, "float_col": 1.0, "string_col": "a"}]}


def test_a_viewer_looks_and_does_nothing_else(ask, entity):
    vera = {"user": "vera@example.com"}
    assert ask.get("example-endpoint", **vera).body["permission_level"] == "CAN_VIEW"
    refused = [
        ask.query("example-endpoint", ROW, **vera),
        ask.stop("example-endpoint", **vera),
        ask.start("pricing", **vera),
        ask.delete("example-endpoint", **vera),
        ask("PUT", f"{LIST}/example-endpoint/config", {"served_entities": [entity()]}, **vera),
    ]
    assert [(answer.status, answer.code) for answer in refused] == [(403, "PERMISSION_DENIED")] * 5


def test_who_may_query_may_query_and_not_manage(ask):
    quentin = {"user": "quentin@example.com"}
    assert ask.query("example-endpoint", ROW, **quentin).status == 200
    assert ask.stop("example-endpoint", **quentin).status == 403


def test_an_endpoint_one_may_not_view_is_not_listed_and_refused(ask):
    assert "pricing" not in ask.names(user="vera@example.com")
    assert ask.get("pricing", user="vera@example.com").status == 403


def test_who_creates_an_endpoint_manages_it_and_others_do_not_see_it(ask):
    assert ask.create("mine", user="vera@example.com").body["permission_level"] == "CAN_MANAGE"
    assert "mine" not in ask.names(user="quentin@example.com")
    assert "mine" in ask.names()
    assert ask.delete("mine", user="vera@example.com").status == 200


def test_steering_is_for_administrators(ask):
    for method, path in (("GET", "journal"), ("POST", "advance"), ("POST", "faults"), ("POST", "reset")):
        assert ask(method, f"/_mock/{path}", user="ben@example.com").status == 403


def test_time_is_moved_over_http(ask):
    before = ask.mock.clock.now()
    assert ask("POST", "/_mock/advance", {"seconds": 12.5}).body == {"now": before + 12.5}
    assert ask("POST", "/_mock/advance", {"seconds": -1}).status == 400
    assert ask("POST", "/_mock/advance", {"seconds": "x"}).status == 400


def test_reset_returns_to_the_start(ask):
    first = ask("GET", LIST).text
    ask.delete("churn")
    ask.mock.advance(1e6)
    ask("POST", "/_mock/reset")
    assert ask("GET", LIST).text == first
    assert len(ask.mock.journal()) == 1


def test_the_embedded_workspace_tells_how_to_sign_in(mock):
    assert mock.env() == {"DATABRICKS_HOST": mock.host, "DATABRICKS_TOKEN": mock.token}
    document = mock.connection()
    assert set(document) == {"host", "users", "clients"}
    assert [user["admin"] for user in document["users"]] == [True, False, False, False]
    assert all(set(user) == {"user_name", "token", "admin"} for user in document["users"])
    assert all(set(client) == {"client_id", "client_secret"} for client in document["clients"])
    assert mock.token not in repr(mock)


def test_it_listens_on_loopback_only_with_a_port_and_tokens_of_its_own(started):
    one, _ = started("empty")
    other, _ = started("empty")
    assert one.host.startswith("http://127.0.0.1:")
    assert one.host != other.host
    assert one.token != other.token


def test_stop_ends_the_threads_even_while_it_answers(started):
    before = set(threading.enumerate())
    mock, ask = started("empty")
    release = threading.Event()
    mock.serve("sleeper", lambda rows: release.wait(60))
    mock.serve("quick", lambda rows: [1])
    assert ask.query("quick", {"inputs": [1]}).body == {"predictions": [1]}
    failures = []

    def query():
        try:
            ask.query("sleeper", {"inputs": [1]})
        except Exception as error:
            failures.append(error)

    client = threading.Thread(target=query)
    client.start()
    while not any(entry["path"].endswith("sleeper/invocations") for entry in mock.journal()):
        time.sleep(0.005)
    mock.stop()
    assert not release.is_set()
    client.join(60)
    assert len(failures) == 1
    release.set()
    deadline = time.monotonic() + 30
    while set(threading.enumerate()) - before and time.monotonic() < deadline:
        time.sleep(0.01)
    assert set(threading.enumerate()) - before == set()


def test_it_can_be_started_again(started):
    mock, _ = started("empty")
    mock.serve("quick", lambda rows: [1])
    mock.stop()
    with pytest.raises(RuntimeError, match="not running"):
        _ = mock.host
    mock.start()
    connection = http.client.HTTPConnection("127.0.0.1", int(mock.host.rsplit(":", 1)[1]), timeout=60)
    connection.request("GET", LIST, headers=bearer(mock.token))
    assert len(json.load(connection.getresponse())["endpoints"]) == 1
    connection.close()


def test_a_port_that_is_taken_is_an_os_error(mock):
    with pytest.raises(OSError, match="in use"):
        MockWorkspace(port=int(mock.host.rsplit(":", 1)[1])).start()


def test_nothing_is_written_to_the_console_not_even_about_failures():
    script = """
import http.client
from serving_widgets.mock import MockWorkspace
mock = MockWorkspace("empty").start()
mock.faults([{"path": "/x", "disconnect": True}, {"path": "/y", "truncate": 3}])
for path in ("/x", "/y", "/z"):
    connection = http.client.HTTPConnection("127.0.0.1", int(mock.host.rsplit(":", 1)[1]))
    try:
        connection.request("GET", path)
        connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        pass
mock.stop()
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=30, check=True)
    assert (done.stdout, done.stderr) == ("", "")


def test_importing_the_room_does_not_load_the_server():
    script = "import sys, serving_widgets.mock; print(sorted({'uvicorn', 'starlette', 'pandas'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=30, check=True)
    assert done.stdout.strip() == "[]"


def test_a_running_workspace_does_not_load_pandas():
    script = """
import sys
from serving_widgets.mock import MockWorkspace
with MockWorkspace(): pass
print('pandas' in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=30, check=True)
    assert done.stdout.strip() == "False"
