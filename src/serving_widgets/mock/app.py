"""The application: who may come in, which route answers, what is written down, and what goes wrong on purpose."""

from __future__ import annotations

import asyncio
import inspect
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from starlette.datastructures import Headers, QueryParams
from starlette.responses import Response

from serving_widgets.mock.service.clock import EPOCH
from serving_widgets.mock.service.errors import ServiceError, too_large
from serving_widgets.mock.service.strict_json import read_json
from serving_widgets.mock.state.faults import Fault
from serving_widgets.mock.state.world import WORKSPACE_ID, World

from .service import assumptions

if TYPE_CHECKING:
    from starlette.types import Message, Receive, Scope, Send

    from serving_widgets.mock.service.users import User

BODY_LIMIT = 16 * 1024 * 1024
"""Largest body accepted, in bytes (Databricks docs, *Model Serving limits*)."""

_STEERING = "/_mock/"
# Some clients would try again for minutes and hide the fault.
_NO_RETRY = {"x-should-retry": "false"}


@dataclass
class Call:
    """A request on its way to a handler."""

    world: World
    method: str
    path: str
    segments: Sequence[str]
    query: QueryParams
    headers: Headers
    body: bytes = b""
    params: Mapping[str, str] = field(default_factory=dict)
    caller: User | None = None
    now: float = 0.0
    request_id: str = ""

    @property
    def user(self) -> User:
        """Who is asking; only public routes have nobody."""
        if self.caller is None:
            raise ServiceError("UNAUTHENTICATED", "No user is signed in.")
        return self.caller

    def json(self) -> dict[str, Any]:
        """Return the body, which must be a JSON object; nothing at all stands for an empty one."""
        try:
            value = read_json(self.body or b"{}")
        except ValueError as error:
            raise ServiceError("BAD_REQUEST", f"The body is not valid JSON: {error}") from None
        if not isinstance(value, dict):
            raise ServiceError("BAD_REQUEST", "The body must be a JSON object.")
        return value


Handler = Callable[[Call], Response | Awaitable[Response]]


