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

    Unlike those of `concurrent.futures`, they don't hold up the end of the interpreter: a model may be sleeping. A
    thread whose function was given up gets a substitute, so that models that hang don't use up the pool.
    """

    def __init__(self) -> None:
        self._jobs: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._threads = 0
        self._busy = 0
        self._given_up = 0

    async def run(self, function: Callable[[], T]) -> T:
        """Call `function` on a thread of the pool and return its result, or raise what it raised.

        Cancelling gives the function up: it is not called if it has not begun, and its result is dropped if it has.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        running = threading.Event()
        given_up = threading.Event()

        def job() -> None:
            with self._lock:
                if given_up.is_set():
                    return
                running.set()
            try:
                result = function()
            except BaseException as error:
                # An exit or an interrupt would end this thread, and the query would wait for ever.
                fitting = error if isinstance(error, Exception) else RuntimeError(repr(error))
                _settle(loop, future, None, fitting)
            else:
                _settle(loop, future, result, None)
            with self._lock:
                running.clear()
                self._given_up -= given_up.is_set()

        self._hire(more=1)
        self._jobs.put(job)
        try:
            return await future
        except asyncio.CancelledError:
            with self._lock:
                given_up.set()
                self._given_up += running.is_set()
            self._hire(more=0)
            raise

    def stop(self) -> None:
        """Let the threads go as soon as they are done with what they do."""
        with self._lock:
            for _ in range(self._threads):
                self._jobs.put(None)
            self._threads = 0

    def _hire(self, more: int) -> None:
        """Take on a thread if there are too few for what there is to do, `more` jobs being added to it."""
        with self._lock:
            self._busy += more
            if self._busy <= self._threads or self._threads >= _MOST + self._given_up:
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
        return  # the loop was closed while the model ran: its callers are gone
