"""The last exchanges: what was asked, what came of it, and nothing that was said."""

import asyncio
import contextlib

import httpx
import pytest

from serving_widgets.api.errors import ServingError
from serving_widgets.client import Client, Credential
from serving_widgets.client.http.exchange_log import MOST, ExchangeLog


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
