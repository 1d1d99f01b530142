"""An answer that comes in pieces: read as it comes, and looked at like any other afterwards."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from serving_widgets.api.errors import ServingError
from serving_widgets.openapi.answers.llm_answers import fold_chunks
from serving_widgets.workspace.runtime import event_loop

from .query_result import QueryAnswer

if TYPE_CHECKING:
    import pandas as pd

    from serving_widgets.client.reply import Chunk


class AnswerPiece(str):
    """A piece of an answer: the text that it adds.

    Attributes
    ----------
    raw : mapping
        The JSON object as it came.
    """

    raw: Mapping[str, Any]

    @property
    def text(self) -> str:
        """The text that it adds; "" when it adds none."""
        return str(self)


class AnswerStream:
    """An answer that comes in pieces.

    Going through it gives each piece as it comes, with ``for`` or ``async for``; leaving the loop early ends the
    request. Gone through again, it gives what came. It shows what came until then.

    Attributes
    ----------
    text : str
        What the model has said so far.
    json : Any
        The answer that would have come in one piece, as far as it came.

    Examples
    --------
    >>> ep = ws.endpoints.get("chat")
    >>> answer = ep.query({"messages": [{"role": "user", "content": "Hello"}]}, stream=True)
    >>> for piece in answer:
    ...     print(piece, end="")
    Briefly: you asked “Hello”. Hello! What would you like to know?
    >>> answer.text
    'Briefly: you asked “Hello”. Hello! What would you like to know?'
    """

    def __init__(self, endpoint: str, where: str) -> None:
        self.endpoint, self.where = endpoint, where
        self._pieces: list[AnswerPiece] = []
        self._more = asyncio.Event()
        self._error: ServingError | None = None
        self._since = time.monotonic()
        self._seconds: float | None = None
        self._task: asyncio.Task[None]

    @classmethod
    async def begun(cls, chunks: AsyncGenerator[Chunk, None], endpoint: str, where: str) -> AnswerStream:
        """Return an answer whose first piece has come; runs on the loop thread.

        Raises
        ------
        ServingError
            When none comes.
        """
        made = cls(endpoint, where)
        made._task = asyncio.get_running_loop().create_task(made._read(chunks))
        try:
            await made._piece(0)
        except asyncio.CancelledError:
            made._task.cancel()
            raise
        return made

    @property
    def text(self) -> str:
        """What the model has said so far."""
        return "".join(self._pieces)

    @property
    def json(self) -> Any:
        """The answer that would have come in one piece, as far as it came."""
        return fold_chunks([piece.raw for piece in self._pieces])

    @property
    def ended(self) -> bool:
        """Whether all of it is here, or no more will come."""
        return self._seconds is not None

    @property
    def answer(self) -> QueryAnswer:
        """What came so far as an answer in one piece."""
        folded = self.json
        raw = json.dumps(folded, ensure_ascii=False).encode("utf-8", "replace")
        seconds = self._seconds if self._seconds is not None else time.monotonic() - self._since
        said = () if self.ended and self._error is None else (str(self._error or "More of it is on its way."),)
        return QueryAnswer(folded, raw, None, "", seconds, self.endpoint, self.where, said=said)

    def to_frame(self) -> pd.DataFrame:
        """Return what came so far as a table: see :meth:`QueryAnswer.to_frame`."""
        return self.answer.to_frame()

    def close(self) -> None:
        """Ask for no more."""
        event_loop.call(self._task.cancel)

    def __iter__(self) -> Iterator[AnswerPiece]:
        try:
            for number in range(1_000_000_000):
                piece = event_loop.run_sync(lambda at=number: self._piece(at), twin="ep.aio.query(…)")  # type: ignore[misc]
                if piece is None:
                    return
                yield piece
        finally:
            self.close()

    async def __aiter__(self) -> AsyncIterator[AnswerPiece]:
        number = 0
        try:
            while (piece := await event_loop.hop(lambda: self._piece(number))) is not None:  # noqa: B023 – awaited at once
                number += 1
                yield piece
        finally:
            self.close()

    def __repr__(self) -> str:
        return repr(self.answer)

    def _repr_html_(self) -> str:
        return self.answer._repr_html_()

    async def _piece(self, number: int) -> AnswerPiece | None:
        """Return a piece once it is here, None after the last; runs on the loop thread."""
        while len(self._pieces) <= number and not self.ended:
            self._more.clear()
            await self._more.wait()
        if number < len(self._pieces):
            return self._pieces[number]
        if self._error is not None:
            raise self._error
        return None

    async def _read(self, chunks: AsyncGenerator[Chunk, None]) -> None:
        try:
            async for chunk in chunks:
                piece = AnswerPiece(chunk.text)
                piece.raw = chunk.raw
                self._pieces.append(piece)
                self._more.set()
        except ServingError as error:
            self._error = error
        finally:
            self._seconds = time.monotonic() - self._since
            self._more.set()
            await chunks.aclose()
