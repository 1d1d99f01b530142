"""An answer that comes in pieces is gone through as it comes, and is an answer like any other afterwards."""

import asyncio
import time

import pytest

import serving_widgets as sw

HELLO = {"messages": [{"role": "user", "content": "Hello"}]}


def test_a_stream_gives_its_pieces_and_then_the_answer(ws):
    ep = ws.endpoints.get("chat")
    stream = ep.query(HELLO, stream=True)
    pieces = list(stream)
    whole = ep.query(HELLO)
    assert len(pieces) > 1
    assert "".join(pieces) == stream.text == whole.text
    assert all(piece.raw["choices"] is not None and piece.text == piece for piece in pieces)
    assert stream.json["choices"][0]["message"] == whole.json["choices"][0]["message"]
    assert stream.to_frame()["content"].tolist() == [whole.text]
    assert list(stream) == pieces
    assert stream.ended


def test_a_stream_shows_what_came(ws):
    stream = ws.endpoints.get("chat").query(HELLO, stream=True)
    for _ in stream:
        pass
    assert stream.text in repr(stream)
    assert "<" in stream._repr_html_()
    assert "on its way" not in repr(stream)


def test_there_is_an_awaitable_twin(ws):
    async def cell():
        stream = await ws.endpoints.get("chat").aio.query(HELLO, stream=True)
        return [piece async for piece in stream], stream.text

    pieces, text = asyncio.run(cell())
    assert "".join(pieces) == text
    assert len(pieces) > 1


def test_leaving_the_loop_ends_the_request_and_keeps_what_came(ws):
    long = {"messages": [{"role": "user", "content": "word " * 200}]}
    stream = ws.endpoints.get("chat").query(long, stream=True)
    for piece in stream:
        first = piece
        break
    ends = time.monotonic() + 60
    while not stream.ended and time.monotonic() < ends:
        time.sleep(0.01)
    assert stream.ended
    assert stream.text.startswith(first)


def test_an_error_before_the_first_piece_is_raised_by_the_call(ws):
    ws.mock.faults([{"method": "POST", "path": "*/invocations", "status": 400, "count": 1}])
    with pytest.raises(sw.ApiError):
        ws.endpoints.get("chat").query(HELLO, stream=True)


def test_what_the_check_refuses_is_not_sent(ws):
    with pytest.raises(sw.EncodingError, match="Nothing was sent"):
        ws.endpoints.get("chat").query({"messages": 5}, stream=True)
    assert not any(entry["path"].endswith("/invocations") for entry in ws.mock.journal())


def test_an_answer_that_comes_in_one_piece_is_one_piece(ws):
    ep = ws.endpoints.get("example-endpoint")
    stream = ep.query(ep.sample(), stream=True, check=False)
    assert len(list(stream)) == 1
    assert stream.json == ep.query(ep.sample()).json
