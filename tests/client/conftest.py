"""A service made of scripted answers, and a server on loopback that misbehaves byte by byte."""

import asyncio
import contextlib
import json
import subprocess
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from serving_widgets.api.endpoint.models import EndpointInfo
from serving_widgets.client import Client, Credential
from serving_widgets.client.http.timing import HostClock

HOST = "https://workspace.example.com"
TOKEN = "dapi-canary-0123456789abcdef"


def endpoint(name: str = "churn", version: int = 1, **state: str) -> dict[str, Any]:
    """The JSON of a custom endpoint."""
    entity = {"name": "m-3", "entity_name": "main.ml.m", "entity_version": "3", "workload_size": "Small"}
    return {
        "name": name,
        "state": {"ready": "READY", "config_update": "NOT_UPDATING", "suspend": "NOT_SUSPENDED", **state},
        "config": {"config_version": version, "served_entities": [entity]},
    }


class Service:
    """Answers requests from a script, one entry each; the last entry goes on. Keeps what was asked."""

    def __init__(self, *script: Any) -> None:
        self.script = list(script)
        self.requests: list[httpx.Request] = []
        self.signed: list[str | None] = []
        self.bodies: list[bytes] = []

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        self.signed.append(request.headers.get("Authorization"))
        self.bodies.append(request.content)
        step = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        if isinstance(step, type) and issubclass(step, httpx.RequestError):
            raise step("scripted", request=request)
        if callable(step):
            step = step(request)
        if isinstance(step, Awaitable):
            step = await step
        if isinstance(step, int):
            return httpx.Response(step)
        return step if isinstance(step, httpx.Response) else httpx.Response(200, json=step)

    @property
    def seen(self) -> list[tuple[str, str]]:
        return [(request.method, request.url.path.rsplit("/", 1)[-1]) for request in self.requests]


class FakeTime:
    """A clock that moves only when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)

    def clock(self, jitter: float = 0.0) -> HostClock:
        return HostClock(sleep=self.sleep, jitter=lambda: jitter, monotonic=lambda: self.now, wall=lambda: self.now)


@pytest.fixture
def time() -> FakeTime:
    return FakeTime()


@pytest.fixture
def ask(time: FakeTime) -> Callable[..., tuple[Any, Service]]:
    """Call one method of a client against scripted answers; an error is returned like a result."""

    def call(method: str, *args: Any, script: list[Any], **kwargs: Any) -> tuple[Any, Service]:
        service = Service(*script)
        if method == "query_endpoint":  # it was seen before: there is no first look
            kwargs.setdefault("info", EndpointInfo.read(endpoint()))

        async def main() -> Any:
            client = Client(HOST, Credential(TOKEN), transport=httpx.MockTransport(service), clock=time.clock())
            try:
                return await getattr(client, method)(*args, **kwargs)
            except Exception as error:
                return error
            finally:
                await client.aclose()

        return asyncio.run(main()), service

    return call


@pytest.fixture
def script_of() -> type[Service]:
    return Service


@pytest.fixture
def make_endpoint() -> Callable[..., dict[str, Any]]:
    return endpoint


@pytest.fixture
def token() -> str:
    return TOKEN


class Server:
    """An HTTP server of the test's own: a function gets each request and the connection, and may do anything to it."""

    def __init__(self, behave: Callable[[bytes, asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]) -> None:
        self._behave = behave
        self.requests: list[bytes] = []
        self.connections = 0
        self.host = ""

    async def __aenter__(self) -> "Server":
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.host = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *error: object) -> None:
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while not writer.is_closing():
                head = await reader.readuntil(b"\r\n\r\n")
                lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
                body = await reader.readexactly(int(lengths[0].split(b":")[1]) if lengths else 0)
                self.requests.append(head + body)
                await self._behave(head, reader, writer)


def answer(document: Any, *, status: int = 200, cut: int | None = None) -> bytes:
    """The bytes of an answer, the last ``cut`` of them missing."""
    body = json.dumps(document).encode()
    head = f"HTTP/1.1 {status} OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    whole = head + body
    return whole if cut is None else whole[:-cut]


@pytest.fixture
def serve() -> type[Server]:
    return Server


@pytest.fixture
def bytes_of() -> Callable[..., bytes]:
    return answer


@pytest.fixture
def run_python() -> Callable[[str], str]:
    """Run a line in an interpreter of its own and return what it prints."""

    def run(code: str) -> str:
        return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()

    return run
