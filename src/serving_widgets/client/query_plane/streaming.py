"""Answers that come in pieces: read as they come, and kept for the case that they break off."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from typing import Any

from serving_widgets.api.error_body import read_error_body
from serving_widgets.api.errors import StreamInterrupted, format_seconds
from serving_widgets.client.http.answer_limit import largest_answer
from serving_widgets.client.http.body_codec import ResponseReader
from serving_widgets.client.http.lost_requests import LostRequest
from serving_widgets.client.http.responses import ApiResponse, OpenResponse
from serving_widgets.client.http.timing import Deadline
from serving_widgets.client.reply import Chunk
from serving_widgets.client.routes import ApiCall

from .sse import EventStreamParser, MalformedError

# Seconds for what comes after the last piece.
REST = 0.1


class ChunkStream:
    """Reads one answer."""

    def __init__(
        self, opened: OpenResponse, call: ApiCall, reader: ResponseReader, deadline: Deadline, host: str
    ) -> None:
        self._opened = opened
        self._call = call
        self._reader = reader
        self._deadline = deadline
        self._host = host
        self._received: list[Chunk] = []

    async def chunks(self) -> AsyncGenerator[Chunk, None]:
        """Yield the pieces; the connection is closed at the end, however that comes.

        Raises
        ------
        StreamInterrupted
            When an error comes in the midst, or the answer ends before its end.
        """
        try:
            kind = self._opened.headers.get("content-type", "").split(";")[0].strip().lower()
            if kind == "text/event-stream":
                async for chunk in self._events():
                    yield chunk
            else:
                yield await self._whole()
        finally:
            await self._opened.aclose()

    async def _events(self) -> AsyncGenerator[Chunk, None]:
        events = EventStreamParser()
        while not events.done:
            piece = await self._next()
            try:
                for value in events.end() if piece is None else events.feed(piece):
                    yield self._chunk(value)
            except MalformedError as error:
                malformed = error
            else:
                if piece is None:
                    break
                continue
            raise self._interrupted(f"{self._host} sent {malformed}.")
        if not events.done and not self._finished:
            raise self._interrupted("the answer ended before its end.")
        if events.done:
            # The end of the body is on its way, too; with it the connection is free for the next request.
            await self._opened.next(min(REST, self._deadline.left))

    async def _whole(self) -> Chunk:
        # An answer that is not a stream, for a service may pay no heed to the wish for one, is read to its end.
        body, cut, largest = bytearray(), False, largest_answer()
        while not cut and (piece := await self._next()) is not None:
            body += piece
            cut = len(body) > largest
        answer = ApiResponse(200, self._opened.headers, bytes(body[:largest]), 0.0, cut)
        if answer.headers.get("content-type", "").startswith("text/html"):
            raise self._reader.unreadable(answer, self._call, "a web page")
        return Chunk(await self._reader.object(answer, self._call))

    async def _next(self) -> bytes | None:
        piece = await self._opened.next(self._deadline.next_answer)
        if not isinstance(piece, LostRequest):
            return piece
        if piece.cause == "late":
            raise self._interrupted(
                f"no more came from {self._host}, waited for {format_seconds(self._deadline.waited)}."
            )
        raise self._interrupted(f"the connection to {self._host} broke.")

    def _chunk(self, value: Any) -> Chunk:
        if not isinstance(value, dict):
            raise MalformedError("JSON that is not an object")
        if value.get("error") or value.get("error_code"):
            code, said, _ = read_error_body(500, json.dumps(value).encode())
            raise self._interrupted(f"the service said: {said}" + (f" ({code})" if code else ""))
        chunk = Chunk(value)
        self._received.append(chunk)
        return chunk

    @property
    def _finished(self) -> bool:
        """Whether what came is an answer to its end, as far as it tells: not every service says that it is done."""
        told = [chunk for chunk in self._received if "choices" in chunk.raw]
        return bool(self._received) and (not told or any(chunk.finish_reason for chunk in told))

    def _interrupted(self, what: str) -> StreamInterrupted:
        received = self._received
        request = f" (request {self._opened.request_id})" if self._opened.request_id else ""
        return StreamInterrupted(
            f"Couldn't {self._call.task} to the end, after {len(received)} pieces of the answer: {what}{request}",
            received=[chunk.raw for chunk in received],
            text="".join(chunk.text for chunk in received),
            hint="What came until then is in the error's .text and .received. Ask again for the whole answer.",
        )
