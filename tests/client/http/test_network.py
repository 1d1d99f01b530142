"""The client on real connections: cut, slow, half-finished, refused."""

import asyncio
import re
import socket
import ssl

import httpx
import pytest

from serving_widgets.api import errors
from serving_widgets.api.endpoint.models import EndpointInfo
from serving_widgets.client import Client, Credential, Timeouts
from serving_widgets.client.http.lost_requests import lost_request_from

STOPPED = {"name": "churn", "state": {"ready": "NOT_READY", "suspend": "SUSPENDED"}}
READY = {"name": "churn", "state": {"ready": "READY", "config_update": "NOT_UPDATING"}}

SEEN = EndpointInfo.read(READY)


def talk(serve, behave, use, **kwargs):
    """Run a client's call against a misbehaving server; an error is returned like a result."""

    async def main():
        async with serve(behave) as server:
            client = Client(server.host, Credential("t0ken"), **kwargs)
            try:
                return await use(client), server
            except Exception as error:
                return error, server
            finally:
                await client.aclose()

    return asyncio.run(asyncio.wait_for(main(), 10))


def methods(server):
    return [request.split(b" ", 1)[0].decode() for request in server.requests]


def test_connections_are_kept_and_used_again(serve, bytes_of):
    async def kind(head, reader, writer):
        writer.write(bytes_of(READY))

    async def use(client):
        for _ in range(5):
            await client.get_endpoint("churn")

    _, server = talk(serve, kind, use)
    assert (len(server.requests), server.connections) == (5, 1)


def test_a_connection_that_was_closed_while_idle_costs_no_write_its_answer(serve, bytes_of):
    async def once(head, reader, writer):
        writer.write(bytes_of(STOPPED))
        await writer.drain()
        writer.close()

    async def use(client):
        await client.get_endpoint("churn")
        await asyncio.sleep(0.05)
        return await client.stop_endpoint("churn")

    info, server = talk(serve, once, use)
    assert info.state.suspend == "SUSPENDED"
    assert (methods(server), server.connections) == (["GET", "POST"], 2)


@pytest.mark.parametrize("how", ["cut before the answer", "cut within the answer"])
def test_a_stop_whose_answer_is_cut_off_is_sent_once_and_found_done(serve, bytes_of, how):
    async def behave(head, reader, writer):
        if head.startswith(b"POST"):
            writer.write(b"" if how == "cut before the answer" else bytes_of(STOPPED, cut=10))
            await writer.drain()
            writer.close()
        else:
            writer.write(bytes_of(STOPPED))

    info, server = talk(serve, behave, lambda client: client.stop_endpoint("churn"))
    assert info.state.suspend == "SUSPENDED"
    assert methods(server) == ["POST", "GET"]


def test_a_stop_that_got_lost_on_the_way_is_not_sent_again(serve, bytes_of, time):
    async def behave(head, reader, writer):
        if head.startswith(b"POST"):
            writer.close()
        else:
            writer.write(bytes_of(READY))

    error, server = talk(serve, behave, lambda client: client.stop_endpoint("churn"), clock=time.clock())
    assert isinstance(error, errors.OutcomeUnknown)
    assert "churn is Ready" in error.message
    assert methods(server).count("POST") == 1


def test_a_read_that_is_cut_off_is_asked_again(serve, bytes_of):
    async def behave(head, reader, writer):
        writer.write(bytes_of(READY, cut=5 if server_cuts.pop() else None))
        await writer.drain()
        if server_cuts:
            writer.close()

    server_cuts = [False, True]
    info, server = talk(serve, behave, lambda client: client.get_endpoint("churn"))
    assert info.name == "churn"
    assert len(server.requests) == 2


def test_an_answer_that_takes_too_long_names_the_host_and_the_time(serve):
    async def never(head, reader, writer):
        await reader.read()
        writer.close()

    error, server = talk(serve, never, lambda client: client.query_endpoint("churn", "{}", info=SEEN, timeout=0.2))
    assert isinstance(error, errors.RequestTimeout)
    assert error.message.startswith("Couldn't query churn: no answer from 127.0.0.1:")
    assert re.search(r"within \d+\.\d s\.$", error.message)
    assert 0.2 <= error.seconds < 10
    assert len(server.requests) == 1


