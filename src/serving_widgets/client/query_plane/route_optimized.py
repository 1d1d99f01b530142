"""The way to route-optimized endpoints: an address of their own, and a token that is good for one of them alone.

Such an endpoint is asked at its ``endpoint_url`` with a token that the workspace gives for an OAuth token and for what
``data_plane_info`` names; personal access tokens are not taken (Databricks docs, *Query route-optimized serving
endpoints*; databricks-sdk-py, ``ServingEndpointsDataPlaneAPI``).
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any, NamedTuple, TypeVar
from urllib.parse import urlsplit

from serving_widgets.api.endpoint.models import EndpointInfo
from serving_widgets.api.errors import ActionRefused, ConfigError, ServingError, Unauthenticated
from serving_widgets.client.auth.credential import Credential
from serving_widgets.client.http.body_codec import ResponseReader
from serving_widgets.client.http.exchange import Exchange
from serving_widgets.client.http.lost_requests import LostRequest, error_for
from serving_widgets.client.http.responses import ApiResponse, IssuedToken, OpenResponse
from serving_widgets.client.http.timing import Deadline
from serving_widgets.client.http.transport import TOKEN_PATH
from serving_widgets.client.names import address_of
from serving_widgets.client.routes import ApiCall

T = TypeVar("T")

# Seconds before its end at which a token is no longer used: a query takes its time, too.
MARGIN = 60.0
# Seconds for having one.
PATIENCE = 30.0


class ScopedToken(Credential):
    """A credential whose token is replaced from time to time; without one it signs nothing."""

    __slots__ = ("_ends", "_inner")

    def __init__(self) -> None:
        self._source = self._kind = "narrowed token"
        # Renewed by its plane, which knows how, and only between two requests.
        self._renewed = None
        self._inner: Credential | None = None
        self._ends = 0.0

    def take(self, narrowed: IssuedToken, now: float) -> None:
        """Use this token from now on, until shortly before it ends."""
        self._inner = narrowed.credential
        self._ends = now + narrowed.seconds - min(MARGIN, narrowed.seconds / 10)

    def drop(self) -> None:
        """Use the token no more."""
        self._inner = None

    def good(self, now: float) -> bool:
        """Whether there is a token, and it is good for a while."""
        return self._inner is not None and now < self._ends

    async def sign(self, headers: MutableMapping[str, str]) -> tuple[str, ...]:
        """Put the token on a request's headers."""
        return await self._inner.sign(headers) if self._inner is not None else ()

    def scrub(self, data: bytes) -> bytes:
        """Return what came back without the token."""
        return self._inner.scrub(data) if self._inner is not None else data

    def redact(self, text: str) -> str:
        """Return a text without the token."""
        return self._inner.redact(text) if self._inner is not None else text


class Address(NamedTuple):
    """Where a route-optimized endpoint is asked, and what a token for it has to name."""

    origin: str
    path: str
    details: str


class OptimizedRoute:
    """The way to one route-optimized endpoint."""

    def __init__(
        self, workspace: Exchange, own: Exchange, token: ScopedToken, address: Address, reader: ResponseReader
    ) -> None:
        self.address = address
        self._workspace = workspace
        self._own = own
        self._token = token
        self._reader = reader
        self._turn = asyncio.Lock()

    async def ask(self, call: ApiCall, deadline: Deadline) -> ApiResponse:
        """Return the endpoint's yes to a query, or raise what came instead."""
        return await self._with_token(lambda: self._own.ask(self._own_call(call), deadline), call, deadline)

    async def open(self, call: ApiCall, deadline: Deadline) -> OpenResponse:
        """Return the endpoint's yes to a query whose answer comes in pieces."""
        return await self._with_token(lambda: self._own.open(self._own_call(call), deadline), call, deadline)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._own.transport.aclose()

    def _own_call(self, call: ApiCall) -> ApiCall:
        return call._replace(path=_path_of(call, self.address.path))

    async def _with_token(self, send: Callable[[], Awaitable[T]], call: ApiCall, deadline: Deadline) -> T:
        await self._ensure_token(call, deadline)
        try:
            return await send()
        except Unauthenticated:
            # Taken back before its time: nothing was carried out, and a new one is worth one try.
            self._token.drop()
        await self._ensure_token(call, deadline)
        return await send()

    async def _ensure_token(self, call: ApiCall, deadline: Deadline) -> None:
        """Have a token; of those who need one at the same time, one gets it for all."""
        asked = call._replace(task=f"{call.task} (a token for it)", path=TOKEN_PATH, needs="")
        try:
            async with asyncio.timeout(deadline.left):
                await self._turn.acquire()
        except TimeoutError:
            raise self._loss(LostRequest("late", sent=False), asked, deadline) from None
        try:
            if not self._token.good(time.monotonic()):
                await self._renew(call, asked, deadline)
        finally:
            self._turn.release()

    async def _renew(self, call: ApiCall, asked: ApiCall, deadline: Deadline) -> None:
        details, transport = self.address.details, self._workspace.transport
        began = time.monotonic()
        result, attempts = await self._workspace.repeat(
            lambda limit: transport.issue_token(details, limit), "read", deadline.within(PATIENCE)
        )
        if isinstance(result, LostRequest):
            raise self._loss(result, asked, deadline, attempts)
        if isinstance(result, ApiResponse):
            self._refuse(result, call, asked, attempts, deadline)
        if not isinstance(result, IssuedToken):
            raise _oauth_needed(call)
        self._token.take(result, began)

    def _loss(self, loss: LostRequest, asked: ApiCall, deadline: Deadline, attempts: int = 1) -> ServingError:
        host = self._workspace.transport.host
        return error_for(loss, asked, host=host, waited=deadline.waited, attempts=attempts)

    def _refuse(self, answer: ApiResponse, call: ApiCall, asked: ApiCall, attempts: int, deadline: Deadline) -> None:
        if b"invalid_grant" in answer.body:
            raise _oauth_needed(call)
        self._reader.raise_for(answer, asked, attempts=attempts, waited=deadline.waited)
        raise self._reader.unreadable(answer, asked, "no token")


