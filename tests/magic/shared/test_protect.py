"""How strongly a line asks, by patterns of names."""

import builtins

import pytest

import serving_widgets as sw
from serving_widgets.api.endpoint.actions import Refusal
from serving_widgets.workspace.session.session import Session
from serving_widgets.workspace.session.write_guard import Guard


@pytest.fixture
def asked(monkeypatch):
    """Have questions answered by what is in the list's last item; the list keeps the questions."""
    prompts = []

    def answer_with(text):
        monkeypatch.setattr(builtins, "input", lambda prompt: prompts.append(prompt) or text)
        return prompts

    return answer_with


@pytest.fixture
def guarded(workspace):
    patterns = {"churn": "typed", "example-*": "click", "chat": "none", "pricing": "refuse"}
    return sw.connect("mock", name="guarded", protect=patterns)


def test_a_pattern_says_what_has_to_be_typed(run, guarded, asked):
    prompts = asked("yes")
    assert isinstance(run("%serving stop churn").error, sw.ActionRefused)
    assert "Type its name" in prompts[-1]
    assert run("%serving stop example-endpoint").error is None
    assert "Type yes" in prompts[-1]
    asked("churn")
    assert run("%serving update churn --size Large").error is None
    assert "Type its name" in prompts[-1]
    before = len(prompts)
    assert run("%serving delete chat").error is None
    assert len(prompts) == before
    assert "protected by the pattern 'pricing'" in run("%serving delete pricing").text


def test_yes_answers_what_a_pattern_asks(run, guarded, asked):
    prompts = asked("no")
    assert run("%serving stop churn --yes").error is None
    assert prompts == []


def test_the_settings_of_the_magic_say_it_for_every_connection(run, workspace, asked):
    run("%config ServingMagics.protect = {'churn': 'typed'}")
    run("%serving connect mock --name settled")
    prompts = asked("no")
    assert isinstance(run("%serving stop churn").error, sw.ActionRefused)
    assert len(prompts) == 1
    run("%config ServingMagics.protect = []")


def test_a_strength_that_there_is_not_is_refused():
    with pytest.raises(sw.ConfigError, match="no strength 'loud'") as raised:
        sw.connect("mock", protect={"a": "loud"})
    assert "typed, click, none, refuse" in raised.value.hint


def test_the_first_pattern_that_fits_decides():
    guard = Guard(questions=(("prod-a*", "click"), ("prod-*", "typed")))
    assert [guard.question(name) for name in ("prod-ads", "prod-b", "dev")] == ["click", "typed", ""]


@pytest.mark.parametrize(
    "line",
    [
        "start pricing",
        "tags churn team=risk",
        "ensure churn --tag team=risk",
        "create prod-new --entity main.ml.ads --version 3",
        "grant churn vera@example.com CAN_QUERY",
        "revoke churn analysts",
        "permissions churn --copy-from example-endpoint",
        "undo",
        "undo churn",
    ],
)
def test_each_line_that_changes_what_a_pattern_names_asks(run, workspace, asked, line):
    ws = sw.connect("mock", name="asking", protect={"*": "typed"})
    ws.endpoints.get("churn").set_tags({"season": "spring"})
    prompts = asked("yes")
    history = ws.history.of()
    outcome = run(f"%serving {line}")
    assert isinstance(outcome.error, sw.ActionRefused), outcome.text
    assert outcome.error.code == "not_confirmed"
    assert "Type its name" in prompts[-1]
    assert ws.history.of() == history
    assert not history[0].undone
    assert run(f"%serving {line} --yes").error is None
    assert len(prompts) == 1


def test_an_update_that_is_refused_a_moment_too_long_does_not_go_out_unasked(run, workspace, asked, monkeypatch):
    ws = sw.connect("mock", name="asking", protect={"*": "typed"})
    prompts, why_not, said = asked("no"), Session.why_not, [Refusal("update_in_progress", "It is being updated.", "")]
    monkeypatch.setattr(Session, "why_not", lambda *asked_for: said.pop() if said else why_not(*asked_for))
    outcome = run("%serving update churn --size Large")
    assert isinstance(outcome.error, sw.ActionRefused)
    assert prompts == []
    assert said == []
    assert ws.history.of() == []


def test_a_pattern_that_is_no_text_is_refused():
    with pytest.raises(sw.ConfigError, match="takes a list of patterns"):
        sw.connect("mock", protect=["prod-*", 1])


def test_the_line_that_allows_changes_still_asks(workspace):
    ws = sw.connect("mock", name="kept", read_only=True, protect={"prod-*": "typed", "core-*": "refuse"})
    assert ws.read_only_reason.endswith(
        'sw.connect("mock", name="kept", protect={"core-*": "refuse", "prod-*": "typed"}), '
        "or %serving connect mock --name kept --protect core-* --protect prod-*=typed --no-read-only"
    )
    assert ws.guard.question("prod-a") == "typed"
    assert ws.guard.protect == ("core-*",)


def test_a_line_says_how_changes_are_asked_about(run, workspace):
    shown = run("%serving connect mock --name asking --protect 'a-*=typed' --protect 'b-*=click' --protect '*=none'")
    guard = sw.workspace().guard
    assert [guard.question(name) for name in ("a-1", "b-1", "churn")] == ["typed", "click", "none"]
    assert "a-* (type the name), b-* (a yes), * (never)" in shown.text


def test_a_strength_that_there_is_not_is_refused_with_those_that_there_are(run, workspace):
    assert "Did you mean typed?" in run("%serving connect mock --protect 'a-*=type'").text
    assert "is no pattern with one of refuse, typed, click, none" in run("%serving connect mock --protect '=none'").text


def test_a_line_does_not_take_back_what_the_settings_protect(run, workspace):
    run("%config ServingMagics.protect = ['churn']")
    run("%serving connect mock --name weaker --protect 'churn=none' --protect 'pri*=none'")
    assert sw.workspace().guard.protect == ("churn",)
    assert sw.workspace().guard.question("pricing") == "none"
    run("%config ServingMagics.protect = []")
