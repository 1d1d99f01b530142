"""How many requests a second the embedded workspace answers, beside a bare Starlette application.

Run ``python tests/benchmarks/bench_mock.py``. Both are served in a process of their own by the same uvicorn, with the
protocol the embedded workspace uses, and asked by the same client over one connection: plain sockets, so that the
client's own work does not hide the server's. Rounds alternate, the median of each is printed.
"""

import multiprocessing
import socket
import statistics
import time
from collections.abc import Callable
from multiprocessing.connection import Connection

ROUNDS, SECONDS = 5, 0.6

Start = Callable[[Connection], None]


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
    app = Starlette(routes=[Route("/hello", hello), Route("/size/{size}", same_size)])
    config = uvicorn.Config(app, http="h11", ws="none", lifespan="off", loop="asyncio", log_level="critical")
    uvicorn.Server(config).run(sockets=[server])


def serve_mock(told: Connection) -> None:
    """Serve a workspace of a thousand endpoints."""
    from serving_widgets.mock import MockWorkspace

    mock = MockWorkspace("large", clock="manual").start()
    mock.serve("adder", lambda rows: [sum(row.values()) for row in rows])
    told.send((int(mock.host.rsplit(":", 1)[1]), mock.token))
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


def rate(port: int, message: bytes) -> float:
    """Return how many such requests a second are answered."""
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        count, begin = 0, time.perf_counter()
        while (spent := time.perf_counter() - begin) < SECONDS or count < 3:
            connection.sendall(message)
            status, _ = answer(connection)
            if b" 200 " not in status:
                raise RuntimeError(status.decode())
            count += 1
    return count / spent


def main() -> None:
    """Print requests per second, and how they compare to bare Starlette."""
    servers = []
    for start in (serve_hello, serve_mock):
        mine, theirs = multiprocessing.get_context("spawn").Pipe()
        process = multiprocessing.get_context("spawn").Process(target=start, args=(theirs,), daemon=True)
        process.start()
        servers.append((process, *mine.recv()))
    (_, bare, _), (_, port, token) = servers
    control, row = "/api/2.0/serving-endpoints", b'{"dataframe_records":[{"x":1,"y":2}]}'
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(request("GET", control, port, token))
        _, size = answer(connection)
    cases = {
        "bare Starlette, hello world": (bare, request("GET", "/hello", bare, "")),
        "get one endpoint": (port, request("GET", f"{control}/adder", port, token)),
        "query a model": (port, request("POST", "/serving-endpoints/adder/invocations", port, token, row)),
        "list 1,000 endpoints": (port, request("GET", control, port, token)),
        "bare Starlette, as many bytes": (bare, request("GET", f"/size/{size}", bare, "")),
    }
    listed, same = "list 1,000 endpoints", "bare Starlette, as many bytes"
    rates: dict[str, list[float]] = {name: [] for name in cases}
    for _ in range(ROUNDS):
        for name, case in cases.items():
            rates[name].append(rate(*case))
    peer = statistics.median(rates["bare Starlette, hello world"])
    for name, found in rates.items():
        median = statistics.median(found)
        print(f"{name:32s} {median:9.0f} requests/s  {median / peer:6.2f} x bare Starlette")
    ratio = statistics.median(rates[listed]) / statistics.median(rates[same])
    print(f"a list of {size:,} bytes is sent at {ratio:.2f} x the rate of as many bytes by bare Starlette")
    for process, _, _ in servers:
        process.terminate()


if __name__ == "__main__":
    main()
