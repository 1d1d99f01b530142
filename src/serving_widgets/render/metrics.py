"""An endpoint's metrics: tables, and small drawings of their course beside them."""

from __future__ import annotations

import math
from collections.abc import Sequence

from serving_widgets.api.endpoint.models import EndpointInfo
from serving_widgets.api.metrics.metrics import QUANTILES, MetricSeries
from serving_widgets.api.metrics.plots import PlotData, TimeSeries, is_continuous, plot_data, value_range
from serving_widgets.api.metrics.prometheus_text import MalformedLine
from serving_widgets.render.blocks.table import Cell, Table
from serving_widgets.render.blocks.text import escape, plain, utc

from .drawing import HIGH, STROKES, WIDE, Drawing

#: Samples whose course an output shows.
COURSE = 40
#: Bars that a printed page has room for beside the other columns: each stands for the highest of a few samples.
BARS = 14
_BARS = "▁▂▃▅▇"
#: What is said of a line that stands for several rows of a table.
_MERGED = {"sum": ", all entities together", "highest": ", the highest of several"}


class MetricsPage:
    """Metrics as tables: one of plain numbers, one of latencies and their like.

    Each row is what one metric tells of one served entity. Where there are several samples, it has the lowest and the
    highest of all of them and the last ones as a line of bars, and the page draws the most important ones, too; the
    drawings show nothing that their words and the tables do not say.

    Parameters
    ----------
    title
        Whose metrics they are.
    said
        Sentences above the tables.
    tracks
        The numbers.
    name
        The endpoint's name, which as a label says nothing new.
    notes, malformed
        The lines that could not be read.
    """

    def __init__(
        self,
        title: str,
        said: Sequence[str],
        tracks: TimeSeries,
        name: str,
        notes: Sequence[MalformedLine] = (),
        malformed: int = 0,
    ) -> None:
        self.title = title
        self.said = [*said, *_times(tracks)]
        self.tables = [table for table in (_plain_table(tracks, name), _latency_table(tracks, name)) if len(table)]
        self._all = tracks
        self._tracks = TimeSeries(tracks.times[-COURSE:], {key: each[-COURSE:] for key, each in tracks.values.items()})
        self._unread = [f"{malformed:,} line{'' if malformed == 1 else 's'} of the service's answer could not be read:"]
        self._unread += [f"Line {note.number}, {note.why}: {note.line}" for note in notes]
        if not malformed:
            self._unread = []

    @classmethod
    def of(
        cls,
        info: EndpointInfo,
        where: str,
        said: Sequence[str],
        tracks: TimeSeries,
        *,
        entity: str | None = None,
        notes: Sequence[MalformedLine] = (),
        malformed: int = 0,
    ) -> MetricsPage:
        """Return the page of an endpoint, or of one served entity, in the workspace ``where``; no sentence is empty."""
        whose = f"{entity} of {info.name}" if entity else info.name
        sentences = [each for each in said if each]
        return cls(f"Metrics of {whose} – {where}", sentences, tracks, info.name, notes, malformed)

    def drawings(self) -> list[Drawing]:
        """Return the course of the most important ones; none where there is one sample only."""
        if len(self._tracks.times) < 2:
            return []
        whole = zip(plot_data(self._tracks), plot_data(self._all), strict=True)
        return [_drawing(each, every, self._tracks.times) for each, every in whole if _known(each)]

    def __repr__(self) -> str:
        words = "\n".join(map(plain, self.said))
        parts = [plain(self.title), words, *map(repr, self.tables), "\n".join(map(plain, self._unread))]
        return "\n\n".join(part for part in parts if part)

    def _repr_html_(self) -> str:
        parts = [f"<p><strong>{escape(self.title)}</strong></p>"]
        parts += [f"<p>{escape(each)}</p>" for each in self.said]
        parts += [table._repr_html_() for table in self.tables]
        parts += [drawing._repr_html_() for drawing in self.drawings()]
        parts += [f"<p>{escape(each)}</p>" for each in self._unread]
        return "\n".join(parts)


def sparkline(values: Sequence[float]) -> str:
    """Return numbers as a line of bars, from the lowest to the highest; a dot where there is none.

    Examples
    --------
    >>> sparkline([1, 2, float("nan"), 5, 3])
    '▁▂·▇▃'
    """
    known = [value for value in values if math.isfinite(value)]
    low, span = (min(known), max(known) - min(known)) if known else (0.0, 0.0)
    return "".join(_bar((value - low) / span if span else 0.0) if math.isfinite(value) else "·" for value in values)


def _bar(part: float) -> str:
    return _BARS[round(part * (len(_BARS) - 1))]


def _times(tracks: TimeSeries) -> list[str]:
    if not tracks.values:
        return []
    last, count = f"Measured at {utc(tracks.times[-1] * 1000)}, over the minute before", len(tracks.times)
    if count == 1:
        return [f"{last}."]
    shown = f" The trend shows the last {COURSE} of {count:,} samples." if count > COURSE else ""
    return [f"{last}; {count:,} samples since {utc(tracks.times[0] * 1000)}.{shown}"]


