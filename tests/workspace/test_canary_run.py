"""One run through everything, in search of the secret that it is done with: where it may be, and nowhere else."""

import asyncio
import base64
import functools
import json
import logging
import pickle
import subprocess
import sys
import threading
import time
import urllib.request

import comm
import pytest
from canary import Wire, guises, texts, verbose
from databricks.sdk.core import Config
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from ipywidgets import Widget
from public_calls import CONFIG, LINES, ROWS, calls
from traitlets.config import Config as Settings

import serving_widgets as sw
from serving_widgets.client import Client
from serving_widgets.client.http.timing import HostClock
from serving_widgets.magic.registry import COMMANDS
from serving_widgets.widgets.core.base import ServingWidget
from serving_widgets.workspace import activate

CLIENT = {
    "list_endpoints": (),
    "get_endpoint": ("churn",),
    "create_endpoint": ({"name": "ads-two", "config": CONFIG},),
    "update_config": ("example-endpoint", CONFIG),
    "delete_endpoint": ("nobody",),
    "stop_endpoint": ("unity-model-endpoint",),
    "start_endpoint": ("unity-model-endpoint",),
    "query_endpoint": ("recommender", ROWS),
    "stream_chat": ("chat", {"messages": [{"role": "user", "content": "hello"}]}),
    "patch_tags": ("churn", {"team": "risk"}),
    "build_logs": ("churn", "churn_model-4"),
    "server_logs": ("churn", "churn_model-3"),
    "get_openapi": ("example-endpoint",),
    "get_metrics": ("churn",),
    "get_permissions": ("0",),
    "set_permissions": ("0", []),
    "update_permissions": ("0", []),
    "get_permission_levels": ("0",),
    "me": (),
    "list_models": (),
    "get_model": ("main.risk.fraud_detector",),
    "list_versions": ("main.risk.fraud_detector",),
    "find_principals": ("group", "displayName", "analysts"),
    "get_principal": ("group", "1"),
}
# What is done to connections, and is done to this one, too.
ON_THE_CLIENT = {"without_retries", "aclose"}

# Beside the lines that show something: those that change something, and those that fail.
MORE_LINES = [
    "connect nobody",
    "connect --profile nobody",
    "connect canary-run",
    "status nobody",
    "wait churn",
    "create ads-three --entity main.ml.ads --version 1",
    "create churn --entity main.ml.ads --version 1",
    "update example-endpoint --version 4",
    "update fraud-detector --version 4",
    "stop unity-model-endpoint",
    "stop pricing",
    "start pricing",
    "start churn",
    "delete ads-three --yes",
    "delete nobody --yes",
    "delete churn",
    "help",
    "frobnicate",
]
FAULTS = [
    {"method": "GET", "status": 503, "retry_after": 0, "count": 2},
    {"method": "GET", "status": 429, "retry_after": 0, "count": 1},
    {"method": "GET", "status": 302},
    {"method": "GET", "status": 401, "count": 2},
    {"method": "GET", "disconnect": "before"},
    {"method": "GET", "truncate": 10, "count": 9},
    {"method": "GET", "malformed": True, "count": 9},
    {"method": "POST", "disconnect": "after"},
    {"method": "POST", "disconnect": "before"},
    {"method": "POST", "status": 502},
]


class Service:
    """The embedded workspace in a process of its own; what it says of its secrets only this object knows."""

    def __init__(self, file):
        document = json.loads(file.read_text())
        self.host = document["host"]
        self._secrets = lambda: document

    @property
    def token(self):
        return self._secrets()["users"][0]["token"]

    @property
    def client(self):
        return self._secrets()["clients"][0]

    def steer(self, what, value):
        data = json.dumps(value).encode()
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.host}/_mock/{what}", data, headers, method="POST")
        urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request).read()

    def __repr__(self):
        return "<Service>"


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    file = tmp_path_factory.mktemp("service") / "connection.json"
    line = [sys.executable, "-m", "serving_widgets.cli", "mock", "--connection-file", str(file), "--clock", "manual"]
    with subprocess.Popen(line, stdout=subprocess.DEVNULL) as process:
        try:
            until = time.monotonic() + 20
            while not file.exists() and time.monotonic() < until:
                time.sleep(0.05)
            yield Service(file)
        finally:
            process.terminate()


@pytest.fixture
def wire(monkeypatch):
    return Wire(monkeypatch)


