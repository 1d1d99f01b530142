"""What a report is made of: everything about each endpoint that the service tells, and why where it does not."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from serving_widgets.api.endpoint.failed_entity import find_failed_entity
from serving_widgets.api.endpoint.status import Status, status_of
from serving_widgets.api.errors import ApiError, NotFound, ServingError
from serving_widgets.api.logs.findings import Finding
from serving_widgets.api.logs.log_lines import without_escapes
from serving_widgets.workspace.changes.grants import read_access
from serving_widgets.workspace.logs.read_log import read_log
from serving_widgets.workspace.metrics.metric_feed import measure
from serving_widgets.workspace.queries.schema import SchemaDocument, read_formats
from serving_widgets.workspace.runtime.event_loop import elsewhere

if TYPE_CHECKING:
    from serving_widgets.api.endpoint.models import EndpointInfo
    from serving_widgets.api.permissions.access_control_list import AccessControlList
    from serving_widgets.workspace.logs.log_text import LogText
    from serving_widgets.workspace.metrics.metric_history import Scrape
    from serving_widgets.workspace.session.session import Session
    from serving_widgets.workspace.watch.update_timeline import Update

T = TypeVar("T")
#: Endpoints that are read at a time.
AT_ONCE = 6
#: Lines of a failing log that a report shows, and characters of each.
LINES, LONGEST = 12, 400


@dataclasses.dataclass(frozen=True, slots=True)
class FailureLog:
    """The end of the log that tells why an update failed, and what it means."""

    words: str
    lines: tuple[str, ...]
    findings: tuple[Finding, ...]

    def changed(self, change: Callable[[str], str]) -> FailureLog:
        """Return it with each of its texts changed, and lines shortened only then: half a secret is one, too."""
        findings = (
            dataclasses.replace(each, line=change(each.line), meaning=change(each.meaning)) for each in self.findings
        )
        return FailureLog(self.words, tuple(_shortened(change(line)) for line in self.lines), tuple(findings))


@dataclasses.dataclass(frozen=True, slots=True)
class EndpointFacts:
    """All that was read of an endpoint.

    Attributes
    ----------
    updates
        The updates that this process saw, the oldest first.
    missing
        Why a part could not be read, by the part's name: ``permissions``, ``metrics``, ``schema``, ``log``.
    """

    info: EndpointInfo
    status: Status
    updates: tuple[Update, ...] = ()
    acl: AccessControlList | None = None
    scrapes: tuple[Scrape, ...] = ()
    document: SchemaDocument | None = None
    log: FailureLog | None = None
    missing: dict[str, str] = dataclasses.field(default_factory=dict)


async def read_facts(
    session: Session, names: Sequence[str] | None, told: Callable[[str], None] = lambda name: None
) -> list[EndpointFacts]:
    """Return what there is to tell of endpoints, by name; runs on the loop thread.

    Parameters
    ----------
    names
        The endpoints; None for all that the caller may view.
    told
        Called with the name of each when it has been read.

    Raises
    ------
    NotFound
        When an endpoint that is named does not exist.
    """
    listed = names is None
    wanted = [each.info.name for each in await session.watcher.list_all()] if names is None else names
    room = asyncio.Semaphore(AT_ONCE)

    async def read(name: str) -> EndpointFacts | None:
        async with room:
            try:
                facts = await _read_one(session, name)
            except NotFound:
                # One of the list may have been deleted since.
                if not listed:
                    raise
                return None
        told(name)
        return facts

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_caught(read(name))) for name in sorted(set(wanted))]
    found = [task.result() for task in tasks]
    for each in found:
        if isinstance(each, ServingError):
            raise each
    return [each for each in found if isinstance(each, EndpointFacts)]


async def _caught(work: Awaitable[T]) -> T | ServingError:
    """Return the error instead of raising it: a group of tasks would raise it as one of many."""
    try:
        return await work
    except ServingError as error:
        return error


async def _read_one(session: Session, name: str) -> EndpointFacts:
    info = await session.watcher.look(name)
    status, missing = status_of(info), dict[str, str]()

    async def attempt(part: str, work: Awaitable[T]) -> T | None:
        found = await _caught(work)
        if isinstance(found, ServingError):
            # Without the request's id, which is another one each time.
            missing[part] = found.said if isinstance(found, ApiError) else found.message
            return None
        return found

    acl = await attempt("permissions", read_access(session, name))
    scrapes = await attempt("metrics", measure(session, name)) if status.serving else ()
    document = await attempt("schema", read_formats(session, name))
    log = await attempt("log", _failure_log(session, info)) if status.phase == "failed" else None
    return EndpointFacts(info, status, session.watcher.history.all_of(name), acl, scrapes or (), document, log, missing)


async def _failure_log(session: Session, info: EndpointInfo) -> FailureLog | None:
    found = find_failed_entity(info)
    if found is None:
        return None
    version = info.pending_config.config_version if info.pending_config is not None else None
    log: LogText = await read_log(session, info.name, found.sort, found.entity, version)
    words = f"the {'build' if found.sort == 'build' else 'server'} log of {found.entity}"
    return FailureLog(words, _end(log), await elsewhere(lambda: log.findings))


def _end(log: LogText) -> tuple[str, ...]:
    lines = [without_escapes(line).rstrip() for line in log.lines[-10 * LINES :]]
    return tuple(line for line in lines if line)[-LINES:]


def _shortened(line: str) -> str:
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}…"
