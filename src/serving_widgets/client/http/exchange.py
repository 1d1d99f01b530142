"""A call from beginning to end: send, send again where that is allowed, and find out what became of a write."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Generic, NamedTuple, TypeVar, cast

from serving_widgets.api.errors import (
    ApiError,
    NotFound,
    OutcomeUnknown,
    ServingError,
    UnreadableReply,
    format_seconds,
)
from serving_widgets.client.routes import ApiCall, CallKind

from .body_codec import ResponseReader
from .lost_requests import LostRequest, error_for
from .responses import ApiResponse, OpenResponse, outcome_from
from .retry import RetryPolicy, pause_before_next, turned_away
from .timing import Deadline, HostClock, Timeouts, deadline_for
from .transport import Transport
from .write_verification import WriteCheck

T = TypeVar("T")

#: Sends something once, within so many seconds.
Attempt = Callable[[float], Awaitable[T]]
#: Looks at what a write is about.
Look = Callable[[Deadline], Awaitable[WriteCheck[T]]]
#: Reads the service's yes to a write, which may be what it is about, an empty object or nothing at all.
Read = Callable[[ApiResponse, Deadline], Awaitable[T]]
#: Adds to a refusal what can be found out about it.
Explain = Callable[[ApiError, ApiCall, Deadline], Awaitable[None]]

# Statuses of a gateway whose own request went unanswered: what stands behind it may have done the write.
ANSWER_LOST = frozenset({502, 504})
# Pauses in seconds before each look at what became of a write: the service may still be at it.
LOOKS = (0.0, 0.3, 1.0)


class SendResult(NamedTuple, Generic[T]):
    """The last result of sending something, and how often it was sent."""

    result: T
    attempts: int


class Exchange:
    """Carries out calls on one transport.

    Parameters
    ----------
    explain : callable, optional
        Called with each refusal before it is raised.
    """

    def __init__(
        self,
        transport: Transport,
        reader: ResponseReader,
        *,
        timeouts: Timeouts,
        policy: RetryPolicy,
        clock: HostClock,
        explain: Explain | None = None,
    ) -> None:
        self.transport = transport
        self._reader = reader
        self._timeouts = timeouts
        self._policy = policy
        self._clock = clock
        self._explain = explain

    def deadline(self, kind: CallKind, timeout: float | None) -> Deadline:
        """Return when a call of a sort that begins now has to end."""
        return deadline_for(kind, timeout, self._timeouts, self._clock.monotonic)

    async def ask(self, call: ApiCall, deadline: Deadline) -> ApiResponse:
        """Return the service's yes to a read or a query, or raise what came instead."""
        sent = await self.repeat(lambda limit: self.transport.attempt(call, limit), call.kind, deadline)
        return await self._yes(sent, call, deadline)

    async def open(self, call: ApiCall, deadline: Deadline) -> OpenResponse:
        """Return the service's yes to a query whose answer comes in pieces, or raise what came instead."""
        sent = await self.repeat(lambda limit: self.transport.open(call, limit), call.kind, deadline)
        if isinstance(sent.result, OpenResponse):
            return sent.result
        answer = await self._yes(SendResult(sent.result, sent.attempts), call, deadline)
        raise AssertionError(f"a yes is opened, not read to its end ({answer.status})")

    async def write(self, call: ApiCall, deadline: Deadline, *, read: Read[T], look: Look[T]) -> T:
        """Carry out a write once, and return what it is about as it is then.

        Parameters
        ----------
        read : callable
            Reads a yes.
        look : callable
            Looks whether the write was done, should its answer be lost or unreadable.

        Raises
        ------
        OutcomeUnknown
            When the answer was lost, and looking does not show that the write was done.
        """
        done: list[WriteCheck[T]] = []

        async def may_repeat(result: ApiResponse | LostRequest) -> bool:
            # A gateway may answer 503 to a write that it passed on: it is looked after before it is sent again.
            if isinstance(result, LostRequest) or result.status != 503:
                return True
            check = await self._look(look, deadline)
            if check.applied:
                done.append(check)
            return check.applied is False

        # Time is kept back for looking at what became of it, should the answer not come.
        until = deadline.earlier(min(self._timeouts.look_back, deadline.left / 4))
        sent = await self.repeat(lambda limit: self.transport.attempt(call, limit), call.kind, until, may_repeat)
        if done:
            return cast("T", done[0].value)
        result = sent.result
        if isinstance(result, ApiResponse) and result.status == 503:
            # The last word, where there is no time for another try: it may have been passed on all the same.
            check = await self._look(look, deadline)
            if check.applied:
                return cast("T", check.value)
            if check.applied is None:
                return await self._find_out(call, deadline, look, result)
        if isinstance(result, ApiResponse) and result.status not in ANSWER_LOST:
            answer = await self._yes(sent, call, deadline)
            try:
                return await self._written(answer, deadline, read, look)
            except UnreadableReply:
                raise
            except ServingError as error:
                failed = error
            raise self._accepted(call, deadline, answer.status, failed)
        if isinstance(result, LostRequest) and not result.sent:
            raise self._loss(result, call, deadline, sent.attempts)
        return await self._find_out(call, deadline, look, result)

    async def repeat(
        self,
        attempt: Attempt[T],
        kind: CallKind,
        deadline: Deadline,
        may_repeat: Callable[[T], Awaitable[bool]] | None = None,
    ) -> SendResult[T]:
        """Send a request, again where that is allowed, and return the last result.

        Parameters
        ----------
        may_repeat : callable
            Asked, after the pause, about a result that would have it sent again.
        """
        attempts = 0
        while True:
            attempts += 1
            result = await attempt(deadline.next_answer)
            pause = pause_before_next(
                self._policy,
                kind,
                attempts,
                outcome_from(result),
                left=deadline.left,
                jitter=self._clock.jitter(),
                wall=self._clock.wall(),
            )
            if pause is None:
                return SendResult(result, attempts)
            if isinstance(result, ApiResponse) and result.status == 429:
                turned_away.get()(pause)
            await self._clock.sleep(pause)
            if may_repeat is not None and not await may_repeat(result):
                return SendResult(result, attempts)

    async def _yes(self, sent: SendResult[ApiResponse | LostRequest], call: ApiCall, deadline: Deadline) -> ApiResponse:
        result, attempts = sent
        if isinstance(result, LostRequest):
            raise self._loss(result, call, deadline, attempts)
        try:
            self._reader.raise_for(result, call, attempts=attempts, waited=deadline.waited)
        except ApiError as error:
            refused = error
        else:
            return result
        if self._explain is not None:
            await self._explain(refused, call, deadline)
        raise refused

    async def _written(self, answer: ApiResponse, deadline: Deadline, read: Read[T], look: Look[T]) -> T:
        try:
            return await read(answer, deadline)
        except UnreadableReply as error:
            unreadable = error
        check = await self._look(look, deadline)
        if check.applied:
            return cast("T", check.value)
        raise UnreadableReply(f"{unreadable.message} Looked at afterwards: {check.seen}.", hint=unreadable.hint)

    def _accepted(self, call: ApiCall, deadline: Deadline, status: int, failed: ServingError) -> OutcomeUnknown:
        """Return the error for a write that was accepted, where looking at what came of it failed."""
        return OutcomeUnknown(
            f"The service accepted the request to {call.task} ({status}), but what came of it couldn't be seen: "
            f"{failed.message}",
            action=call.action,
            endpoint=call.endpoint or "",
            seconds=deadline.waited,
            hint=_look_first(call),
        )

    async def _find_out(self, call: ApiCall, deadline: Deadline, look: Look[T], result: ApiResponse | LostRequest) -> T:
        """Look at what became of a write whose answer was lost; it is never sent again."""
        check: WriteCheck[T] = WriteCheck(None, None, "there was no time to look")
        for pause in LOOKS:
            if pause >= deadline.left:
                break
            await self._clock.sleep(pause)
            check = await self._look(look, deadline)
            if check.applied:
                return cast("T", check.value)
        waited = deadline.waited
        marks = f"after {format_seconds(waited)}"
        if isinstance(result, ApiResponse):
            marks += f", {result.status}" + (f", request {result.request_id}" if result.request_id else "")
        raise OutcomeUnknown(
            f"The request to {call.task} was sent, but its answer was lost ({marks}). "
            f"Looked at afterwards: {check.seen}. It may still be carried out, so it was not sent again.",
            action=call.action,
            endpoint=call.endpoint or "",
            seconds=waited,
            hint=_look_first(call),
        )

    async def _look(self, look: Look[T], deadline: Deadline) -> WriteCheck[T]:
        try:
            return await look(deadline.within(self._timeouts.look_back))
        except NotFound:
            return WriteCheck(None, None, "it no longer exists")
        except ServingError as error:
            return WriteCheck(None, None, f"that failed, too ({error.message})")

    def _loss(self, loss: LostRequest, call: ApiCall, deadline: Deadline, attempts: int) -> ServingError:
        return error_for(loss, call, host=self.transport.host, waited=deadline.waited, attempts=attempts)


def _look_first(call: ApiCall) -> str:
    again = f", for example with %serving status {call.endpoint}" if call.endpoint else ""
    return f"Look again before you repeat it{again}."
