"""``%serving panel``: everything about one endpoint, in tabs."""

from __future__ import annotations

from typing import Any

from serving_widgets.magic.running.call import CommandCall
from serving_widgets.magic.shared.side import SIDE, placed
from serving_widgets.magic.syntax.grammar import Argument, Command, Option
from serving_widgets.magic.syntax.value_types import ENDPOINT, choice
from serving_widgets.widgets.panel.tabs import TAB_NAMES


def run(call: CommandCall) -> Any:
    """Return the panel; the endpoint where widgets are not wanted."""
    endpoint = call.endpoint()
    if call.display == "static":
        return endpoint
    from serving_widgets.widgets.panel.endpoint_panel import EndpointPanel

    return placed(call, EndpointPanel(endpoint, tab=call["tab"] or "overview"), endpoint.name)


COMMAND = Command(
    summary="Open an endpoint's panel: overview, logs, metrics, permissions, schema, query, tags and config in tabs.",
    about="It stays up to date while it is on screen. The Config tab deploys another version.",
    run=run,
    see_also=("status", "logs"),
    arguments=(Argument("name", ENDPOINT, "The endpoint."),),
    options=(
        Option(
            ("--tab",),
            "The tab to open first.",
            choice("TAB", TAB_NAMES),
        ),
        SIDE,
    ),
    examples=(
        ("panel churn", "Everything about it."),
        ("panel churn --tab config", "What it serves, and an editor to deploy another version."),
    ),
)
