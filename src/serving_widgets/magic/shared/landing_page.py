"""The page of `%serving` alone: the workspace, and three things to do next."""

from __future__ import annotations

import asyncio
import dataclasses
import itertools
from collections.abc import Awaitable, Iterator, Mapping
from typing import TYPE_CHECKING, TypeVar

from serving_widgets.api.endpoint.status import status_of
from serving_widgets.api.errors import ServingError
from serving_widgets.line import quote
from serving_widgets.magic.registry import command
from serving_widgets.magic.running.connection_text import by_status, connection_words
from serving_widgets.render.blocks.pages import Page, Section

if TYPE_CHECKING:
    from serving_widgets.api.endpoint.models import EndpointInfo
    from serving_widgets.api.permissions.users import CurrentUser
    from serving_widgets.workspace import Workspace
    from serving_widgets.workspace.login.report import AvailableSettings

T = TypeVar("T")

#: Seconds that the workspace has to answer: a page that only orients must not keep its reader waiting.
TIMEOUT = 5.0
#: Things to do next that a page names.
MOST = 3
HELP = (
    "%serving help lists the commands, %serving help COMMAND explains one. Tab completes commands, options and names."
)


@dataclasses.dataclass(frozen=True, slots=True)
class NextStep:
    """Something to do next: a line to copy, and why."""

    line: str
    reason: str


@dataclasses.dataclass(frozen=True, slots=True)
class Situation:
    """The workspace and its endpoints, as far as they can be told.

    Attributes
    ----------
    opened
        The workspace; None where none is open.
    user
        The user of the connection; None where the service does not say.
    endpoints
        What the list holds; None where it could not be read.
    problems
        What went wrong, in sentences.
    at_hand
        The configured workspaces that could be opened, where none is open.
    """

    opened: Workspace | None = None
    user: CurrentUser | None = None
    endpoints: tuple[EndpointInfo, ...] | None = None
    problems: tuple[str, ...] = ()
    at_hand: AvailableSettings | None = None

    def phase(self, phase: str, action: str = "") -> list[EndpointInfo]:
        """Return the endpoints in a phase, and of those the ones that may be acted upon."""
        found = [info for info in self.endpoints or () if status_of(info).phase == phase]
        opened = self.opened
        return [info for info in found if opened is None or not action or opened.why_not(action, info) is None]


def landing_page(opened: Workspace | None) -> Page:
    """Return the page.

    Parameters
    ----------
    opened
        The workspace; None where none is open, which is said, too.
    """
    found = _unopened() if opened is None else _looked_at(opened)
    steps = steps_for(found)
    counts = _counts(found)
    return Page(
        data={
            "workspace": opened.label if opened is not None else None,
            "connection": opened.name if opened is not None else None,
            "user": found.user.user_name if found.user is not None else None,
            "read_only": opened.read_only if opened is not None else None,
            "protect": list(opened.guard.protect) if opened is not None else [],
            "endpoints": counts,
            "problems": list(found.problems),
            "next": [{"line": step.line, "reason": step.reason} for step in steps],
        },
        above=tuple(part for part in (connection_words(opened), _facts(found, counts), *found.problems) if part),
        sections=(Section("What to do next", tuple((step.line, step.reason) for step in steps)),),
        below=(HELP,),
    )


def steps_for(found: Situation) -> list[NextStep]:
    """Return what to do next: the first :data:`MOST` steps."""
    opened = found.opened
    where = "" if opened is None or opened.active else f" --workspace {quote(opened.name)}"
    # Copied as it is, a line acts on the active connection, which may be another one than the page is about.
    return [
        dataclasses.replace(step, line=f"{step.line}{where}") if command(step.line.split()[1]).connects else step
        for step in itertools.islice(_next_steps(found), MOST)
    ]


# What is there --------------------------------------------------------------------------------------------------------


def _unopened() -> Situation:
    from serving_widgets.workspace.login.report import available_settings

    return Situation(at_hand=available_settings())


def _looked_at(opened: Workspace) -> Situation:
    from serving_widgets.workspace.runtime.event_loop import run_sync

    async def look() -> tuple[CurrentUser | str, tuple[EndpointInfo, ...] | str]:
        return await asyncio.gather(_answer(opened.client().me(timeout=TIMEOUT)), _answer(_listed(opened)))

    try:
        user, endpoints = run_sync(look, twin="ws.endpoints.aio.list()")
    except ServingError as error:  # the connection was closed
        return Situation(opened, problems=(str(error),))
    problems = [f"The service does not say who you are. {user}"] if isinstance(user, str) else []
    problems += [f"The endpoints can't be listed. {endpoints}"] if isinstance(endpoints, str) else []
    return Situation(
        opened,
        None if isinstance(user, str) else user,
        None if isinstance(endpoints, str) else endpoints,
        tuple(dict.fromkeys(problems)),
    )


async def _listed(opened: Workspace) -> tuple[EndpointInfo, ...]:
    return tuple(seen.info for seen in await opened.watcher.list_all())


