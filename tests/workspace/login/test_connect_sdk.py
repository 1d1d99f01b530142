"""The official SDK's ways to log in: through its own ``Config``, in earnest where the mock has OAuth."""

import asyncio
import threading
import time
import traceback

import httpx
import pytest
from databricks.sdk import WorkspaceClient
from databricks.sdk.core import Config

import serving_widgets as sw
from serving_widgets.client import Client
from serving_widgets.workspace.login import sdk

HOST = "https://adb-1.azuredatabricks.net"


class Strategy:
    """A way to log in as the SDK's own are: gives headers, anew each time it is set up."""

    def __init__(self, *rounds):
        self.rounds = list(rounds)
        self.threads = []

    def auth_type(self):
        return "azure-cli"

    def __call__(self, config):
        headers = self.rounds.pop(0)

        def give():
            self.threads.append(threading.current_thread())
            return headers() if callable(headers) else headers

        return give


@pytest.fixture
def config_of(monkeypatch):
    """Make a Config that asks nobody."""
    monkeypatch.setattr(Config, "_resolve_host_metadata", lambda self: None, raising=False)
    return lambda *rounds, **settings: Config(host=HOST, credentials_strategy=Strategy(*rounds), **settings)


def ask(credential, answer):
    """Look at one endpoint; return the signatures that were sent."""
    seen = []

    def handler(request):
        seen.append(dict(request.headers))
        return answer(seen)

    async def main():
        client = Client(HOST, credential, transport=httpx.MockTransport(handler))
        try:
            await client.get_endpoint("churn")
        finally:
            await client.aclose()

    asyncio.run(main())
    return seen


def kind(_):
    return httpx.Response(200, json={"name": "churn"})


def oauth(mock):
    client = mock.connection()["clients"][0]
    return Config(host=mock.host, client_id=client["client_id"], client_secret=client["client_secret"])


def told(error, secret):
    """Frames, of those that are not a test's own, whose local variables show a secret; and the error, if it does."""
    walked = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    assert len(walked) > 1
    telling = [
        frame for frame in walked if "/tests/" not in frame.f_code.co_filename and secret in repr(frame.f_locals)
    ]
    return telling + [error] * (secret in f"{error}{vars(error)}{error.__context__}")


def logins(mock):
    return [entry["status"] for entry in mock.journal() if entry["path"] == "/oidc/v1/token"]


@pytest.fixture
def mock(connect):
    """Return a mock whose time stands."""
    return connect("mock", name="service", clock="manual").mock


def test_a_service_principal_logs_in_and_its_workspace_is_writable(mock, connect):
    ws = connect(config=oauth(mock))
    assert (ws.host, ws.auth, ws.read_only, ws.source) == (mock.host, "oauth-m2m", False, "config= (oauth-m2m)")
    assert len(ws.endpoints.list()) == 10
    assert {entry["user"] for entry in mock.journal() if "serving-endpoints" in entry["path"]} == {
        mock.connection()["clients"][0]["client_id"]
    }
    assert logins(mock) == [200]


def listed(mock):
    return [entry["status"] for entry in mock.journal() if entry["path"] == "/api/2.0/serving-endpoints"]


def test_a_token_that_the_service_no_longer_takes_is_replaced_by_logging_in_once_more(mock, connect):
    config = oauth(mock)
    ws = connect(config=config)
    ws.endpoints.list()
    before = config.authenticate()
    mock._world.oauth._grants.clear()  # by the SDK's own clock the token is still good
    ws.endpoints.list()
    ws.endpoints.list()
    assert listed(mock) == [200, 401, 200, 200]
    assert logins(mock) == [200, 200]
    assert config.authenticate() == before  # whoever shares the Config sees nothing of it


def test_a_token_whose_time_is_over_is_replaced_before_anybody_refuses_it(mock, connect, monkeypatch):
    ws = connect(config=oauth(mock))
    answer = {"access_token": mock.token, "token_type": "Bearer", "expires_in": 1}
    mock.faults([{"path": "/oidc/v1/token", "count": 1, "status": 200, "body": answer}])
    ws.endpoints.list()
    time.sleep(1.1)
    ws.endpoints.list()
    assert listed(mock) == [200, 200]
    assert logins(mock) == [200, 200]


