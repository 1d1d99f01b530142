"""Sending the rows of a scoring: cut to size, side by side, and what to do about those that are refused."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections import deque
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from serving_widgets.api.endpoint.models import EndpointInfo
from serving_widgets.api.errors import (
    ActionRefused,
    ApiError,
    Cancelled,
    ConnectionFailed,
    DeadlineExceeded,
    InternalError,
    PermissionDenied,
    RequestTimeout,
    ServingError,
    TemporarilyUnavailable,
    TooManyRequests,
    UnreadableReply,
)
from serving_widgets.client.http.retry import turned_away
from serving_widgets.openapi.answers.answer_frame import rows_in, unwrapped
from serving_widgets.openapi.encode.encode import body_of
from serving_widgets.openapi.errors import EncodingError
from serving_widgets.workspace.runtime.event_loop import elsewhere
from serving_widgets.workspace.session.write_guard import refused

from .plan import Plan
from .request_gate import Gate, RequestGate
from .row_ledger import Fault, Ledger, Piece, cut
from .schema_check import SchemaCheck
from .schema_hints import against_schema

if TYPE_CHECKING:
    from serving_widgets.client import Reply
    from serving_widgets.openapi.encode.tables import RowSource
    from serving_widgets.workspace.runtime.progress_bar import Progress
    from serving_widgets.workspace.session.session import Session

#: Bytes of a request that the service takes: 16 MB for custom models, 4 MB for all others, agents among them
#: (Databricks docs, *Model Serving limits*). Read as millions: the smaller of two readings is right in both.
CUSTOM_LIMIT, OTHER_LIMIT = 16_000_000, 4_000_000
#: Rows of a request unless told otherwise: few enough for a bar to move, for a poison row to be found in few more
#: requests, and for a model to answer long before the service's 297 s are over; enough that the way there costs little.
BATCH_ROWS = 1_000
#: Rows by which the size of the others is estimated, and the share of the limit that the estimate may fill.
SAMPLE, FILL = 20, 0.9
#: Single rows refused, with none accepted, after which the fault is not one of single rows.
HOPELESS = 20
#: Requests failed one after the other, through no fault of their rows, after which the service is down.
DOWN = 3
#: Seconds in which requests on their way may still be answered when another one has failed for good.
GRACE = 5.0
#: Seconds for which a look at the endpoint tells what a refusal is about.
FRESH = 2.0

#: What the service says to a body that it does not like, and to one that is too large.
REFUSED, TOO_LARGE = 400, 413
#: Failures that say nothing against the rows, and tend to pass.
PASSING = (
    Cancelled,
    ConnectionFailed,
    DeadlineExceeded,
    InternalError,
    RequestTimeout,
    TemporarilyUnavailable,
    TooManyRequests,
    UnreadableReply,
)
_LANGUAGE_TASKS = ("llm/", "agent/")
_LANGUAGE_KINDS = frozenset({"external", "foundation"})


class _EndedError(Exception):
    """The run can't go on because of what happened to some rows."""

    def __init__(self, error: ServingError, start: int, stop: int) -> None:
        super().__init__(str(error))
        self.error = error
        which = f"Row {start:,}" if stop - start == 1 else f"Rows {start:,} to {stop - 1:,}"
        self.where = f"{which} (counted from 0): "


