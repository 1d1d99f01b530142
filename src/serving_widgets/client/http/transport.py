"""Sending: one pool of connections, no redirects, nothing that holds a token afterwards."""

from __future__ import annotations

import asyncio
import json
import platform
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from typing import TypeVar

import httpx

from serving_widgets._version import __version__
from serving_widgets.api.errors import ConfigError
from serving_widgets.api.http_exchange import HttpExchange
from serving_widgets.client.auth.bearer_auth import BearerAuth
from serving_widgets.client.auth.credential import Credential
from serving_widgets.client.auth.log_filter import keep_out_of_logs
from serving_widgets.client.names import address_of
from serving_widgets.client.routes import JSON, ApiCall

from .answer_limit import REFUSAL, largest_answer
from .connection_stack import ONE_CONNECTION, ConnectionStack
from .exchange_log import LARGEST_KEPT, ExchangeLog, ExchangeObserver
from .json_codec import off_loop
from .lost_requests import LostRequest, SendProgress, going_out, run_guarded
from .proxies import ProxyPlace, proxy_to
from .responses import OK, ApiResponse, IssuedToken, OpenResponse
from .timing import Timeouts
from .tls_trust import verification

T = TypeVar("T")

# Of the workspace's own token service (databricks-sdk-py, `data_plane.py`).
TOKEN_PATH = "/oidc/v1/token"  # noqa: S105 – a path
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
# Seconds that a token lives when the service doesn't say; it says 3,600.
LIFETIME = 300.0

USER_AGENT = f"serving-widgets/{__version__} httpx/{httpx.__version__} python/{platform.python_version()}"


