"""Answers that are larger than is taken: they are refused before they are parsed, by one setting."""

import asyncio
import gzip

import pytest
from scripted_service import ScriptedService

from serving_widgets.api.errors import ConfigError, UnreadableReply
from serving_widgets.client import Client, Credential
from serving_widgets.client.http.answer_limit import VARIABLE, largest_answer

MANY = gzip.compress(b'{"endpoints":[' + b'{"name":"a"},' * 3_000_000 + b'{"name":"b"}]}')
SPACES = gzip.compress(b" " * 100_000_000)


async def _endless(reader, writer):
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n")
    piece = b"100000\r\n" + b" " * 0x100000 + b"\r\n"
    while not writer.is_closing():
        writer.write(piece)
        await writer.drain()


ANSWERS = {
    "a list that unpacks to 39 MB": (200, {"content-encoding": "gzip"}, MANY),
    "spaces": (200, {"content-encoding": "gzip"}, SPACES),
    "no end": _endless,
}
CALLS = {
    "list": lambda client: client.list_endpoints(timeout=60),
    "get": lambda client: client.get_endpoint("churn", timeout=60),
    "metrics": lambda client: client.get_metrics("churn", timeout=60),
    "query": lambda client: client.query_endpoint("churn", {"inputs": [1]}, timeout=60),
    "stop": lambda client: client.stop_endpoint("churn", timeout=60),
}


def _called(host, call):
    async def main():
        client = Client(host, Credential("dapi-0123456789"))
        try:
            return await call(client)
        finally:
            await client.aclose()

    return asyncio.run(main())


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_an_answer_that_is_too_large_is_refused_before_it_ends_and_names_the_setting(answer, call):
    with ScriptedService(lambda method, path: answer) as service, pytest.raises(UnreadableReply) as caught:
        _called(service.host, call)
    assert "32 MB, counted unpacked" in caught.value.message
    assert len(service.writes) <= 1


def test_the_setting_allows_more_and_less(monkeypatch):
    body = b'{"endpoints": []' + b" " * 2000 + b"}"
    with ScriptedService(lambda method, path: (200, {}, body)) as service:
        monkeypatch.setenv(VARIABLE, "0.001")
        with pytest.raises(UnreadableReply) as caught:
            _called(service.host, CALLS["list"])
        assert VARIABLE in caught.value.hint
        assert caught.value.code == "answer_too_large"
        monkeypatch.setenv(VARIABLE, "0.01")
        assert _called(service.host, CALLS["list"]) == []


@pytest.mark.parametrize("said", ["no", "0", "-1", "inf", "nan"])
def test_a_setting_that_is_no_size_is_said_to_be_none(said):
    with pytest.raises(ConfigError, match=VARIABLE):
        largest_answer({VARIABLE: said})


def test_a_refusal_that_never_ends_is_a_refusal():
    async def forever(reader, writer):
        writer.write(b"HTTP/1.1 403 No\r\ncontent-type: application/json\r\n\r\n")
        while not writer.is_closing():
            writer.write(b"x" * 100_000)
            await writer.drain()

    with ScriptedService(lambda method, path: forever) as service, pytest.raises(Exception, match="403"):
        _called(service.host, CALLS["list"])
