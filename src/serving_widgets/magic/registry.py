"""The commands. A new one is a file in ``commands`` and a line here."""

from __future__ import annotations

import functools
import importlib
from typing import TYPE_CHECKING

from serving_widgets.magic.syntax.usage_errors import UsageProblem, did_you_mean

if TYPE_CHECKING:
    from serving_widgets.line import LineError
    from serving_widgets.magic.syntax.grammar import Command

#: The commands, in the order in which help shows them. Each is declared as ``COMMAND`` in ``commands/<name>.py``,
#: which is imported when it is first used.
COMMANDS = (
    "connect",
    "list",
    "browse",
    "panel",
    "status",
    "wait",
    "create",
    "update",
    "stop",
    "start",
    "delete",
    "logs",
    "metrics",
    "permissions",
    "grant",
    "revoke",
    "tags",
    "budget",
    "schema",
    "sample",
    "query",
    "predict",
    "mock",
    "help",
)

#: What ``%serving`` alone does is declared as the commands are, and has no name to call it by.
BARE = "here"
#: The usage line where no command is known yet.
USAGE = "%serving COMMAND [ARGUMENT]… [OPTION]…"


@functools.cache
def command(name: str) -> Command:
    """Return the declaration of a command of :data:`COMMANDS`; of the bare ``%serving`` for ""."""
    module = importlib.import_module(f".commands.{name or BARE}", __package__)
    declared: Command = module.COMMAND
    return declared


def unknown(name: str, fault: LineError) -> UsageProblem:
    """Return the problem that there is no command of that name."""
    hint = did_you_mean(name, COMMANDS, f"The commands are {', '.join(COMMANDS)}.")
    return UsageProblem(fault.message, fault=fault, usage=USAGE, hint=f"{hint} %serving help tells what each does.")
