"""What all calls of a client have in common."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Mapping
from typing import Any, Self

import httpx

from serving_widgets.api.endpoint.models import EndpointInfo
from serving_widgets.api.error_body import mask
from serving_widgets.api.errors import ApiError, NotFound, PermissionDenied
from serving_widgets.api.hints import OF_AN_ENTITY, entities_hint
from serving_widgets.client.auth.credential import Credential
from serving_widgets.client.http.body_codec import ResponseReader
from serving_widgets.client.http.exchange import Exchange
from serving_widgets.client.http.exchange_log import ExchangeLog, ExchangeObserver
from serving_widgets.client.http.responses import ApiResponse
from serving_widgets.client.http.retry import RetryPolicy
from serving_widgets.client.http.timing import Deadline, HostClock, Timeouts
from serving_widgets.client.http.transport import USER_AGENT, Transport
from serving_widgets.client.query_plane.route_optimized import OptimizedRoutes
from serving_widgets.client.routes import ApiCall, api_call

from .endpoint_memory import SeenEndpoints
from .permission_hints import PermissionHints
from .query_times import QueryTimes


class ClientBase:
    """A connection, and the way a call goes through it. Its parameters are those of :class:`Client`.

    Attributes
    ----------
    log : ExchangeLog
        The last exchanges, without what was said in them.
    query_times : QueryTimes
        How long the last queries took.
    """

    def __init__(
        self,
        host: str,
        credential: Credential,
        *,
        timeouts: Timeouts = Timeouts(),  # noqa: B008 – frozen
        transport: httpx.AsyncBaseTransport | None = None,
        observer: ExchangeObserver | None = None,
        user_agent: str = USER_AGENT,
        policy: RetryPolicy = RetryPolicy(),  # noqa: B008 – frozen
        clock: HostClock = HostClock(),  # noqa: B008 – frozen
    ) -> None:
        self.log = ExchangeLog()
        self.query_times = QueryTimes()

        def connect(address: str, who: Credential) -> Transport:
            return Transport(
                address,
                who,
                timeouts=timeouts,
                transport=transport,
                observer=observer,
                log=self.log,
                user_agent=user_agent,
            )

        self._transport = connect(host, credential)
        self._reader = ResponseReader(self._transport.host)
        self._seen_endpoints = SeenEndpoints()
        self._permission_hints = PermissionHints(self._transport, self._reader, self._seen_endpoints)
        self._timeouts = timeouts
        self._clock = clock
        self._exchange = self._exchange_on(self._transport, policy)
        self._optimized_routes = OptimizedRoutes(
            lambda address, who: self._exchange_on(connect(address, who), policy), self._reader
        )
        self._first_look = asyncio.Lock()

    @property
    def host(self) -> str:
        """The workspace's address."""
        return self._transport.address

    def without_retries(self) -> Self:
        """Return a client on the same connections that sends each request once.

        It is for who looks again by himself, and would rather know at once that a look has failed.
        """
        twin = copy.copy(self)
        twin._exchange = self._exchange_on(self._transport, RetryPolicy(attempts=1))
        return twin

    async def aclose(self) -> None:
        """Close all connections; requests fail afterwards."""
        await self._optimized_routes.aclose()
        await self._transport.aclose()

    def _exchange_on(self, transport: Transport, policy: RetryPolicy) -> Exchange:
        return Exchange(
            transport,
            self._reader,
            timeouts=self._timeouts,
            policy=policy,
            clock=self._clock,
            explain=self._explain,
        )

    async def _explain(self, error: ApiError, call: ApiCall, deadline: Deadline) -> None:
        """Add to a refusal what was seen before, or what one more look tells."""
        if isinstance(error, PermissionDenied) and call.kind != "read":
            await self._permission_hints.explain(error, call, deadline)
        elif isinstance(error, NotFound) and call.action in OF_AN_ENTITY:
            info = self._seen_endpoints.of(call.endpoint)
            if info is not None:
                error.hint = mask(entities_hint(info.name, [entity.name for entity in info.entities if entity.name]))

    async def _ask(
        self, action: str, name: object = None, *, timeout: float | None, **blanks: Any
    ) -> tuple[ApiCall, ApiResponse]:
        """Carry out a read and return it with its answer."""
        call = api_call(action, name, **blanks)
        return call, await self._exchange.ask(call, self._exchange.deadline(call.kind, timeout))

    async def _object(
        self, action: str, name: object = None, *, timeout: float | None, **blanks: Any
    ) -> Mapping[str, Any]:
        """Carry out a read whose answer is a JSON object, and return that."""
        call, answer = await self._ask(action, name, timeout=timeout, **blanks)
        return await self._reader.object(answer, call)

    async def _get(self, name: str, deadline: Deadline) -> EndpointInfo:
        call = api_call("get", name)
        answer = await self._exchange.ask(call, deadline)
        raw = await self._reader.object(answer, call)
        if not raw:
            raise self._reader.unreadable(answer, call, "nothing about the endpoint")
        return self._noted(raw, name)

    def _noted(self, raw: Mapping[str, Any], name: str) -> EndpointInfo:
        info = EndpointInfo.read(raw if isinstance(raw.get("name"), str) else {**raw, "name": name})
        self._seen_endpoints.note(info)
        return info

    async def _prepared(
        self, call: ApiCall, body: Mapping[str, Any] | None, timeout: float | None
    ) -> tuple[ApiCall, Deadline]:
        """Return a call with its body encoded, and when it has to end."""
        deadline = self._exchange.deadline(call.kind, timeout)
        return (call if body is None else call._replace(body=await self._reader.encoded(body, call))), deadline

    def __repr__(self) -> str:
        return f"<Client {self.host}>"
