"""Where one is, and three things to do next, chosen by what is there."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Awaitable, Callable, Iterator, Mapping
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

#: Seconds that the workspace has to answer: whoever only asks where he is does not want to wait.
PATIENCE = 5.0
#: Things to do next that a page names.
MOST = 3
HELP = (
    "%serving help lists the commands, %serving help COMMAND explains one. Tab completes commands, options and names."
)


@dataclasses.dataclass(frozen=True, slots=True)
class Step:
    """Something to do next: a line to copy, and why."""

    line: str
    reason: str


@dataclasses.dataclass(frozen=True, slots=True)
class Picture:
    """What there is to know of where one is.

    Attributes
    ----------
    opened
        The workspace; None where none is open.
    user
        Who asks, None where the service does not say.
    endpoints
        What the list holds; None where it could not be read.
    problems
        What went wrong, in sentences.
    at_hand
        What could be opened, where nothing is open.
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


def here(opened: Workspace | None) -> Page:
    """Return where one is.

    Parameters
    ----------
    opened
        The workspace; None where none is open, which is said, too.
    """
    picture = _unopened() if opened is None else _looked_at(opened)
    steps = steps_for(picture)
    counts = _counts(picture)
    return Page(
        data={
            "workspace": opened.label if opened is not None else None,
            "connection": opened.name if opened is not None else None,
            "user": picture.user.user_name if picture.user is not None else None,
            "read_only": opened.read_only if opened is not None else None,
            "protect": list(opened.guard.protect) if opened is not None else [],
            "endpoints": counts,
            "problems": list(picture.problems),
            "next": [{"line": step.line, "reason": step.reason} for step in steps],
        },
        above=tuple(part for part in (connection_words(opened), _facts(picture, counts), *picture.problems) if part),
        sections=(Section("What to do next", tuple((step.line, step.reason) for step in steps)),),
        below=(HELP,),
    )


def steps_for(picture: Picture) -> list[Step]:
    """Return what to do next: of the first rules that have something to say."""
    found = (step for rule in RULES for step in rule(picture))
    opened = picture.opened
    where = "" if opened is None or opened.active else f" --workspace {quote(opened.name)}"
    return [_there(step, where) for step, _ in zip(found, range(MOST), strict=False)]


def _there(step: Step, where: str) -> Step:
    # Copied as it is, a line acts on the active connection, which may be another one than the page is about.
    return dataclasses.replace(step, line=f"{step.line}{where}") if command(step.line.split()[1]).connects else step


# What is there --------------------------------------------------------------------------------------------------------


def _unopened() -> Picture:
    from serving_widgets.workspace.login.report import available_settings

    return Picture(at_hand=available_settings())


