"""The options --wait and --timeout of commands that change an endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from serving_widgets.magic.syntax.grammar import Option
from serving_widgets.magic.syntax.value_types import SECONDS

if TYPE_CHECKING:
    from serving_widgets.magic.running.call import CommandCall
    from serving_widgets.workspace import Endpoint
    from serving_widgets.workspace.watch.wait import Goal

TIMEOUT = Option(("--timeout",), "Wait for this many seconds at most.", SECONDS)
WAIT_UNTIL_READY = (Option(("--wait",), "Wait until it is ready."), TIMEOUT)
WAIT_UNTIL_STOPPED = (Option(("--wait",), "Wait until it has stopped."), TIMEOUT)

ALREADY = Option(("--ok-if-already",), "Do nothing if it is in that state already, instead of refusing.")


def waits(call: CommandCall) -> bool:
    """Whether the line asks to wait."""
    return bool(call["wait"]) or call.given("timeout")


def waited(call: CommandCall, endpoint: Endpoint, until: Goal = "ready") -> Endpoint:
    """Return the endpoint once it is in a state, where the line asks for that; else at once."""
    return endpoint.wait(timeout=call["timeout"], until=until) if waits(call) else endpoint