@pytest.fixture
def page(monkeypatch):
    """Keep what widgets send to the page."""
    said = []

    class Kept(comm.base_comm.BaseComm):
        def publish_msg(self, msg_type, data=None, metadata=None, buffers=None, **keys):
            said.append(json.dumps([msg_type, data, metadata], default=repr))

    monkeypatch.setattr(comm, "create_comm", Kept)
    yield said
    Widget.close_all()


@pytest.fixture
def shell():
    """Return a shell that tells all it knows of an error."""
    InteractiveShell.clear_instance()
    settings = Settings()
    settings.HistoryManager.enabled = False
    settings.InteractiveShell.colors = "nocolor"
    settings.InteractiveShell.xmode = "Verbose"
    made = InteractiveShell.instance(config=settings)
    made.run_line_magic("load_ext", "serving_widgets")
    made.run_line_magic("config", "ServingMagics.debug = True")
    yield made
    made.run_line_magic("unload_ext", "serving_widgets")
    InteractiveShell.clear_instance()


@pytest.fixture(params=["token", "service principal"])
def opened(request, service, wire):
    """Return a workspace that was logged in to in one way or the other, and what is secret about it."""
    wire.apart(service.steer, "reset", {})
    if request.param == "token":
        ws = sw.connect(host=service.host, token=service.token, name="canary-run")
    else:
        ws = sw.connect(config=Config(host=service.host, **service.client), name="canary-run")
    # Whoever waits between two tries does so in no time.
    ws._new_client = functools.partial(ws._new_client, clock=HostClock(sleep=lambda seconds: asyncio.sleep(0)))
    yield ws
    ws.close()


class Run:
    """What came out of everything that was done."""

    def __init__(self):
        self.results, self.errors, self.shown = [], [], []

    def attempt(self, fn, *args):
        try:
            self.results.append(fn(*args))
        except Exception as error:
            self.errors.append(error)


def test_every_route_and_every_command_is_done_in_the_run():
    public = {name for name in dir(Client) if not name.startswith("_") and callable(getattr(Client, name))}
    assert set(CLIENT) | ON_THE_CLIENT == public
    assert set(LINES) >= set(COMMANDS) - {"help"}, "add it to tests/support/public_calls.py"


def test_the_secret_is_on_the_way_to_its_workspace_and_nowhere_else(
    opened, service, wire, page, shell, caplog, capsys, monkeypatch, recwarn
):
    caplog.set_level(logging.DEBUG)
    run = Run()
    for call in calls():
        run.attempt(call, opened)
    wire.apart(service.steer, "reset", {})
    for call in calls():
        if call.twin:
            run.attempt(asyncio.run, awaited(call, opened))
    for name, args in CLIENT.items():
        run.attempt(on_the_client, opened, name, args)
    for rule in [*FAULTS, *echoes(wire)]:
        wire.apart(service.steer, "reset", {})
        wire.apart(service.steer, "faults", [rule])
        if rule["method"] == "GET":
            run.attempt(opened.endpoints.get, "churn")
        else:
            run.attempt(opened.endpoints.create, "ads-four", CONFIG)
    wire.apart(service.steer, "reset", {})
    refused = sw.connect(host=service.host, token="canary-refused-0123", name="refused")
    run.attempt(refused.endpoints.list)
    refused.close()
    activate("canary-run")
    for line in [*(line for name in COMMANDS for line in LINES.get(name, ())), *MORE_LINES]:
        if "{again}" not in line:
            run.shown.append(in_shell(shell, f"%serving {line}"))
    widgets = list(all_widgets(run))
    assert len(widgets) >= 5
    run.shown += [json.dumps(widget._repr_mimebundle_()) for widget in widgets]
    run.shown += [*page, *capsys.readouterr()]

    requests = wire.requests()
    secrets = secrets_of(service, requests)
    assert len(requests) > 80
    assert len(run.results) > 35
    assert {type(error).__name__ for error in run.errors} >= {
        "ResourceDoesNotExist",
        "RedirectRefused",
        "Unauthenticated",
        "UnreadableReply",
        "OutcomeUnknown",
        "PermissionDenied",
    }

    # Bytes that left the process.
    for line, credentials, rest in requests:
        to_log_in = line.startswith("POST /oidc/v1/token ")
        assert all(value.startswith("Basic " if to_log_in else "Bearer ") for value in credentials), line
        # The token of a route-optimized endpoint is had for the workspace's own, which is the body of that request.
        kept = {"client_secret"} if to_log_in else set(secrets)
        assert not [name for name in kept for secret in secrets[name] if found(secret, rest)], line
    assert {line.split()[1].split("?")[0] for line, credentials, _ in requests if not credentials} <= {
        "/.well-known/databricks-config",
        "/oidc/.well-known/oauth-authorization-server",
        "/oidc/v1/token",
    }

    # What somebody sees, and what is written down.
    every = [secret for group in secrets.values() for secret in group]
    logged = [f"{record.getMessage()}{vars(record)!r}" for record in caplog.records]
    assert {record.name.split(".")[0] for record in caplog.records} >= {"httpx", "httpcore"}
    warned = [f"{each.message}{each.source!r}" for each in recwarn]
    for text in [*run.shown, *logged, *warned]:
        assert not [secret for secret in every if secret in text], text[:2000]

    # Errors, however closely one looks, and objects, however far one goes.
    for error in {(type(each), str(each)[:40]): each for each in run.errors}.values():
        looked = f"{error}{error!r}{vars(error)}{verbose(error)}{verbose(chained(error))}"
        assert not [secret for secret in every if secret in looked], type(error)
        assert not [secret for secret in every if secret.encode() in pickled(error)]
    public = [opened, opened.endpoints, opened.watcher, opened.client(), opened.guard, opened.sources, *widgets]
    assert not [secret for secret in every if secret in "".join(map(repr, [*public, *run.results]))]
    reached = texts(*public, *run.results, *run.errors)
    assert len(reached) > 1000
    assert not [text[:500] for text in reached for secret in every if secret in text]
    assert not [each for each in public for secret in every if secret.encode() in pickled(each)]
    assert not [each for each in threading.enumerate() for secret in every if secret in repr(vars(each))]


