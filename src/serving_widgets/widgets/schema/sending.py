"""Sending the draft of a schema explorer: one request at a time, its answer as it comes, and the history of them."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import Callable, Mapping
from typing import Any

from serving_widgets.api.errors import ActionRefused, ConfigError, ServingError, StreamInterrupted
from serving_widgets.client import Reply
from serving_widgets.openapi.answers.answer_frame import to_frame
from serving_widgets.openapi.answers.llm_answers import fold_chunks
from serving_widgets.openapi.check.json_schema import check_json
from serving_widgets.openapi.editing.body_rows import read_rows
from serving_widgets.openapi.model import InputFormat
from serving_widgets.openapi.report import ReportBuilder
from serving_widgets.workspace import Session
from serving_widgets.workspace.queries.request_log import Asked, History, history_of
from serving_widgets.workspace.runtime import event_loop

#: Largest answer that is checked against the schema, in bytes.
MOST_CHECKED = 200_000
#: Seconds between two pieces of an answer on their way to the page.
PIECE = 0.05


class Sending:
    """Sends, and remembers what came of it.

    Parameters
    ----------
    changed
        Called on the loop thread when there is something new to show.
    """

    def __init__(self, workspace: Session, name: str, changed: Callable[[], None]) -> None:
        self._workspace = workspace
        self._name = name
        self._changed = changed
        self._task: asyncio.Task[None] | None = None
        self.shown: Asked | None = None
        self.beside = False
        self.rev = 0

    @property
    def history(self) -> History:
        """What was sent to the endpoint from this kernel."""
        return history_of(self._workspace, self._name)

    @property
    def running(self) -> bool:
        """Whether a request is under way."""
        return self._task is not None

    async def send(
        self,
        text: str,
        *,
        path: str,
        entity: str | None,
        format: InputFormat,
        body: Any,
        response: Mapping[str, Any],
        told: Callable[[str], None],
    ) -> Asked:
        """Send a text as it stands and wait for the end of it; what goes wrong is part of what is returned.

        Raises
        ------
        ActionRefused
            When a request is under way already.
        """
        if self._task is not None:
            raise ActionRefused(
                "A request is under way.",
                action="query",
                endpoint=self._name,
                hint="Wait for its answer, or cancel it.",
                code="sending",
            )
        table = read_rows(format, body)
        asked = self.history.begin(
            at=time.time(),
            path=path,
            entity=entity,
            format=format,
            text=text,
            rows=None if table is None else len(table.rows),
        )
        self.show(asked)
        begun = time.monotonic()
        work = self._stream if format.kind == "chat" else self._ask
        self._task = asyncio.get_running_loop().create_task(work(asked, told))
        self._changed()
        try:
            await self._task
        except ServingError as error:
            asked.outcome, asked.error = "failed", error
        except asyncio.CancelledError:
            asked.outcome = "cancelled"
            current = asyncio.current_task()
            if not self._task.cancelled() or (current is not None and current.cancelling()):
                self._task.cancel()
                raise
        finally:
            self._task = None
            if asked.outcome == "running":
                asked.outcome = "failed"
            if asked.seconds is None:
                asked.seconds = time.monotonic() - begun
            self.history.trim()
            self.rev += 1
            self._changed()
        if asked.reply is not None and response and len(asked.reply.raw) <= MOST_CHECKED:
            asked.unlike = await event_loop.elsewhere(_unlike, asked.reply, response)
            self.rev += 1
        return asked

    def stop(self) -> None:
        """Give up the request that is under way."""
        if self._task is not None:
            self._task.cancel()

    def show(self, asked: Asked) -> None:
        """Have the view show what came of a request."""
        self.shown = asked
        self.rev += 1

    def find(self, number: object) -> Asked:
        """Return a request of the history.

        Raises
        ------
        ConfigError
            When it was forgotten.
        """
        found = self.history.get(number) if isinstance(number, int) else None
        if found is None:
            raise ConfigError(f"Request {number} is no longer kept.", hint="Send it again.", code="forgotten")
        return found

    async def _ask(self, asked: Asked, _: Callable[[str], None]) -> None:
        client = self._workspace.client()
        made = await client.query_endpoint(self._name, asked.text, entity=asked.entity)
        await self._take(asked, made)

    async def _stream(self, asked: Asked, told: Callable[[str], None]) -> None:
        begun, said_at = time.monotonic(), 0.0
        chunks: list[Mapping[str, Any]] = []
        waiting = ""
        stream = self._workspace.client().stream_chat(self._name, asked.text, entity=asked.entity)
        try:
            async with contextlib.aclosing(stream) as pieces:
                async for chunk in pieces:
                    chunks.append(chunk.raw)
                    asked.partial += chunk.text
                    waiting += chunk.text
                    if waiting and time.monotonic() - said_at >= PIECE:
                        told(waiting)
                        waiting, said_at = "", time.monotonic()
        except StreamInterrupted as error:
            error.hint = "What arrived before that is shown. Send it again for the whole answer."
            raise
        finally:
            if waiting:
                told(waiting)
        folded = await event_loop.elsewhere(fold_chunks, chunks)
        raw = await event_loop.elsewhere(lambda: json.dumps(folded, ensure_ascii=False).encode("utf-8", "replace"))
        await self._take(asked, Reply(folded, raw, None, "", time.monotonic() - begun))

    async def _take(self, asked: Asked, made: Reply) -> None:
        body = made.json if made.json is not None else made.text
        rows = range(asked.rows) if asked.rows is not None else None
        asked.answer = await event_loop.elsewhere(to_frame, body, rows)
        asked.reply, asked.seconds, asked.outcome = made, made.seconds, "answered"


def _unlike(reply: Reply, schema: Mapping[str, Any]) -> str:
    """Return how an answer is otherwise than the schema says, in a sentence."""
    if reply.json is None and reply.raw.strip() != b"null":
        return "The answer doesn't match the schema: it is not JSON."
    findings = ReportBuilder()
    check_json(reply.json, schema, findings)
    if not findings.errors:
        return ""
    first = findings.errors[0]
    return f"The answer doesn't match the schema: {first.message}" + (f" ({first.path})" if first.path else "")
