"""The schema that an explorer shows: read when its endpoint has changed; and which operation and format are open."""

from __future__ import annotations

from serving_widgets.api.endpoint.models import EndpointInfo
from serving_widgets.api.errors import ConfigError, ErrorFields, ServingError
from serving_widgets.openapi.document import Document
from serving_widgets.openapi.model import InputFormat, Operation
from serving_widgets.openapi.tasks import document_of_task
from serving_widgets.workspace import Session
from serving_widgets.workspace.queries.schema import read_schema, task_of
from serving_widgets.workspace.runtime import event_loop
from serving_widgets.workspace.watch.wait import PASSING

from .editing import ANYTHING, Editing
from .operations import opened


class SchemaReading:
    """What was read, and what of it is open.

    Parameters
    ----------
    given
        A document to show instead of the endpoint's own.
    entity
        The served entity to ask.
    editing
        The drafts, of which the one of what is open is shown.

    Attributes
    ----------
    document
        The document, or what the task of a language model says; None where there is neither.
    absent
        Why there is no document of the endpoint's own.
    operation
        The operation that is open; None before one is.
    formats
        Its formats.
    rev, reads
        How often something else was opened, and how often the document was read.
    """

    def __init__(self, given: Document | None, entity: str | None, editing: Editing) -> None:
        self.given, self._entity, self._editing = given, entity, editing
        self.document: Document | None = None
        self.absent: ErrorFields | None = None
        self.operation: Operation | None = None
        self.formats: tuple[InputFormat, ...] = (ANYTHING,)
        self.rev = self.reads = 0
        self._at = ("", "")  # path and method of the last operation that was open
        self._read_at: object = None

    def forget(self) -> None:
        """Have the document read again by the next :meth:`read`."""
        self._read_at = None

    def is_old(self, workspace: Session, endpoint: str) -> bool:
        """Whether the endpoint has changed since the document was read."""
        return self._read_at not in (None, self._mark(workspace, endpoint))

    async def read(self, workspace: Session, endpoint: str) -> bool:
        """Read the document where what it depends on has changed; return whether it was read."""
        mark = self._mark(workspace, endpoint)
        if mark is None or mark == self._read_at:
            return False
        self._read_at = mark
        document: Document | None
        passing = False
        try:
            document, absent = self.given or await read_schema(workspace, endpoint), None
        except ServingError as error:
            info = info_of(workspace, endpoint)
            document, absent = document_of_task(endpoint, "" if info is None else task_of(info)), error.problem()
            passing = isinstance(error, PASSING)
        # Looking may have shown it changed. After a failure that tends to pass, the next news has it read again.
        self._read_at = "failed" if passing else self._mark(workspace, endpoint)
        self.document, self.absent, self.operation = document, absent, None
        self.reads += 1
        formats: tuple[InputFormat, ...] = ()
        if document is not None:
            try:
                self.operation, formats = await event_loop.elsewhere(opened, document, self._entity, self._at)
            except ServingError as error:
                self.absent = absent or error.problem()
        if (now := self.operation) is not None and self.operation_at(*self._at) is None:
            self._editing.move(self._at, (now.path, now.method))
        await self.take_formats(formats)
        return True

    def operation_at(self, path: str, method: str = "post") -> Operation | None:
        """Return an operation of the document; None where there is none."""
        found = self.document.operations() if self.document is not None else ()
        return next((each for each in found if (each.path, each.method) == (path, method)), None)

    async def open(self, operation: Operation | None, wanted: str | None = None) -> None:
        """Go on with an operation, unless it is open already, and with one of its formats."""
        formats = self.formats
        if operation is not None and operation is not self.operation:
            formats = await event_loop.elsewhere(lambda: operation.formats)
            self.operation = operation
        await self.take_formats(formats, wanted)

    async def choose(self, key: str) -> None:
        """Go on with another format.

        Raises
        ------
        ConfigError
            When the operation has none of that key.
        """
        if key not in [each.key for each in self.formats]:
            raise ConfigError(f"The endpoint takes no {key!r}.", hint="Refresh the schema.")
        await self.take_formats(self.formats, key)

    async def take_formats(self, formats: tuple[InputFormat, ...], wanted: str | None = None) -> None:
        """Go on with other formats: in the one of the same name as the present one, else in the first."""
        self.formats = formats or (ANYTHING,)
        key = wanted or self._editing.draft.format.key
        format = next((each for each in self.formats if each.key == key), self.formats[0])
        operation = self.operation
        place = ("", "") if operation is None else (operation.path, operation.method)
        self._at = place if operation is not None else self._at
        await self._editing.open(place, format)
        self.rev += 1

    def _mark(self, workspace: Session, endpoint: str) -> object:
        """Return what the schema depends on."""
        if self.given is not None:
            return "given"
        seen = workspace.watcher.store.get(endpoint)
        if seen is None:
            return None
        config = seen.info.config
        version = config.config_version if config is not None else None
        return version, seen.status.serving, seen.deleted, tuple(each.name for each in seen.info.entities)


def info_of(workspace: Session, endpoint: str) -> EndpointInfo | None:
    """Return an endpoint as last seen; None where it never was."""
    seen = workspace.watcher.store.get(endpoint)
    return None if seen is None else seen.info
