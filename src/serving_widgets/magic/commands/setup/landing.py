"""``%serving`` alone: the workspace, and what to do next."""

from __future__ import annotations

from typing import Any

from serving_widgets.magic.running.call import CommandCall
from serving_widgets.magic.syntax.grammar import Command


def run(call: CommandCall) -> Any:
    """Return the page. It opens nothing.

    The bare name is a question: it must not open a workspace, which would be a real one where credentials are at hand.
    The line that opens the mock is one copy away, and a command that names something to do does open one.
    """
    from serving_widgets.magic.shared.landing_page import landing_page
    from serving_widgets.workspace import active

    return landing_page(call.workspace() if call.given("workspace") or active() is not None else None)


COMMAND = Command(
    summary="Show where you are and what to do next.",
    run=run,
    see_also=("help", "connect", "list"),
    examples=(("help", "All commands."),),
)
