"""How many requests the embedded workspace answers in a second of CPU time, beside a bare Starlette application.

Both are served in a process of their own by the same uvicorn, with the
protocol the embedded workspace uses, and asked by the same client over one connection: plain sockets, so that the
client's own work does not hide the server's. Rounds alternate.
"""

import multiprocessing
import socket
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from types import SimpleNamespace

from figures import Row, measured, size, tell

ENDPOINTS, UPDATING, ROUNDS, REQUESTS = size((1_000, 5_000, 7, 200), (1_000, 50, 1, 5))

Start = Callable[[Connection], None]


def tell_cpu(told: Connection) -> None:
    """Tell the CPU seconds of this process whenever asked."""

    def answer() -> None:
        while True:
            told.recv()
            told.send(time.process_time())

    threading.Thread(target=answer, daemon=True).start()


def serve_hello(told: Connection) -> None:
    """Serve a constant with Starlette alone."""
    import uvicorn
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import JSONResponse, Response
    from starlette.routing import Route

    async def hello(request: Request) -> JSONResponse:
        return JSONResponse({"hello": "world"})

    async def same_size(request: Request) -> Response:
        return Response(b" " * int(request.path_params["size"]), media_type="application/json")

    server = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    server.bind(("127.0.0.1", 0))
    told.send((server.getsockname()[1], ""))
    tell_cpu(told)
    app = Starlette(routes=[Route("/hello", hello), Route("/size/{size}", same_size)])
    config = uvicorn.Config(app, http="h11", ws="none", lifespan="off", loop="asyncio", log_level="critical")
    uvicorn.Server(config).run(sockets=[server])


def serve_mock(told: Connection) -> None:
    """Serve a workspace of a thousand endpoints."""
    from serving_widgets.mock import MockWorkspace

    mock = MockWorkspace("large", clock="manual").start()
    mock.serve("adder", lambda rows: [sum(row.values()) for row in rows])
    told.send((int(mock.host.rsplit(":", 1)[1]), mock.token))
    tell_cpu(told)
    while True:
        time.sleep(60)


def request(method: str, path: str, port: int, token: str, body: bytes = b"") -> bytes:
    """Return a request as it goes over the wire."""
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def answer(connection: socket.socket) -> tuple[bytes, int]:
    """Read one answer and return its status line, and how long its body is."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += connection.recv(65536)
    head, _, rest = data.partition(b"\r\n\r\n")
    length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
    left = length - len(rest)
    while left > 0:
        left -= len(connection.recv(1 << 20))
    return head.split(b"\r\n")[0], length


def rate(server: Connection, port: int, message: bytes) -> float:
    """Return how many such requests are answered in a second of the server's CPU time."""
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        began = cpu(server)
        for _ in range(REQUESTS):
            connection.sendall(message)
            status, _ = answer(connection)
            if b" 200 " not in status:
                raise RuntimeError(status.decode())
        return REQUESTS / (cpu(server) - began)


def cpu(server: Connection) -> float:
    """Return the CPU seconds that a server has used."""
    server.send(None)
    return server.recv()


def ticks() -> Row:
    """Measure what a second costs with thousands of endpoints in mid-update."""
    from serving_widgets.mock import MockWorkspace
    from serving_widgets.mock.routes.endpoints import list_all
    from serving_widgets.mock.service.endpoint import Config, Entity, registered_model

    world = MockWorkspace("empty", clock="manual")._world
    world.host, begin, user = "http://127.0.0.1:1", world.settle(), world.users[0]
    for number in range(UPDATING):
        # Not in step: of five thousand updates each is at a point of its own.
        at = begin + 240 * number / UPDATING
        world.clock.advance_to(at)
        world.settle()
        endpoint = world.new_endpoint(f"updating-{number}", user, at)
        world.add(endpoint)
        entity = Entity(registered_model("main.bench.model", str(number)), user.name, at)
        world.lifecycle.accept(endpoint, Config(1, [entity], [(entity.name, 100)], at), at)
    request = SimpleNamespace(world=world, user=user, headers={})

    def tick() -> None:
        world.clock.advance(1)
        world.settle()
        list_all(request)

    tick()
    figures = measured({"": tick}, rounds=ROUNDS)[""]
    return Row(f"mock: a tick and a list with {UPDATING:,} in mid-update (CPU)", figures, most=20.0)


def rows():
    """Measure all of it, in requests a second of the servers' CPU time."""
    servers = []
    for start in (serve_hello, serve_mock):
        mine, theirs = multiprocessing.get_context("spawn").Pipe()
        process = multiprocessing.get_context("spawn").Process(target=start, args=(theirs,), daemon=True)
        process.start()
        servers.append((process, mine, *mine.recv()))
    (_, plain, bare, _), (_, mock, port, token) = servers
    control, row = "/api/2.0/serving-endpoints", b'{"dataframe_records":[{"x":1,"y":2}]}'
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(request("GET", control, port, token))
        _, length = answer(connection)
    hello, same = "bare Starlette, hello world", "bare Starlette, as many bytes"
    cases = {
        hello: (plain, bare, request("GET", "/hello", bare, "")),
        same: (plain, bare, request("GET", f"/size/{length}", bare, "")),
        "get": (mock, port, request("GET", f"{control}/adder", port, token)),
        "query": (mock, port, request("POST", "/serving-endpoints/adder/invocations", port, token, row)),
        "list": (mock, port, request("GET", control, port, token)),
    }
    rates: dict[str, list[float]] = {name: [] for name in cases}
    for _ in range(ROUNDS):
        for name, case in cases.items():
            rates[name].append(rate(*case))
    for process, *_ in servers:
        process.terminate()
    yield Row("mock: get an endpoint (CPU)", rates["get"], "requests/s", {hello: rates[hello]}, ratio=0.75)
    yield Row("mock: query a model (CPU)", rates["query"], "requests/s", {hello: rates[hello]})
    yield Row(f"mock: list {ENDPOINTS:,} (CPU)", rates["list"], "requests/s", {same: rates[same]}, ratio=0.5)
    yield ticks()


if __name__ == "__main__":
    tell(rows())