@dataclass(frozen=True)
class Route:
    """A line of the route table.

    Parameters
    ----------
    method : str
        HTTP method.
    path : str
        Segments, of which those in braces take any value: ``/api/2.0/serving-endpoints/{name}/config:stop``.
    handler : callable
        Takes a `Call`, returns a response. A plain function runs with the world locked and settled; a coroutine
        function locks for itself, and may wait.
    public : bool
        Whether the route answers without a token.
    admin : bool
        Whether it answers administrators only.
    narrow : bool
        Whether it answers OAuth tokens that are good for a single endpoint; it has to see to it which.
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
        params = {}
        for want, have in zip(self.segments, segments, strict=True):
            if want.startswith("{"):
                params[want[1:-1]] = have
            elif want != have:
                return None
        return params


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
    routes : sequence of Route
        The table; the first line that fits answers.
    drop : callable
        Closes the connection of a request, given its ASGI scope.
    """

    def __init__(self, world: World, routes: Sequence[Route], drop: Callable[[Scope], None]) -> None:
        self._world = world
        self._drop = drop
        self._routes: dict[tuple[str, int], list[Route]] = {}
        for route in routes:
            self._routes.setdefault((route.method, len(route.segments)), []).append(route)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        call = Call(
            world=self._world,
            method=scope["method"],
            path=_without_slash(scope["path"]),
            # A slash that is part of a name is written %2F: it separates nothing.
            segments=[unquote(one) for one in _without_slash(scope["raw_path"].decode("latin-1")).split("/")],
            query=QueryParams(scope["query_string"]),
            headers=Headers(scope=scope),
        )
        if not self._from_here(call.headers):
            refusal = ServiceError("BAD_REQUEST", "The Host header does not name this server.", status=421)
            await reply(refusal.envelope(), refusal.status)(scope, receive, send)
            return
        try:
            body = await _read(receive)
        except ConnectionAbortedError:
            return
        call.body = body or b""
        with self._world.lock:
            call.now = self._world.settle()
            call.caller = self._world.user_of(bearer(call.headers))
            request_id = self._world.journal.request_id(call.method, call.path, str(call.query), call.now)
        call.request_id = request_id
        steering = call.path.startswith(_STEERING)
        entry = {} if steering else self._enter(call, request_id)
        fault = None if steering else self._fault(call)
        response = await self._faulty(call, fault, body is None)
        entry["status"] = 0 if response is None else response.status_code
        if response is None:
            self._drop(scope)
            await asyncio.sleep(0)
            return
        response.headers["x-request-id"] = request_id
        response.headers["x-databricks-org-id"] = WORKSPACE_ID
        if fault is not None and fault.truncate is not None:
            await self._send_part(response, fault.truncate, scope, receive, send)
            return
        await response(scope, receive, send)

    async def _faulty(self, call: Call, fault: Fault | None, oversized: bool) -> Response | None:
        """Answer as a fault has it; None drops the connection."""
        if fault is None:
            return await self._answer(call, oversized)
        await asyncio.sleep(fault.delay)
        if fault.disconnect in (True, "before"):
            return None
        response = await self._answer(call, oversized) if fault.status is None else _canned(fault, fault.status)
        if fault.malformed:
            response = Response(b'{"endpoints": [', response.status_code, media_type="application/json")
        if fault.retry_after is not None:
            response.headers["retry-after"] = str(fault.retry_after)
        return None if fault.disconnect == "after" else response

    async def _answer(self, call: Call, oversized: bool) -> Response:
        try:
            return await self._dispatch(call, oversized)
        except ServiceError as refusal:
            return reply(refusal.envelope(call.request_id), refusal.status)
        except Exception as error:
            failure = ServiceError("INTERNAL_ERROR", f"{type(error).__name__}: {error}")
            return reply(failure.envelope(), failure.status)

    async def _dispatch(self, call: Call, oversized: bool) -> Response:
        route = self._find(call)
        if not (route and route.public):
            _require(call)
        _refuse_narrow(call, route)
        if route is None:
            raise ServiceError("ENDPOINT_NOT_FOUND", f"No API found for '{call.method} {call.path}'.")
        if route.admin and not call.user.admin:
            raise ServiceError("PERMISSION_DENIED", "Only administrators may steer this workspace.")
        if oversized:
            raise too_large(BODY_LIMIT)
        with self._world.lock:
            call.now = self._world.settle()
            result = route.handler(call)
        return await result if inspect.isawaitable(result) else result

    def _find(self, call: Call) -> Route | None:
        for route in self._routes.get((call.method, len(call.segments)), ()):
            params = route.match(call.segments)
            if params is not None:
                call.params = params
                return route
        return None

    def _fault(self, call: Call) -> Fault | None:
        with self._world.lock:
            return self._world.faults.take(call.method, call.path, call.now - EPOCH)

    def _from_here(self, headers: Headers) -> bool:
        """Return whether the Host header is ours: a page elsewhere whose name leads to this machine is turned away."""
        port = self._world.host.rsplit(":", 1)[-1]
        hosts = headers.getlist("host")
        return len(hosts) == 1 and hosts[0].lower() in (f"127.0.0.1:{port}", f"localhost:{port}")

    def _enter(self, call: Call, request_id: str) -> dict[str, Any]:
        with self._world.lock:
            return self._world.journal.open(
                method=call.method,
                path=call.path,
                query=dict(call.query),
                user=call.caller.name if call.caller else None,
                at=call.now,
                body=call.body,
                request_id=request_id,
            )

    async def _send_part(self, response: Response, count: int, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the first `count` bytes of a body, streamed or not, then drop the connection."""
        left = count

        async def send_some(message: Message) -> None:
            nonlocal left
            body = message.get("body", b"")
            if message["type"] == "http.response.body":
                message = {**message, "body": body[:left], "more_body": True}
                left = max(left - len(body), 0)
            await send(message)

        await response(scope, receive, send_some)
        self._drop(scope)
        await asyncio.sleep(0)


def _without_slash(path: str) -> str:
    """Return a path without a slash at its end: clients write both, and a redirect would lose the body of a POST."""
    return path.rstrip("/") or "/"


async def _read(receive: Receive) -> bytes | None:
    """Return the body; None if it is too large, which is then read and forgotten so that the answer can be sent.

    Half a body is no request: if the client goes away, nothing is done.
    """
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ConnectionAbortedError
        chunk = message.get("body", b"")
        size += len(chunk)
        if size <= BODY_LIMIT:
            parts.append(chunk)
        if not message.get("more_body", False):
            break
    return b"".join(parts) if size <= BODY_LIMIT else None


def bearer(headers: Headers) -> str:
    """Return the token a request was sent with; empty if there is none."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _require(call: Call) -> None:
    if call.caller is not None:
        return
    if call.world.oauth.expired(bearer(call.headers)):
        message = "Access token has expired."
    elif "authorization" in call.headers:
        message = "Invalid access token."
    else:
        message = "Credential was not sent: this request needs a Bearer token."
    raise ServiceError("UNAUTHENTICATED", message, status=assumptions.UNAUTHENTICATED_STATUS)


def _refuse_narrow(call: Call, route: Route | None) -> None:
    grant = call.world.oauth.find(bearer(call.headers))
    if grant is not None and grant.endpoint and not (route and (route.narrow or route.public)):
        raise ServiceError("PERMISSION_DENIED", "Provided OAuth token does not have required scopes: all-apis")


def _canned(fault: Fault, status: int) -> Response:
    if status in _WITHOUT_BODY:
        return Response(status_code=status, headers=_NO_RETRY)
    body = fault.body
    if body is None:
        body = {"error_code": _CODES.get(status, "INTERNAL_ERROR"), "message": "A fault was injected."}
    if isinstance(body, str):
        return Response(body, status, _NO_RETRY, media_type="text/plain")
    return reply(body, status, _NO_RETRY)


_WITHOUT_BODY = (204, 304)
_CODES = {
    400: "BAD_REQUEST",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "RESOURCE_DOES_NOT_EXIST",
    409: "RESOURCE_CONFLICT",
    429: "REQUEST_LIMIT_EXCEEDED",
    501: "NOT_IMPLEMENTED",
    503: "TEMPORARILY_UNAVAILABLE",
}