def test_a_refused_login_is_told_without_the_secret(mock, connect):
    client = mock.connection()["clients"][0]
    ws = connect(config=Config(host=mock.host, client_id=client["client_id"], client_secret="canary-secret-0123"))
    with pytest.raises(sw.ConfigError, match=r"oauth-m2m.*invalid_client") as caught:
        ws.endpoints.list()
    assert "Log in again" in caught.value.hint
    assert not told(caught.value, "canary-secret")
    assert not [entry for entry in mock.journal() if "serving-endpoints" in entry["path"]]


@pytest.mark.skipif(not hasattr(Config, "workspace_id"), reason="this databricks-sdk knows no workspace_id")
def test_every_header_of_a_method_is_sent_and_the_workspace_id_with_them(config_of):
    given = {
        "Authorization": "Bearer azure-token-0123",
        "X-Databricks-Azure-SP-Management-Token": "management-0123",
        "X-Databricks-Azure-Workspace-Resource-Id": "/subscriptions/s",
        "X-Databricks-GCP-SA-Access-Token": "google-0123",
    }
    credential = sdk.credential_of(config_of(given, workspace_id="42"))
    seen = ask(credential, kind)
    for name, value in {**given, "X-Databricks-Workspace-Id": "42"}.items():
        assert seen[0][name.lower()] == value
    assert credential.redact("management-0123 google-0123 azure-token-0123 of 42") == "*** *** *** of 42"


def test_headers_are_asked_for_on_a_thread_of_their_own_while_the_loop_goes_on(config_of):
    go = threading.Event()
    config = config_of(lambda: {"Authorization": f"Bearer slow-{go.wait(10)}"})
    seen = []

    async def main():
        answers = httpx.MockTransport(lambda request: seen.append(request.headers["Authorization"]) or kind(seen))
        client = Client(HOST, sdk.credential_of(config), transport=answers)
        call = asyncio.create_task(client.get_endpoint("churn"))
        await asyncio.sleep(0.05)
        go.set()
        await call
        await client.aclose()

    asyncio.run(main())
    assert seen == ["Bearer slow-True"]
    assert threading.main_thread() not in config._credentials_strategy.threads


def test_a_refused_signature_is_made_anew_once(config_of):
    config = config_of(*({"Authorization": f"Bearer token-{n}"} for n in ("first", "second", "third")))

    def refuse_the_first(seen):
        return kind(seen) if seen[-1]["authorization"] == "Bearer token-second" else httpx.Response(401)

    seen = ask(sdk.credential_of(config), refuse_the_first)
    assert [headers["authorization"] for headers in seen] == ["Bearer token-first", "Bearer token-second"]
    assert config.authenticate() == {"Authorization": "Bearer token-first"}


def test_a_signature_that_can_not_change_is_not_sent_twice(config_of):
    config = config_of(*[{"Authorization": "Bearer same-0123"}] * 3)
    seen = []
    with pytest.raises(sw.Unauthenticated):
        ask(sdk.credential_of(config), lambda so_far: seen.append(so_far) or httpx.Response(401))
    assert len(seen) == 1


@pytest.mark.skipif(
    not hasattr(Config, "_resolve_host_metadata"), reason="this databricks-sdk waits for minutes itself"
)
def test_a_host_that_can_not_be_reached_is_told_within_seconds(connect, monkeypatch):
    for name, value in {"HOST": "http://127.0.0.1:9", "CLIENT_ID": "i", "CLIENT_SECRET": "canary-secret-0123"}.items():
        monkeypatch.setenv(f"DATABRICKS_{name}", value)
    monkeypatch.setattr(sdk, "RETRY_TIMEOUT", 1)
    began = time.monotonic()
    with pytest.raises(sw.ConfigError, match="can't be reached") as caught:
        connect()
    assert time.monotonic() - began < 15
    assert not told(caught.value, "canary-secret")


def test_a_login_that_does_not_come_to_an_end_is_left_behind(connect, monkeypatch):
    go = threading.Event()
    monkeypatch.setattr(Config, "_resolve_host_metadata", lambda self: None, raising=False)
    monkeypatch.setattr(Config, "init_auth", lambda self: go.wait(20))
    monkeypatch.setattr(sdk, "LONGEST", 0.2)
    for name, value in {"HOST": HOST, "CLIENT_ID": "i", "CLIENT_SECRET": "canary-secret-0123"}.items():
        monkeypatch.setenv(f"DATABRICKS_{name}", value)
    with pytest.raises(sw.ConfigError, match=r"oauth-m2m did not work\. It took longer than 0\.2 s\.") as caught:
        connect()
    go.set()
    assert not told(caught.value, "canary-secret")


