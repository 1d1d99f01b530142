"""Fault kinds: what a fault rule can do to a request, one row of `KINDS` each."""

from __future__ import annotations

import asyncio
import json
import math
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from serving_widgets.mock.service.errors import STATUS_OF

if TYPE_CHECKING:
    from starlette.types import Message, Receive, Scope, Send

# Some clients would try again for minutes and hide the fault.
_NO_RETRY = {"x-should-retry": "false"}
_WITHOUT_BODY = (204, 304)
_CODES = {status: code for code, status in STATUS_OF.items()}

Answer = Callable[[], Awaitable[Response]]
"""Handles the request and returns its response."""

Apply = Callable[[Any, Mapping[str, Any], Answer], Awaitable[Response]]
"""Takes the value of a kind's member, the whole rule, and the answer without this fault."""


class ConnectionDropped(Exception):  # noqa: N818 - it tells of an event, not of an error of ours
    """The connection is closed instead of an answer."""


class TruncatedResponse(Response):
    """The first bytes of a response, streamed or not; its connection is closed after them."""

    def __init__(self, whole: Response, count: int) -> None:
        super().__init__(status_code=whole.status_code)
        self.raw_headers = whole.raw_headers
        self._whole = whole
        self._left = count

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_some(message: Message) -> None:
            body = message.get("body", b"")
            if message["type"] == "http.response.body":
                message = {**message, "body": body[: self._left], "more_body": True}
                self._left = max(self._left - len(body), 0)
            await send(message)

        await self._whole(scope, receive, send_some)


@dataclass(frozen=True)
class Member:
    """A member that a fault rule may have.

    Parameters
    ----------
    default : object
        Its value where the rule does not have it.
    accepts : callable
        Whether a value makes sense.
    wanted : str
        What makes sense, for the message of a refusal.
    """

    default: Any
    accepts: Callable[[Any], bool]
    wanted: str


@dataclass(frozen=True)
class FaultKind(Member):
    """A member that changes what becomes of a request."""

    apply: Apply


def is_text(value: Any) -> bool:
    """Return whether `value` is a string."""
    return isinstance(value, str)


def is_number(value: Any) -> bool:
    """Return whether `value` is a finite number of at least 0."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and value >= 0


def is_whole(value: Any) -> bool:
    """Return whether `value` is an integer of at least 0."""
    return is_number(value) and isinstance(value, int)


def is_json(value: Any) -> bool:
    """Return whether `value` is text or can be written as JSON."""
    try:
        (value if isinstance(value, str) else json.dumps(value, allow_nan=False)).encode()
    except (TypeError, ValueError, RecursionError):
        return False
    return True


def or_none(accepts: Callable[[Any], bool]) -> Callable[[Any], bool]:
    """Return a check that takes None, too."""
    return lambda value: value is None or accepts(value)


async def _delay(seconds: float, rule: Mapping[str, Any], answer: Answer) -> Response:
    await asyncio.sleep(seconds)
    return await answer()


async def _disconnect(when: str | bool, rule: Mapping[str, Any], answer: Answer) -> Response:
    if when == "after":
        await answer()
    raise ConnectionDropped


async def _truncate(count: int, rule: Mapping[str, Any], answer: Answer) -> Response:
    return TruncatedResponse(await answer(), count)


async def _retry_after(value: int | str, rule: Mapping[str, Any], answer: Answer) -> Response:
    response = await answer()
    response.headers["retry-after"] = str(value)
    return response


async def _malformed(value: bool, rule: Mapping[str, Any], answer: Answer) -> Response:
    response = await answer()
    return Response(b'{"endpoints": [', response.status_code, media_type="application/json")


async def _status(status: int, rule: Mapping[str, Any], answer: Answer) -> Response:
    if status in _WITHOUT_BODY:
        return Response(status_code=status, headers=_NO_RETRY)
    body = rule.get("body")
    if isinstance(body, str):
        return Response(body, status, _NO_RETRY, media_type="text/plain")
    if body is None:
        body = {"error_code": _CODES.get(status, "INTERNAL_ERROR"), "message": "A fault was injected."}
    return Response(json.dumps(body, separators=(",", ":")), status, _NO_RETRY, media_type="application/json")


KINDS: Mapping[str, FaultKind] = {
    "delay": FaultKind(0.0, is_number, "a number of seconds", _delay),
    "disconnect": FaultKind(
        False,
        lambda value: isinstance(value, bool) or value in ("before", "after"),
        'true, false, "before" or "after"',
        _disconnect,
    ),
    "truncate": FaultKind(None, or_none(is_whole), "a whole number of bytes", _truncate),
    "retry_after": FaultKind(
        None,
        or_none(lambda value: is_whole(value) or (is_text(value) and value.isascii() and value.isprintable())),
        "a number of seconds or a date",
        _retry_after,
    ),
    "malformed": FaultKind(False, lambda value: isinstance(value, bool), "true or false", _malformed),
    "status": FaultKind(
        None,
        or_none(lambda value: is_whole(value) and 200 <= value <= 599),
        "a whole number from 200 to 599",
        _status,
    ),
}
"""Fault kinds by the member of a rule that asks for them; each wraps those below it."""
