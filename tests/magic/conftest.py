"""A shell in this process, and a mock that starts over for every test."""

import atexit
import contextlib
import dataclasses
import re
import sys
from html.parser import HTMLParser

import pytest
from IPython.core.displayhook import DisplayHook
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import RichOutput, capture_output
from traitlets import Type
from traitlets.config import Config

import serving_widgets as sw
from serving_widgets.magic.commands.look import watch
from serving_widgets.workspace import activate, connections
from serving_widgets.workspace.review.stop_timer import StopTimers


@dataclasses.dataclass
class Outcome:
    """What running a cell gave."""

    value: object
    error: BaseException | None
    printed: str
    displays: list

    @property
    def text(self):
        """Everything that a reader of the notebook would see."""
        shown = [self.printed] if self.printed else []
        shown += [display.data.get("text/plain", "") for display in self.displays]
        return "\n".join(shown)


class Recorder(DisplayHook):
    """A display hook that keeps what it would show."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.shown = []

    def write_output_prompt(self):
        """Print nothing."""

    def write_format_data(self, format_dict, md_dict=None):
        """Keep the data of a result."""
        self.shown.append(RichOutput(data=format_dict, metadata=md_dict))

    def finish_displayhook(self):
        """Print nothing."""
        self._is_active = False


class Shell(InteractiveShell):
    """A shell whose results are kept as a front end gets them."""

    displayhook_class = Type(Recorder)


@pytest.fixture
def shell():
    """Return a shell with the extension loaded."""
    Shell.clear_instance()
    settings = Config()
    settings.HistoryManager.enabled = False
    settings.InteractiveShell.colors = "nocolor"
    made = Shell.instance(config=settings)
    made.run_line_magic("load_ext", "serving_widgets")
    yield made
    made.run_line_magic("unload_ext", "serving_widgets")
    Shell.clear_instance()
    atexit.unregister(made.atexit_operations)  # hundreds of shells would tidy up one after the other


@pytest.fixture
def run(shell):
    """Return a function that runs a cell as a front end does."""

    def run(cell):
        shell.displayhook.shown = []
        with capture_output() as captured:
            result = shell.run_cell(cell, store_history=True)
        printed = re.sub(r"\x1b\[[0-9;]*m", "", captured.stdout + captured.stderr)
        return Outcome(
            result.result,
            result.error_before_exec or result.error_in_exec,
            printed,
            [*captured.outputs, *shell.displayhook.shown],
        )

    return run


@pytest.fixture(scope="session")
def tutorial():
    """Return a mock that all tests share."""
    opened = sw.connect("mock", name="tutorial")
    yield opened
    opened.close()


@pytest.fixture
def workspace(tutorial):
    """Return the mock, as it is at the start, active; other connections that a test opens are closed after it."""
    tutorial.mock.reset()
    tutorial.watcher.store.forget()
    activate("tutorial")
    yield tutorial
    for told in tutorial.attachments.of(watch._running):
        told.stop()
    # A timer would stop what another test has made under the same name.
    timers = tutorial.attachments.of(StopTimers)
    for timer in [*timers.values()]:
        with contextlib.suppress(sw.ActionRefused):
            timer.cancel()
    timers.clear()
    # A view that is left open reads on while other tests count what is asked.
    if "ipywidgets" in sys.modules:
        sys.modules["ipywidgets"].Widget.close_all()
    close_others()


@pytest.fixture
def nowhere(monkeypatch):
    """Have no workspace open, and none configured."""
    monkeypatch.setattr(sys.modules["serving_widgets.workspace.open_connections"], "_active", None)
    yield
    close_others()


def close_others():
    """Close every connection but the shared one."""
    for name, opened in connections().items():
        if name != "tutorial":
            opened.close()


@pytest.fixture
def elements():
    """Return a function that lists what a page would make of HTML: elements, and their attributes."""

    def elements(text):
        found = set()
        parser = HTMLParser()
        parser.handle_starttag = lambda tag, attrs: found.update({tag, *(f"{tag}[{name}]" for name, _ in attrs)})
        parser.feed(text)
        parser.close()
        return found

    return elements


@pytest.fixture
def changes(workspace):
    """Return a function that lists what was asked of the mock that may change something."""
    return lambda: [
        f"{entry['method']} {entry['path']}" for entry in workspace.mock.journal() if entry["method"] != "GET"
    ]
