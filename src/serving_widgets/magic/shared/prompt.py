"""Questions to the user of the notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from IPython.core.error import StdinNotImplementedError

from serving_widgets.api.errors import ActionRefused
from serving_widgets.magic.syntax.grammar import Option

if TYPE_CHECKING:
    from serving_widgets.magic.running.call import CommandCall

YES = Option(("--yes",), "Do not ask.")


def ask(prompt: str) -> str | None:
    """Return what the user types; None where there is no input: in a scheduled notebook, or a pipe."""
    try:
        return input(prompt)
    except (StdinNotImplementedError, EOFError, OSError):
        return None


def is_asked_about(call: CommandCall) -> bool:
    """Whether a pattern of ``protect=`` has every change of the line's endpoint asked about."""
    return call.workspace().guard.question(call.named()) in ("typed", "click")


def confirm(call: CommandCall, question: str, answer: str, *, action: str, kept: str) -> None:
    """Ask before something is done, unless the line says --yes.

    Parameters
    ----------
    question
        What would be done.
    answer
        What has to be typed: ``"yes"``, or the endpoint's name; a pattern of ``protect=`` may say otherwise.
    kept
        What is said where it is not done, such as ``"churn was not deleted"``.

    Raises
    ------
    ActionRefused
        When something else is typed, or there is no input.
    """
    strength = call.workspace().guard.question(call.named())
    if call["yes"] or strength == "none":
        return
    answer = {"typed": call.named(), "click": "yes"}.get(strength, answer)
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
    raise ActionRefused(message, action=action, endpoint=call.named(), hint=hint, code="not_confirmed")
