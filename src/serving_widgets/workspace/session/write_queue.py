"""Writes: one after the other for each endpoint, the same one only once at a time, known to all views meanwhile.

Whether a write has been sent is known from the request itself: until its first byte goes out it can be taken back, and
from then on nothing may say that it was not sent.
"""

from __future__ import annotations

import asyncio
import collections
import dataclasses
from collections.abc import Awaitable, Callable
from typing import TypedDict

from serving_widgets.api.endpoint.models import EndpointInfo
from serving_widgets.client.http.lost_requests import going_out
from serving_widgets.workspace.runtime.event_loop import SentMark, closed_meanwhile, joined, mark_of_this_call

#: Carries a write out.
Send = Callable[[], Awaitable[EndpointInfo | None]]


@dataclasses.dataclass(eq=False, slots=True)
class _Write:
    action: str
    sent: bool = False
    waiting: int = 0
    task: asyncio.Task[EndpointInfo | None] | None = None
    marks: list[SentMark] = dataclasses.field(default_factory=list)

    def going_out(self) -> None:
        self.sent = True
        for mark in self.marks:
            mark.sent = True

    def told_to(self, mark: SentMark | None) -> None:
        if mark is not None:
            self.marks.append(mark)
            mark.sent = mark.sent or self.sent


class Told(TypedDict):
    """What a synchronous call has to know of its write when it is interrupted."""

    write: str
    sent: SentMark


class Writes:
    """The running writes of one workspace. Used on the loop thread only, except :meth:`told`.

    Parameters
    ----------
    told
        Called with an endpoint's name whenever its running write changes.
    """

    def __init__(self, told: Callable[[str], None]) -> None:
        self._told = told
        self._queued: dict[str, collections.deque[_Write]] = {}
        self._turns: dict[str, asyncio.Lock] = {}
        self._busy: dict[str, str] = {}

    def busy(self, name: str) -> str | None:
        """Return the action that is being carried out on an endpoint."""
        return self._busy.get(name)

    @staticmethod
    def told(name: str, action: str) -> Told:
        """Return a write in words, and what tells its caller that it has been sent."""
        return {"write": f"{action} {name}", "sent": SentMark()}

    async def run(self, name: str, action: str, send: Send, *, join: bool = True) -> EndpointInfo | None:
        """Carry a write out after those before it.

        A call for what the last one in the queue is about to do awaits that one. A write without a waiter any more
        is taken back, unless it has been sent.

        Raises
        ------
        OutcomeUnknown
            When the connection is closed after it was sent.
        ConfigError
            When the connection is closed before.

        Parameters
        ----------
        join
            Whether another call for the same action means the same thing: true of stop, start and delete, false of
            what carries a body.
        """
        queue = self._queued.setdefault(name, collections.deque())
        write = queue[-1] if queue and join and queue[-1].action == action else self._begin(name, action, send)
        assert write.task is not None
        write.waiting += 1
        write.told_to(mark_of_this_call())
        try:
            # A view that closes must not cancel what another view or a cell is waiting for.
            return await joined(write.task)
        except asyncio.CancelledError:
            caller = asyncio.current_task()
            if write.task.cancelled() and not (caller is not None and caller.cancelling()):
                raise closed_meanwhile(f"{action} {name}" if write.sent else "") from None
            raise
        finally:
            write.waiting -= 1
            if not write.waiting and not write.sent:
                write.task.cancel()

    async def close(self, grace: float = 0.0) -> None:
        """End what still runs; what has been sent gets a moment to tell how it ended."""
        writes = [write for queue in self._queued.values() for write in queue]
        sent = [write.task for write in writes if write.sent and write.task is not None]
        if sent and grace:
            await asyncio.wait(sent, timeout=grace)
        tasks = [write.task for write in writes if write.task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _begin(self, name: str, action: str, send: Send) -> _Write:
        write = _Write(action)
        self._queued[name].append(write)
        write.task = asyncio.get_running_loop().create_task(self._one(name, write, send))
        write.task.add_done_callback(lambda task: self._done(name, write, task))
        return write

    async def _one(self, name: str, write: _Write, send: Send) -> EndpointInfo | None:
        # The context is this task's own.
        going_out.set(write.going_out)
        async with self._turns.setdefault(name, asyncio.Lock()):
            self._busy[name] = write.action
            self._told(name)
            try:
                return await send()
            finally:
                del self._busy[name]
                self._told(name)

    def _done(self, name: str, write: _Write, task: asyncio.Task[EndpointInfo | None]) -> None:
        queue = self._queued[name]
        queue.remove(write)
        if not queue:
            del self._queued[name]
            self._turns.pop(name, None)
        if not task.cancelled():
            task.exception()  # whoever awaits it has it; without a waiter it is no unretrieved error either