class OptimizedRoutes:
    """The ways to all route-optimized endpoints of one workspace, made when they are first asked.

    Parameters
    ----------
    connect : callable
        Makes an exchange with another host, given its address and the credential for it.
    """

    def __init__(self, connect: Callable[[str, Credential], Exchange], reader: ResponseReader) -> None:
        self._connect = connect
        self._reader = reader
        self._optimized_routes: dict[str, OptimizedRoute] = {}

    def to(self, info: EndpointInfo, workspace: Exchange, call: ApiCall) -> OptimizedRoute:
        """Return the way to an endpoint.

        Raises
        ------
        ActionRefused
            When its address is none that a token may be sent to; nothing was sent.
        """
        address = _address(info, call)
        endpoint = self._optimized_routes.get(info.name)
        if endpoint is None or endpoint.address != address:
            token = ScopedToken()
            endpoint = OptimizedRoute(workspace, self._connect(address.origin, token), token, address, self._reader)
            self._optimized_routes[info.name] = endpoint
        return endpoint

    async def aclose(self) -> None:
        """Close all connections."""
        for endpoint in self._optimized_routes.values():
            await endpoint.aclose()


def is_addressed(info: EndpointInfo) -> bool:
    """Whether what was seen of a route-optimized endpoint says where it is asked, and what for."""
    query = _query_info(info)
    return bool((query.get("endpoint_url") or info.endpoint_url) and query.get("authorization_details"))


def _address(info: EndpointInfo, call: ApiCall) -> Address:
    query = _query_info(info)
    details = query.get("authorization_details") or ""
    try:
        parts = urlsplit(str(query.get("endpoint_url") or info.endpoint_url or ""))
        origin = address_of(f"{parts.scheme}://{parts.netloc}")
    except (ValueError, ConfigError):
        raise ActionRefused(
            f"Couldn't {call.task}: the service names no address for it that a token may be sent to.",
            action=call.action,
            endpoint=info.name,
            hint="Route-optimized endpoints are asked at an https address of their own; look at endpoint_url.",
            code="no_address",
        ) from None
    return Address(origin, parts.path, details if isinstance(details, str) else json.dumps(details))


def _query_info(info: EndpointInfo) -> Mapping[str, Any]:
    endpoint = info.raw.get("data_plane_info")
    query = endpoint.get("query_info") if isinstance(endpoint, Mapping) else None
    return query if isinstance(query, Mapping) else {}


def _path_of(call: ApiCall, path: str) -> str:
    """Return the path of a query at the endpoint's own address, which is that of the endpoint as a whole.

    Inferred, not documented by the service: its served entities are found below it as they are in the workspace.
    """
    if call.action != "query_entity":
        return path
    entity = call.path.removesuffix("/invocations").rsplit("/", 1)[-1]
    return f"{path.removesuffix('/invocations')}/served-models/{entity}/invocations"


def _oauth_needed(call: ApiCall) -> ActionRefused:
    return ActionRefused(
        f"Couldn't {call.task}: {call.endpoint} is route-optimized, and such endpoints take OAuth tokens only, "
        "no personal access tokens.",
        action=call.action,
        endpoint=call.endpoint or "",
        hint="Log in with OAuth and connect again: with a service principal's DATABRICKS_CLIENT_ID and "
        "DATABRICKS_CLIENT_SECRET, or a profile made by “databricks auth login”.",
        code="oauth_needed",
    )