def chained(error):
    """Another error, raised from this one where it was handled."""
    try:
        try:
            raise error
        except type(error) as caught:
            raise RuntimeError("no workspace today") from caught
    except RuntimeError as raised:
        return raised


async def awaited(call, ws):
    return await call.awaited(ws)


def on_the_client(ws, name, args):
    async def ask():
        answer = getattr(ws.client(), name)(*args)
        return [chunk async for chunk in answer] if hasattr(answer, "__aiter__") else await answer

    from serving_widgets.workspace.runtime import event_loop

    return event_loop.run_sync(ask, twin="")


def all_widgets(run):
    """Make one widget of each class, and those of an endpoint also of one that is not there."""
    kinds = [kind for kind in (getattr(sw, name) for name in sw.__all__) if isinstance(kind, type)]
    for kind in (kind for kind in kinds if issubclass(kind, ServingWidget)):
        for names in ((),) if kind is sw.EndpointBrowser else (("churn",), ("nobody",)):
            run.attempt(kind, *names)
            if run.results and isinstance(run.results[-1], kind):
                yield run.results.pop()


def echoes(wire):
    """Answers that say back what the workspace was sent last."""
    token = [values[0].split()[1] for line, values, _ in wire.requests() if line.split()[1].startswith("/api/2.0/")][-1]
    said = f"You sent Bearer {token}, or just {token}."
    return [
        {"method": "GET", "status": 403, "body": {"error_code": "PERMISSION_DENIED", "message": said}},
        {"method": "GET", "status": 500, "body": said, "count": 9},
        {"method": "GET", "status": 200, "body": said, "count": 9},
        {"method": "POST", "status": 400, "body": {"error_code": "BAD_REQUEST", "message": said}},
    ]


def in_shell(shell, cell):
    with capture_output() as captured:
        result = shell.run_cell(cell)
    displayed = [json.dumps(output.data) for output in captured.outputs]
    return "\n".join([captured.stdout, captured.stderr, repr(result), *displayed])


def secrets_of(service, requests):
    """Return by kind the secrets that the run was done with: the tokens as they were seen on the wire."""
    seen = {value.split()[1] for _, credentials, _ in requests for value in credentials if value.startswith("Bearer ")}
    basic = {value.split()[1] for _, credentials, _ in requests for value in credentials if value.startswith("Basic ")}
    secret = service.client["client_secret"]
    assert all(secret in base64.b64decode(value).decode() for value in basic)
    return {"tokens": seen | {service.token}, "client_secret": {secret} | basic}


def found(secret, data):
    return any(guise in data for guise in guises(secret))


def pickled(value):
    try:
        return pickle.dumps(value)
    except Exception as error:
        return repr(error).encode()
