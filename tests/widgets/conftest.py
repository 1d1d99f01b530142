"""Widgets on a fake comm: what would go to the page is kept, what the page would say can be said."""

import itertools
import threading

import comm
import pytest
from ipywidgets import Widget
from patience import until

import serving_widgets as sw
from serving_widgets.workspace.watch.poll_intervals import Pace

QUICK = Pace(moving=0.05, settled=0.05, slowest=0.1, failing=0.2)


class FakeComm(comm.base_comm.BaseComm):
    """A comm whose messages are kept."""

    all: dict[str, "FakeComm"]
    lock = threading.Lock()

    def __init__(self, *args, **kwargs):
        self.messages = []
        super().__init__(*args, **kwargs)

    def publish_msg(self, msg_type, data=None, metadata=None, buffers=None, **keys):
        with self.lock:
            self.messages.append((msg_type, data))
        FakeComm.all[self.comm_id] = self


class Page:
    """What a page with views of one widget would see and say."""

    ids = itertools.count()

    def __init__(self, widget):
        self.widget = widget
        self.comm = FakeComm.all[widget.model_id]

    def customs(self):
        with FakeComm.lock:
            return [data["content"] for kind, data in self.comm.messages if data and data.get("method") == "custom"]

    def states(self):
        with FakeComm.lock:
            return [
                data["state"]["state"]
                for kind, data in self.comm.messages
                if data and data.get("method") == "update" and "state" in data["state"]
            ]

    def say(self, op, **args):
        """Send an intent and return its id."""
        request = f"r{next(self.ids)}"
        message = {"method": "custom", "content": {"id": request, "op": op, "args": args}}
        self.widget._handle_msg({"content": {"data": message}, "buffers": []})
        return request

    def answers(self, request):
        return [content for content in self.customs() if content.get("id") == request]

    def ask(self, op, **args):
        """Send an intent and return its last answer."""
        request = self.say(op, **args)
        assert until(lambda: any(each["type"] in ("result", "error") for each in self.answers(request))), op
        return self.answers(request)[-1]


@pytest.fixture(name="until")
def until_fixture():
    """Wait until a condition holds."""
    return until


@pytest.fixture(autouse=True)
def comms(monkeypatch):
    """Keep the comms of one test."""
    # Those that tests elsewhere have left open are known to another page.
    Widget.close_all()
    FakeComm.all = {}
    monkeypatch.setattr(comm, "create_comm", FakeComm)
    yield FakeComm.all
    Widget.close_all()


@pytest.fixture
def page(comms):
    """Return the page of a widget."""
    return Page


@pytest.fixture
def ws():
    """Return the demo workspace, watched quickly, with a clock that only the test moves."""
    opened = sw.connect("mock", clock="manual")
    opened.watcher.pace = QUICK
    yield opened
    opened.close()


@pytest.fixture
def posts():
    """Return the paths of what was written, from a mock's journal."""

    def of(ws):
        return [
            entry["path"].rpartition("/serving-endpoints/")[2]
            for entry in ws.mock.journal()
            if entry["method"] != "GET"
        ]

    return of
