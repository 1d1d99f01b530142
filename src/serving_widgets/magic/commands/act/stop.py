"""``%serving stop``: shut an endpoint down, for a while."""

from __future__ import annotations

from typing import Any

from serving_widgets.magic.running.call import CommandCall
from serving_widgets.magic.shared.impact import ask_about_impact
from serving_widgets.magic.shared.prompt import YES
from serving_widgets.magic.shared.waiting import ALREADY, WAIT_UNTIL_STOPPED, waited
from serving_widgets.magic.syntax.grammar import Argument, Command, Option, Result
from serving_widgets.magic.syntax.value_types import ENDPOINT, NUMBER

TIMER = (
    Option(("--after",), "Minutes until then: a timer of this kernel, for endpoints that were made in it.", NUMBER),
    Option(("--keep",), "Take the timer back."),
)


def run(call: CommandCall) -> Any:
    """Stop the endpoint, or show the request."""
    if call["dry_run"]:
        return call.dry_run("stop")
    if call["after"] is not None or call["keep"]:
        return _timer(call)
    ask_about_impact(call, "stop", "Stop it?")
    return waited(call, call.endpoint().stop(ok_if_already=call["ok_if_already"]), "stopped")


def _timer(call: CommandCall) -> Any:
    from serving_widgets.render import message

    call.refuse_with(("wait", "timeout"), "{} is for a stop at once.", "Leave one of the two out.")
    timer = call.workspace().stop_after(call.named(), None if call["keep"] else call["after"])
    words = repr(timer) if timer is not None else f"{call.named()} has no timer."
    return Result(timer, message(words.strip("<>")), data={"timer": words.strip("<>")})


COMMAND = Command(
    summary="Stop an endpoint: its resources are shut down, and it answers nothing until it is started again.",
    about="Only endpoints that serve custom models, are not route-optimized and have no update in progress can "
    "be stopped. It asks first if the endpoint answered requests in the last minute.",
    run=run,
    see_also=("start", "status"),
    writes=True,
    arguments=(Argument("name", ENDPOINT, "The endpoint."),),
    options=(*WAIT_UNTIL_STOPPED, ALREADY, *TIMER, YES),
    examples=(
        ("stop unity-model-endpoint", "Stop it."),
        ("stop unity-model-endpoint --dry-run", "Show the request."),
    ),
)
