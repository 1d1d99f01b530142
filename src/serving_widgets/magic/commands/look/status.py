"""``%serving status``: one endpoint, or the connection."""

from __future__ import annotations

from typing import Any

from serving_widgets.magic.running.call import CommandCall
from serving_widgets.magic.running.connection_text import connection_card
from serving_widgets.magic.syntax.grammar import Argument, Command, Option, Result
from serving_widgets.magic.syntax.value_types import ENDPOINT


def run(call: CommandCall) -> Any:
    """Look now, and show what is there."""
    if not call.given("name"):
        if call["live"]:
            raise call.problem(
                "Which endpoint? --live needs a name.", at="live", hint="For all of them: %serving browse"
            )
        opened = call.workspace()
        return Result(opened, connection_card(opened, opened.endpoints.list()))
    endpoint = call.endpoint()
    if (call["live"] or call.display == "widget") and call.display != "static":
        from serving_widgets.widgets.panel.status_badge import StatusBadge

        return StatusBadge(endpoint)
    return endpoint


COMMAND = Command(
    summary="Show one endpoint, or the connection and how many endpoints are in which state.",
    run=run,
    see_also=("wait", "logs", "panel"),
    arguments=(Argument("name", ENDPOINT, "The endpoint; without it, the connection.", required=False),),
    options=(Option(("--live",), "Show a badge that stays up to date."),),
    examples=(
        ("status churn", "What is known of an endpoint."),
        ("status churn --live", "A badge that follows it."),
        ("status", "The connection, and the endpoints by state."),
    ),
)
