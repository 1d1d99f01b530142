"""The metrics of an endpoint as a table, of the last minute and of all that this process has seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from serving_widgets.workspace.runtime.event_loop import hop, off_loop
from serving_widgets.workspace.runtime.synchronous import synchronous
from serving_widgets.workspace.session.handle import Handle

from .metric_feed import measure
from .metric_history import Scrape
from .own_latency import OwnLatency, own_latency

if TYPE_CHECKING:
    import pandas as pd

#: The columns of the table, in order.
COLUMNS = ("time", "metric", "entity", "statistic", "value", "labels")
#: Seconds since the epoch that a column of times can hold (nanoseconds in 64 bits).
_FIRST, _LAST = -9_223_372_036.0, 9_223_372_036.0


class MeasuringAio:
    """The awaitable twin of :class:`Measuring`."""

    _endpoint: Handle

    async def metrics(self, history: bool = False) -> pd.DataFrame:
        """Return the endpoint's health metrics: requests, latencies, CPU, memory, GPU, provisioned concurrency.

        They are asked for now. The service tells the last minute (Databricks docs, *Track and export serving endpoint
        health metrics*): ``request_count_total`` and its like are requests in that minute, not sums that only rise.
        Quantiles are interpolated within a histogram's bucket, as ``histogram_quantile`` of Prometheus does it.

        Parameters
        ----------
        history : bool, default False
            Whether to return all that this process has seen of the endpoint, by asking and while a view of its metrics
            was on screen: one sample a service minute, of a day at most. An endpoint that had the same name before is
            another one.

        Returns
        -------
        pandas.DataFrame
            A row for each number: ``time`` (UTC, when it was measured by the service's clock), ``metric``, ``entity``
            (the served entity; "" for the endpoint as a whole), ``statistic`` (``value``; of a histogram ``count``,
            ``mean``, ``p50``, ``p95`` and ``p99``), ``value`` (a float in the metric's own unit: %, ms, requests) and
            ``labels`` (the other labels, such as ``gpu="0"``). No rows where nothing serves.

        Raises
        ------
        NotFound
            When there is no such endpoint.
        PermissionDenied
            When you may not view it.

        Examples
        --------
        >>> frame = ws.endpoints.get("fraud-detector").metrics()
        >>> latency = frame[frame.metric == "request_latency_ms"].set_index("statistic")["value"]
        >>> float(latency["p99"]) > float(latency["p50"])
        True
        """
        endpoint = self._endpoint
        scrapes = await hop(lambda: measure(endpoint.workspace, endpoint.name))
        return await off_loop(metric_frame, scrapes if history else scrapes[-1:])

    async def latency(self) -> OwnLatency:
        """Return how long this kernel's calls took, by served entity, beside what the service measures.

        What the own calls take longer is outside the server: the network, and waiting on the way. Whole answers count,
        not streams, and only those of this kernel.

        Examples
        --------
        >>> ep = ws.endpoints.get("unity-model-endpoint")
        >>> _ = ep.query({"dataframe_records": [{"impressions": 3, "position": 2, "bid": 0.5}]})
        >>> any(each.calls for each in ep.latency().entities)
        True
        """
        endpoint = self._endpoint
        return await hop(lambda: own_latency(endpoint.workspace, endpoint.name))


class Measuring(Handle):
    """A handle that tells how its endpoint fares."""

    metrics = synchronous(MeasuringAio.metrics, "ep")
    latency = synchronous(MeasuringAio.latency, "ep")


def metric_frame(scrapes: Sequence[Scrape]) -> pd.DataFrame:
    """Return samples as a table, as of :meth:`Endpoint.metrics`."""
    import pandas as pd

    places = [(scrape, place) for scrape in scrapes for place in range(len(scrape.series))]
    series = [scrape.series[place] for scrape, place in places]
    times = [_possible(scrape.timestamp(place), scrape.at) for scrape, place in places]
    columns = (
        pd.to_datetime(pd.Series(times, dtype="int64"), unit="ms", utc=True).dt.as_unit("ns"),
        pd.Series([one.metric for one in series], dtype="string"),
        pd.Series([one.entity for one in series], dtype="string"),
        pd.Series([one.statistic for one in series], dtype="string"),
        pd.Series([scrape.values[place] for scrape, place in places], dtype="float64"),
        pd.Series([one.label_text for one in series], dtype="string"),
    )
    return pd.DataFrame(dict(zip(COLUMNS, columns, strict=True)))


def _possible(timestamp: float, instead: float) -> int:
    """Return a time in milliseconds, as one of the formats has them; ``instead`` where a column can't hold it."""
    return round((timestamp if _FIRST < timestamp < _LAST else instead) * 1000)
