"""Server-sent events as models send them: lines out of bytes, JSON out of lines. Pure.

Read are ``data`` lines; comments and the other fields of the format are passed over. An event is taken as soon as its
first line is JSON by itself, as every line of the service is, without waiting for the blank line after it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from serving_widgets.client.http import json_codec

#: Bytes that a line, or an event of several lines, may have.
LONGEST = 4 * 1024 * 1024
DONE = b"[DONE]"


class MalformedError(ValueError):
    """What came is not an event stream; the text says why, as the end of a sentence."""


class EventStreamParser:
    r"""Turns pieces of an event stream, cut anywhere, into the values of its events.

    Examples
    --------
    >>> events = EventStreamParser()
    >>> list(events.feed(b': hello\n\ndata: {"a"')), list(events.feed(b': 1}\n\ndata: [DONE]\n'))
    ([], [{'a': 1}])
    >>> events.done
    True
    """

    def __init__(self, longest: int = LONGEST) -> None:
        self.done = False
        self._longest = longest
        self._rest = bytearray()
        self._after_return = False
        self._begun = False
        self._lines: list[bytes] = []
        self._size = 0

    def feed(self, piece: bytes) -> Iterator[Any]:
        """Yield the events that a piece completes; nothing comes after the one that says it is done.

        Raises
        ------
        MalformedError
            When an event is not JSON, or is longer than allowed.
        """
        for line in self._cut(piece):
            yield from self._read(line)

    def end(self) -> Iterator[Any]:
        """Yield what the end of the stream completes."""
        rest = bytes(self._rest)
        self._rest.clear()
        if rest:
            yield from self._read(rest)
        yield from self._read(b"")

    def _cut(self, piece: bytes) -> Iterator[bytes]:
        """Yield the lines that a piece completes; they end with LF, CR or both."""
        if self._after_return and piece:
            self._after_return = False
            piece = piece.removeprefix(b"\n")
        self._after_return = piece.endswith(b"\r")
        first, *others = piece.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        self._rest += first
        self._bound(len(self._rest))
        for other in others:
            line = bytes(self._rest)
            self._rest[:] = other
            yield line

    def _read(self, line: bytes) -> Iterator[Any]:
        if not self._begun:
            self._begun = True
            line = line.removeprefix(b"\xef\xbb\xbf")
        if self.done:
            return
        name, colon, value = line.partition(b":")
        if name == b"data" and colon:
            yield from self._take(value.removeprefix(b" "))
        elif not line and self._lines:
            data, self._lines, self._size = b"\n".join(self._lines), [], 0
            try:
                yield json_codec.loads(data)
            except ValueError:
                raise MalformedError("a line that is not JSON") from None

    def _take(self, data: bytes) -> Iterator[Any]:
        if data.strip() == DONE:
            self.done = True
        elif data.strip() and not self._lines:
            try:
                yield json_codec.loads(data)
            except ValueError:
                self._keep(data)
        elif self._lines:
            self._keep(data)

    def _keep(self, data: bytes) -> None:
        self._lines.append(data)
        self._size += len(data) + 1
        self._bound(self._size)

    def _bound(self, size: int) -> None:
        if size > self._longest:
            raise MalformedError(f"a line of more than {self._longest:,} bytes")
