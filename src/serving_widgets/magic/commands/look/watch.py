"""``%serving watch``: what changed in the workspace, now and as it is seen."""

from __future__ import annotations

from typing import Any

from serving_widgets.magic.running.call import CommandCall
from serving_widgets.magic.syntax.grammar import Argument, Command, Option, Result
from serving_widgets.magic.syntax.value_types import ENDPOINT, SECONDS


def run(call: CommandCall) -> Any:
    """List what changed; or tell of changes from now on, or no more."""
    opened, name = call.workspace(), call.named() if call.given("name") else None
    running = opened.attachments.of(_running)
    if call["stop"] or call["notify"]:
        return _notify(call, running, name)
    found = opened.changes(call["since"])
    if name is not None:
        found = found.only(lambda each: each.endpoint == name)
    return Result(found, found.table, data=found.table.records())


def _notify(call: CommandCall, running: list[Any], name: str | None) -> Result:
    from serving_widgets.render import message

    opened = call.workspace()
    for each in running:
        each.stop()
    ended = len(running)
    running.clear()
    if call["stop"]:
        words = "Changes are told no more" if ended else "No changes were being told"
    else:
        running.append(opened.notify(names=[name] if name is not None else []))
        words = f"Changes of {name or 'all endpoints'} are printed as they are seen, until %serving watch --stop"
    return Result(None, message(f"{words} – {opened.where}."), data={"telling": bool(running)})


def _running() -> list[Any]:
    """Return the notifications that lines of a connection began."""
    return []


COMMAND = Command(
    summary="Show what changed in the workspace: states, updates, failures, traffic, tags, permissions.",
    about="The service has no feed of events. It looks now, and lists what this kernel saw change since the connection "
    "was opened; permissions are those of endpoints whose permissions were looked at here. --notify prints each "
    "change as it is seen, while the kernel runs.",
    run=run,
    see_also=("list", "status", "undo"),
    arguments=(Argument("name", ENDPOINT, "Only this endpoint.", required=False),),
    options=(
        Option(("--since",), "Only what was seen in this time before now.", SECONDS),
        Option(("--notify",), "Print each change as it is seen, from now on."),
        Option(("--stop",), "Print changes no more."),
    ),
    examples=(
        ("watch", "What changed since the connection was opened."),
        ("watch --since 10m", "What changed in the last ten minutes."),
        ("watch churn --notify", "Print what happens to an endpoint."),
    ),
)
