"""Deleting asks for the name, and deletes nothing where nobody can answer."""

import builtins
import os

import pytest
from IPython.core.error import StdinNotImplementedError

import serving_widgets as sw
from serving_widgets.magic.shared.prompt import ask

DELETED = ["DELETE /api/2.0/serving-endpoints/churn"]


@pytest.fixture
def answer(monkeypatch):
    """Return a function that sets what is typed; an exception is raised instead. It returns the prompts."""

    def set_answer(typed):
        prompts = []

        def read(prompt=""):
            prompts.append(prompt)
            if isinstance(typed, BaseException):
                raise typed
            return typed

        monkeypatch.setattr(builtins, "input", read)
        return prompts

    return set_answer


def test_the_exact_name_deletes(run, answer, changes):
    prompts = answer("churn")
    assert "churn was deleted from the mock workspace (demo)." in run("%serving delete churn").text
    assert changes() == DELETED
    assert prompts == ["Delete churn from the mock workspace (demo) for good? Type its name: "]


@pytest.mark.parametrize("typed", ["", "y", "yes", "Churn", "churn ", "churns", "'churn'"])
def test_anything_else_deletes_nothing(typed, run, answer, changes):
    answer(typed)
    outcome = run("%serving delete churn")
    assert isinstance(outcome.error, sw.ActionRefused)
    assert "what was typed is not its name" in outcome.text
    assert changes() == []


@pytest.mark.parametrize("absence", [EOFError(), OSError(), StdinNotImplementedError("no stdin")])
def test_where_nobody_can_be_asked_it_refuses_and_names_the_option(absence, run, answer, changes):
    answer(absence)
    outcome = run("%serving delete churn")
    assert isinstance(outcome.error, sw.ActionRefused)
    assert "%serving delete churn --yes" in outcome.text
    assert changes() == []


def test_yes_does_not_ask(run, answer, changes):
    prompts = answer(AssertionError("asked"))
    assert run("%serving delete churn --yes").error is None
    assert prompts == []
    assert changes() == DELETED


def test_nobody_is_asked_about_what_would_be_refused(run, answer, workspace):
    sw.connect("mock", name="guarded", protect=["ch*"])
    prompts = answer("churn")
    for line in ("%serving delete churn", "%serving delete no-such-endpoint"):
        assert run(line).error is not None
    assert prompts == []


def test_what_is_deleted_is_gone_and_its_handle_says_so(run, shell, workspace):
    run("gone = %serving delete churn --yes")
    assert shell.user_ns["gone"].label == "Deleted"
    assert isinstance(run("%serving status churn").error, sw.NotFound)


def test_what_was_typed_before_there_was_a_question_does_not_answer_it(monkeypatch):
    keyboard, terminal = os.openpty()
    with os.fdopen(terminal, "r") as screen:
        monkeypatch.setattr("sys.stdin", screen)
        os.write(keyboard, b"yes\n\n")

        def read(prompt):
            os.write(keyboard, b"no\n")
            return screen.readline().strip()

        monkeypatch.setattr(builtins, "input", read)
        assert ask("Stop it? Type yes: ") == "no"
    os.close(keyboard)
