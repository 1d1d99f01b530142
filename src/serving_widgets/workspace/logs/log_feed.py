"""Feeds: one log of one served entity, followed for whoever looks at it.

The service has no stream of log lines, only snapshots of the newest ones. A feed asks for them while a view that is on
screen follows, less often the less there is to see, and puts them together. Views of the same log share a feed, and
what it has seen stays when nobody looks: a container that starts anew takes its old log with it.

Everything here runs on the loop thread, except what says otherwise.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import logging
import random
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal

from serving_widgets.api.errors import ApiError, ServingError
from serving_widgets.api.logs.diagnosis import RULES, Finding, diagnose
from serving_widgets.api.logs.log_lines import Level, LineReader, read_lines
from serving_widgets.workspace.runtime.event_loop import elsewhere

from .line_buffer import Archive, Part
from .snapshot_diff import Follower, split

if TYPE_CHECKING:
    from serving_widgets.workspace.session.session import Session

log = logging.getLogger(__name__)

Sort = Literal["server", "build"]

#: Lines read at a time; between two such pieces others have their turn.
PIECE = 10_000
#: Characters of a log that are split into lines at a time.
SLICE = 1_000_000
#: New lines from which their end is shown before all are read.
MANY = 5_000
#: Lines of that end, and of the tail that goes with every picture.
TAIL = 20
#: Seconds in which that end gets to the views.
HEAD_START = 0.1
#: Logs kept of one workspace when nobody looks at them any more.
KEPT = 6
#: Host seconds between two looks whether a view that follows is on screen again.
ASLEEP = 1.0
#: A log is not asked for again before so many times as long as asking for it took, for a big one is work for everybody.
REST = 4


@dataclasses.dataclass(frozen=True, slots=True)
class Source:
    """Which log: of which endpoint's served entity, and of which version of its configuration (None: the present)."""

    endpoint: str
    entity: str
    sort: Sort
    version: int | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class State:
    """A feed's picture.

    Attributes
    ----------
    state
        ``loading`` before the first answer, ``live``, ``stale`` when the last look failed, ``error`` when none has
        succeeded yet.
    seen
        Host time of the last good look, in milliseconds since the epoch.
    problem
        Why the last look failed.
    empty
        Whether the service had no lines when last asked.
    reading
        Whether lines have come that are still being read; ``total`` and ``tail`` tell of them, the rest does not.
    first, total
        The number of the first line that is kept, and the one that the next line will have.
    counts, gaps, replicas
        As of :class:`Archive`.
    tail
        The last lines.
    """

    state: Literal["loading", "live", "stale", "error"] = "loading"
    seen: float | None = None
    problem: ServingError | None = None
    empty: bool = False
    reading: bool = False
    first: int = 0
    total: int = 0
    counts: Mapping[Level, int] = dataclasses.field(default_factory=dict)
    gaps: int = 0
    replicas: tuple[str, ...] = ()
    tail: Part | None = None


