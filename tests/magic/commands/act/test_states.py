"""What a line does about a state that an endpoint is in already, and which one it waits for."""

import pytest


@pytest.mark.parametrize(("line", "refused"), [("stop pricing", "already stopped"), ("start churn", "running")])
def test_a_state_that_is_there_already_is_refused_unless_it_may_be(run, changes, line, refused):
    assert refused in run(f"%serving {line}").text
    assert run(f"%serving {line} --ok-if-already").error is None
    assert changes() == []


def test_wait_waits_for_the_state_that_is_named(run):
    assert run("%serving wait pricing --until stopped").error is None
    assert run("%serving wait pricing").error is not None


def test_ensure_creates_changes_what_differs_and_then_nothing(run, changes, workspace):
    line = "%serving ensure ads --entity main.ml.ads --version 3 --tag team=risk --wait"
    assert "ads does not exist yet" in run(line).text
    assert workspace.endpoints.get("ads").label == "Ready"
    assert "nothing to change" in run(line).text
    shown = run(line.replace("risk", "ads")).text
    assert "risk" in shown
    assert workspace.endpoints.get("ads").tags == {"team": "ads"}
    assert [each.split()[0] for each in changes()] == ["POST", "PATCH"]


def test_ensure_refuses_what_can_not_be_changed_and_its_dry_run_sends_nothing(run, shell, changes, workspace):
    assert "description can't be changed" in run("%serving ensure churn --description new").text
    assert run("%serving ensure churn --tag team=risk --dry-run -o plan").error is None
    assert [(each.method, each.body["add_tags"]) for each in shell.user_ns["plan"]] == [
        ("PATCH", [{"key": "team", "value": "risk"}])
    ]
    assert changes() == []
