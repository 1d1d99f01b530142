"""The tutorials on recordings of themselves: what a reader sees is the same, byte for byte.

Each notebook runs twice in a shell of this process, once on embedded workspaces that are recorded and once on the
recordings. Left out, both times, are the cells in which another client talks to the embedded workspace's port or its
clock and faults are steered: a recording is of one client, and has neither.
"""

import dataclasses
import itertools
import json
import re
import sys
from pathlib import Path

import pytest
from IPython.utils.capture import capture_output

import serving_widgets as sw
from serving_widgets.recording import Recorder, Replay
from serving_widgets.workspace.recorded import replayed

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("0*.ipynb"))
CONNECT = sys.modules["serving_widgets.workspace.connect"]
#: What only an embedded workspace has: a port for other clients, a clock and faults that can be steered.
BEYOND = re.compile(r"\.mock\.|\brest\.|\bclient\.|DATABRICKS_CONFIG_FILE|profile=\"|\bdev\.|serving_mock|record=")

#: What says of a connection what it is.
ABOUT_IT = re.compile(r"%serving( connect.*| status)?|.*(sw\.connections\(\)|\.is_mock).*", re.DOTALL)


def cells(notebook):
    """Return the sources of a notebook's cells that can be replayed."""
    found = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return [
        source for each in found if each["cell_type"] == "code" and not BEYOND.search(source := "".join(each["source"]))
    ]


def seen(shell, source):
    """Run a cell and return what a reader sees of it."""
    shell.displayhook.shown = []
    with capture_output() as captured:
        result = shell.run_cell(source, store_history=True)
    shown = [
        (kind, text)
        for each in [*captured.outputs, *shell.displayhook.shown]
        for kind, text in sorted(each.data.items())
        if kind.startswith("text/") and "application/vnd.jupyter.widget-view+json" not in each.data
    ]
    error = result.error_before_exec or result.error_in_exec
    # How a connection is opened for writing is another line for a recording.
    return [re.sub("To change things: .*", "", str(each)) for each in (captured.stdout, error, *shown)]


@pytest.fixture
def play(shell, tmp_path, monkeypatch):
    """Return a function that runs a notebook with another way to open embedded workspaces."""

    def run(notebook, opened):
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(CONNECT, "_mock", opened)
        shell.reset(new_session=True)
        try:
            return [seen(shell, source) for source in cells(notebook)]
        finally:
            for each in sw.connections().values():
                each.close()

    return run


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda each: each.stem)
def test_a_tutorial_on_its_own_recording_shows_the_same(notebook, play, tmp_path, monkeypatch):
    make, numbers = CONNECT._mock, itertools.count()

    def recording(*given, **settings):
        opened, file = make(*given, **settings), tmp_path / f"{next(numbers)}.recording"
        names = {"host": opened.host, "label": opened.label, "keep_names": True}
        opened.record(Recorder(file, now=opened.clock.now, **names))
        return opened

    before = play(notebook, recording)
    numbers = itertools.count()

    def replaying(name, read_only, protect, colour, source, sources, **settings):
        replay = Replay(tmp_path / f"{next(numbers)}.recording")
        monkeypatch.setattr(Replay, "label", property(lambda self: self.header.label))
        opened = replayed(replay, name=name or "mock", read_only=read_only, protect=protect, colour=colour)
        if not read_only:
            # One without changes calls itself read-only in every caption.
            opened.guard = dataclasses.replace(opened.guard, read_only=None)
        return opened

    after = play(notebook, replaying)
    shown = zip(cells(notebook), before, after, strict=True)
    assert not [(source, a, b) for source, a, b in shown if a != b and not ABOUT_IT.fullmatch(source)]


def test_most_cells_of_every_tutorial_are_replayed():
    for notebook in NOTEBOOKS:
        found = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        every = [each for each in found if each["cell_type"] == "code"]
        assert len(cells(notebook)) >= 0.6 * len(every), notebook.stem
