"""EndpointMetrics: the recent course of an endpoint's numbers, read while it is on screen; a tab of the panel."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from serving_widgets.api.endpoint.models import EndpointInfo
from serving_widgets.api.errors import ConfigError, ServingError
from serving_widgets.api.metrics.metric_gaps import metrics_gap
from serving_widgets.api.metrics.metrics import aggregation_of
from serving_widgets.api.metrics.plots import GAP, PlotData, plot_data
from serving_widgets.widgets.core import snapshot
from serving_widgets.widgets.core.base import EndpointWidget
from serving_widgets.widgets.core.channel import Args, Op, Progress
from serving_widgets.workspace import Endpoint, Session
from serving_widgets.workspace.metrics.metric_feed import MetricFeed, metric_feed
from serving_widgets.workspace.metrics.metric_history import MINUTE, Scrape, metric_history, tracks
from serving_widgets.workspace.metrics.own_latency import BOUNDS_MS, EntityLatency, own_latency
from serving_widgets.workspace.watch.events import Change

from .contract import DeployMark, LatencyFound, LatencyRow, MetricPlot, Metrics, MetricsBody, Numbers

if TYPE_CHECKING:
    from serving_widgets.render.metrics import MetricsPage

#: Minutes that can be looked at, up to the latest sample; the first choice, and all of them.
RANGE = 60
RANGES = (15, RANGE, 6 * 60, 24 * 60)
#: Samples that the page gets at most; of a longer time each stands for several minutes.
WINDOW = 60
#: Numbers that it gets at most; with many entities there are fewer samples.
MOST_NUMBERS = 900
#: Samples that it gets at least.
SHORTEST = 8
#: Entities that can be chosen one by one.
ENTITIES = 8


class EndpointMetrics(EndpointWidget):
    """Plots of an endpoint's requests, latencies and load, which go on about once a minute of the service's time.

    The numbers are asked for only while a view is on screen; what was seen before is kept for a day at
    most, while the process lives.

    Parameters
    ----------
    endpoint
        The endpoint's name, or a handle.
    workspace
        A workspace or its name; the active one unless given.
    """

    _kind = "endpoint_metrics"

    def __init__(self, endpoint: str | Endpoint, *, workspace: Session | str | None = None, **kwargs: Any) -> None:
        self._feed: MetricFeed | None = None
        self._leave = _nothing
        self._drawn: tuple[Scrape, int, Numbers] | None = None
        self._range = RANGE
        super().__init__(endpoint, workspace=workspace, **kwargs)

    def _body(self) -> MetricsBody:
        return {**super()._body(), "metrics": self._metrics()}

    def _metrics(self) -> Metrics:
        info, workspace, feed = self._info(), self.workspace, self._feed
        scrapes = () if info is None else metric_history(workspace).of(info)
        return {
            "state": "loading" if feed is None else snapshot.link(feed.state)["state"],
            "problem": None if feed is None else snapshot.link(feed.state)["problem"],
            "why": _why(info, scrapes),
            "recipe": snapshot.recipe(workspace, "metrics", self._endpoint, history=True),
            "range": self._range,
            "ranges": list(RANGES),
            "deploys": [] if info is None else self._deploys(info),
            **self._numbers(scrapes),
        }

    def _info(self) -> EndpointInfo | None:
        seen = self.workspace.watcher.store.get(self._endpoint)
        return None if seen is None or seen.deleted else seen.info

    def _numbers(self, scrapes: Sequence[Scrape]) -> Numbers:
        """Return the numbers to draw; worked out once for each sample, as snapshots are made far more often."""
        if not scrapes:
            return numbers(())
        known = self._drawn
        if known is None or known[0] is not scrapes[-1] or known[1] != self._range:
            known = self._drawn = (scrapes[-1], self._range, numbers(scrapes, self._range))
        return known[2]

    def _deploys(self, info: EndpointInfo) -> list[DeployMark]:
        """Return when what is served was deployed, and when the update under way, or the last one seen, began."""
        config = info.config
        found = {
            each.creation_timestamp: f"{each.name} was deployed"
            for each in (config.entities if config is not None else ())
            if each.creation_timestamp is not None and each.name
        }
        update = self.workspace.watcher.history.of(self._endpoint)
        if update is not None and update.started is not None:
            found.setdefault(round(update.started), f"Update to config version {update.version}")
        return [{"at": at, "what": what} for at, what in sorted(found.items())]

    def _changed(self, change: Change) -> None:
        super()._changed(change)
        if self._feed is not None and self._endpoint in change.names:
            # What happened to the endpoint shows in its numbers.
            self._feed.wake()

    async def _first_look(self) -> None:
        await super()._first_look()
        if self._info() is not None:
            await self._joined().read()

    def _static(self) -> Mapping[str, str]:
        info = self._info()
        if info is None:
            return super()._static()
        said = metrics_page(self.workspace, info, None if self._feed is None else self._feed.state.problem)
        return {"text/plain": repr(said), "text/html": said._repr_html_()}

    def _end(self) -> None:
        if self._feed is not None:
            for view in self._views:
                self._feed.unfollow(view)
        self._leave()
        super()._end()

    def _joined(self) -> MetricFeed:
        if self._feed is None:
            self._feed = metric_feed(self.workspace, self._endpoint)
            self._leave = self._feed.subscribe(self._publish_soon)
            # Others may have looked before: what the feed knows is shown without waiting for more.
            self._publish_soon()
        return self._feed

    # Operations -----------------------------------------------------------------------------------------------------

    def _ops(self) -> dict[str, Op]:
        return {**super()._ops(), "range": self._choose_range, "latency": self._latency}

    async def _latency(self, _: Args, __: Progress) -> LatencyFound:
        """Return how long this kernel's calls took beside the server's measure."""
        found = await own_latency(self.workspace, self._endpoint)
        return {"rows": [_latency_row(each) for each in found.entities], "note": found.note}

    async def _choose_range(self, args: Args, _: Progress) -> None:
        if args.get("minutes") not in RANGES:
            raise ConfigError("There is no such time range.", hint="Reload the page.", code="bad_request")
        self._range = args["minutes"]
        self._publish()

    async def _hello(self, args: Args, progress: Progress) -> None:
        await super()._hello(args, progress)
        view = str(args.get("view"))
        if view in self._views:
            self._joined().follow(view)

    async def _bye(self, args: Args, progress: Progress) -> None:
        if self._feed is not None:
            self._feed.unfollow(str(args.get("view")))
        await super()._bye(args, progress)

    async def _refresh(self, _: Args, __: Progress) -> None:
        await self.workspace.watcher.look(self._endpoint)
        await self._joined().read(patient=False)


def _latency_row(each: EntityLatency) -> LatencyRow:
    counted = [(place, calls) for place, calls in enumerate(each.histogram) if calls]
    return {
        "entity": each.entity,
        "calls": each.calls,
        "own_p50": each.own_p50,
        "own_p99": each.own_p99,
        "server_p50": each.server_p50,
        "server_p99": each.server_p99,
        "outside": each.outside,
        "histogram": [
            {"up_to": BOUNDS_MS[place] if math.isfinite(BOUNDS_MS[place]) else None, "calls": calls}
            for place, calls in counted
        ],
    }


async def read_metrics(workspace: Session, endpoint: str) -> ServingError | None:
    """Read an endpoint's metrics for an output that is to be saved; return why they can't be had."""
    try:
        await metric_feed(workspace, endpoint).read()
    except ServingError as error:
        return error
    return None


def metrics_page(workspace: Session, info: EndpointInfo, problem: ServingError | None) -> MetricsPage:
    """Return the numbers, or why there are none, as a saved output shows them without a kernel."""
    from serving_widgets.render.metrics import MetricsPage

    scrapes = metric_history(workspace).of(info)
    said = str(problem) if problem is not None else _why(info, scrapes)
    if not scrapes:
        said = said or "No metrics were read yet."
    return MetricsPage.of(info, workspace.where, [said], tracks(scrapes))


def _why(info: EndpointInfo | None, scrapes: Sequence[Scrape]) -> str:
    """Return why there are no numbers, or fewer than of other endpoints."""
    if info is None or not scrapes:
        return ""
    return metrics_gap(info, told=bool(scrapes[-1].series))


def numbers(scrapes: Sequence[Scrape], minutes: int = RANGE) -> Numbers:
    """Return the times and, by entity, the lines of each plot of the last minutes; "" stands for all entities together.

    Where there are too many samples for a page, each of those that it gets stands for several minutes.
    """
    entities = sorted({series.entity for scrape in scrapes[-1:] for series in scrape.series if series.entity})
    choices = ["", *entities[:ENTITIES]] if len(entities) > 1 else [""]
    lines = sum(len(each.lines) for each in plot_data(tracks(scrapes[-1:]))) * len(choices)
    begin = scrapes[-1].at - minutes * MINUTE if scrapes else 0.0
    chosen = [scrape for scrape in scrapes if scrape.at >= begin]
    most = max(min(WINDOW, MOST_NUMBERS // max(lines, 1)), SHORTEST)
    every = MINUTE if len(chosen) <= most else math.ceil(minutes / (most - 1)) * MINUTE
    recent = tracks(chosen if every == MINUTE else [*_thinned(chosen, every)])
    return {
        "gap": round((GAP - MINUTE + every) * 1000),
        "every": round(every / MINUTE),
        "times": [round(time * 1000) for time in recent.times],
        "plots": {choice: [_plot(each) for each in plot_data(recent, choice)] for choice in choices},
        "left_out": max(len(entities) - ENTITIES, 0),
    }


def _thinned(scrapes: Sequence[Scrape], every: float) -> Iterator[Scrape]:
    """Yield a sample for each stretch of time: the mean of what is counted, of all else the highest."""
    for _, group in groupby(scrapes, key=lambda scrape: scrape.at // every):
        *others, last = group
        alike = [scrape.values for scrape in others if scrape.series == last.series]
        columns = zip(last.series, zip(*alike, last.values, strict=True), strict=True)
        values = [
            sum(column) / len(column) if aggregation_of(series.metric) == "sum" else max(column)
            for series, column in columns
        ]
        yield Scrape(last.at, last.series, array("d", values))


def _plot(each: PlotData) -> MetricPlot:
    notes = ["whole endpoint"] if each.whole else []
    notes += ["the highest of several"] if each.merged == "highest" else []
    return {
        "key": each.plot.key,
        "title": each.plot.title,
        "unit": each.plot.unit,
        "note": ", ".join(notes),
        "whole": each.whole,
        "lines": [{"name": name, "values": [_rounded(value) for value in values]} for name, values in each.lines],
    }


def _rounded(value: float) -> float | int | None:
    """Return a number in as many digits as a plot shows; None where there is none, as JSON has no other word."""
    if not math.isfinite(value):
        return None
    digits = 0 if abs(value) >= 100 or value == int(value) else 1 if abs(value) >= 10 else 2
    return round(value, digits) if digits else round(value)


def _nothing() -> None:
    return None
