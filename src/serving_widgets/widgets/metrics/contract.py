"""What the metrics of an endpoint and their page say to each other."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from serving_widgets.widgets.core.contract import (
    EndpointBody,
    ErrorFields,
    LinkState,
    NoArgs,
    Ops,
    RecipePicture,
    Snapshot,
)


class MetricLine(TypedDict):
    """One line of a plot, with a number for each of the times; null where there is none."""

    name: str
    values: list[float | None]


class MetricPlot(TypedDict):
    key: str
    title: str
    unit: str
    # Whose numbers they are, where that is not what one would think.
    note: str
    # They are the whole endpoint's where one entity's were asked for.
    whole: NotRequired[bool]
    lines: list[MetricLine]


class DeployMark(TypedDict):
    """Something that may show in the numbers from then on."""

    # Service time.
    at: int
    what: str


class Numbers(TypedDict):
    # Milliseconds: samples further apart are not joined, as none were taken in between.
    gap: int
    # Minutes that a sample stands for.
    every: int
    # Service time of each sample, the oldest first.
    times: list[int]
    # By served entity; "" is all of them together.
    plots: dict[str, list[MetricPlot]]
    # Entities that can't be chosen, because there are too many.
    left_out: int


class Metrics(Numbers):
    state: LinkState
    problem: ErrorFields | None
    # Why there are none, or fewer than elsewhere.
    why: str
    recipe: RecipePicture
    # Minutes up to the latest sample that are looked at, and those that can be.
    range: int
    ranges: list[int]
    deploys: list[DeployMark]


class MetricsBody(EndpointBody):
    metrics: Metrics


class MetricsState(Snapshot, MetricsBody):
    """The state of `endpoint_metrics`."""


class RangeArgs(TypedDict):
    minutes: int


class TimedCalls(TypedDict):
    """Calls up to a time; null: longer."""

    up_to: float | None
    calls: int


class LatencyRow(TypedDict):
    """How long this kernel's calls of an entity took beside the server's measure, in milliseconds."""

    entity: str
    calls: int
    own_p50: float | None
    own_p99: float | None
    server_p50: float | None
    server_p99: float | None
    # How much longer than the server the median call takes.
    outside: float | None
    histogram: list[TimedCalls]


class LatencyFound(TypedDict):
    rows: list[LatencyRow]
    # What could not be read.
    note: str


class MetricsOps(Ops):
    range: tuple[RangeArgs, None]
    latency: tuple[NoArgs, LatencyFound]
