"""Requests without an answer: what went wrong, and how that reads."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

import httpx

from serving_widgets.api.errors import ConnectionFailed, RequestTimeout, ServingError, format_seconds
from serving_widgets.client.routes import ApiCall

from .proxies import ProxyPlace

T = TypeVar("T")
Cause = Literal["refused", "no_host", "tls", "no_connection", "proxy", "unsendable", "late", "broken"]


@dataclass(frozen=True, slots=True)
class LostRequest:
    """A request that no answer came to. Holds words only: an exception of httpx would hold the request.

    Attributes
    ----------
    sent : bool
        Any part of the request may have gone out.
    detail : str
        What the system said, where that says more.
    proxy : ProxyPlace, optional
        The proxy that the request went by.
    """

    cause: Cause
    sent: bool
    detail: str = ""
    proxy: ProxyPlace | None = None

    @property
    def lasting(self) -> bool:
        """Whether trying again would give the same."""
        return self.cause in {"tls", "unsendable"} or (self.cause == "proxy" and self.detail.startswith("4"))


def lost_request_from(error: Exception, *, sent: bool) -> LostRequest:
    """Return what an exception of a request means."""
    causes = list(_chain(error))
    if isinstance(error, httpx.ProxyError):
        return LostRequest("proxy", False, str(error))
    for cause in causes:
        if isinstance(cause, ssl.SSLError):
            return LostRequest("tls", sent, _said_by_tls(cause))
        if isinstance(cause, socket.gaierror):
            return LostRequest("no_host", False)
    if isinstance(error, httpx.ConnectError):
        refused = any(isinstance(cause, ConnectionRefusedError) for cause in causes)
        return LostRequest("refused" if refused else "no_connection", False)
    if isinstance(error, httpx.ConnectTimeout | httpx.PoolTimeout):
        return LostRequest("no_connection", False)
    if isinstance(error, httpx.UnsupportedProtocol | httpx.LocalProtocolError | httpx.InvalidURL):
        return LostRequest("unsendable", False, type(error).__name__)
    if isinstance(error, httpx.TimeoutException | TimeoutError):
        return LostRequest("late" if sent else "no_connection", sent)
    return LostRequest("broken", sent)


#: Called on the thread of the request when the request of a write begins to go out. The write may have been carried out
#: from then on, whatever happens to its answer.
going_out: ContextVar[Callable[[], None]] = ContextVar("serving_widgets_write_going_out", default=lambda: None)


class SendProgress:
    """Whether a request has begun to go out, as the connection tells."""

    def __init__(self, *, sent: bool, told: Callable[[], None] | None = None) -> None:
        self.sent = sent
        self._told = told
        if sent and told is not None:
            told()

    async def trace(self, event: str, info: Mapping[str, Any]) -> None:
        # What asks a proxy for a tunnel is no part of the request.
        tunnel = getattr(info.get("request"), "method", b"") == b"CONNECT"
        if event.endswith("send_request_headers.started") and not tunnel:
            self.sent = True
            if self._told is not None:
                self._told()


async def run_guarded(
    work: Callable[[SendProgress], Awaitable[T]], limit: float, progress: SendProgress
) -> T | LostRequest:
    """Return what ``work`` returns within ``limit`` seconds, or how it was lost.

    Whatever else goes wrong is raised without its traceback: the frames below this one have the signed request in their
    local variables, and a verbose traceback would print them.
    """
    result: T | LostRequest
    interrupted: BaseException | None = None
    try:
        async with asyncio.timeout(limit):
            result = await work(progress)
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError) as error:
        result = lost_request_from(error, sent=progress.sent)
    except BaseException as error:
        interrupted = _without_traceback(error)
    # Raised here rather than inside the handler, which would chain it to the one with all its frames.
    if interrupted is not None:
        raise interrupted
    return result


def error_for(loss: LostRequest, call: ApiCall, *, host: str, waited: float, attempts: int = 1) -> ServingError:
    """Return the error that a lost answer becomes, once nothing more is tried."""
    what, hint = _WORDS[loss.cause]
    if loss.proxy is not None:
        # Connections are made to the proxy: what went wrong with them says nothing of the workspace.
        what, hint = _PROXY_WORDS.get(loss.cause, (what, hint))
        hint = _PROXY_HINTS.get(loss.detail[:3], hint) if loss.cause == "proxy" else hint
        names = {"proxy": loss.proxy.address, "variable": loss.proxy.variable}
        what, hint = (_fill(text, **names) for text in (what, hint))
    detail = f": {loss.detail}" if loss.detail else ""
    message = f"Couldn't {call.task}: {what.format(host=host, detail=detail, waited=format_seconds(waited))}"
    if attempts > 1:
        message += f" It was tried {attempts} times" + ("." if "{waited}" in what else f" in {format_seconds(waited)}.")
    if loss.cause == "late":
        if call.kind == "query":
            hint += " An endpoint that has scaled to zero needs a while to wake up."
        return RequestTimeout(message, seconds=waited, hint=hint.format(host=host))
    return ConnectionFailed(message, host=host, hint=hint.format(host=host))


_WORDS: dict[Cause, tuple[str, str]] = {
    "refused": (
        "{host} refuses connections.",
        "Check the address; if the workspace runs on this machine, it may have ended: connect again.",
    ),
    "no_host": (
        "there is no host {host}, or the network can't find it.",
        "Check the spelling of the address, and whether the network (VPN) is up.",
    ),
    "tls": (
        "the connection to {host} isn't secure{detail}.",
        "Where a company's proxy looks into connections, set SSL_CERT_FILE or REQUESTS_CA_BUNDLE to the file of its "
        "certificates.",
    ),
    "no_connection": (
        "no connection to {host} was made within {waited}.",
        "Check the address, and whether the network (VPN) is up.",
    ),
    "proxy": (
        "the proxy to {host} made no connection.",
        "Check HTTPS_PROXY and NO_PROXY.",
    ),
    "unsendable": (
        "the request can't be sent{detail}.",
        "Check the address of the workspace.",
    ),
    "late": (
        "no answer from {host} within {waited}.",
        "Try again, or allow more time with timeout=.",
    ),
    "broken": (
        "the connection to {host} broke before the answer was complete.",
        "Try again when the network is steady.",
    ),
}


_PROXY_WORDS: dict[Cause, tuple[str, str]] = {
    "refused": (
        "the proxy to {host}, {proxy}, refuses connections.",
        "Check {variable}, or name {host} in NO_PROXY if it can be reached without a proxy.",
    ),
    "no_host": (
        "there is no proxy {proxy}, or the network can't find it.",
        "Check {variable}, and whether the network (VPN) is up.",
    ),
    "no_connection": (
        "no connection to {host} through the proxy {proxy} was made within {waited}.",
        "Check {variable}, and whether the network (VPN) is up.",
    ),
    "proxy": (
        "the proxy to {host}, {proxy}, refused it{detail}. The workspace was not asked.",
        "Check {variable} and NO_PROXY.",
    ),
}
#: What to do about a proxy's refusal, by its status.
_PROXY_HINTS = {
    "407": "The proxy requires a user and a password: {variable}=http://USER:PASSWORD@{proxy}",
    "403": "The proxy lets nothing through to {host}: ask whoever looks after it, or, if {host} can be reached without "
    "a proxy, name it in NO_PROXY. {variable} names the proxy.",
}


def _fill(text: str, **names: str) -> str:
    """Fill in some of the blanks of a text."""
    for name, value in names.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def _said_by_tls(error: ssl.SSLError) -> str:
    said = getattr(error, "verify_message", None) or getattr(error, "reason", None) or ""
    return str(said).replace("_", " ").lower()


def _chain(error: BaseException | None, depth: int = 8) -> Iterator[BaseException]:
    if error is None or depth == 0:
        return
    yield error
    if isinstance(error, BaseExceptionGroup):
        for each in error.exceptions:
            yield from _chain(each, depth - 1)
    yield from _chain(error.__cause__ or error.__context__, depth - 1)


def _without_traceback(error: BaseException) -> BaseException:
    error.__cause__ = error.__context__ = None
    return error.with_traceback(None)
