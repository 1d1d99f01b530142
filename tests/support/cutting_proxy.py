"""A TCP proxy that does to connections what networks do: cut them, hold them up, deliver half of them."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Harm:
    """What happens to one connection.

    Attributes
    ----------
    refuse : bool
        Close it as soon as it is made.
    up, down : int, optional
        Cut it after so many bytes of the requests, or of the answers.
    delay : float
        Seconds before each piece of an answer is passed on.
    swallow : bool
        Pass the requests on, and cut the connection when the answer begins.
    """

    refuse: bool = False
    up: int | None = None
    down: int | None = None
    delay: float = 0.0
    swallow: bool = False


class CuttingProxy:
    """Passes bytes on between clients and one server; each new connection is harmed as ``plan`` has it.

    In requests it puts the server's own name in the place of its own, for the server takes no other.

    Parameters
    ----------
    port : int
        Where the server listens, on loopback.
    plan : callable
        Given the connection's number, from 0, what happens to it; None for nothing.
    """

    def __init__(self, port: int, plan: Callable[[int], Harm | None] = lambda _: None) -> None:
        self.plan = plan
        self.connections = 0
        self.cuts = 0
        self.host = ""
        self._target = port
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> CuttingProxy:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.host = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *error: object) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def open(self) -> int:
        """Connections that are being passed on at this moment."""
        return len(self._tasks)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        harm = self.plan(self.connections) or Harm()
        self.connections += 1
        try:
            if harm.refuse:
                self.cuts += 1
            else:
                await self._pass_on(harm, reader, writer)
        except asyncio.CancelledError:
            pass  # the proxy is closed; to the streams, which started this task, a cancelled one is an error
        finally:
            self._tasks.discard(task)
            _abort(writer)

    async def _pass_on(self, harm: Harm, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        to_server_reader, to_server = await asyncio.open_connection("127.0.0.1", self._target)
        most = 0 if harm.swallow else harm.down
        up = asyncio.create_task(self._pump(reader, to_server, most=harm.up, renamed=True))
        down = asyncio.create_task(self._pump(to_server_reader, writer, most=most, delay=harm.delay))
        try:
            # Whichever side ends first ends the connection for both.
            await asyncio.wait({up, down}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for pump in (up, down):
                pump.cancel()
            await asyncio.gather(up, down, return_exceptions=True)
            _abort(to_server)

    async def _pump(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        *,
        most: int | None,
        delay: float = 0.0,
        renamed: bool = False,
    ) -> None:
        own, target = self.host.removeprefix("http://").encode(), f"127.0.0.1:{self._target}".encode()
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(65536):
                data = data.replace(own, target) if renamed else data
                if delay:
                    await asyncio.sleep(delay)
                if most is not None and len(data) > most:
                    self.cuts += 1
                    writer.write(data[:most])
                    await writer.drain()
                    return
                most = None if most is None else most - len(data)
                writer.write(data)
                await writer.drain()


def _abort(writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        writer.close()
