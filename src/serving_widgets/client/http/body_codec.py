"""Bodies: from what is to be sent to bytes, from an answer to what it says or to the error that it stands for."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any, NoReturn
from urllib.parse import urlsplit

from serving_widgets.api.error_body import plain
from serving_widgets.api.errors import ActionRefused, RedirectRefused, UnreadableReply
from serving_widgets.api.http_errors import error_from
from serving_widgets.api.redaction import HIDDEN, secrets_in
from serving_widgets.client.reply import Reply
from serving_widgets.client.routes import ApiCall

from . import json_codec
from .answer_limit import MB, VARIABLE
from .responses import ApiResponse
from .retry import parse_retry_after

_SHOWN = 80  # characters of an answer that can't be read
# Taking shorter values of environment variables out of a sentence, such as "1" or "true", would only garble it.
_SHORTEST_SECRET = 6


class ResponseReader:
    """Reads the answers of one host."""

    def __init__(self, host: str) -> None:
        self._host = host

    async def encoded(self, payload: str | bytes | Mapping[str, Any], call: ApiCall) -> bytes:
        """Return a request's body; text and bytes go as they are.

        Raises
        ------
        ActionRefused
            When it can't be written as JSON; nothing was sent.
        """
        if isinstance(payload, bytes):
            return payload
        body, fault = await json_codec.off_loop(lambda: _encoded(payload), size=json_codec.size_of(payload))
        if body is None:
            table = " For a DataFrame: ep.predict(df)." if "type DataFrame" in fault else ""
            raise ActionRefused(
                f"Couldn't {call.task}: {fault}.",
                action=call.action,
                endpoint=call.endpoint or "",
                hint=f"Give numbers, text, lists and dictionaries, or the JSON as text.{table}",
                code="not_json",
            )
        return body

    def raise_for(self, answer: ApiResponse, call: ApiCall, *, attempts: int = 1, waited: float = 0.0) -> None:
        """Raise the error that an answer stands for, unless the service said yes.

        It says how often was asked, and how long that took.
        """
        if answer.ok:
            return
        if 300 <= answer.status < 400:
            self._raise_redirect(answer, call)
        error = error_from(
            answer.status,
            _without_request_secrets(answer.body, call),
            answer.headers,
            method=call.method,
            path=call.path,
            endpoint=call.endpoint,
            action=call.task,
            attempts=attempts,
            waited=waited,
            asked=(call.action, call.kind),
        )
        error.retry_after = parse_retry_after(answer.headers.get("retry-after"), time.time())
        raise error

    async def json(self, answer: ApiResponse, call: ApiCall) -> Any:
        """Return the parsed body.

        Raises
        ------
        UnreadableReply
            When it is not JSON.
        """
        self.check_size(answer, call)
        parsed, fault = await json_codec.off_loop(lambda: _parsed(answer.body), size=len(answer.body))
        if fault is not None:
            raise self.unreadable(answer, call, fault)
        return parsed

    async def object(self, answer: ApiResponse, call: ApiCall) -> Mapping[str, Any]:
        """Return the parsed body, which has to be a JSON object."""
        parsed = await self.json(answer, call)
        if not isinstance(parsed, dict):
            raise self.unreadable(answer, call, f"JSON of another shape ({_shape(parsed)} instead of an object)")
        return parsed

    async def reply(self, answer: ApiResponse, call: ApiCall) -> Reply:
        """Return the answer to a query: JSON, or text of another type such as an event stream."""
        kind = answer.headers.get("content-type", "").split(";")[0].strip().lower()
        if kind == "text/html":
            raise self.unreadable(answer, call, "a web page")
        is_json = kind in {"", "application/json"} or kind.endswith("+json")
        self.check_size(answer, call)
        parsed = await self.json(answer, call) if is_json else None
        served, note = (answer.headers.get(name) for name in ("served-model-name", "x-serving-widgets-note"))
        return Reply(parsed, answer.body, served, answer.request_id, answer.seconds, plain(note or ""))

    def check_size(self, answer: ApiResponse, call: ApiCall) -> None:
        """Raise an error that names the setting where an answer was larger than is taken."""
        if not answer.cut:
            return
        raise UnreadableReply(
            f"Couldn't read the answer when asked to {call.task}: {self._host} sent more than "
            f"{len(answer.body) / MB:g} MB, counted unpacked.",
            hint=f"If that is meant, allow more: set {VARIABLE} where Jupyter starts, and connect again.",
            code="answer_too_large",
        )

    def unreadable(self, answer: ApiResponse, call: ApiCall, fault: str) -> UnreadableReply:
        """Return the error for an answer that is not what the service documents."""
        marks = f"{answer.status}" + (f", request {answer.request_id}" if answer.request_id else "")
        beginning = " ".join(answer.body[: 4 * _SHOWN].decode("utf-8", "replace").split())[:_SHOWN]
        quoted = f' It begins: "{beginning}"' if beginning else ""
        return UnreadableReply(
            f"Couldn't read the answer when asked to {call.task}: {self._host} sent {fault} ({marks}).{quoted}",
            hint="Check that the address is a workspace's: a proxy or a login page may have answered in its place.",
        )

    def _raise_redirect(self, answer: ApiResponse, call: ApiCall) -> NoReturn:
        target = urlsplit(answer.headers.get("location", ""))
        # Not the whole address: what comes after the host may have secrets in it.
        place = target.hostname or ""
        elsewhere = bool(place) and place != urlsplit(f"//{self._host}").hostname
        where = f"to {place}" if elsewhere else "to another address of its own"
        raise RedirectRefused(
            f"Couldn't {call.task}: {self._host} redirects {where} ({answer.status}), "
            "and redirects are not followed, so that the token stays here.",
            hint="Connect to the workspace's own address, as the browser shows it once you are logged in.",
        )


def _without_request_secrets(said: bytes, call: ApiCall) -> bytes:
    """Return what a service says against a write without the secrets of the request, which it may have quoted."""
    if not call.body or call.kind != "write":
        return said
    sent, _ = _parsed(call.body)
    for secret in sorted(set(secrets_in(sent)), key=len, reverse=True):
        if len(secret) >= _SHORTEST_SECRET:
            for form in (secret, json.dumps(secret)[1:-1]):
                said = said.replace(form.encode(), HIDDEN.encode())
    return said


def _encoded(payload: Any) -> tuple[bytes | None, str]:
    try:
        return payload.encode() if isinstance(payload, str) else json_codec.dumps(payload), ""
    except UnicodeEncodeError:
        return None, "there is half of a surrogate pair in what is to be sent, which isn't valid text"
    except (TypeError, ValueError, RecursionError) as error:
        return None, str(error)


def _parsed(body: bytes) -> tuple[Any, str | None]:
    try:
        return json_codec.loads(body), None
    except ValueError:
        return None, "something other than JSON" if body.strip() else "an empty answer"


def _shape(value: Any) -> str:
    return {list: "a list", str: "text", type(None): "null"}.get(type(value), "a number")
