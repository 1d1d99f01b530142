"""An event loop in which waiting takes no time: for clients whose service is a function, with limits in seconds."""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

from serving_widgets.client.http.timing import HostClock

Result = TypeVar("Result")


class Jumping(selectors.DefaultSelector):
    """Where nothing is to be done before a moment, it has come; what other threads do takes real time."""

    now = 0.0
    elsewhere = 0

    def select(self, timeout: float | None = None) -> list:
        if timeout is None or self.elsewhere:
            return super().select(timeout and 0.01)
        ready = super().select(0)
        self.now += 0 if ready else timeout
        return ready


class VirtualLoop(asyncio.SelectorEventLoop):
    """Tells the time of its selector."""

    def __init__(self) -> None:
        self._jumping = Jumping()
        super().__init__(self._jumping)

    def time(self) -> float:
        return self._jumping.now

    def run_in_executor(self, *call: Any) -> asyncio.Future:
        self._jumping.elsewhere += 1
        future = super().run_in_executor(*call)
        future.add_done_callback(self._back)
        return future

    def _back(self, future: asyncio.Future) -> None:
        self._jumping.elsewhere -= 1


def run(main: Coroutine[Any, Any, Result]) -> Result:
    """Run a coroutine in virtual time, for no more than an hour of it."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(asyncio.wait_for(main, 3600))


def clock() -> HostClock:
    """Return the clock for a client that runs in it."""
    return HostClock(monotonic=lambda: asyncio.get_running_loop().time())