class Batches:
    """One run over the rows that a ledger misses.

    Parameters
    ----------
    gate
        Gives requests their turns; one of its own unless given.

    Attributes
    ----------
    where
        Which rows the error was about, in words; "" where it was about none.
    advice
        What to do about them.
    """

    def __init__(
        self,
        workspace: Session,
        name: str,
        rows: RowSource,
        plan: Plan,
        ledger: Ledger,
        progress: Progress,
        gate: Gate | None = None,
    ) -> None:
        self.where = self.advice = ""
        self._workspace = workspace
        self._name = name
        self._rows = rows
        self._plan = plan
        self._ledger = ledger
        self._progress = progress
        self._gate = gate or RequestGate(plan.concurrency)
        self._schema = SchemaCheck(workspace, rows, coerce=plan.coerce, enabled=plan.check)
        self._params: dict[str, Any] = {}
        self._queue: deque[tuple[int, int]] = deque()
        self._limit = OTHER_LIMIT
        self._ends: float | None = None
        self._looked = float("-inf")
        self._refused = 0
        self._failing = 0

    async def send(self) -> None:
        """Send what is missing and enter what comes back into the ledger.

        Raises
        ------
        ServingError
            When the rest can't be sent.
        """
        limit = self._plan.timeout
        if limit is not None:
            self._ends = time.monotonic() + limit
        try:
            async with asyncio.timeout(limit):
                await self._send()
        except _EndedError as ended:
            self.where = ended.where
            raise ended.error from None
        except TimeoutError:
            raise RequestTimeout(
                f"Not all rows of {self._name} were scored within {limit:g} s.",
                seconds=limit,
                hint="Give it more time: timeout=…",
            ) from None

    async def _send(self) -> None:
        if not self._ledger.total:
            return
        self._info = await self._known()
        _check_takes_rows(self._info)
        custom = self._info.kind == "custom" and not _is_language(self._info)
        self._limit = CUSTOM_LIMIT if custom else OTHER_LIMIT
        self._params = await self._schema.prepare(self._info, self._plan.entity, self._plan.params)
        await self._drop_what_changed()
        self._progress.update(self._ledger.done)
        faults = await self._schema.faults(list(self._ledger.missing()), by_row=self._plan.by_row)
        for row, fault in faults.items():
            digest = await elsewhere(self._digest, row, row + 1)
            self._enter(Piece(row, row + 1, digest, None, fault), "a row can't be sent")
        missing = list(self._ledger.missing())
        if not missing:
            return
        most = await self._most_rows(*missing[0])
        self._queue.extend(part for start, stop in missing for part in cut(start, stop, most))
        await self._work()
        passing = [piece.fault for piece in self._ledger.pieces() if piece.fault is not None and not piece.fault.final]
        if passing and not self._ledger.predicted:
            raise ServingError(passing[0].message, code=passing[0].code, hint="Nothing was scored. Try again later.")

    async def _known(self) -> EndpointInfo:
        """Return the endpoint as last seen; one that seems unable to answer is looked at again."""
        seen = self._workspace.watcher.store.get(self._name)
        info = seen.info if seen is not None and seen.info.detailed and not seen.deleted else None
        if info is not None and self._workspace.why_not("query", info) is None:
            return info
        try:
            info = await self._look()
        except PermissionDenied:
            # Who may query need not be allowed to look.
            return EndpointInfo.read({"name": self._name})
        refusal = self._workspace.why_not("query", info)
        if refusal is not None:
            raise refused(refusal, "query", self._name)
        return info

    async def _look(self) -> EndpointInfo:
        self._looked = time.monotonic()
        return await self._workspace.watcher.look(self._name)

    async def _drop_what_changed(self) -> None:
        """Forget pieces whose rows are other ones now, and those whose failure may have passed."""
        for piece in self._ledger.pieces():
            if not piece.settled or await elsewhere(self._digest, piece.start, piece.stop) != piece.digest:
                self._ledger.drop(piece)

    async def _most_rows(self, start: int, stop: int) -> int:
        most = self._plan.batch_rows or BATCH_ROWS
        count = min(SAMPLE, stop - start)
        try:
            body, _ = await elsewhere(self._written, start, start + count)
        except EncodingError as error:
            if error.row is None:
                raise
            return most
        return max(1, min(most, int(self._limit * FILL * count / len(body))))

    async def _work(self) -> None:
        running: set[asyncio.Task[None]] = set()
        try:
            while self._queue or running:
                while self._queue and len(running) < self._plan.concurrency:
                    running.add(asyncio.create_task(self._one(*self._queue.popleft())))
                done, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()
                running -= done
        except (_EndedError, ServingError):
            # What is on its way has been paid for.
            await asyncio.wait(running, timeout=GRACE)
            raise
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    async def _one(self, start: int, stop: int) -> None:
        """Send some rows, and enter what came of it or queue smaller parts of them."""
        try:
            body, digest = await elsewhere(self._written, start, stop)
        except EncodingError as error:
            if error.row is None or not self._plan.by_row:
                raise
            self._enter(Piece(error.row, error.row + 1, b"", None, Fault.of(error, final=True)), "a row can't be sent")
            self._first(*cut(start, error.row, stop), *cut(error.row + 1, stop, stop))
            return
        if len(body) > self._limit and stop - start > 1:
            self._first(*cut(start, stop, max(1, int((stop - start) * self._limit * FILL / len(body)))))
            return
        try:
            async with self._gate.turn() as turn:
                turned_away.set(turn.pause)
                reply = await self._workspace.client().query_endpoint(
                    self._name, body, self._plan.entity, info=self._info, timeout=self._left()
                )
                turn.count(stop - start)
        except ServingError as error:
            if not await self._bear(start, stop, error, len(body), digest):
                await self._explain(error, body, start, stop)
                raise _EndedError(error, start, stop) from None
            return
        self._failing = 0
        answers = await elsewhere(rows_in, reply.json, stop - start)
        if answers is None:
            raise _EndedError(self._mismatch(reply, stop - start), start, stop)
        self._enter(Piece(start, stop, digest, answers))

    async def _bear(self, start: int, stop: int, error: ServingError, size: int, digest: bytes) -> bool:
        """Enter or queue what a failure means for some rows; False when the run can't go on."""
        status = error.status if isinstance(error, ApiError) else 0
        if status == TOO_LARGE and stop - start > 1:
            self._limit = min(self._limit, size - 1)
            self._first(*_halves(start, stop))
            return True
        if status in (REFUSED, TOO_LARGE):
            if self._plan.by_row:
                return await self._bear_refusal(start, stop, error, digest)
            self.advice = 'on_error="rows" keeps the others and tells which rows were refused.'
            return False
        passing = isinstance(error, PASSING) or status >= 500
        self._failing += 1
        if not self._plan.by_row or not passing or self._failing >= DOWN or self._over:
            return False
        self._enter(Piece(start, stop, digest, None, Fault.of(error, final=False)), "a request failed")
        return True

    async def _explain(self, error: ServingError, body: bytes, start: int, stop: int) -> None:
        """Add to a refusal which rows the schema is against: the service says what is wrong, and not where."""
        if not isinstance(error, ApiError) or error.status != REFUSED:
            return
        labels = self._rows.index[start:stop].tolist()
        found = await against_schema(self._workspace, self._info, body, self._plan.entity, start, labels)
        error.hint = " ".join(filter(None, (found, error.hint)))

    async def _bear_refusal(self, start: int, stop: int, error: ServingError, digest: bytes) -> bool:
        """Halve refused rows until the one at fault is alone, unless the fault is the endpoint's."""
        if time.monotonic() - self._looked > FRESH:
            try:
                self._info = await self._look()
            except ServingError:
                return False
        if self._workspace.why_not("query", self._info) is not None:
            return False
        if stop - start > 1:
            self._progress.update(0, "looking for the row at fault")
            self._first(*_halves(start, stop))
            return True
        self._refused += 1
        if self._refused >= HOPELESS and not self._ledger.predicted:
            return False
        self._enter(Piece(start, stop, digest, None, Fault.of(error, final=True)), "a row was refused")
        return True

    def _first(self, *parts: tuple[int, int]) -> None:
        self._queue.extendleft(reversed(parts))

    def _enter(self, piece: Piece, note: str = "") -> None:
        self._ledger.add(piece)
        self._progress.update(len(piece), note)

    def _left(self) -> float | None:
        return None if self._ends is None else max(0.001, self._ends - time.monotonic())

    @property
    def changes(self) -> Mapping[tuple[int, str], tuple[Any, Any]]:
        """What was converted, by row and column: what was found, and what was sent."""
        return self._schema.changes

    @property
    def _over(self) -> bool:
        return self._ends is not None and time.monotonic() > self._ends - 0.1

    def _written(self, start: int, stop: int) -> tuple[bytes, bytes]:
        body = body_of(self._rows, start, stop, self._params)
        salt = (self._plan.entity or "").encode()
        return body, hashlib.blake2b(body, digest_size=16, key=salt[:64]).digest()

    def _digest(self, start: int, stop: int) -> bytes:
        try:
            return self._written(start, stop)[1]
        except EncodingError:
            return b""

    def _mismatch(self, reply: Reply, count: int) -> UnreadableReply:
        predictions = unwrapped(reply.json)
        got = f"{len(predictions):,}" if isinstance(predictions, list) else "no list of"
        return UnreadableReply(
            f"{self._name} answered {got} predictions to {count:,} rows: it is unclear which belongs to which row.",
            hint="ep.query(…) shows the answer as it is. predict is for models with one prediction a row.",
            code="length_mismatch",
        )


def _halves(start: int, stop: int) -> list[tuple[int, int]]:
    return cut(start, stop, -(-(stop - start) // 2))


def _is_language(info: EndpointInfo) -> bool:
    return (info.task or "").startswith(_LANGUAGE_TASKS) or info.kind in _LANGUAGE_KINDS


def _check_takes_rows(info: EndpointInfo) -> None:
    if _is_language(info):
        raise ActionRefused(
            f"{info.name} serves a language model, which takes messages or prompts and no rows. Nothing was sent.",
            action="predict",
            endpoint=info.name,
            hint='Ask it with ep.query({"messages": [{"role": "user", "content": "…"}]}), once for each prompt.',
            code="takes_messages",
        )
