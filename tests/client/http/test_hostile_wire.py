"""Bytes that no service should send: each call ends in its time, with a result or an error of ours, and writes once."""

import asyncio
import gzip
import time

import httpx
import pytest
from scripted_service import READY, ScriptedService, cut, silent

from serving_widgets.api.errors import ServingError
from serving_widgets.client import Client, Credential
from serving_widgets.client.http.retry import RetryPolicy

LIMIT = 1.0  # seconds that a call may take
SLACK = 20.0  # and what a machine with much else to do may add
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
TOKEN = "canary-0123456789"


def endless(piece, pause=0.0, first=b""):
    """Send a piece again and again."""

    async def answer(reader, writer):
        writer.write(first)
        while True:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause)

    return answer


#: What comes for every request; those that never end cost the whole time that a call has.
ANSWERS = {
    "no gzip": (200, {"content-encoding": "gzip"}, b"nope"),
    "a gzip of spaces": (200, {"content-encoding": "gzip"}, gzip.compress(b" " * 50_000_000)),
    "a header of 300 kB": b"HTTP/1.1 200 OK\r\nx: " + b"a" * 300_000 + b"\r\ncontent-length: 2\r\n\r\n{}",
    "20,000 headers": HEAD + b"".join(b"x%d: y\r\n" % n for n in range(20_000)) + b"content-length: 2\r\n\r\n{}",
    "a web page": (200, {"content-type": "text/html"}, b"<html><title>Login</title><form action=/login>"),
    "a web page that is called JSON": (200, {}, b"<html><title>Login</title>"),
    "nothing": (200, {}, b""),
    "no content": b"HTTP/1.1 204 No Content\r\n\r\n",
    "a thousand continues": b"HTTP/1.1 100 Continue\r\n\r\n" * 1000 + HEAD + b"content-length: 2\r\n\r\n{}",
    "a redirect to itself": (302, {"location": "/api/2.0/serving-endpoints"}, b""),
    "a redirect to nowhere": (301, {}, b""),
    "a redirect to no address": (302, {"location": "http://[::bad/\x80"}, b""),
    "no status": b"HTTP/1.1 abc OK\r\n\r\n",
    "status 999": b"HTTP/1.1 999 Weird\r\ncontent-length: 2\r\n\r\n{}",
    "two lengths": HEAD + b"content-length: 5\r\ncontent-length: 7\r\n\r\n{}",
    "a length and chunks": HEAD + b"content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    "a chunk without a size": HEAD + b"transfer-encoding: chunked\r\n\r\nZZ\r\n{}",
    "an end among the headers": cut,
    "an end in the body": HEAD + b'content-length: 100\r\n\r\n{"a"',
    "brackets 100,000 deep": (200, {}, b'{"endpoints":' + b"[" * 100_000 + b"]" * 100_000 + b"}"),
    "UTF-16": (200, {}, '{"endpoints": []}'.encode("utf-16")),
    "Latin-1": (
        200,
        {"content-type": "application/json; charset=latin-1"},
        '{"endpoints": [{"name": "ü"}]}'.encode("latin-1"),
    ),
    "a number of 5,000 digits": (200, {}, b'{"endpoints":[{"name":"a","creation_timestamp":' + b"9" * 5000 + b"}]}"),
    "another protocol": b"HTTP/1.1 101 Switching\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n",
    "HTTP/1.0": b'HTTP/1.0 200 OK\r\n\r\n{"endpoints": []}',
    "HTTP/0.9": b"{}",
    "HTTP/2": b"\x00\x00\x12\x04\x00\x00\x00\x00\x00" * 10,
    "fifty of one name": (200, {}, {"endpoints": [{**READY, "id": str(n)} for n in range(50)]}),
    "silence": silent,
    "provisional answers for ever": endless(b"HTTP/1.1 102 Processing\r\n\r\n", 0.01),
    "headers for ever": endless(b"x: y\r\n", 0.1, b"HTTP/1.1 200 OK\r\n"),
    "a body that drips": endless(b" ", 0.1, HEAD + b"content-length: 100000\r\n\r\n"),
    "a body for ever": endless(
        b"10000\r\n" + b" " * 0x10000 + b"\r\n", 0.001, HEAD + b"transfer-encoding: chunked\r\n\r\n"
    ),
}
CALLS = {
    "list": lambda client: client.list_endpoints(timeout=LIMIT),
    "stop": lambda client: client.stop_endpoint("churn", timeout=LIMIT),
    "query": lambda client: client.query_endpoint("churn", {"inputs": [1]}, timeout=LIMIT),
}


async def outcome_of(answer, call):
    """Return what came of a call, the seconds that it took, and the writes that were seen."""
    with ScriptedService(lambda method, path: answer) as service:
        client = Client(service.host, Credential(TOKEN), policy=RetryPolicy(first=0.05, longest=0.1))
        began = time.monotonic()
        try:
            said = repr(await call(client))
        except ServingError as error:
            said = str(error)
        finally:
            await client.aclose()
        return said, time.monotonic() - began, service.writes


async def outcomes_of(answer):
    """Return what came of each call, all of them at the same time."""
    return await asyncio.gather(*(outcome_of(answer, call) for call in CALLS.values()))


@pytest.mark.parametrize("name", ANSWERS)
def test_a_call_ends_in_its_time_whatever_comes_back(name):
    for call, (said, seconds, writes) in zip(CALLS, asyncio.run(outcomes_of(ANSWERS[name])), strict=True):
        assert said, call
        assert TOKEN not in said, call
        assert seconds < LIMIT + SLACK, call
        assert len(writes) <= 1, call


@pytest.mark.parametrize(
    "asked",
    [
        "1000000000",
        "-5",
        "abc",
        "Wed, 21 Oct 2099 07:28:00 GMT",
        "Wed, 21 Oct 1999 07:28:00 GMT",
        "nan",
        "inf",
        "1e400",
        "0",
        "9" * 26,
        "Mon, 99 Foo 99999 99:99:99 GMT",
        "",
    ],
)
@pytest.mark.parametrize("status", [429, 503])
def test_whatever_pause_is_asked_for_a_call_ends_in_its_time(asked, status, ask):
    refusal = httpx.Response(status, headers={"Retry-After": asked}, json={"error_code": "X", "message": "slow down"})
    for method in ("list_endpoints", "get_endpoint"):
        error, service = ask(method, *(("churn",) if method == "get_endpoint" else ()), script=[refusal], timeout=3)
        assert isinstance(error, ServingError)
        assert 1 <= len(service.requests) <= 5


def test_a_login_that_is_never_accepted_is_renewed_once_a_request():
    logins = []

    def headers():
        logins.append(1)
        return {"Authorization": f"Bearer t{len(logins)}-abcdefgh"}

    async def main(host):
        client = Client(host, Credential.from_provider(headers))
        for call in (client.list_endpoints(), client.stop_endpoint("churn")):
            with pytest.raises(ServingError):
                await call
        await client.aclose()

    with ScriptedService(lambda method, path: (401, {}, {"message": "no"})) as service:
        asyncio.run(main(service.host))
        assert len(service.seen) == 4
        assert len(logins) == 4
