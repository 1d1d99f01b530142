"""``%serving stop`` asks where requests come in, and not where none do."""

import builtins

import pytest

import serving_widgets as sw

LINE = "%serving stop fraud-detector"


@pytest.fixture
def busy(workspace):
    workspace.endpoints.get("fraud-detector").wait()


def test_an_endpoint_that_answers_requests_is_stopped_only_when_confirmed(run, busy, changes, monkeypatch):
    outcome = run(LINE)
    assert isinstance(outcome.error, sw.ActionRefused)
    assert f"{LINE} --yes" in outcome.text
    asked = []
    for typed in ("no", "", "y", "\n"):  # another Enter is no answer, either
        monkeypatch.setattr(builtins, "input", lambda prompt, typed=typed: asked.append(prompt) or typed)
        assert "fraud-detector was not stopped" in run(LINE).text
    assert "requests in the last minute" in asked[0]
    assert changes() == []
    monkeypatch.setattr(builtins, "input", lambda prompt: "yes")
    assert run(LINE).error is None
    assert len(changes()) == 1


def test_yes_stops_it_without_a_question(run, busy, changes):
    assert run(f"{LINE} --yes").error is None
    assert len(changes()) == 1


def test_another_endpoint_is_stopped_without_one(run, workspace):
    assert run("%serving stop example-endpoint").error is None


def test_a_schema_against_another_tells_what_breaks_callers(run, workspace):
    text = run("%serving schema churn --against unity-model-endpoint").text
    assert "break callers of churn" in text
    assert "No caller of churn breaks." in run("%serving schema churn --against churn").text
