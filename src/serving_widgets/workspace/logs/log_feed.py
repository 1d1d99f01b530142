"""Feeds of logs: one log of one served entity, put together from snapshots while a view follows it.

The service has no stream of log lines, only snapshots of the newest ones. A feed asks for them less often the less
there is to see. What it has seen stays when no view looks: a container that starts anew takes its old log with it.
Everything here runs on the loop thread.
"""

from __future__ import annotations

import asyncio
import dataclasses
import itertools
import random
import time
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from serving_widgets.api.errors import ServingError
from serving_widgets.api.logs.diagnosis import diagnose
from serving_widgets.api.logs.findings import UNKNOWN, Finding, root_first
from serving_widgets.api.logs.log_lines import Level, LineReader, read_lines
from serving_widgets.api.logs.log_merge import merge_logs
from serving_widgets.workspace.runtime.event_loop import elsewhere
from serving_widgets.workspace.watch.events import Link
from serving_widgets.workspace.watch.feed import Feed, Feeds

from .line_buffer import Archive, Part
from .snapshot_diff import Follower, Step, split

if TYPE_CHECKING:
    from serving_widgets.workspace.session.session import Session

Sort = Literal["server", "build"]
T = TypeVar("T")

#: Lines read at a time; between two such pieces questions have their turn.
PIECE = 5_000
#: Characters of a log that are split into lines at a time.
SLICE = 1_000_000
#: New lines from which their end is shown before all are read.
MANY = 5_000
#: Lines of that end, and of the tail that goes with every picture.
TAIL = 20
#: Seconds in which that end gets to the views.
HEAD_START = 0.1
#: Logs kept of one workspace when no view shows them any more.
KEPT = 6
#: A log is not asked for again before so many times as long as asking for it took, for a big one is much work.
REST = 4


@dataclasses.dataclass(frozen=True, slots=True)
class LogSource:
    """Which log: of which endpoint's served entity, and of which version of its configuration (None: the present).

    Lines of the entities ``beside`` it stand between its own in one order of time, each with the name of its entity.
    """

    endpoint: str
    entity: str
    sort: Sort
    version: int | None = None
    beside: tuple[str, ...] = ()

    @property
    def entities(self) -> tuple[str, ...]:
        """All whose lines it has."""
        return (self.entity, *self.beside)


@dataclasses.dataclass(frozen=True, slots=True)
class LogState(Link):
    """How good a feed's picture is, and what it shows.

    Attributes
    ----------
    empty
        Whether the service had no lines when last asked.
    reading
        Whether lines have come that are still being read: ``total`` and ``tail`` tell of them, the rest does by and by.
    first, total
        The number of the first line that is kept, and the one that the next line will have.
    counts, gaps, replicas
        As of :class:`Archive`.
    tail
        The last lines.
    """

    empty: bool = False
    reading: bool = False
    first: int = 0
    total: int = 0
    counts: Mapping[Level, int] = dataclasses.field(default_factory=dict)
    gaps: int = 0
    replicas: tuple[str, ...] = ()
    tail: Part | None = None


