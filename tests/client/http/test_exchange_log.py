"""The last exchanges: what was asked, what came of it, and nothing that was said."""

import asyncio
import contextlib

import httpx
import pytest

from serving_widgets.api.errors import ServingError
from serving_widgets.api.http_exchange import HttpExchange
from serving_widgets.client import Client, Credential
from serving_widgets.client.http.exchange_log import ALL_KEPT, LARGEST_KEPT, MOST, ExchangeLog


@pytest.fixture
def ask_logged(script_of, time):
    """Ask for the endpoints once and return what was remembered of it."""

    def run(script):
        async def main():
            answers = httpx.MockTransport(script_of(*script))
            client = Client("https://x.example", Credential("dapi-0123456789"), transport=answers, clock=time.clock())
            with contextlib.suppress(ServingError):
                await client.list_endpoints()
            await client.aclose()
            return client.log.last(60)

        return asyncio.run(main())

    return run


@pytest.mark.parametrize(
    ("script", "statuses"),
    [([{"endpoints": []}], [200]), ([503, {"endpoints": []}], [503, 200]), ([403], [403])],
)
def test_each_exchange_is_remembered_with_what_came_of_it(ask_logged, script, statuses):
    logged = ask_logged(script)
    assert [each.status for each in logged] == statuses
    assert {(each.method, each.path) for each in logged} == {("GET", "/api/2.0/serving-endpoints")}


def test_an_exchange_without_an_answer_has_no_status(ask_logged):
    assert {each.status for each in ask_logged([httpx.ConnectError])} == {None}


def test_only_the_last_ones_are_kept():
    log = ExchangeLog()
    for number in range(MOST + 5):
        log.add("GET", f"/{number}", 0.0, 200)
    assert [each.path for each in log.last(60)] == [f"/{number}" for number in range(5, MOST + 5)]


def test_older_ones_than_asked_for_are_left_out():
    log = ExchangeLog()
    log.add("GET", "/slow", 100.0, 200)
    log.add("GET", "/quick", 0.1, 200, "request-1")
    assert [(each.path, each.request_id) for each in log.last(60)] == [("/quick", "request-1")]


def exchange(number, size=2):
    return HttpExchange("GET", f"/{number}", 200, 0.0, answer=b"x" * size)


def test_what_was_said_is_kept_for_a_minute(monkeypatch):
    log, now = ExchangeLog(), 1000.0
    monkeypatch.setattr("serving_widgets.client.http.exchange_log.time.time", lambda: now)
    log.keep(exchange(0))
    now += 59
    log.keep(exchange(1))
    assert [each.path for _, each in log.whole()] == ["/0", "/1"]
    now += 2
    assert [each.path for _, each in log.whole()] == ["/1"]


def test_what_was_said_takes_little_memory():
    log = ExchangeLog()
    log.keep(exchange("large", LARGEST_KEPT + 1))
    assert log.whole() == ()
    for number in range(MOST * 2):
        log.keep(exchange(number, LARGEST_KEPT))
    kept = [each for _, each in log.whole()]
    assert sum(each.size for each in kept) <= ALL_KEPT
    assert kept[-1].path == f"/{MOST * 2 - 1}"


def test_the_bodies_are_not_shown():
    assert "secret" not in repr(HttpExchange("GET", "/", 200, 0.0, answer=b"secret", sent=b"secret"))
