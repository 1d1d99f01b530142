"""Widgets on a fake comm: what would go to the page is kept, what the page would say can be said."""

import comm
import pytest
from fake_page import FakeComm, Page
from ipywidgets import Widget
from patience import until

import serving_widgets as sw
from serving_widgets.workspace.watch.poll_intervals import Pace

QUICK = Pace(moving=0.05, settled=0.05, slowest=0.1, failing=0.2)


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