async def _answer(asked: Awaitable[T]) -> T | str:
    """Return what comes back, or what went wrong in words: the page says it and goes on."""
    try:
        return await asyncio.wait_for(asked, TIMEOUT)
    except TimeoutError:
        return f"No answer came within {TIMEOUT:g} seconds."
    except ServingError as error:
        return f"{error.message} {error.hint}".strip()


def _counts(found: Situation) -> dict[str, int] | None:
    if found.endpoints is None:
        return None
    return by_status(status_of(info).label for info in found.endpoints)


def _facts(found: Situation, counts: Mapping[str, int] | None) -> str:
    """Return the user, what may be changed, and the states of the endpoints: a line each."""
    opened = found.opened
    if opened is None:
        return _configured(found.at_hand)
    said = []
    if found.user is not None and found.user.user_name:
        said.append(f"You are {found.user.user_name}{', an administrator' if found.user.admin else ''}.")
    if opened.read_only_reason is not None:
        said.append(opened.read_only_reason)
    if opened.guard.protect:
        said.append(f"Protected from changes: {', '.join(opened.guard.protect)}")
    if counts is not None:
        total = sum(counts.values())
        states = f": {', '.join(f'{count} {label}' for label, count in counts.items())}" if counts else ""
        said.append(f"{total} endpoint{'' if total == 1 else 's'}{states}.")
    return "\n".join(said)


def _configured(at_hand: AvailableSettings | None) -> str:
    if at_hand is None or not any(at_hand):
        return "None is configured either: no host, no profile and no configuration file were found."
    if at_hand.source:
        return f"Settings of one were found in the {at_hand.source}."
    if at_hand.lacking:
        return f"Some settings were found in the environment, but {at_hand.lacking}."
    return f"No profile is the default; the configuration file has {', '.join(at_hand.profiles)}."


# What to do next ------------------------------------------------------------------------------------------------------


def _next_steps(found: Situation) -> Iterator[NextStep]:
    """Yield what to do next, the most urgent first."""
    yield from _where_none_is_open(found.at_hand) if found.at_hand is not None else ()
    yield from _in_an_open_one(found) if found.opened is not None or found.endpoints else ()
    yield NextStep("%serving help", "Shows all commands.")


def _where_none_is_open(at_hand: AvailableSettings) -> Iterator[NextStep]:
    if at_hand.source:
        yield NextStep("%serving connect", f"Opens the workspace that the {at_hand.source} names, read-only.")
    yield NextStep(
        "%serving connect mock", "Opens a workspace embedded in this process: nothing to set up or to break."
    )
    if at_hand.lacking:
        yield NextStep("%serving connect", "Shows where settings were looked for, and what each place lacks.")
    if at_hand.profiles:
        yield NextStep(f"%serving connect --profile {quote(at_hand.profiles[0])}", "Opens a real one, by a profile.")
    else:
        yield NextStep("%serving connect --host https://…", "Opens a real one, with the token in DATABRICKS_TOKEN.")


def _in_an_open_one(found: Situation) -> Iterator[NextStep]:
    from serving_widgets.render.cards import log_line

    if found.endpoints is None:
        yield NextStep("%serving connect", "Shows why it is this workspace, and what else could be opened.")
        yield NextStep("%serving connect mock", "Opens the embedded workspace, which needs no network.")
        return
    if failed := found.phase("failed"):
        info = failed[0]
        # Only what runs in a container of the workspace has logs.
        remote = info.kind in ("external", "foundation")
        line = f"%serving status {info.name}" if remote else log_line(info, status_of(info))
        yield NextStep(line, f"The update of {info.name} failed{_others(failed)}; this tells why.")
    if updating := found.phase("updating"):
        name = updating[0].name
        reason = f"{name} is being updated{_others(updating)}; this ends when it is done."
        yield NextStep(f"%serving wait {name}", reason)
    if stopped := found.phase("stopped", "start"):
        name = stopped[0].name
        reason = f"{name} is stopped{_others(stopped)}, and answers nothing."
        yield NextStep(f"%serving start {name} --wait", reason)
    if not found.endpoints:
        if found.opened is not None and not found.opened.read_only:
            line = "%serving create NAME --entity CATALOG.SCHEMA.MODEL --version 1 --dry-run"
            yield NextStep(line, "There is no endpoint yet; this shows the request that makes one.")
        yield NextStep("%serving connect mock", "Opens the embedded workspace, which has endpoints to try things on.")
        return
    yield NextStep("%serving browse", "Shows all endpoints in a live grid.")
    if ready := found.phase("ready"):
        name = ready[0].name
        yield NextStep(f"%serving sample {name}", f"Shows a request that {name} takes as it is.")
    name = found.endpoints[0].name
    yield NextStep(f"%serving panel {name}", f"Opens everything about {name}: logs, permissions, schema.")


def _others(infos: list[EndpointInfo]) -> str:
    return f" (and {len(infos) - 1} more)" if len(infos) > 1 else ""
