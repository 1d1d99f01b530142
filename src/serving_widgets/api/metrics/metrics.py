"""Metrics of an endpoint: what their names and labels mean, and what a histogram tells."""

from __future__ import annotations

import dataclasses
import itertools
import math
from collections.abc import Iterable, Mapping
from typing import Literal

from .prometheus_text import Exposition, MetricFamily, MetricSample

Aggregation = Literal["sum", "highest"]

#: Labels that name the served entity, the present one first. The service documents no names of labels.
ENTITY_LABELS = ("served_entity_name", "served_model_name")
#: Quantiles that are told of a histogram, by what their statistic is called.
QUANTILES: Mapping[str, float] = {"p50": 0.5, "p95": 0.95, "p99": 0.99}
#: What is told of a histogram, in order.
STATISTICS = ("count", "mean", *QUANTILES)

_DISTRIBUTIONS: Mapping[str, tuple[str, str]] = {
    "histogram": ("_count", "_sum"),
    "gaugehistogram": ("_gcount", "_gsum"),
}

#: Units of the metrics that the service documents (Databricks docs, *Track and export serving endpoint health
#: metrics*). Requests are counted over the last minute, although their names end as those of counters that only rise.
UNITS: Mapping[str, str] = {
    "request_count_total": "requests/min",
    "request_4xx_count_total": "requests/min",
    "request_5xx_count_total": "requests/min",
    "provisioned_concurrent_requests_total": "requests",
}
#: Units by how a name ends.
_ENDINGS = {
    "_percentage": "%",
    "_ms": "ms",
    "_milliseconds": "ms",
    "_seconds": "s",
    "_bytes": "bytes",
    "_ratio": "ratio",
}


@dataclasses.dataclass(frozen=True, slots=True, order=True)
class MetricSeries:
    """What a number is a measure of.

    Attributes
    ----------
    metric
        The metric's name, such as ``cpu_usage_percentage``.
    entity
        The served entity; "" where it is the endpoint as a whole.
    labels
        The other labels, sorted: such as which GPU it is.
    statistic
        ``value``; of a histogram ``count``, ``mean``, ``p50``, ``p95`` and ``p99``.
    unit
        The unit of the metric, as far as it is known.
    """

    metric: str
    entity: str = ""
    labels: tuple[tuple[str, str], ...] = ()
    statistic: str = "value"
    unit: str = ""

    @property
    def label_text(self) -> str:
        """The other labels as text: ``gpu="0"``."""
        return ",".join(f'{key}="{value}"' for key, value in self.labels)


@dataclasses.dataclass(frozen=True, slots=True)
class MetricReading:
    """A number, and when it was measured: seconds since the epoch where the text says that, else None."""

    series: MetricSeries
    value: float
    timestamp: float | None = None


def read_metrics(exposition: Exposition) -> list[MetricReading]:
    r"""Return what a text of metrics says, each number with what it is a measure of.

    Histograms and summaries become statistics. Every other sample is kept as it is, whatever it is called; of two that
    say something of the same, the later one.

    Examples
    --------
    >>> from serving_widgets.api.metrics.prometheus_text import parse_prometheus
    >>> [one] = read_metrics(parse_prometheus('cpu_usage_percentage{served_model_name="churn-3"} 2.5'))
    >>> one.series.entity, one.series.unit, one.value
    ('churn-3', '%', 2.5)
    """
    found: dict[MetricSeries, MetricReading] = {}
    for family in exposition.families:
        for reading in _of_family(family):
            found[reading.series] = reading
    return list(found.values())


def unit_of(metric: str, said: str = "") -> str:
    """Return the unit of a metric, by its name where the text does not say it."""
    known = UNITS.get(metric) or next((unit for ending, unit in _ENDINGS.items() if metric.endswith(ending)), "")
    return known or said


def aggregation_of(metric: str) -> Aggregation:
    """Return how the numbers of several entities, or of several GPUs, become one.

    Requests add up. Of shares and of latencies the highest is told: a mean would hide the one that is in trouble, and
    quantiles have none.
    """
    return "sum" if metric in UNITS else "highest"


