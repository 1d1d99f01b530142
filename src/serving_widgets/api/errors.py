"""Every error of the package, in one tree; standard library only.

::

    ServingError
    ├── ConfigError               no usable host, credential or setting
    ├── ConnectionFailed          the host could not be reached, or the connection broke
    ├── RequestTimeout            no answer in time
    ├── RedirectRefused           the host wanted to send the request elsewhere
    ├── UnreadableReply           an answer came, but not one the service documents
    ├── StreamInterrupted         an answer that came in pieces ended before its end
    ├── ActionRefused             refused here; nothing was sent
    ├── OutcomeUnknown            a write was sent and its answer was lost
    ├── WaitFailed                the state waited for can no longer come
    ├── WaitTimeout               it did not come in time
    ├── LoopThreadError           a blocking call on the thread that must not block
    ├── NotRecorded               a recording has no answer to this request
    └── ApiError                  the service said no
        ├── BadRequest            400
        │   ├── InvalidState
        │   └── InvalidParameterValue
        ├── Unauthenticated       401
        ├── PermissionDenied      403
        ├── NotFound              404
        │   ├── ResourceDoesNotExist    control plane
        │   └── EndpointNotFound        query plane
        ├── ResourceConflict      409
        │   ├── Aborted
        │   ├── AlreadyExists
        │   └── ResourceAlreadyExists
        ├── TooManyRequests       429
        │   ├── ResourceExhausted
        │   └── RequestLimitExceeded
        ├── Cancelled             499
        ├── InternalError         500
        │   ├── UnknownError
        │   └── DataLoss
        ├── NotImplementedByService     501
        ├── TemporarilyUnavailable      503
        └── DeadlineExceeded      504

The names under ``ApiError`` are those of the official SDK's errors, so that what one knows about those holds here.
"""
# ruff: noqa: N818 – the names say what happened, as the official SDK's do

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, TypedDict

from .error_body import mask, plain
from .hints import hint_for


class ErrorFields(TypedDict):
    """An error as a view shows it."""

    code: str
    message: str
    hint: str


class ServingError(Exception):
    """What every error of this package is: what happened, and what to do about it.

    Parameters
    ----------
    message : str
        What happened, in a sentence or two.
    hint : str, optional
        What to do; "" when there is nothing to say.
    code : str, optional
        A stable word for programs; the class's name in snake case by default.

    Examples
    --------
    >>> ServingError("No workspace is connected.", hint="Connect one first.").problem()
    {'code': 'serving_error', 'message': 'No workspace is connected.', 'hint': 'Connect one first.'}
    """

    def __init__(self, message: str, *, hint: str = "", code: str = "") -> None:
        self.message = mask(plain(message))
        self.hint = mask(plain(hint))
        self.code = code or _snake_case(type(self).__name__)
        super().__init__(self.message)

    def __str__(self) -> str:
        return f"{self.message}\n{self.hint}" if self.hint else self.message

    def __reduce__(self) -> tuple[Any, ...]:
        return _revived, (type(self), self.args, vars(self))

    def problem(self) -> ErrorFields:
        """Return the error as a view shows it: code, message, hint."""
        return {"code": self.code, "message": self.message, "hint": self.hint}

    def _render_traceback_(self) -> list[str]:
        # IPython calls this instead of drawing a traceback; the cell still fails.
        return str(self).splitlines()


class ConfigError(ServingError):
    """No usable host, credential or setting; nothing was sent."""


class ConnectionFailed(ServingError):
    """The host could not be reached, or the connection broke before the answer was complete."""

    def __init__(self, message: str, *, host: str = "", hint: str = "", code: str = "") -> None:
        super().__init__(message, hint=hint, code=code)
        self.host = host


class RequestTimeout(ServingError):
    """No answer in time; `seconds` is how long was waited."""

    def __init__(self, message: str, *, seconds: float | None = None, hint: str = "", code: str = "") -> None:
        super().__init__(message, hint=hint, code=code)
        self.seconds = seconds


class RedirectRefused(ServingError):
    """The host answered with a redirect, which is never followed: a token must not travel to another address."""


class NotRecorded(ServingError):
    """A recording that is replayed has no answer to this request; nothing was sent anywhere."""


class UnreadableReply(ServingError):
    """An answer came, but not one that the service documents."""


class StreamInterrupted(ServingError):
    """An answer that came in pieces broke off, or an error came in its midst.

    `received` are the pieces until then, as the service sent them, `text` is what they say put together.
    """

    def __init__(
        self,
        message: str,
        *,
        received: Sequence[Mapping[str, Any]] = (),
        text: str = "",
        hint: str = "",
        code: str = "",
    ) -> None:
        super().__init__(message, hint=hint, code=code)
        self.received = tuple(received)
        self.text = text


class _ActionError(ServingError):
    """Of one action on one endpoint."""

    def __init__(self, message: str, *, action: str = "", endpoint: str = "", hint: str = "", code: str = "") -> None:
        super().__init__(message, hint=hint, code=code)
        self.action = action
        self.endpoint = endpoint


class ActionRefused(_ActionError):
    """Refused here, before anything was sent."""


class OutcomeUnknown(_ActionError):
    """A write was sent, its answer was lost, and what the service shows since then does not tell if it was done.

    `seconds` is how long its answer was waited for.
    """

    def __init__(
        self,
        message: str,
        *,
        action: str = "",
        endpoint: str = "",
        seconds: float | None = None,
        hint: str = "",
        code: str = "",
    ) -> None:
        super().__init__(message, action=action, endpoint=endpoint, hint=hint, code=code)
        self.seconds = seconds


