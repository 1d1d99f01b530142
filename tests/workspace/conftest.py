"""Workspaces on the embedded mock."""

import _thread
import copy
import functools
import threading
import time

import httpx
import pytest
from scripted_service import READY, ScriptedService

import serving_widgets as sw
from serving_widgets.mock.app import App
from serving_widgets.mock.routes import ROUTES
from serving_widgets.workspace.runtime import event_loop


@pytest.fixture
def connect():
    """Open workspaces that are closed again after the test."""
    opened = []

    def open_one(*args, **kwargs):
        ws = sw.connect(*args, **kwargs)
        opened.append(ws)
        return ws

    yield open_one
    for ws in opened:
        ws.close()


@pytest.fixture
def ws(connect):
    """Return the demo workspace with a clock that only the test moves."""
    return connect("mock", clock="manual")


@pytest.fixture(scope="module")
def in_process():
    """Return two people's connections to one workspace that answers without a socket: for properties, many times."""
    mock = sw.connect("mock", name="in-process", clock="manual")
    theirs = sw.connect(host=mock.host, token=mock.mock.env()["DATABRICKS_TOKEN"], name="theirs")
    app = App(mock.mock._world, ROUTES, lambda scope: None)
    for ws in (mock, theirs):
        ws._new_client = functools.partial(ws._new_client, transport=httpx.ASGITransport(app))
    yield mock, theirs
    for ws in (theirs, mock):
        ws.close()


@pytest.fixture
def writes():
    """Return the (method, path) of what changed something, from a mock's journal."""

    def of(ws):
        return [
            (entry["method"], entry["path"])
            for entry in ws.mock.journal()
            if entry["method"] != "GET" and "/api/2.0/serving-endpoints" in entry["path"]
        ]

    return of


@pytest.fixture
def interrupt_at():
    """Return a function that has Ctrl-C pressed as soon as a mock gets its next request of a method."""

    def begin(ws, method):
        known = len(ws.mock.journal())

        def watch():
            while not any(entry["method"] == method for entry in ws.mock.journal()[known:]):
                time.sleep(0.01)
            _thread.interrupt_main()

        threading.Thread(target=watch, daemon=True).start()

    return begin


@pytest.fixture
def on_loop():
    """Run a function or coroutine function on the loop thread and return its result."""

    def run(fn, *args):
        async def inside():
            result = fn(*args)
            return await result if hasattr(result, "__await__") else result

        return event_loop.run_sync(inside, twin="x")

    return run


@pytest.fixture
def service():
    """Return a service on loopback that answers with a healthy endpoint, unless ``service.rule`` says else."""
    with ScriptedService() as scripted:
        yield scripted


@pytest.fixture
def updating():
    """The answer to a get of an endpoint on its way to another configuration."""
    return {**copy.deepcopy(READY), "state": {"ready": "NOT_READY", "config_update": "IN_PROGRESS"}}


@pytest.fixture
def real(connect, service):
    """Return a writable connection to the scripted service."""
    return connect(host=service.host, token="dapi-scripted-0123456789", read_only=False)
