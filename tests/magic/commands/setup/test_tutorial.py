"""``%serving tutorial``: the notebooks that come with the package, opened in JupyterLab."""

import json

import pytest


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_tutorials_are_listed_with_what_they_are_about(run, folder):
    text = run("%serving tutorial").text
    assert "04-permissions" in text
    assert "Permissions, and who pays" in text
    assert "%serving tutorial 04-permissions" in text
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("name", ["01", "quickstart", "01-quickstart", "01-quickstart.ipynb"])
def test_one_is_copied_with_its_pictures_and_linked(name, run, folder):
    (shown,) = run(f"%serving tutorial {name}").displays
    link = "serving-widgets-tutorial/01-quickstart.ipynb"
    assert f'<a href="{link}">' in shown.data["text/html"]
    assert shown.data["text/plain"].endswith(f"To read next: {link}")
    assert (folder / link).is_file()
    assert (folder / "serving-widgets-tutorial/images/browser.png").is_file()


def test_what_was_changed_is_left_alone(run, folder):
    run("%serving tutorial 01;")
    changed = folder / "serving-widgets-tutorial/01-quickstart.ipynb"
    changed.write_text("{}")
    assert "Left alone, since they were changed: 01-quickstart.ipynb." in run("%serving tutorial 01").text
    assert changed.read_text() == "{}"


def test_a_folder_elsewhere_is_named_and_not_linked(run, folder, tmp_path_factory):
    other = tmp_path_factory.mktemp("other")
    (shown,) = run(f"%serving tutorial 02 --folder {other} --json").displays
    assert json.loads(shown.data["text/plain"])["path"] == str(other / "02-lifecycle.ipynb")
    (shown,) = run(f"%serving tutorial 02 --folder {other}").displays
    assert "<a " not in shown.data["text/html"]
    (folder / "file").write_text("")
    assert "can't be written" in run("%serving tutorial 02 --folder file").text
