"""A call from beginning to end: send, send again where that is allowed, and find out what became of a write."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar, cast, overload

from serving_widgets.api.errors import NotFound, OutcomeUnknown, ServingError, UnreadableReply

from .losses import Lost, error_of, spell
from .readback import Verdict
from .reading import Reader
from .retry import Policy, pause_before_next
from .routes import Call
from .timing import Deadline, Surroundings, Timeouts, deadline_for
from .transport import Answer, Transport, outcome_of

T = TypeVar("T")

#: Looks at what a write is about.
Look = Callable[[Deadline], Awaitable[Verdict[T]]]
#: Reads the service's yes to a write, which may be what it is about, an empty object or nothing at all.
Read = Callable[[Answer, Deadline], Awaitable[T]]

# Statuses of a gateway whose own request went unanswered: what stands behind it may have done the write.
ANSWER_LOST = frozenset({502, 504})
# Pauses in seconds before each look at what became of a write: the service may still be at it.
LOOKS = (0.0, 0.3, 1.0)


class Exchange:
    """Carries out calls on one transport."""

    def __init__(
        self, transport: Transport, reader: Reader, *, timeouts: Timeouts, policy: Policy, around: Surroundings
    ) -> None:
        self._transport = transport
        self._reader = reader
        self._timeouts = timeouts
        self._policy = policy
        self._around = around

    def deadline(self, call: Call, timeout: float | None) -> Deadline:
        """Return when a call that begins now has to end."""
        return deadline_for(call.sort, timeout, self._timeouts, self._around.monotonic)

    async def ask(self, call: Call, deadline: Deadline) -> Answer:
        """Return the service's yes to a read or a query, or raise what came instead."""
        result = await self._send(call, deadline)
        if isinstance(result, Answer):
            self._reader.raise_for(result, call)
            return result
        raise self._loss(result, call, deadline)

    async def write(self, call: Call, deadline: Deadline, *, read: Read[T], look: Look[T]) -> T:
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
        # Time is kept back for looking at what became of it, should the answer not come.
        reserve = min(self._timeouts.look_back, deadline.left / 4)
        result = await self._send(call, deadline.earlier(reserve), look)
        if isinstance(result, Verdict):
            return cast("T", result.value)
        if isinstance(result, Lost) and not result.sent:
            raise self._loss(result, call, deadline)
        if isinstance(result, Lost) or result.status in ANSWER_LOST:
            return await self._find_out(call, deadline, look)
        self._reader.raise_for(result, call)
        try:
            return await read(result, deadline)
        except UnreadableReply as error:
            unreadable = error
        verdict = await self._look(look, deadline)
        if verdict.applied:
            return cast("T", verdict.value)
        raise UnreadableReply(f"{unreadable.message} Looked at afterwards: {verdict.seen}.", hint=unreadable.hint)

    @overload
    async def _send(self, call: Call, deadline: Deadline) -> Answer | Lost: ...

    @overload
    async def _send(self, call: Call, deadline: Deadline, look: Look[T]) -> Answer | Lost | Verdict[T]: ...

    async def _send(self, call: Call, deadline: Deadline, look: Look[T] | None = None) -> Answer | Lost | Verdict[T]:
        """Send a request, again where that is allowed, and return the last result.

        A gateway may answer 503 to a write that it passed on. So there is a look first before it is sent again, and if
        that shows it done, the verdict is returned.
        """
        attempt = 0
        while True:
            attempt += 1
            result = await self._transport.attempt(call, deadline.next_answer)
            pause = pause_before_next(
                self._policy,
                call.sort,
                attempt,
                outcome_of(result),
                left=deadline.left,
                draw=self._around.draw(),
                wall=self._around.wall(),
            )
            if pause is None:
                return result
            await self._around.sleep(pause)
            if look is not None and isinstance(result, Answer) and result.status == 503:
                verdict = await self._look(look, deadline)
                if verdict.applied is not False:
                    return verdict if verdict.applied else result

    async def _find_out(self, call: Call, deadline: Deadline, look: Look[T]) -> T:
        """Look at what became of a write whose answer was lost; it is never sent again."""
        waited = deadline.waited
        verdict: Verdict[T] = Verdict(None, None, "there was no time to look")
        for pause in LOOKS:
            if pause >= deadline.left:
                break
            await self._around.sleep(pause)
            verdict = await self._look(look, deadline)
            if verdict.applied:
                return cast("T", verdict.value)
        again = f", for example with %serving status {call.endpoint}" if call.endpoint else ""
        raise OutcomeUnknown(
            f"The request to {call.doing} was sent, but its answer was lost (after {spell(waited)}). "
            f"Looked at afterwards: {verdict.seen}. It may still be carried out, so it was not sent again.",
            action=call.action,
            endpoint=call.endpoint or "",
            hint=f"Look again before you repeat it{again}.",
        )

    async def _look(self, look: Look[T], deadline: Deadline) -> Verdict[T]:
        try:
            return await look(deadline.within(self._timeouts.look_back))
        except ServingError as error:
            missing = "it is not there any more" if isinstance(error, NotFound) else ""
            return Verdict(None, None, missing or f"that failed, too ({error.message})")

    def _loss(self, loss: Lost, call: Call, deadline: Deadline) -> ServingError:
        return error_of(loss, call, host=self._transport.host, waited=deadline.waited)