class LogFeed:
    """One log, as far as it was seen.

    Attributes
    ----------
    archive
        Its lines; read them with :meth:`parts` and :meth:`pieces`, which wait for those that are being read.
    state
        What there is to see of it at this moment.
    findings
        The known failures that it tells of, the most telling first.
    """

    def __init__(self, session: Session, source: Source) -> None:
        self._session = session
        self.source = source
        self.archive = Archive()
        self.state = State()
        self.findings: tuple[Finding, ...] = ()
        self._follower = Follower()
        self._reader = LineReader()
        self._last: str | None = None
        self._subscribers: list[Callable[[], None]] = []
        self._followers: set[str] = set()
        self._one_at_a_time = asyncio.Lock()
        self._look: asyncio.Task[None] | None = None
        self._task: asyncio.Task[None] | None = None
        self._wake = asyncio.Event()
        self._begun = asyncio.Event()
        self._pause = 0.0

    @property
    def used(self) -> bool:
        """Whether somebody looks at it."""
        return bool(self._subscribers)

    def subscribe(self, told: Callable[[], None]) -> Callable[[], None]:
        """Have ``told`` called after each change; returns the way to end that."""
        self._subscribers.append(told)

        def end() -> None:
            with contextlib.suppress(ValueError):
                self._subscribers.remove(told)

        return end

    def follow(self, key: str) -> None:
        """Ask for new lines while the holder of this lease is on screen."""
        self._followers.add(key)
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._run(), name="serving-widgets-log")
        self.wake()

    def unfollow(self, key: str) -> None:
        """Take :meth:`follow` back."""
        self._followers.discard(key)
        if not self._followers:
            self._wake.set()

    def wake(self) -> None:
        """Ask now, as after something happened to the endpoint."""
        self._pause = 0.0
        self._wake.set()

    async def read(self, *, patient: bool = True) -> None:
        """Ask for the log now; callers at the same time share one request.

        Raises
        ------
        ServingError
            When it can't be had; what was seen before stays.
        """
        if self._look is None:
            self._look = asyncio.get_running_loop().create_task(self._read(patient))
            self._look.add_done_callback(self._looked)
        await asyncio.shield(self._look)

    async def something(self) -> None:
        """Wait until there is something to see: the end of the log, or why there is none."""
        await self._begun.wait()

    async def parts(self, begin: int, end: int) -> list[Part]:
        """Return lines by their numbers in parts that fit into a message each."""
        async with self._one_at_a_time:
            return await elsewhere(lambda: list(self.archive.parts(begin, end)))

    async def pieces(self) -> list[str]:
        """Return the whole log without escape sequences, in pieces that fit into a message each."""
        async with self._one_at_a_time:
            return await elsewhere(lambda: list(self.archive.plain()))

    async def _read(self, patient: bool) -> None:
        source, client = self.source, self._session.client()
        client = client if patient else client.without_retries()
        ask = client.server_logs if source.sort == "server" else client.build_logs
        try:
            text = await ask(source.endpoint, source.entity, source.version)
        except ServingError as error:
            state: Literal["stale", "error"] = "stale" if self.state.seen is not None else "error"
            self._set(state=state, problem=error)
            raise
        async with self._one_at_a_time:
            await self._take(text)
        self._set(state="live", seen=time.time() * 1000, problem=None, empty=not text)

    async def _take(self, text: str) -> None:
        if text == self._last:
            return
        self._last = text
        step = await elsewhere(lambda: self._follower.take_lines(_split(_sendable(text))))
        if not step.lines:
            return
        before, gap = self.archive.total, step.gap
        if gap:
            self._reader = LineReader()
        if before == 0 and len(step.lines) > MANY:
            self._set(**await elsewhere(_glimpse, step.lines))
            # Reading takes turns with every other thread of the process: those that show the end go first.
            await asyncio.sleep(HEAD_START)
        for at in range(0, len(step.lines), PIECE):
            await elsewhere(self._add, step.lines[at : at + PIECE], gap)
            gap = False
        found = await elsewhere(lambda: diagnose("\n".join(step.lines) if before else text))
        self._merge(found, before)
        self.state = dataclasses.replace(self.state, reading=False, **_facts(self.archive))

    def _add(self, lines: tuple[str, ...], gap: bool) -> None:
        self.archive.add(self._reader.read(lines), gap=gap)

    def _merge(self, found: tuple[Finding, ...], before: int) -> None:
        """Take in what new lines tell; a failure is shown where it occurred last."""
        by_code = {finding.code: finding for finding in self.findings if finding.number >= self.archive.first}
        for finding in found:
            by_code[finding.code] = dataclasses.replace(finding, number=finding.number + before)
        self.findings = tuple(by_code[rule.code] for rule in RULES if rule.code in by_code)

    def _set(self, **changes: Any) -> None:
        self.state = dataclasses.replace(self.state, **changes)
        self._begun.set()
        for told in list(self._subscribers):
            try:
                told()
            except Exception:
                # One view that can't draw must not keep the others from it.
                log.exception("A subscriber of a log failed")

    def _looked(self, task: asyncio.Task[None]) -> None:
        self._look = None
        if not task.cancelled():
            task.exception()

    # Following ------------------------------------------------------------------------------------------------------

    async def _run(self) -> None:
        while self._followers and not self._session.closed:
            self._wake.clear()
            pause = await self._tick() if self._on_screen() else ASLEEP
            with contextlib.suppress(TimeoutError):
                # Jitter, so that many notebooks on one workspace do not ask in step; never sooner than asked for.
                await asyncio.wait_for(self._wake.wait(), pause * random.uniform(1.0, 1.2))  # noqa: S311

    def _on_screen(self) -> bool:
        leases = self._session.watcher.leases
        return any(key in leases for key in self._followers)

    async def _tick(self) -> float:
        """Look once and return how long to rest."""
        pace, before, asked = self._session.watcher.pace, self.archive.total, time.monotonic()
        try:
            await self.read(patient=False)
        except ServingError as error:
            self._pause = min(max(self._pause * 2, 1.0), pace.failing)
            return max(self._pause, (error.retry_after or 0.0) if isinstance(error, ApiError) else 0.0)
        except Exception:
            # A fault of ours in one look must not end the following: nobody would notice that the log stands.
            log.exception("A look at a log failed")
            return pace.failing
        if self.archive.total != before or not self._pause:
            self._pause = pace.moving
        else:
            self._pause = min(self._pause * 1.5, pace.slowest)
        return max(self._pause, REST * (time.monotonic() - asked))


def feed(session: Session, source: Source) -> LogFeed:
    """Return the feed of a log, made on first use."""
    known = session.log_feeds
    found = known.get(source)
    if found is None:
        found = known[source] = LogFeed(session, source)
    known.move_to_end(source)
    idle = [each for each in known if not known[each].used and each != source]
    for old in idle[: max(len(idle) - KEPT, 0)]:
        del known[old]
    return found


def _facts(archive: Archive, before: int = 0) -> dict[str, Any]:
    """Return what an archive adds to a feed's picture; ``before`` lines stand before it."""
    tail = next(archive.parts(archive.total - TAIL, archive.total), None)
    return {
        "first": archive.first,
        "total": before + archive.total,
        "counts": dict(archive.counts),
        "gaps": archive.gaps,
        "replicas": tuple(archive.replicas),
        "tail": tail and dataclasses.replace(tail, begin=before + tail.begin),
    }


def _glimpse(lines: tuple[str, ...]) -> dict[str, Any]:
    """Return a picture of the end of many lines, for as long as reading all of them takes."""
    end = Archive()
    end.add(read_lines(lines[-TAIL:]))
    return {**_facts(end, len(lines) - end.total), "counts": {}, "reading": True}


def _split(text: str) -> list[str]:
    """Return the lines of a log. A long one is taken in slices, for nothing else runs while one is split."""
    lines: list[str] = []
    at = 0
    while at < len(text):
        end = text.find("\n", at + SLICE) + 1 or len(text)
        lines += split(text[at:end])
        at = end
    return lines


def _sendable(text: str) -> str:
    """Return text without lone surrogates, which no message to a page can carry."""
    if text.isascii():
        return text
    return text.encode("utf-8", "replace").decode("utf-8") if _broken(text) else text


def _broken(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return True
    return False
