"""``%serving`` alone: where one is, and what to do next."""

from __future__ import annotations

from typing import Any

from serving_widgets.magic.running.call import Call
from serving_widgets.magic.syntax.grammar import Command


def run(call: Call) -> Any:
    """Return the page. It opens nothing.

    Whoever types the name alone asks a question. A newcomer shall not find a workspace open that he did not ask for –
    with credentials at hand it would be a real one – and the line that opens the mock is one copy away. A command that
    names something to do does open one.
    """
    from serving_widgets.magic.shared.landing_page import here
    from serving_widgets.workspace import active

    return here(call.workspace() if call.given("workspace") or active() is not None else None)


COMMAND = Command(
    summary="Show where you are and what to do next.",
    run=run,
    group="setup",
    see_also=("help", "connect", "list"),
    examples=(("help", "All commands."),),
)
