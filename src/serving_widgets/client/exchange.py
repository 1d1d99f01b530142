"""A call from beginning to end: send, send again where that is allowed, and find out what became of a write."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, overload

from serving_widgets.api.errors import NotFound, OutcomeUnknown, ServingError, UnreadableReply
from serving_widgets.api.models import EndpointInfo

from .losses import Lost, error_of, spell
from .readback import Verdict, judge
from .reading import Reader
from .retry import Policy, pause_before_next
from .routes import Call, call_of
from .timing import Deadline, Surroundings, Timeouts, deadline_for
from .transport import Answer, Transport, outcome_of

Look = Callable[[Deadline], Awaitable[Verdict]]

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

    async def get(self, name: str, deadline: Deadline) -> EndpointInfo:
        """Return an endpoint as it is."""
        call = call_of("get", name)
        answer = await self.ask(call, deadline)
        raw = await self._reader.object(answer, call)
        if not raw:
            raise self._reader.unreadable(answer, call, "nothing about the endpoint")
        return _read(raw, name)

    async def write(
        self,
        action: str,
        name: object,
        body: Mapping[str, Any] | None = None,
        *,
        before: EndpointInfo | None = None,
        timeout: float | None = None,
    ) -> EndpointInfo | None:
        """Carry out a write once, and return the endpoint as it is then; None for a deletion.

        Raises
        ------
        OutcomeUnknown
            When the answer was lost and the endpoint does not show that the write was done.
        """
        call = call_of(action, name)
        target = str(name)
        deadline = self.deadline(call, timeout)
        if body is not None:
            call = call._replace(body=await self._reader.encoded(body, call))
        if action == "update" and (before is None or not before.detailed):
            before = await self.get(target, deadline)

        async def look(until: Deadline) -> Verdict:
            return await self._look(action, target, until, before=before, body=body)

        # Time is kept back for looking at what became of it, should the answer not come.
        reserve = min(self._timeouts.look_back, deadline.left / 4)
        result = await self._send(call, deadline.earlier(reserve), look)
        if isinstance(result, Verdict):
            return result.info
        if isinstance(result, Lost) and not result.sent:
            raise self._loss(result, call, deadline)
        if isinstance(result, Lost) or result.status in ANSWER_LOST:
            return await self._find_out(call, deadline, look)
        self._reader.raise_for(result, call)
        return await self._written(result, call, target, deadline, look)

    @overload
    async def _send(self, call: Call, deadline: Deadline) -> Answer | Lost: ...

    @overload
    async def _send(self, call: Call, deadline: Deadline, look: Look) -> Answer | Lost | Verdict: ...

    async def _send(self, call: Call, deadline: Deadline, look: Look | None = None) -> Answer | Lost | Verdict:
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
                verdict = await look(deadline)
                if verdict.applied is not False:
                    return verdict if verdict.applied else result

    async def _written(
        self, answer: Answer, call: Call, name: str, deadline: Deadline, look: Look
    ) -> EndpointInfo | None:
        """Read the yes to a write, which may be the endpoint, an empty object or nothing at all."""
        try:
            raw = await self._reader.object(answer, call) if answer.body.strip() else {}
        except UnreadableReply as error:
            unreadable = error
        else:
            if call.action == "delete":
                return None
            return _read(raw, name) if "state" in raw else await self.get(name, deadline)
        verdict = await look(deadline)
        if verdict.applied:
            return verdict.info
        raise UnreadableReply(f"{unreadable.message} Looked at afterwards: {verdict.seen}.", hint=unreadable.hint)

    async def _find_out(self, call: Call, deadline: Deadline, look: Look) -> EndpointInfo | None:
        """Look at what became of a write whose answer was lost; it is never sent again."""
        waited = deadline.waited
        verdict = Verdict(None, None, "there was no time to look")
        for pause in LOOKS:
            if pause >= deadline.left:
                break
            await self._around.sleep(pause)
            verdict = await look(deadline)
            if verdict.applied:
                return verdict.info
        raise OutcomeUnknown(
            f"The request to {call.doing} was sent, but its answer was lost (after {spell(waited)}). "
            f"Looked at afterwards: {verdict.seen}. It may still be carried out, so it was not sent again.",
            action=call.action,
            endpoint=call.endpoint or "",
            hint=f"Look again before you repeat it, for example with %serving status {call.endpoint}.",
        )

    async def _look(
        self,
        action: str,
        name: str,
        until: Deadline,
        *,
        before: EndpointInfo | None,
        body: Mapping[str, Any] | None,
    ) -> Verdict:
        now: EndpointInfo | None
        try:
            now = await self.get(name, until.within(self._timeouts.look_back))
        except NotFound:
            now = None
        except ServingError as error:
            return Verdict(None, None, f"that failed, too ({error.message})")
        return judge(action, name, now, before=before, body=body)

    def _loss(self, loss: Lost, call: Call, deadline: Deadline) -> ServingError:
        return error_of(loss, call, host=self._transport.host, waited=deadline.waited)


def _read(raw: Mapping[str, Any], name: str) -> EndpointInfo:
    return EndpointInfo.read(raw if isinstance(raw.get("name"), str) else {**raw, "name": name})
