"""The Metrics tab of a panel: the recent course of an endpoint's numbers, while somebody looks at it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from serving_widgets.api.errors import ConfigError, ServingError
from serving_widgets.api.measured import why_few, why_none
from serving_widgets.api.metricplots import Drawn, drawn
from serving_widgets.api.models import EndpointInfo
from serving_widgets.workspace.metricfeed import MetricFeed, metric_feed
from serving_widgets.workspace.metrichistory import tracks

from .channel import Args, Op, Progress, text_of

if TYPE_CHECKING:
    from serving_widgets.render.metrics import MetricsPage
    from serving_widgets.workspace.metrichistory import Scrape

    from .panel_host import Host

#: Samples that the page gets at most: the last hour of a panel that is looked at.
WINDOW = 60
#: Numbers that it gets at most; with many entities the window is shorter.
MOST_NUMBERS = 900
#: Samples that it gets at least.
SHORTEST = 8
#: Entities that can be chosen one by one.
ENTITIES = 8


class MetricsTab:
    """What the Metrics tab of one panel knows: which views look at it, and their feed while they do."""

    def __init__(self, panel: Host) -> None:
        self._panel = panel
        self._feed: MetricFeed | None = None
        self._leave = _nothing
        self._wanted = False
        self._drawn: tuple[Scrape, dict[str, Any]] | None = None

    def ops(self) -> Mapping[str, Op]:
        """Return the operations that the page may ask for."""
        return {"metrics_show": self._show, "metrics_read": self._read}

    def want(self) -> None:
        """Have the numbers in the snapshot: the tab was chosen, or a view shows it."""
        self._wanted = True

    async def first_look(self) -> None:
        """Read the numbers, so that no saved output lacks them; why they can't be had is a picture, too."""
        try:
            await self._joined().read()
        except ServingError:
            return

    def leave(self, view: str) -> None:
        """Read nothing more on behalf of a view that is gone."""
        if self._feed is not None:
            self._feed.unfollow(view)

    def end(self, views: set[str]) -> None:
        """Read nothing more: the panel is closed."""
        for view in views:
            self.leave(view)
        self._leave()
        self._feed, self._leave = None, _nothing

    def changed(self) -> None:
        """Have the numbers read again: what happened to the endpoint shows in them."""
        if self._feed is not None:
            self._feed.wake()

    def picture(self, info: EndpointInfo) -> dict[str, Any] | None:
        """Return what the tab shows; None while nobody wants it."""
        if not self._wanted:
            return None
        workspace = self._panel.workspace
        state = None if self._feed is None else self._feed.state
        scrapes = workspace.metrics.of(info)
        lines = workspace.recipe("metrics", info.name, history=True)
        return {
            "state": "loading" if state is None else state.state,
            "problem": None if state is None or state.problem is None else state.problem.problem(),
            "why": "" if not scrapes else why_few(info) if scrapes[-1].series else why_none(info),
            "recipe": {"magic": lines.magic, "python": lines.python},
            **self._numbers(scrapes),
        }

    def page(self, info: EndpointInfo, *, where: str) -> MetricsPage:
        """Return the numbers as a saved output shows them without a kernel."""
        from serving_widgets.render.metrics import MetricsPage

        scrapes = self._panel.workspace.metrics.of(info)
        problem = None if self._feed is None else self._feed.state.problem
        why = "" if not scrapes else why_few(info) if scrapes[-1].series else why_none(info)
        said = [str(problem)] if problem is not None else [why] if why else []
        return MetricsPage(f"Metrics of {info.name} – {where}", said, tracks(scrapes), info.name)

    def _numbers(self, scrapes: Sequence[Scrape]) -> dict[str, Any]:
        """Return the numbers to draw; worked out once for each sample, as snapshots are made far more often."""
        if not scrapes:
            return numbers(())
        drawn_before = self._drawn
        if drawn_before is None or drawn_before[0] is not scrapes[-1]:
            drawn_before = self._drawn = (scrapes[-1], numbers(scrapes))
        return drawn_before[1]

    def _joined(self) -> MetricFeed:
        if self._feed is None:
            self._feed = metric_feed(self._panel.workspace, self._panel.endpoint)
            self._leave = self._feed.subscribe(self._panel.publish_soon)
        return self._feed

    # Operations -----------------------------------------------------------------------------------------------------

    async def _show(self, args: Args, _: Progress) -> None:
        """Note whether a view shows the tab: only then are numbers asked for."""
        view, on = text_of(args, "view"), args.get("on")
        if not isinstance(on, bool):
            raise ConfigError("The page did not say whether it shows metrics.", hint="Reload it.", code="bad_request")
        if not on:
            self.leave(view)
            return
        self.want()
        self._joined().follow(view)
        self._panel.publish_now()

    async def _read(self, _: Args, __: Progress) -> None:
        """Read the numbers now, because a person asked for it."""
        await self._joined().read(patient=False)


def numbers(scrapes: Sequence[Scrape]) -> dict[str, Any]:
    """Return the times and, by entity, the lines of each plot; "" stands for all entities together."""
    entities = sorted({series.entity for scrape in scrapes[-1:] for series in scrape.series if series.entity})
    choices = ["", *entities[:ENTITIES]] if len(entities) > 1 else [""]
    lines = sum(len(each.lines) for each in drawn(tracks(scrapes[-1:]))) * len(choices)
    recent = tracks(scrapes[-max(min(WINDOW, MOST_NUMBERS // max(lines, 1)), SHORTEST) :])
    return {
        "times": [round(time * 1000) for time in recent.times],
        "plots": {choice: [_plot(each) for each in drawn(recent, choice)] for choice in choices},
        "left_out": max(len(entities) - ENTITIES, 0),
    }


def _plot(each: Drawn) -> dict[str, Any]:
    notes = ["the whole endpoint's"] if each.whole else []
    notes += ["the highest of several"] if each.merged == "highest" else []
    return {
        "key": each.plot.key,
        "title": each.plot.title,
        "unit": each.plot.unit,
        "note": ", ".join(notes),
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
