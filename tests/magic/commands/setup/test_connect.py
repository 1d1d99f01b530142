"""Switching between connections on a line."""

import re

import serving_widgets as sw
from serving_widgets.workspace import active, connections


def test_the_first_mock_can_be_returned_to_as_it_was(workspace, run):
    sw.connect("mock", clock="manual").endpoints.get("unity-model-endpoint").stop()
    first = active()
    sw.connect("mock", clock="manual", name="other")
    shown = run("%serving connect").text
    assert "%serving connect mock --switch" in shown
    run("%serving connect mock --switch")
    assert active() is first
    assert "Not ready (Stopped)" in run("%serving status unity-model-endpoint").text


def test_without_the_switch_a_fresh_mock_is_opened(workspace, run):
    before = sw.connect("mock", clock="manual")
    run("%serving connect mock --clock manual")
    assert active() is not before
    assert list(connections()).count("mock") == 1


def test_switching_to_what_is_not_open_is_refused(workspace, run):
    assert "Switch to which connection?" in run("%serving connect --switch").text
    for name in [name for name, opened in connections().items() if name == "mock"]:
        connections()[name].close()
    assert "No connection called mock is open" in run("%serving connect mock --switch").text


def test_the_connections_are_shown_with_what_may_not_be_changed(workspace, run):
    sw.connect("mock", name="guarded", protect=["fraud-*", "prod-*"])
    sw.connect("mock", name="locked", protect=["fraud-*"], read_only=True)
    text = run("%serving connect").text
    assert re.search(r"^guarded .* allowed, except fraud-\*, prod-\* ", text, re.MULTILINE)
    assert re.search(r"^locked .* refused ", text, re.MULTILINE)


def test_other_sources_are_looked_at_again_and_why_the_open_one_was_chosen_stays(workspace, run, monkeypatch, tmp_path):
    sw.connect("mock", name="chosen")
    assert re.search(r"^environment +nothing +no +nothing is set", run("%serving connect").text, re.MULTILINE)
    monkeypatch.setenv("DATABRICKS_HOST", "https://later.example")
    monkeypatch.setenv("DATABRICKS_TOKEN", "dapi-later")
    requests = len(workspace.mock.journal())
    text = run("%serving connect").text
    assert re.search(
        r"^environment +DATABRICKS_HOST, DATABRICKS_TOKEN +no +what is given as an argument comes first",
        text,
        re.MULTILINE,
    )
    assert re.search(r'^arguments +"mock" +yes +the first that is complete', text, re.MULTILINE)
    assert active().name == "chosen"
    assert len(workspace.mock.journal()) == requests


def test_lines_record_and_replay(run, tmp_path):
    file = tmp_path / "dev.recording"
    assert run(f"%serving connect mock --name recorded --record {file} --keep-names").error is None
    run("%serving list")
    sw.workspace().close()
    assert "ada@example.com" in file.read_text()
    assert "recording of mock workspace (demo)" in run(f"%serving connect --replay {file}").text
    assert "churn" in run("%serving list").text
    sw.workspace().close()
