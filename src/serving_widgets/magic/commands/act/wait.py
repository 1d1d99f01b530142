"""``%serving wait``: until an endpoint is ready."""

from __future__ import annotations

from typing import Any

from serving_widgets.magic.running.call import CommandCall
from serving_widgets.magic.syntax.grammar import Argument, Command, Option
from serving_widgets.magic.syntax.value_types import ENDPOINT, SECONDS, choice


def run(call: CommandCall) -> Any:
    """Wait, and return the endpoint."""
    return call.endpoint().wait(timeout=call["timeout"], until=call["until"] or "ready")


COMMAND = Command(
    summary="Wait until an endpoint is ready, or stopped, and nothing is going on.",
    about="It ends as soon as the state is final; if that is not the one to wait for, it fails with the reason. "
    "The time is "
    "the service's: a mock whose clock runs faster waits less.",
    run=run,
    see_also=("status", "logs"),
    arguments=(Argument("name", ENDPOINT, "The endpoint."),),
    options=(
        Option(("--timeout",), "The most seconds to wait (5m, 1h); 45 minutes unless given.", SECONDS),
        Option(
            ("--until",), "What to wait for: ready, unless given, or stopped.", choice("STATE", ("ready", "stopped"))
        ),
    ),
    examples=(
        ("wait fraud-detector", "Until its update is done."),
        ("wait fraud-detector --timeout 20m", "The same, for 20 minutes at most."),
        ("wait pricing --until stopped", "Until it has stopped."),
    ),
)
