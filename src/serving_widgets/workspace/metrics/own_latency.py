"""How long this kernel's own calls took, beside what the service measures: so that network and model are told apart."""

from __future__ import annotations

import bisect
import dataclasses
import math
import statistics
from collections.abc import Sequence
from typing import TYPE_CHECKING

from serving_widgets.api.errors import ServingError
from serving_widgets.render import Card, Table

from .metric_feed import measure

if TYPE_CHECKING:
    import pandas as pd

    from serving_widgets.workspace.session.session import Session

#: Upper bounds of the histogram, in milliseconds; the last one has none.
BOUNDS_MS = (10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0, 2000.0, 5000.0, 10000.0, math.inf)
#: The longest bar of the histogram, in characters.
BAR = 30


@dataclasses.dataclass(frozen=True, slots=True)
class EntityLatency:
    """The latency of one served entity, in milliseconds; None where there is none to tell.

    Attributes
    ----------
    entity : str
        The served entity; "" where the service did not say which answered.
    calls : int
        This kernel's calls.
    own_p50, own_p99 : float or None
        From sending such a call to the end of its answer.
    server_p50, server_p99 : float or None
        As the service measured the last minute, everyone's calls together.
    histogram : tuple of int
        Calls up to each of :data:`BOUNDS_MS`.
    """

    entity: str
    calls: int
    own_p50: float | None
    own_p99: float | None
    server_p50: float | None
    server_p99: float | None
    histogram: tuple[int, ...]

    @property
    def outside(self) -> float | None:
        """How much longer than the server the median call takes: network, and waiting on the way; None if not longer.

        Own calls and the server's minute are not of the same time, and the server's are everyone's.
        """
        if self.own_p50 is None or self.server_p50 is None or self.own_p50 <= self.server_p50:
            return None
        return self.own_p50 - self.server_p50


class OwnLatency:
    """The latencies of this kernel's calls to an endpoint beside the service's, by served entity.

    Attributes
    ----------
    entities : tuple of EntityLatency
        Those that were called, or that the service tells of.
    note : str
        What could not be read.
    """

    def __init__(self, name: str, where: str, entities: Sequence[EntityLatency], note: str = "") -> None:
        self.entities, self.note = tuple(entities), note
        self._name, self._where = name, where

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each entity: ``entity``, ``calls``, and the quantiles in milliseconds."""
        import pandas as pd

        fields = [field.name for field in dataclasses.fields(EntityLatency) if field.name != "histogram"]
        return pd.DataFrame([{name: getattr(each, name) for name in fields} for each in self.entities], columns=fields)

    def card(self) -> Card:
        """Return it as something to display."""
        calls = sum(each.calls for each in self.entities)
        rows = [
            (
                each.entity or "all",
                each.calls,
                *map(_cell, (each.own_p50, each.own_p99, each.server_p50, each.server_p99, each.outside)),
            )
            for each in self.entities
        ]
        columns = ("Entity", "Calls", "Own p50", "Own p99", "Server p50", "Server p99", "Outside the server")
        tables = [Table(columns, rows, "Milliseconds: this kernel's calls, and the server's last minute")]
        counts = [sum(each.histogram[place] for each in self.entities) for place in range(len(BOUNDS_MS))]
        used = [place for place, count in enumerate(counts) if count]
        if used:
            bars = [
                (_bound(place), counts[place], "▇" * math.ceil(counts[place] / max(counts) * BAR))
                for place in range(used[0], used[-1] + 1)
            ]
            tables.append(Table(("Up to", "Calls", "Share"), bars, "This kernel's calls by time"))
        facts = [
            ("Calls", f"{calls:,} answered in this kernel" if calls else "none was answered in this kernel yet"),
            ("Not known", self.note),
        ]
        return Card(f"Latency: {self._name} – {self._where}", facts, tables if rows else [])

    def __repr__(self) -> str:
        return repr(self.card())

    def _repr_html_(self) -> str:
        return self.card()._repr_html_()


async def own_latency(session: Session, name: str) -> OwnLatency:
    """Return how long this kernel's calls took, beside the service's measure; runs on the loop thread."""
    own, note = session.client().query_times.of(name), ""
    server: dict[tuple[str, str], float] = {}
    try:
        last = (await measure(session, name))[-1]
        server = {
            (series.entity, series.statistic): value
            for series, value in zip(last.series, last.values, strict=True)
            if series.metric == "request_latency_ms" and not math.isnan(value)
        }
    except ServingError as error:
        note = f"The service's latencies: {error.message}"
    names = sorted({*own, *(entity for entity, _ in server)} - ({""} if own and "" not in own else set()))
    return OwnLatency(name, session.where, [_of(each, own.get(each, []), server) for each in names], note)


def _of(entity: str, seconds: Sequence[float], server: dict[tuple[str, str], float]) -> EntityLatency:
    times = [each * 1000 for each in seconds]
    histogram = [0] * len(BOUNDS_MS)
    for each in times:
        histogram[bisect.bisect_left(BOUNDS_MS, each)] += 1
    cuts = statistics.quantiles(times, n=100, method="inclusive") if len(times) > 1 else times * 99
    # Where the service does not tell entities apart, its measure of all of them is the nearest that there is.
    told = [server.get((entity, each), server.get(("", each))) for each in ("p50", "p99")]
    p50, p99 = (cuts[49], cuts[98]) if cuts else (None, None)
    return EntityLatency(entity, len(times), p50, p99, told[0], told[1], tuple(histogram))


def _cell(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


def _bound(place: int) -> str:
    bound = BOUNDS_MS[place]
    return f"{bound:,.0f} ms" if bound < math.inf else "longer"
