"""``%serving bug``: what was collected, in the output and in a file."""

import pytest

from serving_widgets.cli import main


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Write into a folder of the test's own."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_error_of_the_last_line_is_told_in_a_file_to_look_at(run, workspace, folder):
    failed = run("%serving stop chat").error
    outcome = run("%serving bug")
    assert "Written to serving-bug.md and serving-bug.recording. Look at it before you send it" in outcome.text
    assert "Secrets are hidden." in outcome.text
    text = (folder / "serving-bug.md").read_text()
    assert type(failed).__name__ in text
    assert "What happened" in text


def test_a_second_one_leaves_the_first_alone(run, workspace, folder):
    run("%serving list")
    run("%serving bug")
    assert "Written to serving-bug-2.md and serving-bug-2.recording." in run("%serving bug").text
    assert "problem.html" in run("%serving bug --save problem.html").text
    assert (folder / "problem.html").read_text().startswith("<!DOCTYPE html>")


def test_as_data_it_is_where_it_was_written(run, workspace, folder):
    run("%serving list")
    assert run("made = %serving bug --json\nmade").value == {
        "file": "serving-bug.md",
        "recording": "serving-bug.recording",
    }
    assert (folder / "serving-bug.md").exists()


def test_what_was_said_in_the_last_minute_is_a_recording_that_answers_again(run, workspace, folder):
    said = run("%serving status churn").text
    run("%serving query chat hello")
    run("%serving bug --keep-names")
    run("%serving connect --replay serving-bug.recording")
    assert run("%serving status churn").text.splitlines()[3:] == said.splitlines()[3:]
    assert '"/serving-endpoints/chat/invocations"' in (folder / "serving-bug.recording").read_text()


def test_that_recording_is_for_its_owner_and_tells_no_names(run, workspace, folder):
    run("%serving status churn")
    run("%serving bug")
    file = folder / "serving-bug.recording"
    assert main(["recording", "check", str(file)]) == 0
    assert "ada@example.com" not in file.read_text()
    assert file.stat().st_mode & 0o077 == 0
