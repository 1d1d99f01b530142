"""Connections to one host: the one that became free last is used first; all end with the client."""

import asyncio

import httpx
import pytest

from serving_widgets.client.http import connection_stack
from serving_widgets.client.http.connection_stack import ConnectionStack


class Body(httpx.AsyncByteStream):
    """Takes some turns of the loop to end; until then its connection is of no use to another request."""

    def __init__(self, connection):
        self.connection = connection

    async def __aiter__(self):
        yield b"yes"

    async def aclose(self):
        for _ in range(3):
            await asyncio.sleep(0)
        self.connection.jammed = False


class Connection(httpx.AsyncBaseTransport):
    """Answers at once, or breaks; knows what it was asked for and whether it was closed."""

    def __init__(self):
        self.asked, self.closed, self.jammed = [], False, False

    async def handle_async_request(self, request):
        assert not self.jammed
        self.jammed = True
        self.asked.append(request.url.path)
        if request.url.path == "/broken":
            raise httpx.ReadError("broken")
        return httpx.Response(200, stream=Body(self))

    async def aclose(self):
        self.closed = True


class Host:
    """Counts the connections that are made to it."""

    def __init__(self):
        self.connections = []
        self.client = httpx.AsyncClient(transport=ConnectionStack(self.connect), base_url="http://host")

    def connect(self):
        self.connections.append(Connection())
        return self.connections[-1]

    async def open(self, path):
        return await self.client.send(self.client.build_request("GET", path), stream=True)


@pytest.fixture
def host():
    return Host()


def test_requests_one_by_one_share_a_connection(host):
    async def run():
        for path in ("/a", "/b", "/c"):
            await host.client.get(path)

    asyncio.run(run())
    assert [each.asked for each in host.connections] == [["/a", "/b", "/c"]]


def test_the_connection_that_became_free_last_is_used_first(host):
    async def run():
        first, second = await host.open("/a"), await host.open("/b")
        await second.aclose()
        await first.aclose()
        await host.client.get("/c")

    asyncio.run(run())
    assert [each.asked for each in host.connections] == [["/a", "/c"], ["/b"]]


def test_a_connection_that_broke_is_not_used_again(host):
    async def run():
        with pytest.raises(httpx.ReadError):
            await host.client.get("/broken")
        await host.client.get("/a")

    asyncio.run(run())
    assert [(each.asked, each.closed) for each in host.connections] == [(["/broken"], True), (["/a"], False)]


@pytest.mark.parametrize("ticks", range(8))
def test_a_connection_whose_answer_was_not_ended_is_not_used_again(ticks, monkeypatch):
    monkeypatch.setattr(connection_stack, "MOST", 1)
    host = Host()

    async def run():
        response = await host.open("/a")
        ending = asyncio.create_task(response.aclose())
        for _ in range(ticks):
            await asyncio.sleep(0)
        ending.cancel()
        await asyncio.gather(ending, return_exceptions=True)
        await response.aclose()
        await host.client.get("/b", timeout=httpx.Timeout(5, pool=0))

    asyncio.run(run())
    assert [each.closed for each in host.connections if each.jammed] == [True] * (len(host.connections) - 1)


def test_connections_that_are_long_idle_or_too_many_are_closed(host, monkeypatch):
    monkeypatch.setattr(connection_stack, "MOST_IDLE", 2)

    async def run():
        opened = [await host.open(f"/{n}") for n in range(4)]
        for response in opened:
            await response.aclose()
        await host.client.get("/next")
        assert [each.closed for each in host.connections] == [True, True, False, False]
        monkeypatch.setattr(connection_stack, "IDLE_SECONDS", -1)
        await host.client.get("/last")

    asyncio.run(run())
    assert [each.closed for each in host.connections] == [True, True, True, True, False]


def test_more_requests_than_connections_wait_for_one_and_give_up_in_time(host, monkeypatch):
    monkeypatch.setattr(connection_stack, "MOST", 1)
    host = Host()

    async def run():
        held = await host.open("/held")
        with pytest.raises(httpx.PoolTimeout):
            await host.client.get("/late", timeout=httpx.Timeout(5, pool=0))
        waiting = asyncio.create_task(host.client.get("/patient"))
        await asyncio.sleep(0)
        await held.aclose()
        await waiting

    asyncio.run(run())
    assert [each.asked for each in host.connections] == [["/held", "/patient"]]


def test_all_connections_end_with_the_client(host):
    async def run():
        in_use, idle = await host.open("/in-use"), await host.open("/idle")
        await idle.aclose()
        await host.client.aclose()
        await in_use.aclose()

    asyncio.run(run())
    assert [each.closed for each in host.connections] == [True, True]
