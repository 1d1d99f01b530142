"""``%serving stop``: shut an endpoint down, for a while."""

from __future__ import annotations

from typing import Any

from serving_widgets.magic.running.call import Call, unsent
from serving_widgets.magic.syntax.grammar import Argument, Command, Option
from serving_widgets.magic.syntax.value_types import ENDPOINT, SECONDS


def run(call: Call) -> Any:
    """Stop the endpoint, or show the request."""
    if call["dry_run"]:
        return unsent(call.handle().plan("stop"), call.workspace(), "stop", call.named())
    endpoint = call.endpoint().stop()
    if call["wait"] or call.given("timeout"):
        endpoint.wait(timeout=call["timeout"], until="stopped")
    return endpoint


COMMAND = Command(
    summary="Stop an endpoint: its resources are shut down, and it answers nothing until it is started again.",
    about="Only endpoints that serve custom models, are not route-optimized and have no update in progress can "
    "be stopped.",
    run=run,
    group="act",
    see_also=("start", "status"),
    writes=True,
    arguments=(Argument("name", ENDPOINT, "The endpoint."),),
    options=(
        Option(("--wait",), "Wait until it has stopped."),
        Option(("--timeout",), "Wait, for so many seconds at most.", SECONDS),
    ),
    examples=(
        ("stop unity-model-endpoint", "Stop it."),
        ("stop unity-model-endpoint --dry-run", "Show the request."),
    ),
)
