"""Answers that come in pieces: read as they come, kept when they break off, closed when nobody listens."""

import asyncio
import contextlib
import json

import httpx
import pytest

from serving_widgets.api import errors
from serving_widgets.api.endpoint.models import EndpointInfo
from serving_widgets.client import Client, Credential

TOKEN = "dapi-canary-0123456789abcdef"
SEEN = EndpointInfo.read({"name": "chat"})
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nX-Request-Id: r7\r\nTransfer-Encoding: chunked\r\n\r\n"
QUESTION = {"messages": [{"role": "user", "content": "Hello?"}]}


def piece(text, finish=None):
    return {"object": "chat.completion.chunk", "choices": [{"delta": {"content": text}, "finish_reason": finish}]}


def event(value):
    return b"data: " + (value if isinstance(value, bytes) else json.dumps(value).encode()) + b"\n\n"


def framed(data):
    return b"%x\r\n%s\r\n" % (len(data), data)


def listen(serve, behave, payload=QUESTION, **kwargs):
    """Stream from a server of the test's own; return the texts, the error if there was one, and the server."""

    async def main():
        texts, error = [], None
        async with serve(behave) as server:
            client = Client(server.host, Credential(TOKEN))
            try:
                async with contextlib.aclosing(client.stream_chat("chat", payload, info=SEEN, **kwargs)) as answer:
                    async for chunk in answer:
                        texts += [chunk.text]
            except errors.ServingError as raised:
                error = raised
            await client.aclose()
            return texts, error, server

    return asyncio.run(asyncio.wait_for(main(), 10))


def sending(*parts, end=b"0\r\n\r\n"):
    async def behave(head, reader, writer):
        writer.write(HEAD)
        for part in parts:
            writer.write(framed(part))
            await writer.drain()
            await asyncio.sleep(0.01)
        writer.write(end)
        await writer.drain()
        if not end:
            writer.close()

    return behave


def test_the_pieces_of_an_answer_come_one_after_the_other(serve):
    events = [event(piece("Hel")), b": still here\n\n", event(piece("lo")), event(piece("", "stop")), event(b"[DONE]")]
    texts, error, server = listen(serve, sending(*events))
    assert (texts, error) == (["Hel", "lo", ""], None)
    body = json.loads(server.requests[0].split(b"\r\n\r\n")[1])
    assert body == {**QUESTION, "stream": True}
    assert b"text/event-stream" in server.requests[0]


@pytest.mark.parametrize("payload", [json.dumps(QUESTION), json.dumps({**QUESTION, "stream": False}).encode()])
def test_the_wish_to_stream_is_put_into_text_too(serve, payload):
    _, error, server = listen(serve, sending(event(b"[DONE]")), payload)
    assert error is None
    assert json.loads(server.requests[0].split(b"\r\n\r\n")[1]) == {**QUESTION, "stream": True}


@pytest.mark.parametrize("payload", ["[]", "oops", b"3"])
def test_what_is_no_object_is_not_sent(serve, payload):
    _, error, server = listen(serve, sending(), payload)
    assert isinstance(error, errors.ActionRefused)
    assert server.requests == []


def test_an_answer_in_one_piece_is_one_piece(serve, bytes_of):
    async def whole(head, reader, writer):
        writer.write(bytes_of({"choices": [{"message": {"content": "Hello"}, "finish_reason": "stop"}]}))

    assert listen(serve, whole)[:2] == (["Hello"], None)


def test_an_answer_that_breaks_off_is_kept(serve):
    texts, error, _ = listen(serve, sending(event(piece("Hel")), event(piece("lo")), end=b""))
    assert texts == ["Hel", "lo"]
    assert isinstance(error, errors.StreamInterrupted)
    assert (error.text, len(error.received)) == ("Hello", 2)
    assert "Couldn't query chat to the end, after 2 pieces" in error.message
    assert "the connection to 127.0.0.1" in error.message
    assert "r7" in error.message


def test_an_answer_that_ends_before_its_end_is_kept(serve):
    _, error, _ = listen(serve, sending(event(piece("Hel"))))
    assert isinstance(error, errors.StreamInterrupted)
    assert "ended before its end" in error.message
    assert error.text == "Hel"


def test_not_every_service_says_that_it_is_done(serve):
    assert listen(serve, sending(event(piece("Hel")), event(piece("lo", "stop"))))[:2] == (["Hel", "lo"], None)
    other = {"type": "response.output_text.delta", "delta": "Hel"}
    assert listen(serve, sending(event(other)))[:2] == ([""], None)


@pytest.mark.parametrize(
    "said",
    [
        {"error_code": "REQUEST_LIMIT_EXCEEDED", "message": "Too many tokens."},
        {"error": {"code": "REQUEST_LIMIT_EXCEEDED", "message": "Too many tokens."}},
    ],
)
def test_an_error_in_the_midst_is_raised_with_what_came_before(serve, said):
    texts, error, _ = listen(serve, sending(event(piece("Hel")), event(said), event(b"[DONE]")))
    assert texts == ["Hel"]
    assert isinstance(error, errors.StreamInterrupted)
    assert "the service said: Too many tokens. (REQUEST_LIMIT_EXCEEDED)" in error.message
    assert error.text == "Hel"