def _plain_table(tracks: TimeSeries, name: str) -> Table:
    several = len(tracks.times) > 1
    chosen = sorted(series for series in tracks.values if series.statistic == "value")
    rows = [
        (
            _called(series, name),
            _whose(series),
            series.unit,
            _cell(tracks.values[series][-1]),
            *(_course(tracks.values[series]) if several else ()),
        )
        for series in chosen
    ]
    more = ("Lowest", "Highest", "Trend") if several else ()
    return Table(["Metric", "Entity", "Unit", "Now", *more], rows, "Last minute")


def _latency_table(tracks: TimeSeries, name: str) -> Table:
    several = len(tracks.times) > 1
    grouped: dict[MetricSeries, dict[str, MetricSeries]] = {}
    for series in tracks.values:
        if series.statistic != "value":
            key = MetricSeries(series.metric, series.entity, series.labels, unit=series.unit)
            grouped.setdefault(key, {})[series.statistic] = series
    told = {statistic for known in grouped.values() for statistic in known}
    quantiles = sorted({*QUANTILES, *told} - {"count", "mean"}, key=lambda statistic: float(statistic[1:]))
    statistics = ("count", "mean", *quantiles)
    rows = []
    for key in sorted(grouped):
        known = {statistic: tracks.values[series] for statistic, series in grouped[key].items()}
        now = [_cell(known[statistic][-1]) if statistic in known else None for statistic in statistics]
        # With a trend as well the table would be wider than a printed page; the drawings below show it.
        extremes = _course(known.get("p99", ()) or known.get("mean", ()))[:2] if several else ()
        rows.append((_called(key, name), _whose(key), key.unit, *now, *extremes))
    more = ("Lowest", "Highest") if several else ()
    caption = "Distributions in the last minute"
    caption += "; lowest and highest are those of p99" if several else ""
    head = ["Metric", "Entity", "Unit", "Count", "Mean", *quantiles, *more]
    return Table(head, rows, caption)


def _called(series: MetricSeries, name: str) -> str:
    """Return a metric's name with the labels that tell it from others."""
    telling = [f'{key}="{value}"' for key, value in series.labels if (key, value) != ("endpoint_name", name)]
    return f"{series.metric}{{{','.join(telling)}}}" if telling else series.metric


def _whose(series: MetricSeries) -> str:
    return series.entity or "all"


def _course(values: Sequence[float]) -> tuple[Cell, ...]:
    found = value_range(values)
    return (None, None, "") if found is None else (_cell(found[1]), _cell(found[2]), sparkline(_bars(values[-COURSE:])))


def _bars(values: Sequence[float]) -> list[float]:
    few = math.ceil(len(values) / BARS)
    parts = (values[at : at + few] for at in range(0, len(values), few))
    return [max(filter(math.isfinite, part), default=math.nan) for part in parts]


def _cell(value: float) -> Cell:
    if math.isnan(value):
        return None
    if math.isinf(value):
        return value
    rounded = round(value, 2)
    return int(rounded) if rounded == int(rounded) else rounded


def _told(value: float) -> str:
    return "–" if math.isnan(value) else str(_cell(value))


def _known(each: PlotData) -> list[float]:
    return [value for _, values in each.lines for value in values if math.isfinite(value)]


def _drawing(each: PlotData, whole: PlotData, times: Sequence[float]) -> Drawing:
    """Return a drawing and the words that say the same, with the extremes of the whole course."""
    top = max([*_known(each), 1e-9])
    unit = f" in {each.plot.unit}" if each.plot.unit else ""
    facts = [(name, value_range(values)) for name, values in whole.lines]
    said = "; ".join(
        f"{name} {stroke} now {_told(found[0])}, lowest {_told(found[1])}, highest {_told(found[2])}"
        for (_, stroke), (name, found) in zip(STROKES, facts, strict=False)
        if found is not None
    )
    strokes = tuple(
        (dashes, tuple(_runs(values, times, top)))
        for (dashes, _), (_, values) in zip(STROKES, each.lines, strict=False)
    )
    return Drawing(f"{each.plot.title}{unit}{_MERGED.get(each.merged or '', '')}", said, strokes)


def _runs(values: Sequence[float], times: Sequence[float], top: float) -> list[str]:
    """Return the points of each stretch without a gap."""
    begin, span = times[0], (times[-1] - times[0]) or 1.0
    runs: list[list[str]] = [[]]
    before = begin
    for value, time in zip(values, times, strict=True):
        if not math.isfinite(value):
            runs.append([])
            continue
        if not is_continuous(before, time):
            runs.append([])
        before = time
        across = 2 + (time - begin) / span * (WIDE - 4)
        runs[-1].append(f"{across:.1f},{HIGH - 2 - value / top * (HIGH - 4):.1f}")
    return [" ".join(run if len(run) > 1 else [*run, *run]) for run in runs if run]
