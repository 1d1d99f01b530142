"""``%serving start``: run a stopped endpoint again."""

from __future__ import annotations

from typing import Any

from serving_widgets.magic.running.call import CommandCall
from serving_widgets.magic.shared.prompt import YES, ask_if_protected
from serving_widgets.magic.shared.waiting import ALREADY, WAIT_UNTIL_READY, waited
from serving_widgets.magic.syntax.grammar import Argument, Command
from serving_widgets.magic.syntax.value_types import ENDPOINT


def run(call: CommandCall) -> Any:
    """Start the endpoint, or show the request."""
    if call["dry_run"]:
        return call.dry_run("start")
    ask_if_protected(call, "start", f"Start {call.named()}?", kept=f"{call.named()} was not started")
    return waited(call, call.endpoint().start(ok_if_already=call["ok_if_already"]))


COMMAND = Command(
    summary="Start a stopped endpoint again.",
    run=run,
    see_also=("stop", "wait"),
    writes=True,
    arguments=(Argument("name", ENDPOINT, "The endpoint."),),
    options=(*WAIT_UNTIL_READY, ALREADY, YES),
    examples=(
        ("start pricing --wait", "Start it, and wait until it answers."),
        ("start pricing --dry-run", "Show the request."),
    ),
)
