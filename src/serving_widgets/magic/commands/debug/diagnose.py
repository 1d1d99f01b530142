"""``%serving diagnose``: what a log means that is at hand already, of whatever server or build."""

from __future__ import annotations

from typing import Any

from serving_widgets.magic.running.call import CommandCall
from serving_widgets.magic.syntax.grammar import Argument, BadValueError, Command, Result, ValueType
from serving_widgets.magic.syntax.value_types import read_file


def run(call: CommandCall) -> Result:
    """Return what failed, roots first."""
    from serving_widgets.api.logs.diagnosis import diagnose
    from serving_widgets.render import Card
    from serving_widgets.render.diagnosis import diagnosis_card

    if call.given("log") == call.has_body():
        both = "The log is given twice." if call.has_body() else "The log is missing: which one should be read?"
        hint = "Name a file, such as @build.log, or a $variable, or paste the log below %%serving diagnose."
        raise call.problem(both, at="log", hint=hint)
    found = diagnose(call["log"] if call.given("log") else call.cell or "")
    return Result(found, diagnosis_card(found) or Card("Log", [("Found", "No failure was found in it.")]))


def _read_log(value: Any) -> str:
    """Return the text of a log: a variable's, or that of a file."""
    if not isinstance(value, str):
        raise BadValueError(
            f"{type(value).__name__} is not text.", "Give @file, or a variable that holds a log's text."
        )
    return value if "\n" in value else read_file(value.removeprefix("@"))


COMMAND = Command(
    summary="Explain a failing log that you have as a file or a variable.",
    about="It may be the log of any build or model server, with the prefixes of collectors or without. The value is "
    "the findings, root causes first: code, title, meaning, remedy, lines and confidence. No workspace is needed.",
    run=run,
    see_also=("logs",),
    body="The log.",
    arguments=(
        Argument("log", ValueType("@FILE|$NAME", _read_log), "A file, or a variable that holds a log.", required=False),
    ),
    examples=(
        ("diagnose @build.log", "The log in a file."),
        ("diagnose $log --json", "The log in a variable, and the findings as data."),
    ),
)