class Transport:
    """The connections to one host.

    Parameters
    ----------
    host : str
        The workspace's address.
    transport : httpx.AsyncBaseTransport, optional
        What carries the requests instead of the network.
    observer : ExchangeObserver, optional
        What is told of each exchange.
    log : ExchangeLog, optional
        Where exchanges are remembered.
    """

    def __init__(
        self,
        host: str,
        credential: Credential,
        *,
        timeouts: Timeouts,
        transport: httpx.AsyncBaseTransport | None = None,
        user_agent: str = USER_AGENT,
        observer: ExchangeObserver | None = None,
        log: ExchangeLog | None = None,
    ) -> None:
        self._observer = observer
        self.address = address_of(host)
        self._log = ExchangeLog() if log is None else log
        self._credential = credential
        keep_out_of_logs(credential)
        self._timeouts = timeouts
        self._transport = transport
        self._user_agent = user_agent
        self._largest = largest_answer()
        self._proxy: ProxyPlace | None = None
        self._making: asyncio.Task[httpx.AsyncClient] | None = None
        self._closed = False

    @property
    def host(self) -> str:
        """The host's name and port, as in a sentence."""
        return self.address.split("://", 1)[1]

    async def attempt(self, call: ApiCall, limit: float) -> ApiResponse | LostRequest:
        """Send a request once and return what came of it within ``limit`` seconds."""
        told = going_out.get() if call.kind == "write" else None
        return await self._logged(call, lambda progress: self._exchange(call, progress), limit, told)

    async def open(self, call: ApiCall, limit: float) -> OpenResponse | ApiResponse | LostRequest:
        """Send a request once and return as soon as its answer begins; one that is no yes is read to its end."""
        return await self._logged(call, lambda progress: self._open(call, progress), limit)

    async def issue_token(self, details: str, limit: float) -> IssuedToken | ApiResponse | LostRequest | None:
        """Exchange the credential for a token that is good for what ``details`` name, and for nothing else.

        An answer comes back when the service said no, None when there is nothing to exchange: a personal access token
        is not an OAuth token, and nothing was sent.
        """
        return await self._guarded(lambda progress: self._issue_token(details, progress), limit)

    async def aclose(self) -> None:
        """Close all connections."""
        self._closed = True
        if self._making is not None:
            # Where it could not be made, there is nothing to close; whoever asked for it was told why.
            await asyncio.wait([self._making])
            if not self._making.cancelled() and self._making.exception() is None:
                await self._making.result().aclose()

    async def _logged(
        self,
        call: ApiCall,
        work: Callable[[SendProgress], Awaitable[T]],
        limit: float,
        told: Callable[[], None] | None = None,
    ) -> T | LostRequest:
        began = time.monotonic()
        result = await self._guarded(work, limit, told)
        status = result.status if isinstance(result, ApiResponse) else None if isinstance(result, LostRequest) else OK
        request_id = result.request_id if isinstance(result, ApiResponse | OpenResponse) else ""
        self._log.add(call.method, call.path, time.monotonic() - began, status, request_id)
        return result

    async def _guarded(
        self, work: Callable[[SendProgress], Awaitable[T]], limit: float, told: Callable[[], None] | None = None
    ) -> T | LostRequest:
        if self._closed:
            raise ConfigError(f"The connection to {self.host} was closed.", hint="Connect again.", code="closed")
        # A transport of the caller's own says nothing about its progress: then every request counts as sent.
        result = await run_guarded(work, limit, SendProgress(sent=self._transport is not None, told=told))
        return replace(result, proxy=self._proxy) if isinstance(result, LostRequest) else result

    async def _exchange(self, call: ApiCall, progress: SendProgress) -> ApiResponse:
        began = time.monotonic()
        response = await self._send(call, progress)
        return await self._observed(call, self._answer(response, *await self._read(response), began))

    async def _open(self, call: ApiCall, progress: SendProgress) -> OpenResponse | ApiResponse:
        began = time.monotonic()
        response = await self._send(call, progress)
        if response.is_success:
            headers = self._plain(response.headers)

            def ended(body: bytes) -> None:
                self._tell(call, ApiResponse(response.status_code, headers, body, time.monotonic() - began))

            return OpenResponse(response, self._credential, headers, ended, None if self._observer else LARGEST_KEPT)
        return await self._observed(call, self._answer(response, *await self._read(response), began))

    async def _issue_token(self, details: str, progress: SendProgress) -> IssuedToken | ApiResponse | None:
        headers: dict[str, str] = {}
        await self._credential.sign(headers)
        token = headers.get("Authorization", "").removeprefix("Bearer ")
        if not token or _is_personal_token(token, self._credential.kind):
            return None
        form = {"grant_type": JWT_BEARER, "authorization_details": details, "assertion": token}
        client = await self._client()
        began = time.monotonic()
        request = client.build_request("POST", TOKEN_PATH, data=form, extensions={"trace": progress.trace})
        response = await client.send(request, auth=None, stream=True)
        body, cut = await self._read(response)
        given = _token_in(body) if response.is_success else None
        if given is not None:
            return IssuedToken(*given)
        return self._answer(response, body.replace(token.encode(), b"***"), cut, began)

    async def _read(self, response: httpx.Response) -> tuple[bytes, bool]:
        """Return a body, and whether it was larger than is taken; then it ends there."""
        largest = self._largest if response.is_success else min(self._largest, REFUSAL)
        body = bytearray()
        try:
            async for piece in response.aiter_bytes():
                body += piece
                if len(body) > largest:
                    return bytes(body[:largest]), True
        finally:
            await response.aclose()
        return bytes(body), False

    async def _send(self, call: ApiCall, progress: SendProgress) -> httpx.Response:
        client = await self._client()
        headers = {"Accept": call.accept} | ({} if call.body is None else {"Content-Type": JSON})
        url, trace = self.address + call.path, {"trace": progress.trace}
        request = client.build_request(call.method, url, content=call.body, headers=headers, extensions=trace)
        return await client.send(request, stream=True)

    async def _observed(self, call: ApiCall, answer: ApiResponse) -> ApiResponse:
        # What came only in part is not an answer that could be given again.
        if not answer.cut:
            size = len(answer.body) + len(call.body or b"")
            if self._observer is not None:
                await off_loop(partial(self._tell, call, answer), size=size)
            elif size <= LARGEST_KEPT:
                self._tell(call, answer)
        return answer

    def _tell(self, call: ApiCall, answer: ApiResponse) -> None:
        sent = None if call.body is None else self._credential.scrub(call.body)
        exchange = HttpExchange(
            call.method, call.path, answer.status, answer.seconds, answer.headers, sent, answer.body
        )
        self._log.keep(exchange)
        if self._observer is not None:
            self._observer(exchange)

    def _answer(self, response: httpx.Response, body: bytes, cut: bool, began: float) -> ApiResponse:
        headers, seconds = self._plain(response.headers), time.monotonic() - began
        return ApiResponse(response.status_code, headers, self._credential.scrub(body), seconds, cut)

    def _plain(self, headers: httpx.Headers) -> dict[str, str]:
        return {name.lower(): self._credential.redact(value) for name, value in headers.items()}

    async def _client(self) -> httpx.AsyncClient:
        # One task for all who ask while it is being made: one who gives up does not cancel it for the others.
        if self._making is None:
            self._making = asyncio.create_task(self._make())
        await asyncio.wait([self._making])
        return self._making.result()

    async def _make(self) -> httpx.AsyncClient:
        # Reading the certificates of all authorities takes tens of milliseconds: not on the thread that serves all.
        verify = await asyncio.to_thread(verification, self.address)
        self._proxy, proxy = proxy_to(self.address) or (None, None)
        one = partial(httpx.AsyncHTTPTransport, verify=verify, trust_env=False, limits=ONE_CONNECTION, proxy=proxy)
        return _CookielessClient(
            base_url=self.address,
            auth=BearerAuth(self._credential),
            transport=self._transport or ConnectionStack(one),
            trust_env=False,
            follow_redirects=False,
            timeout=httpx.Timeout(None, connect=self._timeouts.connect, pool=self._timeouts.connect),
            # Others unpack to a thousand times their size in one step, before it can be counted.
            headers={"User-Agent": self._user_agent, "Accept-Encoding": "gzip, deflate"},
        )


class _CookielessClient(httpx.AsyncClient):
    """Keeps no cookies: whoever asks is told by the credential, and by nothing that a service may have set."""

    @property
    def cookies(self) -> httpx.Cookies:
        return _NO_COOKIES

    @cookies.setter
    def cookies(self, cookies: object) -> None:
        raise AttributeError("no cookies are kept")


class _NoCookies(httpx.Cookies):
    def extract_cookies(self, response: httpx.Response) -> None:
        pass


_NO_COOKIES = _NoCookies()


def _is_personal_token(token: str, kind: str) -> bool:
    """Whether a token is a personal access token: by its prefix, by how it was had, or, given as it is, by its form.

    OAuth tokens of the service are JSON web tokens; of what a login gives, the token service itself is the best judge.
    """
    return token.startswith("dapi") or kind in {"pat", "basic"} or (kind == "token" and not token.startswith("eyJ"))


def _token_in(body: bytes) -> tuple[Credential, float] | None:
    """Return the token of the token service's answer and how long it lives; None when there is none in it."""
    try:
        said = json.loads(body)
    except ValueError:
        return None
    if not isinstance(said, dict) or not isinstance(said.get("access_token"), str):
        return None
    seconds = said.get("expires_in")
    return Credential(said["access_token"]), float(seconds) if isinstance(seconds, int | float) else LIFETIME
