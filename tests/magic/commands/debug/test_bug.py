"""``%serving bug``: what was collected, in the output and in a file."""

import pytest


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Write into a folder of the test's own."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_error_of_the_last_line_is_told_in_a_file_to_look_at(run, workspace, folder):
    failed = run("%serving stop chat").error
    outcome = run("%serving bug")
    assert "Written to serving-bug.md. Look at it before you send it to anyone. Secrets are hidden." in outcome.text
    text = (folder / "serving-bug.md").read_text()
    assert type(failed).__name__ in text
    assert "What happened" in text


def test_a_second_one_leaves_the_first_alone(run, workspace, folder):
    run("%serving bug")
    assert "Written to serving-bug-2.md." in run("%serving bug").text
    assert "problem.html" in run("%serving bug --save problem.html").text
    assert (folder / "problem.html").read_text().startswith("<!DOCTYPE html>")


def test_as_data_it_is_where_it_was_written(run, workspace, folder):
    assert run("made = %serving bug --json\nmade").value == {"file": "serving-bug.md"}
    assert (folder / "serving-bug.md").exists()
