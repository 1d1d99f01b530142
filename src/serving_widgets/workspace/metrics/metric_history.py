"""What was seen of endpoints' metrics, of a day at most: the service itself tells the last minute only."""

from __future__ import annotations

import dataclasses
import itertools
import math
import threading
from array import array
from collections import OrderedDict, deque
from collections.abc import Sequence
from typing import TYPE_CHECKING

from serving_widgets.api.metrics.metrics import MetricReading, MetricSeries
from serving_widgets.api.metrics.plots import TimeSeries
from serving_widgets.api.metrics.prometheus_text import MalformedLine

if TYPE_CHECKING:
    from serving_widgets.api.endpoint.models import EndpointInfo
    from serving_widgets.workspace.session.session import Session

#: Service seconds that the service's numbers are about, and that one sample is kept of.
MINUTE = 60.0
#: Samples kept of an endpoint: those of a day that is watched throughout.
KEPT = 1440
#: Numbers kept of an endpoint, 8 bytes each; one with many entities is kept for a shorter time.
MOST_NUMBERS = 250_000
#: Endpoints that are kept; of more, those seen last.
ENDPOINTS = 64


@dataclasses.dataclass(frozen=True, slots=True)
class Scrape:
    """The metrics of an endpoint at one moment.

    Attributes
    ----------
    at
        Service seconds since the epoch at which they were read.
    series
        What each number is a measure of.
    values
        The numbers.
    timestamps
        When each was measured, in seconds since the epoch: as the text says it, else ``at``.
    notes, malformed
        As of :class:`Exposition`.
    """

    at: float
    series: tuple[MetricSeries, ...] = ()
    values: Sequence[float] = ()
    timestamps: Sequence[float] = ()
    notes: tuple[MalformedLine, ...] = ()
    malformed: int = 0

    @classmethod
    def of(
        cls, at: float, found: Sequence[MetricReading], notes: tuple[MalformedLine, ...] = (), malformed: int = 0
    ) -> Scrape:
        """Return what was read at service time ``at``."""
        told = any(reading.timestamp is not None for reading in found)
        times = [at if reading.timestamp is None else reading.timestamp for reading in found] if told else []
        series = tuple(reading.series for reading in found)
        values = array("d", [reading.value for reading in found])
        return cls(at, series, values, array("d", times), notes, malformed)

    def timestamp(self, place: int) -> float:
        """Return when the number at this place was measured."""
        return self.timestamps[place] if self.timestamps else self.at

    def says(self) -> tuple[object, ...]:
        """Return all but the time, to compare; that no number is the same as another."""
        return self.series, bytes(array("d", self.values)), self.malformed


class MetricHistory:
    """What was seen of a workspace's metrics; readable from any thread without waiting for more than a copy.

    One sample is kept for each service minute, the last one that was read in it: the numbers are about a minute, so
    that more of them would say the same twice. Of samples in a row that tell nothing, the first one is kept.

    An endpoint that was deleted and made anew under the same name begins with nothing. Where service time went back, as
    it does when the embedded workspace is reset, what lies after it has not happened yet and is forgotten.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, tuple[object, deque[Scrape]]] = OrderedDict()

    def take(self, info: EndpointInfo, scrape: Scrape) -> None:
        """Keep what was read of an endpoint; callers take samples in the order in which they read the clock."""
        identity = _identity(info)
        with self._lock:
            kept = self._kept.get(info.name)
            if kept is None or kept[0] != identity:
                kept = self._kept[info.name] = (identity, deque(maxlen=KEPT))
            self._kept.move_to_end(info.name)
            while len(self._kept) > ENDPOINTS:
                self._kept.popitem(last=False)
            _add(kept[1], scrape)

    def of(self, info: EndpointInfo) -> tuple[Scrape, ...]:
        """Return what is kept of an endpoint, the oldest first; nothing of another one that had its name before."""
        with self._lock:
            kept = self._kept.get(info.name)
            return tuple(kept[1]) if kept is not None and kept[0] == _identity(info) else ()


def metric_history(workspace: Session) -> MetricHistory:
    """Return what was seen of a workspace's metrics."""
    return workspace.attachments.of(MetricHistory)


def tracks(scrapes: Sequence[Scrape], entity: str | None = None) -> TimeSeries:
    """Return samples as the course of each number; ``entity`` leaves out what is told of others."""
    values: dict[MetricSeries, list[float]] = {}
    for at, scrape in enumerate(scrapes):
        for series, value in zip(scrape.series, scrape.values, strict=True):
            if entity is None or series.entity == entity:
                values.setdefault(series, [math.nan] * len(scrapes))[at] = value
    return TimeSeries(tuple(scrape.at for scrape in scrapes), values)


def _add(scrapes: deque[Scrape], scrape: Scrape) -> None:
    while scrapes and scrapes[-1].at > scrape.at:
        scrapes.pop()
    if scrapes:
        last = scrapes[-1]
        if not last.series and not scrape.series:
            # An endpoint that tells nothing for hours must not push out what it told before.
            if last.malformed == scrape.malformed:
                return
            scrapes.pop()
            scrapes.append(scrape)
            return
        if last.series == scrape.series:
            # Names weigh far more than numbers, and they are the same each minute.
            scrape = dataclasses.replace(scrape, series=last.series)
        if last.at // MINUTE == scrape.at // MINUTE:
            if last.says() == scrape.says():
                return
            scrapes.pop()
    scrapes.append(scrape)
    sizes = itertools.accumulate(len(each.values) for each in reversed(scrapes))
    fitting = sum(size <= MOST_NUMBERS for size in sizes)
    while len(scrapes) > max(fitting, 1):
        scrapes.popleft()


def _identity(info: EndpointInfo) -> tuple[object, ...]:
    return (info.id, info.creation_timestamp)
