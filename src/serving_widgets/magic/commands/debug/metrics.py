"""``%serving metrics``: requests, latencies and load of an endpoint, now and as far as they were seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from serving_widgets.magic.running.call import CommandCall
from serving_widgets.magic.shared.request_options import entity_of
from serving_widgets.magic.syntax.grammar import Argument, Command, Option, Result
from serving_widgets.magic.syntax.value_types import ENDPOINT, of_known

if TYPE_CHECKING:
    from collections.abc import Sequence

    from serving_widgets.render.metrics import MetricsPage
    from serving_widgets.workspace import Endpoint
    from serving_widgets.workspace.metrics.metric_history import Scrape


def run(call: CommandCall) -> Any:
    """Return the metrics as a DataFrame, with tables to look at; or the panel."""
    endpoint = call.endpoint()
    if call["own"]:
        hint = "It tells all entities side by side. Leave one of the two out."
        call.refuse_with(("entity", "history", "watch"), "{} is for the service's metrics.", hint)
        found = endpoint.latency()
        return Result(found, found.card(), data=found.to_frame().to_dict("records"))
    if call["watch"] and call.display != "static":
        return _panel(call, endpoint)
    from serving_widgets.workspace.metrics.metric_feed import measure
    from serving_widgets.workspace.metrics.metric_frame import metric_frame
    from serving_widgets.workspace.runtime.event_loop import run_sync

    entity = entity_of(call, endpoint)
    scrapes = run_sync(lambda: measure(endpoint.workspace, endpoint.name), twin="ep.aio.metrics()")
    kept = scrapes if call["history"] else scrapes[-1:]
    frame = metric_frame(kept)
    if entity is not None:
        frame = frame[frame["entity"] == entity].reset_index(drop=True)
    return Result(frame, _page(call, endpoint, kept, entity))


def _panel(call: CommandCall, endpoint: Endpoint) -> Any:
    hint = "The panel shows all that was seen, and lets you choose an entity. Leave one of the two out."
    call.refuse_with(("entity", "history"), "{} is for the table; --watch opens the panel.", hint)
    from serving_widgets.widgets.panel.endpoint_panel import EndpointPanel

    return EndpointPanel(endpoint, tab="metrics")


def _page(call: CommandCall, endpoint: Endpoint, scrapes: Sequence[Scrape], entity: str | None) -> MetricsPage:
    from serving_widgets.api.metrics.metric_gaps import metrics_gap
    from serving_widgets.render.metrics import MetricsPage
    from serving_widgets.workspace.metrics.metric_history import tracks

    seen = tracks(scrapes, entity)
    last = scrapes[-1]
    info, where = endpoint.info, endpoint.workspace.where
    said = [metrics_gap(info, told=bool(last.series))]
    if entity and last.series:
        elsewhere = any(not series.entity for series in last.series)
        said.append("Latencies are reported for the endpoint as a whole: leave --entity out." if elsewhere else "")
    if call["history"] and len(scrapes) == 1:
        said.append("This is the first sample: there is a history once you ask again, or while the panel is open.")
    return MetricsPage.of(info, where, said, seen, entity=entity, notes=last.notes, malformed=last.malformed)


COMMAND = Command(
    summary="Show requests, latencies, CPU, memory and concurrency of an endpoint.",
    about="The service reports the last minute. Earlier samples are kept for a day at most, while the kernel "
    "runs: one a minute of the service's time, taken by this command and while the panel's Metrics tab is on "
    "screen. The value is "
    "a DataFrame with a row for each number: time, metric, entity, statistic, value, labels.",
    run=run,
    see_also=("status", "logs", "panel"),
    arguments=(Argument("name", ENDPOINT, "The endpoint."),),
    options=(
        Option(
            ("--entity",),
            "Only this served entity.",
            of_known("ENTITY", lambda known: known.entities()),
        ),
        Option(("--history",), "Include earlier samples, with the trend of each number."),
        Option(("--own",), "How long this kernel's own calls took, beside the server's latencies."),
        Option(("--watch",), "Open the panel, whose Metrics tab updates itself."),
    ),
    examples=(
        ("metrics unity-model-endpoint", "The last minute."),
        ("metrics fraud-detector --entity fraud_challenger-2", "One served entity."),
        ("metrics fraud-detector --history -o seen", "All samples, in a variable."),
        ("metrics fraud-detector --own", "Tell network and model apart."),
        ("metrics fraud-detector --watch", "Plots that update themselves."),
    ),
)