def quantile(q: float, buckets: Iterable[tuple[float, float]]) -> float:
    """Return a quantile of a histogram, by linear interpolation within the bucket that it falls into.

    As ``histogram_quantile`` of Prometheus does it (Prometheus documentation, *Query functions*): the lowest bucket
    begins at 0 where its bound is positive, and what falls into the highest one, which has no end, is told as where
    that begins. Counts that fall from one bucket to the next are raised to what they were before.

    Parameters
    ----------
    q
        From 0 to 1.
    buckets
        Upper bounds, and how many observations are not above them; the last bound is infinite.

    Returns
    -------
    float
        In the unit of the bounds; nan where the histogram is empty, or is none.

    Examples
    --------
    >>> quantile(0.5, [(100.0, 0), (200.0, 4), (math.inf, 4)])
    150.0
    """
    if not 0 <= q <= 1:
        return math.nan
    bounds, counts = _monotonic(buckets)
    if len(bounds) < 2 or bounds[-1] != math.inf or not 0 < counts[-1] < math.inf:
        return math.nan
    rank = q * counts[-1]
    at = next((place for place, count in enumerate(counts[:-1]) if count >= rank), len(bounds) - 1)
    if at == len(bounds) - 1:
        return bounds[-2]
    end = bounds[at]
    if at == 0 and end <= 0:
        return end
    begin, before = (bounds[at - 1], counts[at - 1]) if at else (0.0, 0.0)
    within = counts[at] - before
    return begin + (end - begin) * ((rank - before) / within) if within else begin


def _monotonic(buckets: Iterable[tuple[float, float]]) -> tuple[list[float], list[float]]:
    merged: dict[float, float] = {}
    for bound, count in buckets:
        if not (math.isnan(bound) or math.isnan(count)):
            merged[bound] = merged.get(bound, 0.0) + count
    bounds = sorted(merged)
    return bounds, list(itertools.accumulate((merged[bound] for bound in bounds), max))


@dataclasses.dataclass(slots=True)
class _Distribution:
    """The samples of one histogram or summary."""

    buckets: list[tuple[float, float]] = dataclasses.field(default_factory=list)
    quantiles: dict[str, float] = dataclasses.field(default_factory=dict)
    count: float | None = None
    total: float | None = None
    timestamp: float | None = None

    def statistics(self) -> Mapping[str, float]:
        count = self.count
        if count is None:
            count = next((counted for bound, counted in self.buckets if bound == math.inf), math.nan)
        mean = self.total / count if self.total is not None and count else math.nan
        of_buckets = {name: quantile(q, self.buckets) for name, q in QUANTILES.items()} if self.buckets else {}
        return {"count": count, "mean": mean, **of_buckets, **self.quantiles}


def _of_family(family: MetricFamily) -> list[MetricReading]:
    if family.type not in (*_DISTRIBUTIONS, "summary"):
        return [_plain(family, sample) for sample in family.samples]
    count, total = _DISTRIBUTIONS.get(family.type, ("_count", "_sum"))
    kept: list[MetricReading] = []
    found: dict[MetricSeries, _Distribution] = {}
    for sample in family.samples:
        ending = sample.name[len(family.name) :]
        own = "le" if family.type != "summary" else "quantile"
        place = found.setdefault(_series(family, sample, leave_out=own), _Distribution())
        bound = _bound(sample.labels.get(own, ""))
        if ending == count:
            place.count = sample.value
        elif ending == total:
            place.total = sample.value
        elif ending == "_bucket" and bound is not None:
            place.buckets.append((bound, sample.value))
        elif ending == "" and own == "quantile" and bound is not None:
            place.quantiles[f"p{bound * 100:g}"] = sample.value
        else:
            kept.append(_plain(family, sample))
            continue
        place.timestamp = sample.timestamp if sample.timestamp is not None else place.timestamp
    told = [
        MetricReading(dataclasses.replace(series, statistic=name), value, distribution.timestamp)
        for series, distribution in found.items()
        if distribution != _Distribution()
        for name, value in distribution.statistics().items()
    ]
    return told + kept


def _plain(family: MetricFamily, sample: MetricSample) -> MetricReading:
    return MetricReading(_series(family, sample, name=sample.name), sample.value, sample.timestamp)


def _series(family: MetricFamily, sample: MetricSample, *, name: str = "", leave_out: str = "") -> MetricSeries:
    metric = name or family.name
    naming = next((label for label in ENTITY_LABELS if sample.labels.get(label)), "")
    rest = tuple(sorted((key, value) for key, value in sample.labels.items() if key not in (naming, leave_out)))
    return MetricSeries(metric, naming and sample.labels[naming], rest, "value", unit_of(metric, family.unit))


def _bound(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
