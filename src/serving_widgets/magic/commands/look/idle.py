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
    about="The service reports requests and load of the last minute only; what this kernel measured before "
    "counts, too. Endpoints that were changed within --hours are left out. What a size costs per hour is not told: "
    "the service's documentation gives no figure that could be checked.",
    run=run,
    see_also=("stop", "metrics"),
    options=(
        Option(("--hours",), "Only endpoints that were not changed for this many hours; 24 unless given.", NUMBER),
    ),
    examples=(
        ("idle", "Endpoints that were not changed for a day."),
        ("idle --hours 1", "Endpoints that were not changed for an hour."),
    ),
)
