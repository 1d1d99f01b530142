"""The ASGI application: authentication, routing, the journal of requests, and fault injection."""

from __future__ import annotations

import asyncio
import inspect
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from starlette.datastructures import Headers, QueryParams
from starlette.responses import Response

from serving_widgets.mock.service import assumptions
from serving_widgets.mock.service.clock import EPOCH
from serving_widgets.mock.service.errors import ServiceError, too_large
from serving_widgets.mock.service.strict_json import read_json
from serving_widgets.mock.state.fault_kinds import ConnectionDropped, TruncatedResponse
from serving_widgets.mock.state.world import WORKSPACE_ID, World

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from serving_widgets.mock.service.users import MockUser

BODY_LIMIT = 16 * 1024 * 1024
"""Largest body accepted, in bytes (Databricks docs, *Model Serving limits*)."""

_STEERING = "/_mock/"


@dataclass
class MockRequest:
    """A request on its way to a handler."""

    world: World
    method: str
    path: str
    segments: Sequence[str]
    query: QueryParams
    headers: Headers
    body: bytes = b""
    params: Mapping[str, str] = field(default_factory=dict)
    caller: MockUser | None = None
    now: float = 0.0
    request_id: str = ""

    @property
    def user(self) -> MockUser:
        """The signed-in user; only public routes may lack one."""
        if self.caller is None:
            raise ServiceError("UNAUTHENTICATED", "No user is signed in.")
        return self.caller

    def json(self) -> dict[str, Any]:
        """Return the body, which must be a JSON object; an empty body stands for an empty object."""
        try:
            value = read_json(self.body or b"{}")
        except ValueError as error:
            raise ServiceError("BAD_REQUEST", f"The body is not valid JSON: {error}") from None
        if not isinstance(value, dict):
            raise ServiceError("BAD_REQUEST", "The body must be a JSON object.")
        return value


Handler = Callable[[MockRequest], Response | Awaitable[Response]]


@dataclass(frozen=True)
class MockRoute:
    """A row of the route table.

    Parameters
    ----------
    method : str
        HTTP method.
    path : str
        Segments, of which those in braces take any value: ``/api/2.0/serving-endpoints/{name}/config:stop``.
    handler : callable
        Takes a `MockRequest`, returns a response. A plain function runs with the world locked and up to date; a
        coroutine function locks for itself, and may wait.
    public : bool
        Whether the route answers without a token.
    admin : bool
        Whether it answers administrators only.
    narrow : bool
        Whether it answers OAuth tokens that are good for a single endpoint; the handler checks for which.
    """

    method: str
    path: str
    handler: Handler
    public: bool = False
    admin: bool = False
    narrow: bool = False

    @cached_property
    def segments(self) -> tuple[str, ...]:
        """The parts of the path."""
        return tuple(self.path.split("/"))

    def match(self, segments: Sequence[str]) -> dict[str, str] | None:
        """Return the values of the segments in braces if the path fits, else None."""
        if len(self.segments) != len(segments):
            return None
        pairs = list(zip(self.segments, segments, strict=True))
        if any(want != have for want, have in pairs if not want.startswith("{")):
            return None
        return {want[1:-1]: have for want, have in pairs if want.startswith("{")}


