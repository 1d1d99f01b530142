"""``%serving start``: run a stopped endpoint again."""

from __future__ import annotations

from typing import Any

from serving_widgets.magic.running.call import Call, unsent
from serving_widgets.magic.syntax.grammar import Argument, Command, Option
from serving_widgets.magic.syntax.value_types import ENDPOINT, SECONDS


def run(call: Call) -> Any:
    """Start the endpoint, or show the request."""
    if call["dry_run"]:
        return unsent(call.handle().plan("start"), call.workspace(), "start", call.named())
    endpoint = call.endpoint().start()
    return endpoint.wait(timeout=call["timeout"]) if call["wait"] or call.given("timeout") else endpoint


COMMAND = Command(
    summary="Start a stopped endpoint again.",
    run=run,
    group="act",
    see_also=("stop", "wait"),
    writes=True,
    arguments=(Argument("name", ENDPOINT, "The endpoint."),),
    options=(
        Option(("--wait",), "Wait until it is ready."),
        Option(("--timeout",), "Wait, for so many seconds at most.", SECONDS),
    ),
    examples=(
        ("start pricing --wait", "Start it, and wait until it answers."),
        ("start pricing --dry-run", "Show the request."),
    ),
)