@pytest.mark.parametrize("bad", [b"{oops", b"[1]"])
def test_a_piece_that_is_no_object_is_told_with_what_came_before(serve, bad):
    _, error, _ = listen(serve, sending(event(piece("Hel")), event(bad)))
    assert isinstance(error, errors.StreamInterrupted)
    assert error.text == "Hel"


def test_a_plain_no_is_the_error_that_it_always_is(serve, bytes_of):
    async def refusing(head, reader, writer):
        writer.write(bytes_of({"error_code": "PERMISSION_DENIED", "message": "No."}, status=403))

    _, error, _ = listen(serve, refusing)
    assert isinstance(error, errors.PermissionDenied)
    assert "Couldn't query chat: No." in error.message


def test_a_stream_that_was_turned_away_is_asked_for_again(serve, bytes_of):
    busy = [True]

    async def behave(head, reader, writer):
        if busy and busy.pop():
            writer.write(bytes_of({"error_code": "TEMPORARILY_UNAVAILABLE", "message": "Wait."}, status=503))
        else:
            await sending(event(piece("Hello", "stop")))(head, reader, writer)

    texts, _, server = listen(serve, behave)
    assert texts == ["Hello"]
    assert len(server.requests) == 2


def test_a_web_page_is_told_apart(serve):
    async def page(head, reader, writer):
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>")

    assert isinstance(listen(serve, page)[1], errors.UnreadableReply)


def test_the_limit_covers_the_whole_answer(serve):
    async def dripping(head, reader, writer):
        writer.write(HEAD)
        for _ in range(200):
            writer.write(framed(event(piece("."))))
            await writer.drain()
            await asyncio.sleep(0.02)

    texts, error, _ = listen(serve, dripping, timeout=0.3)
    assert isinstance(error, errors.StreamInterrupted)
    assert "no more came" in error.message
    assert 0 < len(texts) < 30


@pytest.mark.parametrize("how", ["leaving the loop", "cancelling the task"])
def test_whoever_stops_listening_closes_the_connection(serve, how):
    async def main():
        closed = asyncio.Event()

        async def behave(head, reader, writer):
            writer.write(HEAD + framed(event(piece("Hel"))))
            await reader.read()
            closed.set()
            writer.close()

        async with serve(behave) as server:
            client = Client(server.host, Credential(TOKEN))
            heard = asyncio.Event()

            async def use():
                async with contextlib.aclosing(client.stream_chat("chat", QUESTION, info=SEEN)) as answer:
                    async for _ in answer:
                        heard.set()
                        if how == "leaving the loop":
                            break

            task = asyncio.create_task(use())
            await heard.wait()
            if how == "cancelling the task":
                task.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await task
            else:
                await task
            await closed.wait()
            await client.aclose()

    asyncio.run(asyncio.wait_for(main(), 60))


def test_a_token_that_is_said_back_is_taken_out(serve):
    said = {"choices": [{"delta": {"content": f"you are {TOKEN}"}, "finish_reason": "stop"}]}
    assert listen(serve, sending(event(said)))[0] == ["you are ***"]


def test_parts_of_a_message_that_are_text_are_its_text(serve):
    content = [{"type": "reasoning", "summary": []}, {"type": "text", "text": "Hel"}, {"type": "text", "text": "lo"}]
    assert listen(serve, sending(event(piece(content, "stop"))))[0] == ["Hello"]


def test_a_read_stream_leaves_the_connection_for_others(serve):
    async def main():
        async with serve(sending(event(piece("Hello", "stop")), event(b"[DONE]"))) as server:
            client = Client(server.host, Credential(TOKEN))
            for _ in range(3):
                async for _chunk in client.stream_chat("chat", QUESTION, info=SEEN):
                    pass
            await client.aclose()
            return server

    server = asyncio.run(asyncio.wait_for(main(), 10))
    assert (len(server.requests), server.connections) == (3, 1)


def test_an_answer_that_was_lost_before_it_began_is_not_asked_for_again(serve):
    async def gone(head, reader, writer):
        writer.close()

    _, error, server = listen(serve, gone)
    assert isinstance(error, errors.ConnectionFailed)
    assert len(server.requests) == 1


def test_a_transport_of_ones_own_streams_too():
    async def main():
        stream = event(piece("Hel")) + event(piece("lo", "stop"))
        answer = httpx.Response(200, content=stream, headers={"content-type": "text/event-stream; charset=utf-8"})
        transport = httpx.MockTransport(lambda _: answer)
        client = Client("https://w.example.com", Credential(TOKEN), transport=transport)
        return [chunk.text async for chunk in client.stream_chat("chat", QUESTION, info=SEEN)]

    assert asyncio.run(main()) == ["Hel", "lo"]
