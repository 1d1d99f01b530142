"""Asking an endpoint's model: one request, checked before it is sent, and its answer as a whole or as it comes."""

from __future__ import annotations

import asyncio
import time
import warnings
from typing import TYPE_CHECKING, Any, Literal, overload

from serving_widgets.api.errors import RequestTimeout
from serving_widgets.client.http.timing import checked_seconds
from serving_widgets.workspace.runtime.event_loop import hop
from serving_widgets.workspace.runtime.synchronous import synchronous
from serving_widgets.workspace.session.handle import Handle

if TYPE_CHECKING:
    from serving_widgets.openapi.check.prepare import PreparedRequest

    from .answer_stream import AnswerStream
    from .query_result import QueryAnswer


class QueryingAio:
    """The awaitable twin of :meth:`Querying.query`."""

    _endpoint: Handle

    @overload
    async def query(
        self,
        payload: Any,
        entity: str | None = None,
        timeout: float | None = None,
        *,
        format: str | None = None,
        coerce: bool = False,
        check: bool = True,
        stream: Literal[False] = False,
    ) -> QueryAnswer: ...

    @overload
    async def query(
        self,
        payload: Any,
        entity: str | None = None,
        timeout: float | None = None,
        *,
        format: str | None = None,
        coerce: bool = False,
        check: bool = True,
        stream: Literal[True],
    ) -> AnswerStream: ...

    async def query(
        self,
        payload: Any,
        entity: str | None = None,
        timeout: float | None = None,
        *,
        format: str | None = None,
        coerce: bool = False,
        check: bool = True,
        stream: bool = False,
    ) -> QueryAnswer | AnswerStream:
        """Send one request to the endpoint's model.

        It is first held against the endpoint's schema, by the rule of :meth:`validate`: what the service would refuse,
        or change without a word, is not sent. The schema is read once for each version of the configuration; without
        one, whatever JSON can carry is sent.

        The answer shows itself; ``to_frame()`` gives it as a table, ``text`` what a language model said.

        Parameters
        ----------
        payload : dict, str, bytes, DataFrame, Series, array or list of dict
            The body, as a dictionary or as JSON text; or rows, which are written as :meth:`predict` writes them, in one
            request.
        entity : str, optional
            The served entity to ask, past the traffic split; None for the endpoint as a whole.
        timeout : float, optional
            Seconds for the whole call.
        format : str, optional
            The input format that is meant, such as ``"dataframe_records"``; told by the body unless given.
        coerce : bool, default False
            Whether to convert values that don't fit the type that the model declares, where it is known what was meant.
            A warning tells what was changed, and so does ``coerced`` of the answer.
        check : bool, default True
            Whether to check the request at all; False sends it as it is.
        stream : bool, default False
            Whether to ask for the answer piece by piece, as language models give it: see :class:`AnswerStream`.

        Raises
        ------
        EncodingError
            When the request can't be sent, or has a value of another type than the model declares; it names column and
            row, and nothing was sent.
        ServingError
            The service's own error.

        Examples
        --------
        >>> ep = ws.endpoints.get("unity-model-endpoint")
        >>> ep.query({"dataframe_records": [{"impressions": 3, "position": 2, "bid": 0.5}]}).to_frame()
           prediction
        0    0.063566
        >>> chat = ws.endpoints.get("chat")
        >>> for piece in chat.query({"messages": [{"role": "user", "content": "Hello"}]}, stream=True):
        ...     print(piece, end="")
        Briefly: you asked “Hello”. Hello! What would you like to know?
        """
        from .answer_stream import AnswerStream
        from .query_check import prepare_query
        from .query_result import QueryAnswer, coercion_note

        if timeout is not None:
            checked_seconds(timeout)
        workspace, name = self._endpoint.workspace, self._endpoint.name

        async def prepared() -> tuple[PreparedRequest, float | None]:
            begun = time.monotonic()
            try:
                async with asyncio.timeout(timeout):
                    made = await prepare_query(
                        workspace, name, payload, entity=entity, format=format, coerce=coerce, check=check
                    )
            except TimeoutError:
                raise RequestTimeout(
                    f"The schema of {name} didn't come within {timeout:g} s. Nothing was sent.", seconds=timeout
                ) from None
            left = None if timeout is None else max(0.001, timeout - (time.monotonic() - begun))
            return made, left

        async def asked() -> tuple[PreparedRequest, QueryAnswer | AnswerStream]:
            made, left = await prepared()
            client = workspace.client()
            if stream:
                pieces = client.stream_chat(name, made.body, entity=entity, timeout=left)
                return made, await AnswerStream.begun(pieces, name, workspace.where)
            reply = await client.query_endpoint(name, made.body, entity=entity, timeout=left)
            return made, QueryAnswer.of(reply, name, workspace.where, made)

        made, answer = await hop(asked)
        if made.changes:
            warnings.warn(coercion_note(made.changes), stacklevel=3)
        return answer


class Querying(Handle):
    """A handle that can be asked."""

    if TYPE_CHECKING:

        @overload
        def query(
            self,
            payload: Any,
            entity: str | None = None,
            timeout: float | None = None,
            *,
            format: str | None = None,
            coerce: bool = False,
            check: bool = True,
            stream: Literal[False] = False,
        ) -> QueryAnswer: ...

        @overload
        def query(
            self,
            payload: Any,
            entity: str | None = None,
            timeout: float | None = None,
            *,
            format: str | None = None,
            coerce: bool = False,
            check: bool = True,
            stream: Literal[True],
        ) -> AnswerStream: ...

        def query(self, payload: Any, *args: Any, **how: Any) -> Any: ...
    else:
        query = synchronous(QueryingAio.query, "ep")