class LogFeed(Feed):
    """One log, as far as it was seen.

    Attributes
    ----------
    archive
        Its lines; read them with :meth:`ask`.
    state
        What there is to see of it at this moment.
    findings
        The known failures that it tells of, the most telling first.
    """

    state: LogState

    def __init__(self, session: Session, source: LogSource) -> None:
        super().__init__(session.watcher)
        self._session = session
        self.source = source
        self.archive = Archive()
        self.state = LogState()
        self.findings: tuple[Finding, ...] = ()
        self._followers_of = {entity: Follower() for entity in source.entities}
        self._reader = LineReader()
        self._last: int | None = None
        self._fetching = asyncio.Lock()
        # For one thread at a time, and in turn: a question waits for no more than a piece of what is being read.
        self._turn = asyncio.Lock()
        self._begun = asyncio.Event()
        self._pause = 0.0

    def follow(self, key: str) -> None:
        """Ask for new lines while the holder of this lease is on screen."""
        super().follow(key)
        self.wake()

    def wake(self) -> None:
        """Ask now, as after something happened to the endpoint."""
        self._pause = 0.0
        super().wake()

    async def begun(self) -> None:
        """Wait until there is something to see: the end of the log, or why there is none."""
        await self._begun.wait()

    async def ask(self, question: Callable[..., T], *args: Any) -> T:
        """Return what a function tells of the archive, its first argument.

        Of lines that are still being read it has the text, but not yet level, replica and time.
        """
        await self._turn.acquire()
        answer = asyncio.get_running_loop().run_in_executor(None, question, self.archive, *args)
        # A thread can't be cancelled: the archive is its own until it has ended, whoever still waits.
        answer.add_done_callback(lambda _: self._turn.release())
        return await asyncio.shield(answer)

    async def _fetch(self, patient: bool) -> None:
        source, client = self.source, self._session.client()
        client = client if patient else client.without_retries()
        ask = client.server_logs if source.sort == "server" else client.build_logs
        texts = await asyncio.gather(*(ask(source.endpoint, each, source.version) for each in source.entities))
        empty = not any(texts)
        async with self._fetching:
            await self._take(texts)
        self._set(state="live", seen=time.time() * 1000, problem=None, empty=empty)

    def _failed(self, error: ServingError) -> None:
        self._set(state="stale" if self.state.seen is not None else "error", problem=error)

    async def _take(self, texts: list[str]) -> None:
        """Take snapshots in. The list is emptied, and no text is kept twice: a log may have 100 MB."""
        seen = await elsewhere(hash, tuple(texts))
        if seen == self._last:
            return
        before = self.archive.total
        glimpse = (
            await elsewhere(_glimpse, dict(zip(self.source.entities, texts, strict=True))) if before == 0 else None
        )
        if glimpse is not None:
            self._set(**glimpse)
        if before == 0 and len(texts) == 1:
            await self.ask(self._put_first, texts)
        else:
            step = await elsewhere(self._step, texts)
            if step.gap:
                self._reader = LineReader()
            await self.ask(_put, step)
        self._last = seen
        if self.archive.total == before:
            return
        if glimpse is not None:
            # Reading takes turns with every other thread of the process: those that show the end go first.
            await asyncio.sleep(HEAD_START)
        while self.archive.told < self.archive.total:
            await self.ask(self._read_on)
            if glimpse is not None:
                self._set(counts=dict(self.archive.counts), replicas=tuple(self.archive.replicas))
        before = max(before, self.archive.first)
        self._merge(await elsewhere(diagnose, await self.ask(_text_from, before)), before)
        self.state = dataclasses.replace(self.state, reading=False, **_facts(self.archive))

    def _put_first(self, archive: Archive, texts: list[str]) -> None:
        """Take the first snapshot of a log in, bit by bit: its lines take more memory than its text."""
        for lines in _slices(_sendable(texts.pop())):
            self._followers_of[self.source.entity].begin(lines)
            archive.put(lines)

    def _step(self, texts: list[str]) -> Step:
        """Return what is new, of several logs in one order of time."""
        steps = {
            entity: follower.take_lines(list(itertools.chain.from_iterable(_slices(_sendable(text)))))
            for (entity, follower), text in zip(self._followers_of.items(), texts, strict=True)
        }
        texts.clear()
        if len(steps) == 1:
            return steps[self.source.entity]
        merged = merge_logs({entity: "\n".join(step.lines) for entity, step in steps.items()})
        return Step(tuple(split(merged)), gap=any(step.gap for step in steps.values()))

    def _read_on(self, archive: Archive) -> None:
        archive.tell(self._reader.read(archive.lines(archive.told, archive.told + PIECE)))

    def _merge(self, found: tuple[Finding, ...], before: int) -> None:
        """Take in what new lines tell; a failure is shown where it occurred last."""
        by_code = {finding.code: finding for finding in self.findings if finding.number >= self.archive.first}
        for finding in found:
            by_code[finding.code] = finding.moved(before)
        if len(by_code) > 1:
            by_code.pop(UNKNOWN, None)
        self.findings = tuple(sorted(by_code.values(), key=root_first))

    def _set(self, **changes: Any) -> None:
        self._begun.set()
        self._publish(dataclasses.replace(self.state, **changes))

    async def _tick(self) -> float:
        pace, before, asked = self._watcher.pace, self.archive.total, time.monotonic()
        error = await self._try()
        if error is not None:
            self._pause = min(max(self._pause * 2, 1.0), pace.failing)
            pause = max(self._pause, pace.wanted_by(error))
        else:
            new = self.archive.total != before or not self._pause
            self._pause = pace.moving if new else min(self._pause * 1.5, pace.slowest)
            pause = max(self._pause, REST * (time.monotonic() - asked))
        # Jitter, so that many notebooks on one workspace do not ask in step; never sooner than asked for.
        return pause * random.uniform(1.0, 1.2)  # noqa: S311


class LogFeeds(Feeds[LogSource, LogFeed]):
    """The feeds of a workspace's logs."""

    def __init__(self) -> None:
        super().__init__(KEPT)


def log_feed(session: Session, source: LogSource) -> LogFeed:
    """Return the feed of a log, made on first use."""
    return session.attachments.of(LogFeeds).get(source, lambda: LogFeed(session, source))


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


def _put(archive: Archive, step: Step) -> None:
    archive.put(step.lines, gap=step.gap)


def _text_from(archive: Archive, begin: int) -> str:
    return archive.texts.text_from(begin - archive.first)


def _glimpse(texts: Mapping[str, str]) -> dict[str, Any] | None:
    """Return a picture of the end of a long log, for as long as reading all of it takes; None of any other."""
    total = sum(text.count("\n") + (text[-1:] not in ("", "\n")) for text in texts.values())
    if total <= MANY:
        return None
    ends = {entity: _sendable(_end_of(text)) for entity, text in texts.items()}
    lines = split(merge_logs(ends) if len(ends) > 1 else "".join(ends.values()))
    end = Archive()
    end.add(read_lines(lines[-TAIL:]))
    return {**_facts(end, total - end.total), "counts": {}, "reading": True}


def _end_of(text: str) -> str:
    """Return the last lines of a text, without looking at the others."""
    at = len(text)
    for _ in range(TAIL + 1):
        at = text.rfind("\n", 0, max(at, 0))
    return text[at + 1 :]


def _slices(text: str) -> Iterator[list[str]]:
    """Yield the lines of a log. A long one is taken in slices, for nothing else runs while one is split."""
    at = 0
    while at < len(text):
        end = text.find("\n", at + SLICE) + 1 or len(text)
        yield split(text[at:end])
        at = end


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