def _looked_at(opened: Workspace) -> Picture:
    from serving_widgets.workspace.runtime.event_loop import run_sync

    async def look() -> tuple[CurrentUser | str, tuple[EndpointInfo, ...] | str]:
        return await asyncio.gather(_answer(opened.client().me(timeout=PATIENCE)), _answer(_listed(opened)))

    try:
        user, endpoints = run_sync(look, twin="ws.endpoints.aio.list()")
    except ServingError as error:  # the connection was closed
        return Picture(opened, problems=(str(error),))
    problems = [f"The service does not say who you are. {user}"] if isinstance(user, str) else []
    problems += [f"The endpoints can't be listed. {endpoints}"] if isinstance(endpoints, str) else []
    return Picture(
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
        return await asyncio.wait_for(asked, PATIENCE)
    except TimeoutError:
        return f"No answer came within {PATIENCE:g} seconds."
    except ServingError as error:
        return f"{error.message} {error.hint}".strip()


def _counts(picture: Picture) -> dict[str, int] | None:
    if picture.endpoints is None:
        return None
    return by_status(status_of(info).label for info in picture.endpoints)


def _facts(picture: Picture, counts: Mapping[str, int] | None) -> str:
    """Return who one is, what may be changed, and how the endpoints are: a line each."""
    opened = picture.opened
    if opened is None:
        return _configured(picture.at_hand)
    said = []
    if picture.user is not None and picture.user.user_name:
        said.append(f"You are {picture.user.user_name}{', an administrator' if picture.user.admin else ''}.")
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


def _open_what_is_configured(picture: Picture) -> Iterator[Step]:
    if picture.at_hand is not None and picture.at_hand.source:
        yield Step("%serving connect", f"Opens the workspace that the {picture.at_hand.source} names, read-only.")


def _open_the_mock(picture: Picture) -> Iterator[Step]:
    if picture.at_hand is not None:
        yield Step(
            "%serving connect mock", "Opens a workspace embedded in this process: nothing to set up or to break."
        )


def _see_what_is_missing(picture: Picture) -> Iterator[Step]:
    if picture.at_hand is not None and picture.at_hand.lacking:
        yield Step("%serving connect", "Shows where settings were looked for, and what each place lacks.")


def _open_a_real_one(picture: Picture) -> Iterator[Step]:
    if picture.at_hand is not None and picture.at_hand.profiles:
        line = f"%serving connect --profile {quote(picture.at_hand.profiles[0])}"
        yield Step(line, "Opens a real one, by a profile.")
    elif picture.at_hand is not None:
        line = "%serving connect --host https://…"
        yield Step(line, "Opens a real one, with the token in DATABRICKS_TOKEN.")


def _see_why_it_does_not_answer(picture: Picture) -> Iterator[Step]:
    if picture.opened is not None and picture.endpoints is None:
        yield Step("%serving connect", "Shows why it is this workspace, and what else could be opened.")
        yield Step("%serving connect mock", "Opens the embedded workspace, which needs no network.")


def _read_why_it_failed(picture: Picture) -> Iterator[Step]:
    from serving_widgets.render.cards import log_line

    failed = picture.phase("failed")
    if failed:
        info = failed[0]
        # Only what runs in a container of the workspace has logs.
        remote = info.kind in ("external", "foundation")
        line = f"%serving status {info.name}" if remote else log_line(info, status_of(info))
        yield Step(line, f"The update of {info.name} failed{_others(failed)}; this tells why.")


def _wait_for_it(picture: Picture) -> Iterator[Step]:
    updating = picture.phase("updating")
    if updating:
        name = updating[0].name
        yield Step(f"%serving wait {name}", f"{name} is being updated{_others(updating)}; this ends when it is done.")


def _start_it(picture: Picture) -> Iterator[Step]:
    stopped = picture.phase("stopped", "start")
    if stopped:
        name = stopped[0].name
        yield Step(f"%serving start {name} --wait", f"{name} is stopped{_others(stopped)}, and answers nothing.")


def _create_one(picture: Picture) -> Iterator[Step]:
    opened = picture.opened
    if opened is not None and picture.endpoints == () and not opened.read_only:
        line = "%serving create NAME --entity CATALOG.SCHEMA.MODEL --version 1 --dry-run"
        yield Step(line, "There is no endpoint yet; this shows the request that makes one.")


def _look_at_them(picture: Picture) -> Iterator[Step]:
    if picture.endpoints:
        yield Step("%serving browse", "Shows all endpoints in a live grid.")


def _ask_one(picture: Picture) -> Iterator[Step]:
    ready = picture.phase("ready")
    if ready:
        yield Step(f"%serving sample {ready[0].name}", f"Shows a request that {ready[0].name} takes as it is.")


def _open_it(picture: Picture) -> Iterator[Step]:
    if picture.endpoints:
        name = picture.endpoints[0].name
        yield Step(f"%serving panel {name}", f"Opens everything about {name}: logs, permissions, schema.")


def _see_the_commands(_: Picture) -> Iterator[Step]:
    yield Step("%serving help", "Shows all commands.")


def _try_the_mock(picture: Picture) -> Iterator[Step]:
    if picture.endpoints == ():
        yield Step("%serving connect mock", "Opens the embedded workspace, which has endpoints to try things on.")


#: What to do next, the most urgent first.
RULES: tuple[Callable[[Picture], Iterator[Step]], ...] = (
    _open_what_is_configured,
    _open_the_mock,
    _see_what_is_missing,
    _open_a_real_one,
    _see_why_it_does_not_answer,
    _read_why_it_failed,
    _wait_for_it,
    _start_it,
    _create_one,
    _try_the_mock,
    _look_at_them,
    _ask_one,
    _open_it,
    _see_the_commands,
)


def _others(infos: list[EndpointInfo]) -> str:
    return f" (and {len(infos) - 1} more)" if len(infos) > 1 else ""
