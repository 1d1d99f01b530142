"""The limits of an endpoint: how many requests are on their way to it at once, and until when none may begin.

They hold for all who score one table, in this process and in others: see :mod:`.gate_server`.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from typing import Protocol


class Turn(Protocol):
    """What one request may say while it has its turn."""

    def pause(self, seconds: float) -> None:
        """Let no other request begin for some seconds: the service has said 429."""
        ...

    def count(self, rows: int) -> None:
        """Say that rows were answered."""
        ...


class Gate(Protocol):
    """Gives requests their turns."""

    def turn(self) -> AbstractAsyncContextManager[Turn]:
        """Wait for a turn, and have it until the ``async with`` block ends."""
        ...


class RequestGate:
    """Turns for the requests of this process; one for each run, used on the loop thread.

    Parameters
    ----------
    limit : int
        Requests that have their turn at once.
    """

    def __init__(self, limit: int) -> None:
        self._turns = asyncio.Semaphore(limit)
        self._until = 0.0
        self.rows = 0

    @contextlib.asynccontextmanager
    async def turn(self) -> AsyncIterator[Turn]:
        """Wait for a turn, and have it until the ``async with`` block ends."""
        async with self._turns:
            while (left := self._until - time.monotonic()) > 0:  # noqa: ASYNC110 – the moment may move on meanwhile
                await asyncio.sleep(left)
            yield self

    def pause(self, seconds: float) -> None:
        """Let no other request begin for some seconds."""
        self._until = max(self._until, time.monotonic() + seconds)

    def count(self, rows: int) -> None:
        """Count rows that were answered."""
        self.rows += rows
