"""The connections to one host, kept as a stack."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from functools import partial

import httpx

MOST, MOST_IDLE, IDLE_SECONDS = 64, 16, 30.0
"""Most connections at once, most that are kept without a request, and for how long."""

ONE_CONNECTION = httpx.Limits(max_connections=1, max_keepalive_connections=1, keepalive_expiry=IDLE_SECONDS)


@dataclass(slots=True)
class _Idle:
    connection: httpx.AsyncBaseTransport
    since: float


class ConnectionStack(httpx.AsyncBaseTransport):
    """Sends each request on the connection that became free last.

    httpcore's pool asks every idle connection, on every request, whether the service has closed it. Here each
    connection is a transport of its own, and only the one that is taken is asked.

    Parameters
    ----------
    connect : callable
        Returns a transport for one connection, which is made with its first request.
    """

    def __init__(self, connect: Callable[[], httpx.AsyncBaseTransport]) -> None:
        self._connect = connect
        self._idle: deque[_Idle] = deque()
        self._in_use: set[httpx.AsyncBaseTransport] = set()
        self._free = asyncio.Semaphore(MOST)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request; its connection is free again when the answer is closed."""
        await self._take_turn(request)
        connection = None
        try:
            await self._close_idle()
            connection = self._idle.pop().connection if self._idle else self._connect()
            self._in_use.add(connection)
            response = await connection.handle_async_request(request)
        except BaseException:
            if connection is None:
                self._free.release()
            else:
                await self._drop(connection)
            raise
        assert isinstance(response.stream, httpx.AsyncByteStream)
        response.stream = _ReleasingStream(
            response.stream, partial(self._release, connection), partial(self._drop, connection)
        )
        return response

    async def aclose(self) -> None:
        """Close all connections, also those that carry a request."""
        for connection in [*self._in_use, *(idle.connection for idle in self._idle)]:
            await connection.aclose()

    async def _take_turn(self, request: httpx.Request) -> None:
        if not self._free.locked():
            await self._free.acquire()
            return
        try:
            async with asyncio.timeout(request.extensions["timeout"]["pool"]):
                await self._free.acquire()
        except TimeoutError:
            raise httpx.PoolTimeout("all connections are in use", request=request) from None

    def _release(self, connection: httpx.AsyncBaseTransport) -> None:
        self._in_use.discard(connection)
        self._idle.append(_Idle(connection, time.monotonic()))
        self._free.release()

    async def _drop(self, connection: httpx.AsyncBaseTransport) -> None:
        self._in_use.discard(connection)
        self._free.release()
        await connection.aclose()

    async def _close_idle(self) -> None:
        oldest = time.monotonic() - IDLE_SECONDS
        while self._idle and (len(self._idle) > MOST_IDLE or self._idle[0].since < oldest):
            await self._idle.popleft().connection.aclose()


class _ReleasingStream(httpx.AsyncByteStream):
    def __init__(
        self, stream: httpx.AsyncByteStream, release: Callable[[], None], drop: Callable[[], Awaitable[None]]
    ) -> None:
        self._stream = stream
        self._release, self._drop = release, drop
        self._closed = False

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._stream.__aiter__()

    async def aclose(self) -> None:
        if not self._closed:
            self._closed = True
            try:
                await self._stream.aclose()
            except BaseException:
                # Part of the answer may still be under way on it.
                await self._drop()
                raise
            self._release()