def reply(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return a JSON response."""
    body = value if isinstance(value, bytes) else json.dumps(value, separators=(",", ":")).encode()
    return Response(body, status, headers, media_type="application/json")


class App:
    """The ASGI application.

    Parameters
    ----------
    world : World
        What the routes work on.
    routes : sequence of MockRoute
        The table; of two rows that match, the one with fewer segments in braces answers.
    drop : callable
        Closes the connection of a request, given its ASGI scope.
    """

    def __init__(self, world: World, routes: Sequence[MockRoute], drop: Callable[[Scope], None]) -> None:
        self._world = world
        self._drop = drop
        self._routes: dict[tuple[str, int], list[MockRoute]] = {}
        for route in sorted(routes, key=lambda one: one.path.count("{")):
            self._routes.setdefault((route.method, len(route.segments)), []).append(route)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = MockRequest(
            world=self._world,
            method=scope["method"],
            path=_without_slash(scope["path"]),
            # A slash that is part of a name is written %2F: it separates nothing.
            segments=[unquote(one) for one in _without_slash(scope["raw_path"].decode("latin-1")).split("/")],
            query=QueryParams(scope["query_string"]),
            headers=Headers(scope=scope),
        )
        if not self._is_own_host(request.headers):
            refusal = ServiceError("BAD_REQUEST", "The Host header does not name this server.", status=421)
            await reply(refusal.envelope(), refusal.status)(scope, receive, send)
            return
        try:
            body = await _read(receive)
        except ConnectionAbortedError:
            return
        request.body = body or b""
        answer = partial(self._answer, request, oversized=body is None)
        entry: dict[str, Any] = {}
        fault = None
        with self._world.lock:
            request.now = self._world.settle()
            request.caller = self._world.user_of(bearer(request.headers))
            request.request_id = self._world.journal.request_id(request)
            if not request.path.startswith(_STEERING):
                entry = self._world.journal.open(request)
                fault = self._world.faults.take(request.method, request.path, request.now - EPOCH)
        try:
            response = await (answer() if fault is None else fault.answer(answer))
        except ConnectionDropped:
            entry["status"] = 0
            self._drop(scope)
            await asyncio.sleep(0)
            return
        entry["status"] = response.status_code
        response.headers["x-request-id"] = request.request_id
        response.headers["x-databricks-org-id"] = WORKSPACE_ID
        await response(scope, receive, send)
        if isinstance(response, TruncatedResponse):
            self._drop(scope)
            await asyncio.sleep(0)

    async def _answer(self, request: MockRequest, *, oversized: bool) -> Response:
        try:
            return await self._dispatch(request, oversized)
        except ServiceError as refusal:
            return reply(refusal.envelope(request.request_id), refusal.status)
        except Exception as error:
            failure = ServiceError("INTERNAL_ERROR", f"{type(error).__name__}: {error}")
            return reply(failure.envelope(), failure.status)

    async def _dispatch(self, request: MockRequest, oversized: bool) -> Response:
        route = self._find(request)
        if not (route and route.public):
            _require_user(request)
        token = request.world.oauth.find(bearer(request.headers))
        if token is not None and token.endpoint and not (route and (route.narrow or route.public)):
            raise ServiceError("PERMISSION_DENIED", "Provided OAuth token does not have required scopes: all-apis")
        if route is None:
            raise ServiceError("ENDPOINT_NOT_FOUND", f"No API found for '{request.method} {request.path}'.")
        if route.admin and not request.user.admin:
            raise ServiceError("PERMISSION_DENIED", "Only administrators may steer this workspace.")
        if oversized:
            raise too_large(BODY_LIMIT)
        with self._world.lock:
            request.now = self._world.settle()
            recorded = self._world.recorded.find(
                request.method, request.path, str(request.query), request.body, self._world.found
            )
            if recorded is not None:
                return Response(recorded.body, recorded.status, media_type=recorded.media_type)
            result = route.handler(request)
        return await result if inspect.isawaitable(result) else result

    def _find(self, request: MockRequest) -> MockRoute | None:
        for route in self._routes.get((request.method, len(request.segments)), ()):
            params = route.match(request.segments)
            if params is not None:
                request.params = params
                return route
        return None

    def _is_own_host(self, headers: Headers) -> bool:
        """Return whether the Host header is ours: a page whose name resolves to this machine is turned away."""
        port = self._world.host.rsplit(":", 1)[-1]
        hosts = headers.getlist("host")
        return len(hosts) == 1 and hosts[0].lower() in (f"127.0.0.1:{port}", f"localhost:{port}")


def bearer(headers: Headers) -> str:
    """Return the token a request was sent with; empty if there is none."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _without_slash(path: str) -> str:
    """Return a path without a slash at its end: clients write both, and a redirect would lose the body of a POST."""
    return path.rstrip("/") or "/"


async def _read(receive: Receive) -> bytes | None:
    """Return the body; None if it is too large, which is read all the same, so that the answer can be sent.

    If the client disconnects in the middle of its body, nothing is done.
    """
    parts: list[bytes] = []
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ConnectionAbortedError
        chunk, more = message.get("body", b""), message.get("more_body", False)
        size += len(chunk)
        if size <= BODY_LIMIT:
            parts.append(chunk)
    return b"".join(parts) if size <= BODY_LIMIT else None


def _require_user(request: MockRequest) -> None:
    if request.caller is not None:
        return
    if request.world.oauth.expired(bearer(request.headers)):
        message = "Access token has expired."
    elif "authorization" in request.headers:
        message = "Invalid access token."
    else:
        message = "Credential was not sent: this request needs a Bearer token."
    raise ServiceError("UNAUTHENTICATED", message, status=assumptions.UNAUTHENTICATED_STATUS)
