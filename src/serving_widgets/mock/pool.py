"""Threads for model functions: a model that sleeps or computes never holds up the server."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

_MOST = 16


class Pool:
    """A few daemon threads that run functions for an event loop.

    Unlike those of `concurrent.futures`, they don't hold up the end of the interpreter: a model may be sleeping.
    """

    def __init__(self) -> None:
        self._jobs: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._threads = 0
        self._busy = 0

    async def run(self, function: Callable[[], T]) -> T:
        """Call `function` on a thread of the pool and return its result, or raise what it raised."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()

        def job() -> None:
            try:
                result = function()
            except Exception as error:
                _settle(loop, future, None, error)
            else:
                _settle(loop, future, result, None)

        self._hire()
        self._jobs.put(job)
        return await future

    def stop(self) -> None:
        """Let the threads go as soon as they are done with what they do."""
        with self._lock:
            for _ in range(self._threads):
                self._jobs.put(None)
            self._threads = 0

    def _hire(self) -> None:
        with self._lock:
            self._busy += 1
            if self._busy <= self._threads or self._threads == _MOST:
                return
            self._threads += 1
        threading.Thread(target=self._work, name="serving-mock-model", daemon=True).start()

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            job()
            with self._lock:
                self._busy -= 1


def _settle(
    loop: asyncio.AbstractEventLoop, future: asyncio.Future[T], result: T | None, error: Exception | None
) -> None:
    def deliver() -> None:
        if future.done():
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(result)  # type: ignore[arg-type]

    try:
        loop.call_soon_threadsafe(deliver)
    except RuntimeError:
        return  # the loop was closed while the model ran: nobody is waiting any more
