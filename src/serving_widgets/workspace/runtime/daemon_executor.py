"""An executor that never holds up the end of the process.

The workers of :mod:`concurrent.futures` are joined when the interpreter ends, however long they take: a name server
that does not answer, or a login that hangs, would keep a kernel from restarting.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")

#: Threads at most.
MOST = 8


class DaemonExecutor(ThreadPoolExecutor):
    """Runs functions on daemon threads. asyncio takes nothing but a ``ThreadPoolExecutor`` as its default."""

    def __init__(self) -> None:
        super().__init__(max_workers=MOST)
        self._jobs: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._count = threading.Lock()
        self._workers = 0
        self._open = 0

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        """Run a function on one of the threads."""
        future: Future[T] = Future()

        def job() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                result = fn(*args, **kwargs)
            except BaseException as error:
                future.set_exception(error)
            else:
                future.set_result(result)

        with self._count:
            self._open += 1
            if self._open > self._workers and self._workers < MOST:
                self._workers += 1
                threading.Thread(target=self._work, name="serving-widgets-helper", daemon=True).start()
        self._jobs.put(job)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Let the threads end when what they do is done; never waits."""
        for _ in range(self._workers):
            self._jobs.put(None)

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            try:
                job()
            finally:
                with self._count:
                    self._open -= 1
