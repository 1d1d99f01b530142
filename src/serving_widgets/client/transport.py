"""Sending: one pool of connections, no redirects, nothing that holds a token afterwards."""

from __future__ import annotations

import asyncio
import platform
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from serving_widgets._version import __version__
from serving_widgets.api.envelope import request_id_of
from serving_widgets.api.errors import ConfigError

from .auth import BearerAuth
from .credential import Credential
from .losses import Lost, lost
from .names import address_of, is_loopback
from .retry import Outcome
from .routes import JSON, Call
from .timing import Timeouts

USER_AGENT = f"serving-widgets/{__version__} httpx/{httpx.__version__} python/{platform.python_version()}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, whatever its status."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    seconds: float

    @property
    def ok(self) -> bool:
        """Whether the service said yes."""
        return 200 <= self.status < 300

    @property
    def request_id(self) -> str:
        """What the service's operators find the request by, or ""."""
        return request_id_of(self.headers)


def outcome_of(result: Answer | Lost) -> Outcome:
    """Return the part of a result that decides whether to try again."""
    if isinstance(result, Answer):
        return Outcome(result.status, result.headers.get("retry-after"))
    return Outcome(sent=result.sent, lasting=result.lasting)


class Transport:
    """The connections to one host.

    Parameters
    ----------
    host : str
        The workspace's address.
    transport : httpx.AsyncBaseTransport, optional
        What carries the requests instead of the network.
    """

    def __init__(
        self,
        host: str,
        credential: Credential,
        *,
        timeouts: Timeouts,
        transport: httpx.AsyncBaseTransport | None = None,
        user_agent: str = USER_AGENT,
    ) -> None:
        self.address = address_of(host)
        self._credential = credential
        self._timeouts = timeouts
        self._transport = transport
        self._user_agent = user_agent
        self._making: asyncio.Task[httpx.AsyncClient] | None = None
        self._closed = False

    @property
    def host(self) -> str:
        """The host's name and port, as in a sentence."""
        return self.address.split("://", 1)[1]

    async def attempt(self, call: Call, limit: float) -> Answer | Lost:
        """Send a request once and return what came of it within ``limit`` seconds."""
        if self._closed:
            raise ConfigError(f"The connection to {self.host} was closed.", hint="Connect again.", code="closed")
        # A transport of the caller's own says nothing about its progress: then every request counts as sent.
        progress = _Progress(sent=self._transport is not None)
        result: Answer | Lost
        interrupted: BaseException | None = None
        try:
            async with asyncio.timeout(limit):
                result = await self._exchange(call, progress)
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError) as error:
            result = lost(error, sent=progress.sent)
        except BaseException as error:
            interrupted = _bare(error)
        # Raised here rather than inside the handler, and without its traceback: the frames below this one have the
        # signed request in their local variables, and a verbose traceback would print them.
        if interrupted is not None:
            raise interrupted
        return result

    async def aclose(self) -> None:
        """Close all connections."""
        self._closed = True
        if self._making is not None:
            client = await self._making
            await client.aclose()

    async def _exchange(self, call: Call, progress: _Progress) -> Answer:
        client = await self._client()
        headers = {"Accept": call.accept} | ({} if call.body is None else {"Content-Type": JSON})
        began = time.monotonic()
        response = await client.request(
            call.method, call.path, content=call.body, headers=headers, extensions={"trace": progress.trace}
        )
        seconds = time.monotonic() - began
        plain = {name.lower(): self._credential.redact(value) for name, value in response.headers.items()}
        return Answer(response.status_code, plain, self._credential.scrub(response.content), seconds)

    async def _client(self) -> httpx.AsyncClient:
        # One task for all who ask while it is being made; shielded, so that one of them giving up spoils it for nobody.
        if self._making is None:
            self._making = asyncio.create_task(self._make())
        return await asyncio.shield(self._making)

    async def _make(self) -> httpx.AsyncClient:
        # Reading the certificates of all authorities takes tens of milliseconds: not on the thread that serves all.
        local = is_loopback(httpx.URL(self.address).host)
        verify = await asyncio.to_thread(_verification, self.address)
        return httpx.AsyncClient(
            base_url=self.address,
            auth=BearerAuth(self._credential),
            transport=self._transport,
            verify=verify,
            # A proxy that is set for the outside world must not see what is said to this very machine.
            trust_env=not local,
            follow_redirects=False,
            timeout=httpx.Timeout(None, connect=self._timeouts.connect, pool=self._timeouts.connect),
            limits=httpx.Limits(max_connections=64, max_keepalive_connections=16, keepalive_expiry=30.0),
            headers={"User-Agent": self._user_agent},
        )


class _Progress:
    """Whether a request has begun to go out, as the connection tells."""

    def __init__(self, *, sent: bool) -> None:
        self.sent = sent

    async def trace(self, event: str, info: Mapping[str, Any]) -> None:
        if event.endswith("send_request_headers.started"):
            self.sent = True


def _bare(error: BaseException) -> BaseException:
    error.__cause__ = error.__context__ = None
    return error.with_traceback(None)


def _verification(address: str) -> ssl.SSLContext:
    if not address.startswith("https://"):
        # Never used, and one that trusts nobody costs nothing.
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        return httpx.create_ssl_context()
    except OSError as error:
        raise ConfigError(
            f"The certificates that tell whom to trust can't be read: {error}.",
            hint="Check the files that SSL_CERT_FILE and SSL_CERT_DIR name.",
        ) from None
