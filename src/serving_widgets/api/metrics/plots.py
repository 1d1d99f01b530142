"""What is plotted of an endpoint's metrics: which lines belong together, and how several entities become one line."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence

from .metrics import Aggregation, MetricSeries, aggregation_of


@dataclasses.dataclass(frozen=True, slots=True)
class TimeSeries:
    """Numbers in the course of time.

    Attributes
    ----------
    times
        Service seconds since the epoch of each sample, the oldest first.
    values
        For each series as many numbers as there are times; nan where a sample has none.
    """

    times: tuple[float, ...] = ()
    values: Mapping[MetricSeries, Sequence[float]] = dataclasses.field(default_factory=dict)

    @property
    def entities(self) -> list[str]:
        """The served entities that have numbers of their own, by name."""
        return sorted({series.entity for series in self.values if series.entity})


@dataclasses.dataclass(frozen=True, slots=True)
class PlotLine:
    """A line of a plot: its name there, and which numbers it draws; ``of`` makes them percents of other numbers."""

    name: str
    metrics: tuple[str, ...]
    statistic: str = "value"
    of: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Plot:
    """Lines in one unit that are looked at together."""

    key: str
    title: str
    unit: str
    lines: tuple[PlotLine, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class PlotData:
    """A plot with its numbers.

    Attributes
    ----------
    lines
        Those of its lines that have numbers, with one for each time.
    whole
        Whether they are those of the endpoint as a whole where one entity was asked for.
    merged
        How several numbers became one: not at all (None), as their sum, or as the highest of them.
    """

    plot: Plot
    lines: tuple[tuple[str, tuple[float, ...]], ...]
    whole: bool = False
    merged: Aggregation | None = None


#: Seconds: samples further apart are not joined. They are taken each minute, and one that comes late is no gap.
GAP = 150.0
_REQUESTS = ("request_count_total",)
#: The plots, in order. The service's documents have two names for the memory of a GPU.
PLOTS = (
    Plot(
        "requests",
        "Requests a minute",
        "",
        (PlotLine("All", _REQUESTS),),
    ),
    Plot(
        "errors",
        "Error rate",
        "%",
        (
            PlotLine("4xx", ("request_4xx_count_total",), of=_REQUESTS),
            PlotLine("5xx", ("request_5xx_count_total",), of=_REQUESTS),
        ),
    ),
    Plot(
        "latency",
        "Latency",
        "ms",
        (PlotLine("p50", ("request_latency_ms",), "p50"), PlotLine("p99", ("request_latency_ms",), "p99")),
    ),
    Plot(
        "cpu",
        "CPU and memory",
        "%",
        (PlotLine("CPU", ("cpu_usage_percentage",)), PlotLine("Memory", ("mem_usage_percentage",))),
    ),
    Plot(
        "gpu",
        "GPU and its memory",
        "%",
        (
            PlotLine("GPU", ("gpu_usage_percentage",)),
            PlotLine("Memory", ("gpu_mem_usage_percentage", "gpu_memory_usage_percentage")),
        ),
    ),
    Plot(
        "concurrency",
        "Provisioned concurrency",
        "",
        (PlotLine("Requests at once", ("provisioned_concurrent_requests_total",)),),
    ),
)


def plot_data(tracks: TimeSeries, entity: str = "") -> list[PlotData]:
    """Return the plots whose metrics are told, also where they have no numbers yet, as latencies before a request.

    Parameters
    ----------
    tracks
        All that was seen.
    entity
        The served entity whose numbers are wanted, those of the whole endpoint where it has none; "" for all of them
        together.
    """
    found = []
    for plot in PLOTS:
        chosen = [(line, _chosen(tracks, line, entity)) for line in plot.lines]
        lines = tuple((line.name, _numbers(tracks, line, every, entity)) for line, every in chosen if every)
        if lines:
            every = [series for _, each in chosen for series in each]
            whole = bool(entity) and not any(series.entity for series in every)
            merged = next((aggregation_of(each[0].metric) for _, each in chosen if len(each) > 1), None)
            found.append(PlotData(plot, lines, whole, merged))
    return found


def is_continuous(before: float, after: float, every: float = 0.0) -> bool:
    """Return whether a line joins the samples of two times; further apart, some minutes in between are missing.

    ``every`` is the time in seconds that one sample stands for, where that is more than a minute.
    """
    return after - before <= max(GAP, GAP - 60.0 + every)


def value_range(values: Sequence[float]) -> tuple[float, float, float] | None:
    """Return the latest, the lowest and the highest of some numbers; None where there is none.

    The latest is nan where the latest sample has none: an older one is not what is now.

    Examples
    --------
    >>> value_range([2.0, 5.0, 3.0])
    (3.0, 2.0, 5.0)
    """
    known = [value for value in values if not math.isnan(value)]
    return (values[-1], min(known), max(known)) if known else None


def _chosen(tracks: TimeSeries, line: PlotLine, entity: str) -> list[MetricSeries]:
    every = [series for series in tracks.values if series.metric in line.metrics and series.statistic == line.statistic]
    whole = [series for series in every if not series.entity]
    if entity:
        return [series for series in every if series.entity == entity] or whole
    # Where the endpoint's own numbers are told, too, those of its entities are in them.
    return whole or every


def _numbers(tracks: TimeSeries, line: PlotLine, every: Sequence[MetricSeries], entity: str) -> tuple[float, ...]:
    values = _merged(tracks, every)
    if not line.of:
        return values
    whole = _chosen(tracks, PlotLine("", line.of), entity)
    totals = _merged(tracks, whole) if whole else (math.nan,) * len(values)
    # Of no requests none failed and none succeeded: there is no rate.
    return tuple(100 * value / total if total > 0 else math.nan for value, total in zip(values, totals, strict=True))


def _merged(tracks: TimeSeries, every: Sequence[MetricSeries]) -> tuple[float, ...]:
    merge = sum if aggregation_of(every[0].metric) == "sum" else max
    rows = zip(*(tracks.values[series] for series in every), strict=True)
    present = ([value for value in row if not math.isnan(value)] for row in rows)
    return tuple(float(merge(row)) if row else math.nan for row in present)
