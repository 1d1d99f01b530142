"""Questions to the user of the notebook."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING

from IPython.core.error import StdinNotImplementedError

from serving_widgets.api.errors import ActionRefused
from serving_widgets.magic.syntax.grammar import Option

if TYPE_CHECKING:
    from serving_widgets.magic.running.call import CommandCall

YES = Option(("--yes",), "Do not ask.")


def ask(prompt: str) -> str | None:
    """Return what the user types; None where there is no input: in a scheduled notebook, or a pipe."""
    _forget_what_was_typed_before()
    try:
        return input(prompt)
    except (StdinNotImplementedError, EOFError, OSError):
        return None


def _forget_what_was_typed_before() -> None:
    """Drop what a terminal holds: what was typed before there was a question is no answer to it."""
    # Kernels drop it by themselves; where termios is missing, there is no such terminal.
    with contextlib.suppress(ImportError, OSError, ValueError, AttributeError):
        import termios

        if sys.stdin.isatty():
            with contextlib.suppress(termios.error):
                termios.tcflush(sys.stdin.fileno(), termios.TCIFLUSH)


def is_asked_about(call: CommandCall, name: str | None = None) -> bool:
    """Whether a pattern of ``protect=`` has every change of an endpoint asked about; the line's, unless it is named."""
    return call.workspace().guard.question(name or call.named()) in ("typed", "click")


def ask_if_protected(call: CommandCall, action: str, question: str, *, kept: str, name: str | None = None) -> None:
    """Ask before a change that goes without a question, where a pattern of ``protect=`` wants one.

    Raises
    ------
    ActionRefused
        When it is not confirmed.
    """
    name = name or call.named()
    # What may not be changed at all is refused without a question.
    if is_asked_about(call, name) and call.workspace().guard.refusal(action, name) is None:
        confirm(call, question, "yes", action=action, kept=kept, name=name)


def confirm(call: CommandCall, question: str, answer: str, *, action: str, kept: str, name: str | None = None) -> None:
    """Ask before something is done, unless the line says --yes.

    Parameters
    ----------
    question
        What would be done.
    answer
        What has to be typed: ``"yes"``, or the endpoint's name; a pattern of ``protect=`` may say otherwise.
    kept
        What is said where it is not done, such as ``"churn was not deleted"``.
    name
        The endpoint's name; the line's, unless given.

    Raises
    ------
    ActionRefused
        When something else is typed, or there is no input.
    """
    name = name or call.named()
    strength = call.workspace().guard.question(name)
    if call["yes"] or strength == "none":
        return
    answer = {"typed": name, "click": "yes"}.get(strength, answer)
    what = "yes" if answer == "yes" else "its name"
    typed = ask(f"{question} Type {what}: ")
    if typed is None:
        message = f"{kept}: there is no input here to confirm it."
        hint = f"To do it without being asked, add --yes: {call.line.strip()} --yes"
    elif (typed.strip() if answer == "yes" else typed) != answer:
        message = f"{kept}: what was typed is not {what}."
        hint = f"Run the cell again and type {what}{'' if answer == 'yes' else ' exactly'}."
    else:
        return
    raise ActionRefused(message, action=action, endpoint=name, hint=hint, code="not_confirmed")