def test_an_interrupted_login_leaves_no_frame_that_holds_the_secret(connect, monkeypatch):
    def interrupt(self):
        raise KeyboardInterrupt

    monkeypatch.setattr(Config, "_resolve_host_metadata", lambda self: None, raising=False)
    monkeypatch.setattr(Config, "init_auth", interrupt)
    for name, value in {"HOST": HOST, "CLIENT_ID": "i", "CLIENT_SECRET": "canary-secret-0123"}.items():
        monkeypatch.setenv(f"DATABRICKS_{name}", value)
    with pytest.raises(KeyboardInterrupt) as caught:
        connect()
    assert not told(caught.value, "canary-secret")


@pytest.fixture
def command_line(mock, monkeypatch, tmp_path):
    """A stand-in for ``databricks``, which the SDK asks for tokens; it takes only programs of a certain size."""
    script = tmp_path / "databricks"
    token = f'{{"access_token": "{mock.token}", "token_type": "Bearer", "expiry": "2999-01-01T00:00:00Z"}}'
    script.write_text(f"#!/bin/sh\ncase \"$1\" in version) echo '{{}}';; *) echo '{token}';; esac\n#" + " " * 2**20)
    script.chmod(0o700)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")


def test_the_command_line_of_the_service_logs_in_where_there_is_nothing_but_a_host(
    connect, mock, monkeypatch, command_line
):
    monkeypatch.setenv("DATABRICKS_HOST", mock.host)
    ws = connect()
    assert (ws.auth, ws.read_only, ws.source) == ("databricks-cli", True, "DATABRICKS_HOST, databricks-cli")
    assert len(ws.endpoints.list()) == 10


@pytest.mark.parametrize("how", ["profile", "host"])
def test_it_does_so_for_a_place_of_its_own_too_past_what_the_environment_has_for_another(
    how, connect, mock, monkeypatch, command_line, tmp_path
):
    """The SDK by itself would send the environment's token to the profile's host, or refuse to choose."""
    file = tmp_path / "databrickscfg"
    file.write_text(f"[team]\nhost = {mock.host}\n")
    monkeypatch.setenv("DATABRICKS_CONFIG_FILE", str(file))
    for name, value in {"HOST": HOST, "TOKEN": "canary-token-0123", "CLIENT_ID": "i", "CLIENT_SECRET": "s"}.items():
        monkeypatch.setenv(f"DATABRICKS_{name}", value)
    ws = connect(profile="team") if how == "profile" else connect(host=mock.host)
    assert (ws.host, ws.auth, ws.read_only) == (mock.host, "databricks-cli", False)
    assert len(ws.endpoints.list()) == 10
    assert {entry["status"] for entry in mock.journal()} == {200}


@pytest.mark.parametrize("given", ["https://x.example", {"host": "x"}, 5])
def test_what_is_no_config_is_refused_with_the_way_out(given):
    with pytest.raises(sw.ConfigError, match="config= takes") as caught:
        sw.connect(config=given)
    assert "sw.connect(config=" in caught.value.hint


def test_a_client_of_the_sdk_is_pointed_at_its_config(mock):
    with pytest.raises(sw.ConfigError, match="not WorkspaceClient") as caught:
        sw.connect(config=WorkspaceClient(host=mock.host, token=mock.token))
    assert "config=client.config" in caught.value.hint


def test_a_config_for_a_host_in_the_clear_is_refused(monkeypatch):
    monkeypatch.setattr(Config, "_resolve_host_metadata", lambda self: None, raising=False)
    with pytest.raises(sw.ConfigError, match="unencrypted"):
        sw.connect(config=Config(host="http://workspace.example.com", token="canary-token"))


def test_config_and_other_addresses_exclude_each_other(mock):
    with pytest.raises(sw.ConfigError, match="exclude each other"):
        sw.connect(config=oauth(mock), host=mock.host)
