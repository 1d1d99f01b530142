"""What a page asks about the lines of a log: the kernel has all of them, and sends what is shown."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from serving_widgets.api.errors import ConfigError
from serving_widgets.widgets.core.channel import Args, Op, Progress
from serving_widgets.widgets.core.contract import TextPiece
from serving_widgets.workspace.logs.line_buffer import Archive
from serving_widgets.workspace.logs.log_feed import LogFeed
from serving_widgets.workspace.logs.log_search import LogQuery, LogSearch, search
from serving_widgets.workspace.logs.log_summary import error_groups, histogram, level_counts, unit_text

from . import snapshot
from .contract import ErrorGroupsAnswer, FoundLines, HistogramAnswer, LevelCounts, LinesSent, SearchDone, UnitText

#: Numbers in one message.
NUMBERS = 50_000
#: Bars of a histogram.
BARS = 80
#: Seconds for which a search goes on before others have their turn.
STEP = 0.05


class LogQuestions:
    """The questions about one log, the one that is open.

    Parameters
    ----------
    feed
        Returns the log; None where none is open.
    """

    def __init__(self, feed: Callable[[], LogFeed | None]) -> None:
        self._feed = feed

    def ops(self) -> dict[str, Op]:
        """Return the handlers, by the names that a page uses."""
        return {
            "lines": self._lines,
            "search": self._search,
            "histogram": self._histogram,
            "levels": self._levels,
            "groups": self._groups,
            "unit": self._unit,
        }

    async def text(self, args: Args, progress: Progress) -> None:
        """Send the log without escape sequences, or those lines of it that are asked for, in pieces."""
        shown = args.get("shown")
        query = read_query(shown) if isinstance(shown, dict) else None
        for piece in await self._ask(
            [], lambda archive: list(archive.plain(None if query is None else search(archive, query)))
        ):
            part: TextPiece = {"text": piece}
            progress(part)
            # Others have their turn on the loop thread between two parts.
            await asyncio.sleep(0)

    async def _ask(self, nothing: Any, question: Callable[[Archive], Any]) -> Any:
        feed = self._feed()
        return nothing if feed is None else await feed.ask(question)

    async def _lines(self, args: Args, progress: Progress) -> LinesSent:
        begin, end, numbers = args.get("begin"), args.get("end"), args.get("numbers")
        if isinstance(numbers, list) and all(isinstance(number, int) for number in numbers):
            parts = await self._ask([], lambda archive: list(archive.some(numbers)))
        elif isinstance(begin, int) and isinstance(end, int):
            parts = await self._ask([], lambda archive: list(archive.parts(begin, end)))
        else:
            raise bad_request()
        for part in parts:
            progress(snapshot.part(part))
            await asyncio.sleep(0)
        return {"first": await self._ask(0, lambda archive: archive.first)}

    async def _search(self, args: Args, progress: Progress) -> SearchDone:
        query, near, feed = read_query(args), args.get("near"), self._feed()
        if feed is None:
            return {"count": 0, "total": 0}
        under_way = await feed.ask(LogSearch, query, near if isinstance(near, int) else None)
        told = False
        while not await feed.ask(under_way.go_on, STEP):
            if under_way.nearest is not None and not told:
                told = True
                nearest: FoundLines = {"runs": [], "after": 0, "nearest": under_way.nearest}
                progress(nearest)
        found, total, at = under_way.found, under_way.total, 0
        for runs in _in_messages(_runs(found)):
            part: FoundLines = {"runs": runs, "after": at}
            at += sum(runs)
            progress(part)
            await asyncio.sleep(0)
        return {"count": len(found), "total": total}

    async def _histogram(self, args: Args, _: Progress) -> HistogramAnswer:
        query = read_query(args)
        found = await self._ask(None, lambda archive: histogram(archive, query, BARS))
        if found is None:
            return {"histogram": None}
        return {"histogram": {"begin": found.begin, "step": found.step, "bars": [list(bar) for bar in found.bars]}}

    async def _levels(self, args: Args, _: Progress) -> LevelCounts:
        query = read_query(args)
        counts = await self._ask({}, lambda archive: level_counts(archive, query))
        return {"counts": {level or "plain": count for level, count in counts.items()}}

    async def _groups(self, args: Args, _: Progress) -> ErrorGroupsAnswer:
        query = read_query(args)
        found = await self._ask([], lambda archive: error_groups(archive, query))
        return {"groups": [{"text": each.text, "count": each.count, "last": each.last} for each in found]}

    async def _unit(self, args: Args, _: Progress) -> UnitText:
        line = args.get("line")
        if not isinstance(line, int):
            raise bad_request()
        return {"text": await self._ask("", lambda archive: unit_text(archive, line))}


def read_query(args: Mapping[str, Any]) -> LogQuery:
    """Return what a page asks to be looked for."""
    text, replica, levels, context = (args.get(name) for name in ("text", "replica", "levels", "context"))
    if not isinstance(text, str) or not isinstance(replica, str | None) or not isinstance(levels, list):
        raise bad_request()
    return LogQuery(
        text,
        regex=args.get("regex") is True,
        exact=args.get("exact") is True,
        levels=frozenset(level for level in levels if isinstance(level, int)),
        replica=replica,
        heads=args.get("heads") is True,
        since=_seconds(args.get("since")),
        until=_seconds(args.get("until")),
        context=context if isinstance(context, int) else 0,
    )


def bad_request() -> ConfigError:
    """Return the error that a page asked for nothing that there is."""
    return ConfigError("The page did not say which log.", hint="Reload the page.", code="bad_request")


def _seconds(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _runs(numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Yield the gap before each run of consecutive numbers, and how long it is."""
    end = begin = length = 0
    for number in numbers:
        if length and number == begin + length:
            length += 1
            continue
        if length:
            yield begin - end, length
            end = begin + length
        begin, length = number, 1
    if length:
        yield begin - end, length


def _in_messages(runs: Iterator[tuple[int, int]]) -> Iterator[list[int]]:
    piece: list[int] = []
    for gap, length in runs:
        piece += (gap, length)
        if len(piece) >= NUMBERS:
            yield piece
            piece = []
    if piece:
        yield piece
