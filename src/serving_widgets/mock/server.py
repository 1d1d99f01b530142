"""A thread with an event loop of its own, on which the application is served."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from serving_widgets.mock.state.world import World

from .app import App
from .routes import ROUTES

if TYPE_CHECKING:
    from starlette.types import Scope

LOOPBACK = "127.0.0.1"

_START_LIMIT_S = 10.0
_STOP_LIMIT_S = 5.0


class Server:
    """Serves a world on loopback until it is stopped.

    Parameters
    ----------
    world : World
        What is served.
    port : int
        Port to listen on; 0 for any free one.
    """

    def __init__(self, world: World, port: int) -> None:
        # With the protocol named asyncio sends small packets at once; without it every answer waits 40 ms.
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self._socket.bind((LOOPBACK, port))
        except OSError:
            self._socket.close()
            raise
        self.port = int(self._socket.getsockname()[1])
        transports: dict[tuple[str, int], asyncio.Transport] = {}

        class Protocol(H11Protocol):
            """Remembers the connections, for a fault drops one without an answer: ASGI has no word for that."""

            def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
                transports[transport.get_extra_info("peername")] = transport
                super().connection_made(transport)

            def connection_lost(self, exc: Exception | None) -> None:
                transports.pop(self.transport.get_extra_info("peername"), None)
                super().connection_lost(exc)

        def drop(scope: Scope) -> None:
            transport = transports.get(tuple(scope["client"]))
            if transport is not None:
                transport.close()

        def drop_all() -> None:
            for transport in list(transports.values()):
                transport.close()

        config = uvicorn.Config(
            App(world, ROUTES, drop),
            http=Protocol,
            ws="none",
            lifespan="off",
            loop="asyncio",
            log_config=None,
            log_level="critical",
            access_log=False,
            server_header=False,
            date_header=False,
            timeout_keep_alive=75,
        )
        self._started = threading.Event()
        self._server = _UvicornServer(config, self._started, drop_all)
        self._thread = threading.Thread(target=self._run, name="serving-mock", daemon=True)

    def start(self) -> None:
        """Start to serve; returns once requests are answered."""
        self._thread.start()
        if not self._started.wait(_START_LIMIT_S):
            raise RuntimeError("the mock workspace did not start")

    def stop(self) -> None:
        """End the thread, dropping whatever is still being answered."""
        self._server.end()
        if self._thread.is_alive() and threading.current_thread() is not self._thread:
            self._thread.join(_STOP_LIMIT_S)
        self._socket.close()

    def _run(self) -> None:
        asyncio.run(self._server.serve(sockets=[self._socket]))


class _UvicornServer(uvicorn.Server):
    """Sleeps until it is told to end, where the original looks around ten times a second."""

    def __init__(self, config: uvicorn.Config, started: threading.Event, drop_all: Callable[[], None]) -> None:
        super().__init__(config)
        self._announced = started
        self._drop_all = drop_all
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ended = asyncio.Event()

    def end(self) -> None:
        """End from any thread, without waiting for requests."""
        self.force_exit = True
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._ended.set)

    async def main_loop(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._announced.set()
        await self._ended.wait()
        self._drop_all()
