"""A service on loopback of which a test decides each byte and each pause."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Awaitable, Callable
from typing import Any

READY: dict[str, Any] = {
    "name": "churn",
    "id": "0123456789abcdef0123456789abcdef",
    "creator": "ada@example.com",
    "creation_timestamp": 1,
    "last_updated_timestamp": 2,
    "state": {"ready": "READY", "config_update": "NOT_UPDATING"},
    "permission_level": "CAN_MANAGE",
    "config": {
        "config_version": 3,
        "served_entities": [
            {
                "name": "churn-1",
                "entity_name": "main.ml.churn",
                "entity_version": "1",
                "workload_size": "Small",
                "scale_to_zero_enabled": False,
                "state": {"deployment": "DEPLOYMENT_READY", "deployment_state_message": ""},
            }
        ],
        "traffic_config": {"routes": [{"served_model_name": "churn-1", "traffic_percentage": 100}]},
    },
}

#: Bytes of a whole answer; a status, headers and a body; or a function that does what it likes to the connection.
Answer = (
    bytes | tuple[int, dict[str, str], Any] | Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
)


class ScriptedService:
    """Answers each request with what ``rule`` returns for its method and path; keeps what was asked.

    Attributes
    ----------
    rule
        Returns the answer; None for the usual one.
    seen
        Method, path and headers of each request.
    """

    def __init__(self, rule: Callable[[str, str], Answer | None] = lambda method, path: None) -> None:
        self.rule = rule
        self.endpoint: dict[str, Any] = READY
        self.seen: list[tuple[str, str, dict[str, str]]] = []
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    @property
    def host(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def writes(self) -> list[tuple[str, str]]:
        return [(method, path) for method, path, _ in self.seen if method != "GET"]

    @property
    def gets(self) -> int:
        return sum(method == "GET" for method, _, _ in self.seen)

    def __enter__(self) -> ScriptedService:
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(self, *error: object) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(2)

    def _run(self) -> None:
        self.loop = asyncio.new_event_loop()
        asyncio.set_event_loop(self.loop)

        async def begin() -> None:
            self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=2**22)
            self.port = self._server.sockets[0].getsockname()[1]
            self._ready.set()

        self.loop.run_until_complete(begin())
        self.loop.run_forever()
        self._server.close()
        for task in asyncio.all_tasks(self.loop):
            task.cancel()
        self.loop.run_until_complete(asyncio.sleep(0))
        self.loop.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                method, path, _ = line.decode("latin-1").split(" ", 2)
                headers: dict[str, str] = {}
                while field := (await reader.readline()).decode("latin-1").rstrip("\r\n"):
                    name, _, value = field.partition(":")
                    headers[name.strip().lower()] = value.strip()
                await reader.readexactly(int(headers.get("content-length", 0)))
                self.seen.append((method, path, headers))
                answer = self.rule(method, path)
                if answer is None:
                    answer = (
                        200,
                        {},
                        self.endpoint if "serving-endpoints/" in path else {"endpoints": [self.endpoint]},
                    )
                if isinstance(answer, bytes):
                    writer.write(answer)
                    await writer.drain()
                    return
                if callable(answer):
                    await answer(reader, writer)
                    return
                writer.write(whole(*answer))
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError, ValueError):
            pass
        finally:
            writer.close()


def whole(status: int, headers: dict[str, str], body: Any) -> bytes:
    """The bytes of an answer."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    fields = {"content-type": "application/json", "content-length": str(len(content)), **headers}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"HTTP/1.1 {status} X\r\n{head}\r\n".encode("latin-1") + content


async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Never answer."""
    await asyncio.sleep(3600)


async def cut(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Break the connection in the middle of an answer."""
    writer.write(b"HTTP/1.1 200 OK\r\nconte")
    await writer.drain()
    writer.transport.abort()
