"""``%serving help``: what there is, and how to use it."""

from __future__ import annotations

from typing import Any

from serving_widgets.api.suggest import did_you_mean
from serving_widgets.magic.registry import COMMANDS
from serving_widgets.magic.running.call import CommandCall
from serving_widgets.magic.syntax.grammar import Argument, BadValueError, Command, ValueType


def run(call: CommandCall) -> Any:
    """Return the page of help."""
    from serving_widgets.magic.shared.help_pages import command_help, overview

    return command_help(call["command"]) if call.given("command") else overview()


def _read_command(value: Any) -> str:
    if value in COMMANDS:
        return str(value)
    raise BadValueError(
        f"There is no command {value!r}.",
        did_you_mean(str(value), COMMANDS, f"The commands are {', '.join(COMMANDS)}."),
    )


COMMAND = Command(
    summary="Show the commands, or one of them in full.",
    run=run,
    see_also=("connect", "list"),
    connects=False,
    arguments=(Argument("command", ValueType("COMMAND", _read_command, lambda _: COMMANDS), "The command.", False),),
    examples=(
        ("help", "All commands, and the connection."),
        ("help create", "One command in full."),
    ),
)
