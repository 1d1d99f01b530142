"""What a page may ask to be done to several endpoints at once."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from typing import Literal

from serving_widgets.api.errors import ConfigError, ServingError
from serving_widgets.widgets.core import snapshot
from serving_widgets.widgets.core.channel import Args, Progress, text_of
from serving_widgets.workspace import Endpoint, Session
from serving_widgets.workspace.metrics.metric_feed import measure
from serving_widgets.workspace.review.idle import requests_in

from .contract import ManyAction, ManyDone, ManyPlan, ManyStep, Outlook

#: What can be done to several at once: nothing that takes a name to confirm.
TOGETHER: tuple[ManyAction, ...] = ("stop", "start")
#: Writes under way at the same time; each is followed by a look of its own.
AT_ONCE = 4


async def outlooks(workspace: Session, args: Args) -> ManyPlan:
    """Return who would be affected by ``{action, names}``, who would not and why, and the lines that do the same.

    Of those that would be stopped it tells how many requests they answered in the last minute.
    """
    action, names = _asked(args)
    rows = [_outlook(workspace, action, name) for name in names]
    turn = asyncio.Semaphore(AT_ONCE)

    async def asked(row: Outlook) -> None:
        async with turn:
            with contextlib.suppress(ServingError):
                scrapes = await measure(workspace, row["name"])
                row["requests"] = requests_in(scrapes[-1]) if scrapes else None

    if action == "stop":
        await asyncio.gather(*(asked(row) for row in rows if row["why"] is None))
    lines = [snapshot.recipe(workspace, action, row["name"]) for row in rows if row["why"] is None]
    return {
        "rows": rows,
        "recipe": {
            "magic": "\n".join(each["magic"] for each in lines),
            "python": "\n".join(each["python"] for each in lines),
        }
        if lines
        else None,
    }


async def act_many(workspace: Session, args: Args, progress: Progress) -> ManyDone:
    """Carry out ``{action, names}``, each at most once, and report on each as it comes.

    Progress is ``{name, state, problem}``, where the state is "doing", "done", "refused" (nothing was sent) or
    "failed"; the result has the names by state.
    """
    action, names = _asked(args)
    turn = asyncio.Semaphore(AT_ONCE)
    ended: ManyDone = {"done": [], "refused": [], "failed": []}

    def tell(
        name: str, state: Literal["doing", "done", "refused", "failed"], error: ServingError | None = None
    ) -> None:
        if state != "doing":
            ended[state].append(name)
        step: ManyStep = {"name": name, "state": state, "problem": None if error is None else error.problem()}
        progress(step)

    async def one(name: str) -> None:
        why = _outlook(workspace, action, name)["why"]
        if why is not None:
            tell(name, "refused", ServingError(why, code="refused"))
            return
        async with turn:
            tell(name, "doing")
            try:
                await getattr(Endpoint(workspace, name).aio, action)()
            except ServingError as error:
                tell(name, "failed", error)
            else:
                tell(name, "done")

    await asyncio.gather(*map(one, names))
    return ended


def _asked(args: Args) -> tuple[str, Sequence[str]]:
    action, names = text_of(args, "action"), args.get("names")
    if action not in TOGETHER:
        raise ConfigError(f"Several endpoints can't be made to {action} at once.", hint="Reload the page.")
    if not isinstance(names, list) or not names or not all(isinstance(name, str) and name for name in names):
        raise ConfigError("The page sent no names.", hint="Reload the page.", code="bad_request")
    return action, list(dict.fromkeys(names))


def _outlook(workspace: Session, action: str, name: str) -> Outlook:
    seen = workspace.watcher.store.get(name)
    if seen is None:
        gone = f"Endpoint {name} no longer exists."
        return Outlook(name=name, label="Not found", phase="other", why=gone, requests=None)
    busy = workspace.writes.busy(name)
    refusal = workspace.guard.why_not(action, seen.info, deleted=seen.deleted)
    why = snapshot.why(refusal)
    if why is None and busy is not None and busy != action:
        why = f"Another change of {name} is being sent: {busy}."
    if why is None and workspace.guard.question(name) == "typed":
        why = f"Changes of {name} are confirmed by typing its name: open it, and {action} it there."
    return {"name": name, "label": seen.status.label, "phase": seen.status.phase, "why": why, "requests": None}
