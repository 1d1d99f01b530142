"""The table of commands."""

from __future__ import annotations

import functools
import importlib
from collections.abc import Collection
from typing import TYPE_CHECKING

from serving_widgets.api.suggest import did_you_mean
from serving_widgets.magic.syntax.usage_error import UsageError

if TYPE_CHECKING:
    from serving_widgets.line import LineError
    from serving_widgets.magic.syntax.grammar import Command

#: The folders of ``commands``, in the order in which help shows what they are for.
GROUPS = {
    "look": "Look",
    "act": "Act",
    "debug": "Debug",
    "access": "Share access",
    "model": "Ask the model",
    "setup": "Set up",
}
#: Folder and name of each command, in the order in which completion offers them. ``look/ok-then`` is declared as
#: ``COMMAND`` in ``commands/look/ok_then.py``, which is imported when it is first used.
TABLE = (
    "setup/connect",
    "look/list",
    "look/browse",
    "look/panel",
    "look/status",
    "look/models",
    "look/compare",
    "look/idle",
    "look/watch",
    "act/wait",
    "act/create",
    "act/ensure",
    "act/update",
    "act/stop",
    "act/start",
    "act/delete",
    "act/undo",
    "debug/logs",
    "debug/diagnose",
    "debug/metrics",
    "debug/bug",
    "access/permissions",
    "access/grant",
    "access/revoke",
    "act/tags",
    "look/budget",
    "look/report",
    "model/schema",
    "model/sample",
    "model/query",
    "model/predict",
    "setup/close",
    "setup/mock",
    "setup/tutorial",
    "setup/help",
)
#: Command → its group.
COMMANDS = {name: group for group, _, name in (line.partition("/") for line in TABLE)}

#: Commands that need a notebook: they open widgets, or look after connections that outlive a line.
NOTEBOOK_ONLY = frozenset({"browse", "panel", "watch", "connect", "close", "mock", "tutorial", "help"})
ON_SHELL = tuple(name for name in COMMANDS if name not in NOTEBOOK_ONLY)
#: What ``%serving`` alone does is declared as the commands are, and has no name to call it by.
_LANDING = "commands.setup.landing"
#: The usage line where no command is known yet.
USAGE = "%serving COMMAND [ARGUMENT]… [OPTION]…"
_ALL = f"The commands are {', '.join(COMMANDS)}."


@functools.cache
def command(name: str) -> Command:
    """Return the declaration of a command of :data:`COMMANDS`; of the bare ``%serving`` for ""."""
    module = f"commands.{COMMANDS[name]}.{name.replace('-', '_')}" if name else _LANDING
    declared: Command = importlib.import_module(f".{module}", __package__).COMMAND
    return declared


#: What people write for a command, coming from other tools.
MEANT = {
    "acl": "permissions",
    "apply": "ensure",
    "ask": "query",
    "call": "query",
    "changes": "watch",
    "cost": "budget",
    "deploy": "update",
    "describe": "status",
    "disable": "stop",
    "disconnect": "close",
    "edit": "update",
    "enable": "start",
    "events": "logs",
    "export": "report",
    "explain": "diagnose",
    "get": "status",
    "info": "status",
    "invoke": "query",
    "label": "tags",
    "log": "logs",
    "login": "connect",
    "logout": "close",
    "ls": "list",
    "open": "panel",
    "pause": "stop",
    "ps": "list",
    "remove": "delete",
    "restart": "start",
    "resume": "start",
    "rm": "delete",
    "score": "predict",
    "share": "grant",
    "show": "status",
    "signature": "schema",
    "tail": "logs",
    "recreate": "undo",
    "revert": "undo",
    "rollback": "undo",
    "traffic": "update",
    "unshare": "revoke",
    "diff": "compare",
    "registry": "models",
    "unused": "idle",
    "version": "help",
    "versions": "models",
    "who": "permissions",
}


def unknown(name: str, fault: LineError) -> UsageError:
    """Return the error that there is no command of that name."""
    hint = f"{suggestion(name, COMMANDS, _ALL)} %serving help tells what each does."
    return UsageError(fault.message, fault=fault, usage=USAGE, hint=hint)


def suggestion(name: str, known: Collection[str], otherwise: str) -> str:
    """Return which of some commands is meant, by what it does or by its letters."""
    meant = MEANT.get(name.lower(), "")
    return f"Did you mean {meant}?" if meant in known else did_you_mean(name, known, otherwise)
