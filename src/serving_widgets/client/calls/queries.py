"""Queries: what endpoints are there for."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Mapping
from typing import Any

from serving_widgets.api.endpoint.models import EndpointInfo
from serving_widgets.api.errors import ActionRefused, ServingError
from serving_widgets.client.http import json_codec
from serving_widgets.client.http.exchange import Exchange
from serving_widgets.client.http.timing import Deadline
from serving_widgets.client.query_plane.route_optimized import OptimizedRoute, is_addressed
from serving_widgets.client.query_plane.streaming import ChunkStream
from serving_widgets.client.reply import Chunk, Reply
from serving_widgets.client.routes import ApiCall, api_call

from .base import ClientBase

# Seconds for the look at an endpoint that was not seen yet.
FIRST_LOOK = 5.0


class QueryCalls(ClientBase):
    """Routes of the query plane.

    A route-optimized endpoint is asked at its own address, with a token made for it. To know one, the client looks at
    each endpoint that it has not seen before its first query.
    """

    async def query_endpoint(
        self,
        name: str,
        payload: str | bytes | Mapping[str, Any],
        entity: str | None = None,
        *,
        info: EndpointInfo | None = None,
        timeout: float | None = None,
    ) -> Reply:
        """Send a query.

        Parameters
        ----------
        payload : str, bytes or mapping
            The body: JSON as text, or what is to be written as JSON.
        entity : str, optional
            The served entity to ask, past the sharing out of traffic.
        info : EndpointInfo, optional
            The endpoint as it was seen; without it, what the client itself has seen.

        Raises
        ------
        ActionRefused
            When the endpoint is route-optimized and there is no OAuth token to ask it with; nothing was sent.
        """
        call, deadline = self._query(name, entity, timeout)
        call = call._replace(body=await self._reader.encoded(payload, call))
        exchange = await self._exchange_for(call, info, deadline)
        reply = await self._reader.reply(await exchange.ask(call, deadline), call)
        self.query_times.add(name, reply.served_model or entity or "", reply.seconds)
        return reply

    async def stream_chat(
        self,
        name: str,
        payload: str | bytes | Mapping[str, Any],
        *,
        entity: str | None = None,
        info: EndpointInfo | None = None,
        timeout: float | None = None,
    ) -> AsyncGenerator[Chunk, None]:
        """Send a query and yield its answer in the pieces that it comes in.

        Parameters
        ----------
        payload : str, bytes or mapping
            The body, such as ``{"messages": […]}``; ``"stream": true`` is put into it.
        timeout : float, optional
            Seconds from the query to the last piece; by default only the wait for each piece has a limit.

        Raises
        ------
        StreamInterrupted
            When an error comes in the midst, or the answer breaks off; it holds what came until then.

        Examples
        --------
        >>> async with contextlib.aclosing(client.stream_chat("chat", {"messages": messages})) as answer:
        ...     async for chunk in answer:
        ...         print(chunk.text, end="")
        """
        call, deadline = self._query(name, entity, timeout)
        call = call._replace(body=await self._streamed(payload, call), accept="text/event-stream, application/json")
        exchange = await self._exchange_for(call, info, deadline)
        opened = await exchange.open(call, deadline)
        if timeout is None:
            deadline = deadline.endless()
        async for chunk in ChunkStream(opened, call, self._reader, deadline, self._transport.host).chunks():
            yield chunk

    def _query(self, name: str, entity: str | None, timeout: float | None) -> tuple[ApiCall, Deadline]:
        call = api_call("query" if entity is None else "query_entity", name, entity=entity)
        return call, self._exchange.deadline(call.kind, timeout)

    async def _exchange_for(
        self, call: ApiCall, info: EndpointInfo | None, deadline: Deadline
    ) -> Exchange | OptimizedRoute:
        name = call.endpoint or ""
        if info is None:
            info = await self._seen(name, deadline)
        if info is None or not info.route_optimized:
            return self._exchange
        if not is_addressed(info):
            info = await self._get(name, deadline)
        return self._optimized_routes.to(info, self._exchange, call)

    async def _seen(self, name: str, deadline: Deadline) -> EndpointInfo | None:
        """Return an endpoint as last seen; look at it when it never was, and leave it at one try."""
        limit = min(FIRST_LOOK, deadline.left / 4)
        if name not in self._seen_endpoints:
            # The query itself will tell what is wrong; and it must not wait for long behind others' first looks.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(limit), self._first_look:
                    if name not in self._seen_endpoints:
                        await self._learn(name, deadline.within(limit))
        return self._seen_endpoints.of(name)

    async def _learn(self, name: str, deadline: Deadline) -> None:
        try:
            await self.without_retries()._get(name, deadline)
        except ServingError:
            self._seen_endpoints.note_missing(name)

    async def _streamed(self, payload: str | bytes | Mapping[str, Any], call: ApiCall) -> bytes:
        document: Any = payload
        if isinstance(payload, str | bytes):
            data = payload.encode("utf-8", "surrogatepass") if isinstance(payload, str) else payload
            try:
                document = json_codec.loads(data)
            except ValueError:
                document = None
        if not isinstance(document, Mapping):
            raise ActionRefused(
                f"Couldn't {call.task}: the body is not a JSON object.",
                action=call.action,
                endpoint=call.endpoint or "",
                hint='Chat takes {"messages": [{"role": "user", "content": "…"}]}.',
                code="not_json",
            )
        return await self._reader.encoded({**document, "stream": True}, call)
