"""``%serving help``: what there is, and how to use it."""

from __future__ import annotations

from typing import Any

from serving_widgets.magic.registry import COMMANDS
from serving_widgets.magic.running.call import Call
from serving_widgets.magic.syntax.grammar import Argument, Command, Kind, Unfit
from serving_widgets.magic.syntax.usage_errors import did_you_mean


def run(call: Call) -> Any:
    """Return the page of help."""
    from serving_widgets.magic.shared.help_pages import command_help, overview

    return command_help(call["command"]) if call.given("command") else overview()


def _read_command(value: Any) -> str:
    if value in COMMANDS:
        return str(value)
    raise Unfit(
        f"There is no command {value!r}.",
        did_you_mean(str(value), COMMANDS, f"The commands are {', '.join(COMMANDS)}."),
    )


COMMAND = Command(
    summary="Show the commands, or one of them in full.",
    run=run,
    group="setup",
    see_also=("connect", "list"),
    connects=False,
    arguments=(
        Argument("command", Kind("COMMAND", _read_command, lambda known: known.commands()), "The command.", False),
    ),
    examples=(
        ("help", "All commands, and the connection."),
        ("help create", "One command in full."),
    ),
)
