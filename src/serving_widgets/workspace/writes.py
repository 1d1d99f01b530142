"""Writes: one after the other for each endpoint, the same one only once at a time, known to all views meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from serving_widgets.api.models import EndpointInfo

Send = Callable[[], Awaitable[EndpointInfo | None]]


class Writes:
    """The running writes of one workspace. Used on the loop thread only.

    Parameters
    ----------
    told
        Called with an endpoint's name whenever its running write changes.
    """

    def __init__(self, told: Callable[[str], None]) -> None:
        self._told = told
        self._running: dict[tuple[str, str], asyncio.Task[EndpointInfo | None]] = {}
        self._queues: dict[str, asyncio.Lock] = {}
        self._busy: dict[str, str] = {}

    def busy(self, name: str) -> str | None:
        """Return the action that is being carried out on an endpoint."""
        return self._busy.get(name)

    async def run(self, name: str, action: str, send: Send, *, join: bool = True) -> EndpointInfo | None:
        """Carry a write out after those before it; a second call for the same one awaits the first.

        Parameters
        ----------
        join
            Whether another call for the same action means the same thing: true of stop, start and delete, false of
            what carries a body.
        """
        key = (name, action)
        running = self._running.get(key)
        if running is not None and join:
            return await asyncio.shield(running)
        task = asyncio.get_running_loop().create_task(self._one(name, action, send))
        self._running[key] = task
        task.add_done_callback(lambda done: self._done(key, done))
        if not join:
            return await task
        # A view that closes must not cancel what another view or a cell is waiting for.
        return await asyncio.shield(task)

    async def close(self) -> None:
        """End what still runs."""
        tasks = list(self._running.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _one(self, name: str, action: str, send: Send) -> EndpointInfo | None:
        queue = self._queues.setdefault(name, asyncio.Lock())
        async with queue:
            self._busy[name] = action
            self._told(name)
            try:
                return await send()
            finally:
                del self._busy[name]
                self._told(name)

    def _done(self, key: tuple[str, str], task: asyncio.Task[EndpointInfo | None]) -> None:
        if self._running.get(key) is task:
            del self._running[key]
        if not any(name == key[0] for name, _ in self._running):
            self._queues.pop(key[0], None)
        if not task.cancelled():
            task.exception()  # whoever awaits it has it; nobody may be left to, and that is no unretrieved error
