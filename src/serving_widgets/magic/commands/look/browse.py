"""``%serving browse``: the endpoints in a live grid."""

from __future__ import annotations

from typing import Any

from serving_widgets.magic.running.call import CommandCall
from serving_widgets.magic.shared.side import SIDE, placed
from serving_widgets.magic.syntax.grammar import Argument, Command
from serving_widgets.magic.syntax.value_types import ENDPOINT


def run(call: CommandCall) -> Any:
    """Return the browser; the table alone where widgets are not wanted."""
    opened = call.workspace()
    selected = call.endpoint().name if call.given("name") else None
    if call.display == "static":
        from .list import Listing

        return Listing(opened.endpoints.list(), opened.where)
    from serving_widgets.widgets.browser.endpoint_browser import EndpointBrowser

    return placed(call, EndpointBrowser(workspace=opened, selected=selected), f"Endpoints of {opened.name}")


COMMAND = Command(
    summary="Browse the endpoints in a live grid.",
    about="The grid stays up to date while it is on screen. Running the cell again closes the one before, "
    "unless it was assigned: browser = %serving browse",
    run=run,
    see_also=("list", "panel"),
    arguments=(Argument("name", ENDPOINT, "The endpoint to open.", required=False),),
    options=(SIDE,),
    examples=(
        ("browse", "All endpoints."),
        ("browse churn", "The same, with one of them open."),
        ("browse --side", "At the side, while cells scroll."),
    ),
)
