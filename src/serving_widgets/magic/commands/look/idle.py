"""``%serving idle``: endpoints that may not be worth what they take."""

from __future__ import annotations

from typing import Any

from serving_widgets.magic.running.call import CommandCall
from serving_widgets.magic.syntax.grammar import Command, Option, Result
from serving_widgets.magic.syntax.value_types import NUMBER


def run(call: CommandCall) -> Any:
    """List them, with reasons and evidence."""
    hours = call["hours"]
    found = call.workspace().idle(**({} if hours is None else {"hours": hours}))
    return Result(found, found.table, data=found.table.records())


COMMAND = Command(
    summary="List endpoints that are always on and idle, over-sized, or failed and forgotten, with the evidence.",
    about="The service tells requests and load of the last minute; what this kernel measured before counts, too. "
    "Endpoints that were changed within --hours are left out.",
    run=run,
    see_also=("stop", "metrics"),
    options=(Option(("--hours",), "Only what was not changed for so many hours; 24 unless given.", NUMBER),),
    examples=(
        ("idle", "What was not changed for a day."),
        ("idle --hours 1", "What was not changed for an hour."),
    ),
)
