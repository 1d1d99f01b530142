"""SchemaExplorer: what an endpoint takes, a request to try it with, and the answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import traitlets

from serving_widgets.api.errors import ActionRefused, ConfigError
from serving_widgets.openapi.document import Document
from serving_widgets.openapi.editing.cell_values import JsonFault, printable, read_json
from serving_widgets.widgets.core.base import EndpointWidget
from serving_widgets.widgets.core.channel import Args, Op, Progress, text_of
from serving_widgets.widgets.core.contract import SavedFile
from serving_widgets.widgets.core.snapshot import why
from serving_widgets.workspace import Endpoint, Session
from serving_widgets.workspace.runtime import event_loop
from serving_widgets.workspace.watch.events import Change

from . import contract, parts, snapshot
from .editing import Editing, named_frames
from .operations import ONLY_SHOWN, given_document, is_query, snippets_of
from .reading import SchemaReading, info_of
from .sending import Sending

#: Characters of a file in one message to the page.
PIECE = 250_000
#: Largest request that is written as code, in characters.
MOST_WRITTEN = 200_000


class SchemaExplorer(EndpointWidget):
    """What an endpoint takes, as its schema tells it; a request to try it with, as a table, a form or JSON; the answer.

    The draft of the request lives here, in the kernel: an error or a reload of the page loses none of it. The page gets
    the beginning of large answers; the whole of the last one is ``explorer.answer``.

    Parameters
    ----------
    endpoint : str or Endpoint
        The endpoint's name, or a handle.
    document : str, bytes, mapping, path or LoadedSchema, optional
        An OpenAPI document of whatever service to show instead of the endpoint's own: see :func:`load_schema`.
    send : bool
        Whether requests can be sent; where they can't, there need be no endpoint.
    entity : str, optional
        The served entity to ask, past the sharing out of traffic; unless given what the schema names first.
    workspace : Workspace or str, optional
        A workspace or its name; the active one unless given.
    **kwargs : Any
        Traits of every ipywidgets widget, such as ``layout``; an unknown name is an error.

    Attributes
    ----------
    answer : AnswerTable or None
        The newest answer: ``answer.frame`` is the table, ``answer.raw`` the JSON. Read-only; ``observe`` it: observers
        run on a thread of their own and may call the synchronous API.

    Examples
    --------
    >>> sw.SchemaExplorer("example-endpoint")
    <SchemaExplorer 'example-endpoint' of mock workspace (demo)>
    """

    answer = traitlets.Any(None, allow_none=True, read_only=True)

    _kind = "schema_explorer"

    def __init__(
        self,
        endpoint: str | Endpoint | None = None,
        *,
        document: Any = None,
        send: bool = True,
        entity: str | None = None,
        workspace: Session | str | None = None,
        **kwargs: Any,
    ) -> None:
        given: Document | None = None
        if document is not None:
            given, endpoint = given_document(document, endpoint, send)
        self._entity, self._can_send = entity, send
        self._reading: asyncio.Task[None] | None = None
        self._editing = Editing()
        self._schema = SchemaReading(given, entity, self._editing)
        self._sending: Sending | None = None
        # Reading, editing and showing take turns, in the order in which they were asked for.
        self._turn = asyncio.Lock()
        super().__init__(endpoint or "", workspace=workspace, **kwargs)

    @property
    def payload(self) -> Any:
        """The request as it stands in the draft; where its JSON can't be read, as it was before."""
        return self._editing.draft.body

    @property
    def _sent(self) -> Sending:
        self._sending = self._sending or Sending(self.workspace, self._endpoint, self._publish_soon)
        return self._sending

    def _ops(self) -> dict[str, Op]:
        return {
            **super()._ops(),
            **{name: self._edit(edit) for name, edit in self._editing.edits.items()},
            "reuse": self._reuse,
            "place": self._place,
            "look": self._look_at_parts,
            "open": self._open,
            "format": self._choose_format,
            "frames": self._frames,
            "send": self._query,
            "stop": self._stop,
            "show": self._show,
            "beside": self._set_beside,
            "compare": self._compare,
            "snippets": self._snippets,
            "save": self._save,
        }

    # The picture ------------------------------------------------------------------------------------------------------

    def _body(self) -> contract.SchemaBody:
        operation, absent = self._schema.operation, self._schema.absent
        return {
            **super()._body(),
            "schema": {
                "state": "absent" if absent is not None else "loading" if operation is None else "ready",
                "problem": absent,
                "path": "" if operation is None else printable(operation.path),
                "method": "post" if operation is None else operation.method,
                "formats": [snapshot.named(each) for each in self._schema.formats],
                "format": printable(self._editing.draft.format.key),
                "can": self._why_not(),
                "sending": self._sent.running,
                "revs": self._revs(),
                "of_document": self._schema.given is not None,
            },
        }

    def _watched(self) -> tuple[str, ...]:
        return super()._watched() if self._schema.given is None or self._can_send else ()

    def _revs(self) -> contract.Revs:
        return {
            "document": self._schema.reads,
            "schema": self._schema.rev,
            "draft": self._editing.rev,
            "reply": self._sent.rev,
        }

    def _why_not(self) -> str | None:
        operation = self._schema.operation
        if not self._can_send:
            return ONLY_SHOWN
        if operation is not None and not is_query(operation, self._endpoint):
            return f"Only queries are sent from here; {operation.method.upper()} {operation.path} is none."
        info = info_of(self.workspace, self._endpoint)
        return why(None if info is None else self.workspace.why_not("query", info))

    def _set_public(self) -> None:
        shown = self._sent.shown
        if shown is not None and shown.answer is not None:
            self.set_trait("answer", shown.answer)

    def _static(self) -> Mapping[str, str]:
        from serving_widgets.render import message

        where = f"{self._endpoint} – {self.workspace.where}"
        schema = self._schema
        if schema.absent is not None:
            said: Any = message(f"Schema of {where}\n\n{schema.absent['message']}\n\n{schema.absent['hint']}")
        elif schema.operation is None:
            return super()._static()
        else:
            said = snapshot.columns_table(f"Schema of {where}", schema.operation.path, schema.formats)
        return {"text/plain": repr(said), "text/html": said._repr_html_()}

    # Reading the schema: on display, on hello, and when the endpoint has changed --------------------------------------

    async def _first_look(self) -> None:
        await super()._first_look()
        await self._read()

    async def _hello(self, args: Args, progress: Progress) -> None:
        await super()._hello(args, progress)
        await self._read()

    async def _refresh(self, args: Args, progress: Progress) -> None:
        await super()._refresh(args, progress)
        self._schema.forget()
        await self._read()

    def _changed(self, change: Change) -> None:
        super()._changed(change)
        old = self._schema.is_old(self.workspace, self._endpoint)
        if self._concerned(change) and not self._ended and old:
            self._reading = asyncio.get_running_loop().create_task(self._read())

    async def _read(self) -> None:
        async with self._turn:
            if not await self._schema.read(self.workspace, self._endpoint):
                return
        self._publish_now()

    def _publish_now(self) -> None:
        if self._due is not None:
            self._due.cancel()
        self._publish()

    # What the page asks for -------------------------------------------------------------------------------------------

    async def _look_at_parts(self, args: Args, _: Progress) -> contract.Parts:
        async with self._turn:
            return await self._parts(args)

    async def _parts(self, args: Args) -> contract.Parts:
        """Return those parts that the page does not have in their newest form."""
        given = args.get("have")
        have: Mapping[str, Any] = given if isinstance(given, Mapping) else {}
        revs = self._revs()
        return await self._told([part for part, rev in revs.items() if have.get(part) != rev])

    async def _told(self, wanted: Sequence[str]) -> contract.Parts:
        about = (self._schema.document, self._schema.operation, self._editing, self._sent)
        return await event_loop.elsewhere(parts.parts, wanted, self._revs(), *about)

    async def _kept(self) -> dict[str, Any]:
        # Answers may hold data that is not meant to be saved; the table and the request are those of the schema.
        return {"parts": await self._told(("document", "schema", "draft"))}

    async def _open(self, args: Args, _: Progress) -> contract.Parts:
        """Take to another operation."""
        path, method = text_of(args, "path"), text_of(args, "method")
        async with self._turn:
            operation = self._schema.operation_at(path, method)
            if operation is None:
                raise ConfigError(f"The schema has no {method.upper()} {path}.", hint="Refresh the schema.")
            await self._schema.open(operation)
            self._publish_now()
            return await self._parts(args)

    async def _choose_format(self, args: Args, _: Progress) -> contract.Parts:
        async with self._turn:
            await self._schema.choose(text_of(args, "key"))
            self._publish_now()
            return await self._parts(args)

    async def _frames(self, _: Args, __: Progress) -> list[contract.FramePicture]:
        return named_frames()

    async def _save(self, args: Args, progress: Progress) -> SavedFile:
        """Send the raw document, or the whole of the answer that is shown, in pieces."""
        if args.get("what") == "answer":
            shown = self._sent.shown
            data = shown.reply.raw if shown is not None and shown.reply is not None else b""
            name = f"{self._endpoint}-answer.json"
        elif (document := self._schema.document) is None or self._schema.absent is not None:
            raise ConfigError(f"{self._endpoint} has no schema to save.")
        else:
            data = await event_loop.elsewhere(lambda: document.text)
            name = f"{self._endpoint}-openapi.json"
        text = await event_loop.elsewhere(lambda: data.decode("utf-8", "replace"))
        for begin in range(0, len(text), PIECE):
            progress({"text": text[begin : begin + PIECE]})
            await asyncio.sleep(0)
        return {"name": name}

    def _edit(self, edit: Callable[[Args], None]) -> Op:
        """Return an operation that changes the draft, checks it, and returns what is new."""

        async def op(args: Args, _: Progress) -> contract.Parts:
            async with self._turn:
                await event_loop.elsewhere(self._editing.edit, edit, args)
                await self._editing.check()
                self._publish_soon()
                return await self._parts(args)

        return op

    async def _reuse(self, args: Args, _: Progress) -> contract.Parts:
        """Take a request of the history as the draft of what was asked, in the format in which it was."""
        async with self._turn:
            asked = self._sent.find(args.get("number"))
            await self._schema.open(self._schema.operation_at(asked.path), asked.format.key)
            await event_loop.elsewhere(self._editing.edit, lambda _: self._editing.draft.write(asked.text), args)
            await self._editing.check()
            self._publish_now()
            return await self._parts(args)

    async def _place(self, args: Args, _: Progress) -> contract.Place:
        """Return line and column, from 1, of a value in the draft's text."""
        return await event_loop.elsewhere(snapshot.place, self._editing.draft, text_of(args, "pointer"))

    # Sending ----------------------------------------------------------------------------------------------------------

    async def _query(self, args: Args, progress: Progress) -> contract.Parts:
        """Send the draft, or a request of the history again, and return what came of it."""
        again = args.get("number")
        async with self._turn:
            editing, operation = self._editing, self._schema.operation
            draft = editing.draft
            refused = self._why_not()
            if refused is not None:
                raise self._refusal(refused, code="not_sendable")
            report = editing.report
            if again is None and report is not None and not report.ok and args.get("anyway") is not True:
                raise self._refusal(report.summary, hint="Fix it, or send it anyway.", code="has_errors")
            text, format, path, entity = draft.text, draft.format, "", self._entity
            if again is not None:
                # What was asked then, whatever is open now.
                earlier = self._sent.find(again)
                text, format, path, entity = earlier.text, earlier.format, earlier.path, earlier.entity
                operation = self._schema.operation_at(path)
            elif operation is not None:
                path, entity = operation.path, operation.entity or self._entity
        said = await event_loop.elsewhere(read_json, text)
        asked = await self._sent.send(
            text,
            path=path,
            entity=entity,
            format=format,
            body=None if isinstance(said, JsonFault) else said,
            response={} if operation is None else operation.request.response,
            told=lambda piece: progress({"text": printable(piece)}),
        )
        async with self._turn:
            if draft.format.kind == "chat" and asked.partial and again is None and draft.text == text:
                draft.answered(asked.partial)
                if draft is editing.draft:
                    await editing.check()
            self._publish_soon()
            return await self._parts(args)

    async def _stop(self, _: Args, __: Progress) -> None:
        self._sent.stop()

    async def _show(self, args: Args, _: Progress) -> contract.Parts:
        self._sent.show(self._sent.find(args.get("number")))
        self._publish_soon()
        return await self._parts(args)

    async def _set_beside(self, args: Args, _: Progress) -> contract.Parts:
        self._sent.beside = args.get("on") is True
        self._sent.rev += 1
        self._publish_soon()
        return await self._parts(args)

    async def _compare(self, args: Args, _: Progress) -> contract.Comparison:
        left, right = (self._sent.find(args.get(side)) for side in ("left", "right"))
        return await event_loop.elsewhere(snapshot.comparison, left, right)

    async def _snippets(self, _: Args, __: Progress) -> list[contract.SnippetPicture]:
        """Return the draft as code that sends it."""
        draft, operation = self._editing.draft, self._schema.operation
        info = info_of(self.workspace, self._endpoint)
        if self._schema.given is not None and operation is not None:
            return await event_loop.elsewhere(snippets_of, self._schema.given, operation, draft.body)
        if operation is not None and not is_query(operation, self._endpoint):
            raise ConfigError("There is code for queries only.", hint="Choose a path that ends in /invocations.")
        if draft.fault is not None or len(draft.text) > MOST_WRITTEN:
            why = "can't be read as JSON" if draft.fault is not None else "is too long for that"
            raise ConfigError(f"The request {why}, so there is no code for it.", hint="Fix or shorten it.")
        entity = (operation.entity if operation is not None else "") or self._entity
        url = (info.endpoint_url or "") if info is not None and info.route_optimized else ""
        return await event_loop.elsewhere(snapshot.snippets, self._endpoint, draft.body, entity or None, url)

    def _refusal(self, message: str, *, hint: str = "", code: str) -> ActionRefused:
        return ActionRefused(message, action="query", endpoint=self._endpoint, hint=hint, code=code)

    def _end(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
        self._sent.stop()
        super()._end()
