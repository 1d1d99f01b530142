"""The tutorials are copied to a folder of one's own, where nothing is replaced, and opened in JupyterLab."""

import json
import re
import sys
from pathlib import Path

import pytest

from serving_widgets.api.errors import ServingError
from serving_widgets.cli import main
from serving_widgets.saved import tutorials
from serving_widgets.saved.tutorials import copy_tutorials, lab_command

NOTEBOOK = Path("tutorial") / tutorials.QUICK_START
SCREEN = {"DISPLAY": ":0"}


def test_notebooks_and_pictures_are_copied_as_they_are(project, tmp_path):
    copied = copy_tutorials(tmp_path / "new" / "folder")
    assert tutorials.QUICK_START in copied.written
    assert "images/browser.png" in copied.written
    for name in copied.written:
        assert (copied.folder / name).read_bytes() == (project / "notebooks" / name).read_bytes()
    assert str(copied) == f"{copied.folder}: {len(copied.written)} files copied"


def test_the_notebooks_show_pictures_that_come_with_them(tmp_path):
    copied = copy_tutorials(tmp_path)
    for path in copied.folder.glob("*.ipynb"):
        cells = json.loads(path.read_text())["cells"]
        text = "".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
        assert [
            name for name in re.findall(r"\]\((images/[^)]+)\)", text) if not (copied.folder / name).is_file()
        ] == []


def test_a_second_time_nothing_is_copied(tmp_path):
    copy_tutorials(tmp_path)
    again = copy_tutorials(tmp_path)
    assert (again.written, again.kept) == ((), ())
    assert str(again) == f"{tmp_path}: all there"


def test_a_changed_file_is_left_alone_and_named(tmp_path):
    copy_tutorials(tmp_path)
    (tmp_path / tutorials.QUICK_START).write_text("{}")
    (tmp_path / "02-lifecycle.ipynb").unlink()
    again = copy_tutorials(tmp_path)
    assert again.written == ("02-lifecycle.ipynb",)
    assert (tmp_path / tutorials.QUICK_START).read_text() == "{}"
    assert f"Left alone, since they were changed: {tutorials.QUICK_START}." in str(again)


@pytest.mark.parametrize(
    ("environment", "root", "options", "notes"),
    [
        (SCREEN, False, [], []),
        ({"WAYLAND_DISPLAY": "wayland-0"}, False, [], []),
        (SCREEN, True, ["--allow-root"], ["You are root"]),
        ({}, True, ["--allow-root", "--no-browser"], ["You are root", "No browser can be opened here"]),
        (SCREEN | {"SSH_CONNECTION": "1 2 3 4"}, False, ["--no-browser"], ["No browser can be opened here"]),
    ],
)
def test_jupyterlab_is_started_as_the_machine_needs_it(environment, root, options, notes, monkeypatch):
    monkeypatch.setattr(sys, "platform", "linux")
    command, told = lab_command(NOTEBOOK, environment, root=root)
    assert command == [sys.executable, "-m", "jupyterlab", str(NOTEBOOK), *options]
    assert [note for note, begin in zip(told, notes, strict=True) if not note.startswith(begin)] == []


def test_without_jupyterlab_it_says_how_to_get_it(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ServingError, match="JupyterLab is not installed") as refused:
        lab_command(NOTEBOOK, SCREEN, root=False)
    assert "pip install 'serving-widgets[lab]'" in refused.value.hint


def test_the_command_copies_and_opens_the_quick_start(tmp_path, monkeypatch, capfd):
    started = []
    monkeypatch.setattr("os.execv", lambda program, command: started.append(command) or sys.exit(0))
    with pytest.raises(SystemExit):
        main(["tutorial", str(tmp_path)])
    (command,) = started
    assert command[3] == str(tmp_path / tutorials.QUICK_START)
    assert "files copied" in capfd.readouterr().out


def test_no_open_copies_only(tmp_path, monkeypatch):
    monkeypatch.setattr("os.execv", lambda *_: pytest.fail("started"))
    assert main(["tutorial", str(tmp_path), "--no-open"]) == 0
    assert (tmp_path / tutorials.QUICK_START).is_file()


def test_a_folder_that_cannot_be_written_is_named(tmp_path, capfd):
    (tmp_path / "file").write_text("")
    assert main(["tutorial", str(tmp_path / "file"), "--no-open"]) == 1
    assert str(tmp_path / "file") in capfd.readouterr().err


def test_an_installation_without_them_says_so(monkeypatch, tmp_path):
    monkeypatch.setattr(tutorials, "_PLACES", (tmp_path,))
    with pytest.raises(ServingError, match="not in this installation"):
        copy_tutorials(tmp_path / "folder")