def test_cancelling_closes_the_connection_at_once(serve):
    async def main():
        asked, left = asyncio.Event(), asyncio.Event()

        async def behave(head, reader, writer):
            asked.set()
            await reader.read()
            left.set()
            writer.close()

        async with serve(behave) as server:
            client = Client(server.host, Credential("t0ken"))
            task = asyncio.create_task(client.query_endpoint("churn", "{}", info=SEEN))
            await asked.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            await asyncio.wait_for(left.wait(), 30)
            await client.aclose()

    asyncio.run(main())


def test_a_refused_connection_names_the_address_and_sends_no_write(time):
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{reserved.getsockname()[1]}"

        async def main():
            client = Client(f"http://{host}", Credential("t0ken"), clock=time.clock())
            with pytest.raises(
                errors.ConnectionFailed, match=f"Couldn't stop churn: {host} refuses connections"
            ) as caught:
                await client.stop_endpoint("churn")
            assert caught.value.host == host
            assert caught.value.hint

        asyncio.run(main())


def test_a_host_that_does_not_speak_tls_is_told_apart():
    greetings = []

    async def plain(reader, writer):
        greetings.append(await reader.read(1000))
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    async def main():
        server = await asyncio.start_server(plain, "127.0.0.1", 0)
        client = Client(f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}", Credential("t0ken"))
        with pytest.raises(errors.ConnectionFailed, match="isn't secure: wrong version number"):
            await client.get_endpoint("churn", timeout=5)
        await client.aclose()
        server.close()
        assert len(greetings) == 1
        assert b"t0ken" not in greetings[0]

    asyncio.run(main())


def test_a_proxy_of_the_outside_world_sees_nothing_of_loopback(serve, bytes_of, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)

    async def kind(head, reader, writer):
        writer.write(bytes_of(READY))

    info, server = talk(serve, kind, lambda client: client.get_endpoint("churn"))
    assert info.name == "churn"
    assert len(server.requests) == 1


def test_certificates_that_can_not_be_read_are_named(monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere/company.pem")

    async def main():
        client = Client("https://127.0.0.1:9", Credential("t0ken"), timeouts=Timeouts(connect=1))
        with pytest.raises(errors.ConfigError, match="certificates") as caught:
            await client.get_endpoint("churn", timeout=2)
        assert "SSL_CERT_FILE" in caught.value.hint

    asyncio.run(main())


def caused(error, cause):
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "cause", "sent", "lasting"),
    [
        (caused(httpx.ConnectError(""), ConnectionRefusedError()), "refused", False, False),
        (caused(httpx.ConnectError(""), socket.gaierror()), "no_host", False, False),
        (caused(httpx.ConnectError(""), ssl.SSLCertVerificationError()), "tls", False, True),
        (caused(httpx.ConnectError(""), OSError()), "no_connection", False, False),
        (
            caused(httpx.ConnectError(""), ExceptionGroup("", [OSError(), ConnectionRefusedError()])),
            "refused",
            False,
            False,
        ),
        (httpx.ConnectTimeout(""), "no_connection", False, False),
        (httpx.PoolTimeout(""), "no_connection", False, False),
        (httpx.ProxyError(""), "proxy", False, False),
        (httpx.UnsupportedProtocol(""), "unsendable", False, True),
        (TimeoutError(), "no_connection", False, False),
        (httpx.ReadError(""), "broken", False, False),
    ],
)
def test_each_way_to_lose_an_answer_has_its_own_words(error, cause, sent, lasting):
    loss = lost_request_from(error, sent=False)
    assert (loss.cause, loss.sent, loss.lasting) == (cause, sent, lasting)


@pytest.mark.parametrize(("error", "cause"), [(TimeoutError(), "late"), (httpx.ReadError(""), "broken")])
def test_what_breaks_after_sending_may_have_arrived(error, cause):
    loss = lost_request_from(error, sent=True)
    assert (loss.cause, loss.sent) == (cause, True)