class WaitFailed(ServingError):
    """The state that was waited for can no longer come.

    `label` is the status as shown (for example "Ready (Update failed)"), `reason` the failing entity's message and
    `log_lines` the last lines of its log.
    """

    def __init__(
        self,
        message: str,
        *,
        label: str = "",
        reason: str = "",
        log_lines: Sequence[str] = (),
        hint: str = "",
        code: str = "",
    ) -> None:
        super().__init__(message, hint=hint, code=code)
        self.label = label
        self.reason = mask(reason)
        self.log_lines = tuple(mask(line) for line in log_lines)


class WaitTimeout(ServingError):
    """The state that was waited for did not come in time; whatever is going on goes on."""


class LoopThreadError(ServingError):
    """A blocking call on the thread that serves all others; its awaitable twin is the one to use there."""


class ApiError(ServingError):
    """The service said no; `retry_after` are the seconds that it asks to wait, None when it doesn't.

    Parameters
    ----------
    status : int
        The HTTP status.
    error_code : str
        The service's own code such as ``"RESOURCE_DOES_NOT_EXIST"``; "" when it gave none.
    message : str
        What the service said.
    details : sequence of dict
        The service's ``details`` as they came.
    request_id : str
        What its operators find the request by; "" when it gave none.
    method, path : str
        The request.
    endpoint : str, optional
        The endpoint that it was about.
    action : str
        What was asked for, as it goes after "Couldn't" ("stop churn").
    attempts : int
        How often it was sent.
    waited : float
        Seconds from the first attempt to this answer.
    asked : sequence of str
        The same as the table of hints names it: the action of a route, and its kind.
    """

    # A request id helps whoever looks into what the service did; of what it does not have, it would only be noise.
    names_request: ClassVar[bool] = True

    def __init__(
        self,
        status: int,
        error_code: str = "",
        message: str = "",
        details: Sequence[Any] = (),
        request_id: str = "",
        *,
        method: str = "",
        path: str = "",
        endpoint: str | None = None,
        action: str = "",
        attempts: int = 1,
        waited: float = 0.0,
        asked: Sequence[str] = (),
    ) -> None:
        self.status = status
        self.error_code = error_code
        self.said = mask(message)
        self.details = tuple(details)
        self.request_id = request_id
        self.method = method
        self.path = path
        self.endpoint = endpoint
        self.attempts = attempts
        self.waited = waited
        self.retry_after: float | None = None
        lineage = [cls.__name__ for cls in type(self).__mro__]
        hint = hint_for(lineage, status, asked=asked, said=self.said, endpoint=endpoint)
        super().__init__(self._sentence(action), hint=hint)

    def _sentence(self, action: str) -> str:
        marks = f"{self.status} {self.error_code}".strip()
        if self.request_id and self.names_request:
            marks += f", request {self.request_id}"
        if self.attempts > 1:
            marks += f", tried {self.attempts} times in {format_seconds(self.waited)}"
        elif self.waited >= _LONG:
            marks += f", after {format_seconds(self.waited)}"
        said = self.said or "The service gave no reason."
        return f"Couldn't {action}: {said} ({marks})" if action else f"{said} ({marks})"


class BadRequest(ApiError):
    """400: the request as such was not accepted."""


class InvalidState(BadRequest):
    """The endpoint is not in a state that allows this."""


class InvalidParameterValue(BadRequest):
    """A value in the request is not allowed."""


class Unauthenticated(ApiError):
    """401: the credential is missing, wrong or expired."""


class PermissionDenied(ApiError):
    """403: known, but not allowed.

    As far as the service tells: `have` is the level that the user has, `needed` the one that it takes, and `managers`
    are those who can grant it.
    """

    have: str | None = None
    needed: str = ""
    managers: tuple[str, ...] = ()


class NotFound(ApiError):
    """404: there is no such thing, or not for this user."""

    names_request = False


class ResourceDoesNotExist(NotFound):
    """404 of the control plane."""


class EndpointNotFound(NotFound):
    """404 of the query plane."""


class ResourceConflict(ApiError):
    """409: it collides with what exists or with what is going on."""


class Aborted(ResourceConflict):
    """The operation was aborted because of another one."""


class AlreadyExists(ResourceConflict):
    """The name is taken."""


class ResourceAlreadyExists(ResourceConflict):
    """The name is taken."""


class TooManyRequests(ApiError):
    """429: too many requests."""


class ResourceExhausted(TooManyRequests):
    """A quota is used up."""


class RequestLimitExceeded(TooManyRequests):
    """Too many requests at a time."""


class Cancelled(ApiError):
    """499: the request was cancelled on its way."""


class InternalError(ApiError):
    """500: the service failed."""


class UnknownError(InternalError):
    """500 without a better name."""


class DataLoss(InternalError):
    """500: data was lost."""


class NotImplementedByService(ApiError):
    """501: this workspace cannot do that."""


class TemporarilyUnavailable(ApiError):
    """503: not now."""


class DeadlineExceeded(ApiError):
    """504: the service itself waited too long."""


def format_seconds(seconds: float) -> str:
    """Return a time as a person says it.

    Examples
    --------
    >>> format_seconds(2.04), format_seconds(75)
    ('2.0 s', '75 s')
    """
    return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"


_LONG = 5.0  # seconds; what took less needs no telling


def _revived(cls: type[ServingError], args: tuple[Any, ...], attributes: Mapping[str, Any]) -> ServingError:
    error = cls.__new__(cls, *args)
    vars(error).update(attributes)
    return error


def _snake_case(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
