"""Turns for the requests of other processes: workers of an engine ask the process that planned the work for them.

A connection is a turn. The worker says its ticket and waits for ``go``; ``pause SECONDS`` and ``rows COUNT`` are what
it may say then; when it closes the connection, or dies, its turn is over. A ticket is good for turns and for nothing
else: neither data nor credentials are sent, and the endpoint is asked by the worker itself. Where workers can't reach
the process, each of them sends one request at a time.
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import secrets
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from serving_widgets.workspace.runtime import event_loop
from serving_widgets.workspace.runtime.progress_bar import Bar, any_surface

from .request_gate import Gate, RequestGate, Turn

LOOPBACK = "127.0.0.1"
#: Seconds until a machine that went without a word is noticed, so that its turns end and its workers wait no longer.
SILENCE = 30
#: What a socket is told for that, as far as a system knows of it; the last is in milliseconds.
KEEPALIVE = {
    "TCP_KEEPIDLE": SILENCE // 2,
    "TCP_KEEPINTVL": SILENCE // 6,
    "TCP_KEEPCNT": 3,
    "TCP_USER_TIMEOUT": SILENCE * 1000,
}
#: Seconds in which a worker has to be connected.
PATIENCE = 3.0
#: Seconds without a request after which the progress is taken away.
IDLE = 2.0


@dataclass(frozen=True, slots=True)
class GateAddress:
    """Where a worker asks for turns; it can be pickled."""

    host: str
    port: int
    ticket: str = field(repr=False)

    def gate(self) -> Gate:
        """Return the gate as a worker uses it."""
        return _RemoteGate(self)


async def serve(limit: int, host: str, title: str) -> GateAddress:
    """Give turns to other processes as long as this one lives; runs on the loop thread.

    Parameters
    ----------
    limit
        Requests that have their turn at once, in all processes together.
    host
        The address of this machine that they can reach.
    title
        What to call it where its progress is shown.
    """
    key = event_loop.generation(), host
    if key not in _servers:
        _servers[key] = asyncio.get_running_loop().create_task(_started(key))
    server = await event_loop.joined(_servers[key])
    return server.admit(_SharedGate(limit, title))


def address_towards(host: str) -> str:
    """Return the address of this machine that another one would see; nothing is sent."""
    if host in ("localhost", LOOPBACK, "::1", ""):
        return LOOPBACK
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect((host, 9))
            return str(probe.getsockname()[0])
    except OSError:
        return LOOPBACK


class _SharedGate(RequestGate):
    """A gate that shows its progress where it was made: in the cell that planned the work."""

    def __init__(self, limit: int, title: str) -> None:
        super().__init__(limit)
        self._title = title
        self._context = contextvars.copy_context()
        self._bar: Bar | None = None
        self._open = 0

    @contextlib.asynccontextmanager
    async def turn(self) -> AsyncIterator[Turn]:
        self._open += 1
        if self._bar is None:
            self._bar = Bar(self._title, None, "rows", any_surface)
        try:
            async with super().turn() as turn:
                yield turn
        finally:
            self._open -= 1
            if not self._open:
                asyncio.get_running_loop().call_later(IDLE, self._rest)

    def count(self, rows: int) -> None:
        super().count(rows)
        if self._bar is not None:
            self._context.copy().run(self._bar.update, rows)

    def _rest(self) -> None:
        if not self._open and self._bar is not None:
            self._context.copy().run(self._bar.close)
            self._bar = None


class _Server:
    def __init__(self) -> None:
        self._gates: dict[str, _SharedGate] = {}

    async def start(self, host: str) -> None:
        self._host, self._server = host, await asyncio.start_server(self._serve, host, 0)
        event_loop.at_exit(self._close)

    def admit(self, gate: _SharedGate) -> GateAddress:
        ticket = secrets.token_hex(16)
        self._gates[ticket] = gate
        return GateAddress(self._host, self._server.sockets[0].getsockname()[1], ticket)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, ValueError, asyncio.IncompleteReadError):
            _keep_alive(writer)
            gate = self._gates.get((await reader.readline()).decode("ascii", "replace").strip())
            if gate is not None:
                async with gate.turn() as turn:
                    writer.write(b"go\n")
                    async for line in reader:
                        word, number = line.split()
                        if word == b"pause":
                            turn.pause(float(number))
                        else:
                            turn.count(int(number))
        writer.close()

    async def _close(self) -> None:
        self._server.close()


_servers: dict[tuple[int, str], asyncio.Task[_Server]] = {}
#: Of addresses that this process can't reach: so that not each part of a table finds that out anew.
_alone: dict[tuple[int, GateAddress], RequestGate] = {}


async def _started(key: tuple[int, str]) -> _Server:
    server = _Server()
    try:
        await server.start(key[1])
    except BaseException:
        del _servers[key]
        raise
    return server


def _keep_alive(writer: asyncio.StreamWriter) -> None:
    connection = writer.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in KEEPALIVE.items():
        with contextlib.suppress(AttributeError, OSError):
            connection.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)


class _RemoteGate:
    def __init__(self, address: GateAddress) -> None:
        self._address = address

    @contextlib.asynccontextmanager
    async def turn(self) -> AsyncIterator[Turn]:
        key = event_loop.generation(), self._address
        writer = None if key in _alone else await self._asked()
        if writer is not None:
            try:
                yield _RemoteTurn(writer)
            finally:
                writer.close()
            return
        async with _alone.setdefault(key, RequestGate(1)).turn() as turn:
            yield turn

    async def _asked(self) -> asyncio.StreamWriter | None:
        """Wait for a turn and return the connection that it is; None where there is no way to ask for one."""
        try:
            async with asyncio.timeout(PATIENCE):
                reader, writer = await asyncio.open_connection(self._address.host, self._address.port)
        except OSError:  # a TimeoutError is one
            return None
        said = b""
        try:
            writer.write(f"{self._address.ticket}\n".encode())
            with contextlib.suppress(OSError):
                _keep_alive(writer)
                said = await reader.readline()
        finally:
            if said != b"go\n":
                writer.close()
        return writer if said == b"go\n" else None


class _RemoteTurn:
    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer

    def pause(self, seconds: float) -> None:
        self._writer.write(f"pause {seconds:.3f}\n".encode())

    def count(self, rows: int) -> None:
        self._writer.write(f"rows {rows}\n".encode())
