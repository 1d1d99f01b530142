"""Switching between connections on a line."""

import re

import pytest

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


SECRET = "canary-typed-5511"


@pytest.mark.parametrize(
    "line",
    [
        f"connect {SECRET}",
        f"connect '{SECRET}'",
        f"connect --switch {SECRET}",
        f"connect --host {SECRET}",
        f"connect --host https://{SECRET}",
        f"connect --host x.example --token {SECRET}",
        f"connect --token={SECRET}",
        f"connect --tokn {SECRET}",
        f"connect --profile {SECRET}",
        "connect dapi0123456789",
    ],
)
def test_a_token_on_a_line_is_neither_shown_nor_kept(line, workspace, run, shell):
    before = list(connections())
    shell.run_line_magic("xmode", "Verbose")
    outcome = run(f"%serving {line}")
    assert isinstance(outcome.error, sw.ServingError)
    shown = f"{outcome.text}{outcome.error}{vars(outcome.error)!r}{outcome.error.args}"
    assert not re.search("canary|dapi0", shown)
    assert list(connections()) == before
    assert SECRET not in repr(workspace.sources)


def test_a_token_given_to_connect_in_the_wrong_place_is_not_repeated():
    with pytest.raises(sw.ConfigError, match="looks like a token") as caught:
        sw.connect(SECRET)
    assert SECRET not in str(caught.value)


def test_lines_record_and_replay(run, tmp_path):
    file = tmp_path / "dev.recording"
    assert run(f"%serving connect mock --name recorded --record {file} --keep-names").error is None
    run("%serving list")
    sw.workspace().close()
    assert "ada@example.com" in file.read_text()
    assert "recording of mock workspace (demo)" in run(f"%serving connect --replay {file}").text
    assert "churn" in run("%serving list").text
    sw.workspace().close()
