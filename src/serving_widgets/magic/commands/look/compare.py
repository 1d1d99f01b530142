"""``%serving compare``: two endpoints, or two configurations of one, side by side."""

from __future__ import annotations

from typing import Any

from serving_widgets.magic.running.call import CommandCall
from serving_widgets.magic.syntax.grammar import Argument, Command, Option, Result
from serving_widgets.magic.syntax.value_types import ENDPOINT, of_known


def run(call: CommandCall) -> Any:
    """Compare, and show the differences."""
    from serving_widgets.workspace import compare

    opened, other = call.workspace(), call["other"]
    one = call.handle()
    if call["watch"] and call.display != "static":
        from serving_widgets.widgets.compare.endpoint_compare import EndpointCompare

        return EndpointCompare(one, other, workspace=opened)
    found = compare(one, other if other is not None else f"{one.name}@pending", workspace=opened.name)
    return Result(found, found.table(), data=found.to_frame().to_dict("records"))


COMMAND = Command(
    summary="Compare two endpoints, or the active and the pending configuration of one: differences first.",
    about="It compares configuration, settings, tags, permissions, schema, the metrics of the last minute and the "
    "packages of the builds, as far as you may read them.",
    run=run,
    see_also=("status", "update"),
    arguments=(
        Argument("name", ENDPOINT, "The endpoint."),
        Argument(
            "other",
            of_known("OTHER", lambda known: known.endpoints()),
            "Another endpoint, or NAME@pending; the pending configuration of the first unless given.",
            required=False,
        ),
    ),
    options=(Option(("--watch",), "Show them in a widget that stays up to date."),),
    examples=(
        ("compare churn pricing", "Two endpoints."),
        ("compare churn pricing --watch", "The same, kept up to date."),
        ("compare churn", "What it serves, beside the update that failed or is in progress."),
    ),
)
