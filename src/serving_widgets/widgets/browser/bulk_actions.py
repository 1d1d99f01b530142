"""What a page may ask to be done to several endpoints at once."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Sequence
from typing import Any

from serving_widgets.api.errors import ConfigError, ServingError
from serving_widgets.widgets.core.channel import Args, Progress, text_of
from serving_widgets.workspace import Endpoint, Session

#: What can be done to several at once: nothing that takes a name to confirm.
TOGETHER = ("stop", "start")
#: Writes under way at the same time; each is followed by a look of its own.
AT_ONCE = 4


@dataclasses.dataclass(frozen=True, slots=True)
class Outlook:
    """One endpoint before several are acted on: how it is, and why it can't be one of them; None when it can."""

    name: str
    label: str
    phase: str
    why: str | None


def outlooks(workspace: Session, args: Args) -> dict[str, Any]:
    """Return who would be affected by ``{action, names}``, who would not and why, and the lines that do the same."""
    action, names = _asked(args)
    found = [_outlook(workspace, action, name) for name in names]
    willing = [outlook.name for outlook in found if outlook.why is None]
    recipes = [workspace.recipe(action, name) for name in willing]
    return {
        "rows": [dataclasses.asdict(outlook) for outlook in found],
        "recipe": {
            "magic": "\n".join(recipe.magic for recipe in recipes),
            "python": "\n".join(recipe.python for recipe in recipes),
        }
        if recipes
        else None,
    }


async def act_many(workspace: Session, args: Args, progress: Progress) -> dict[str, Any]:
    """Carry out ``{action, names}``, each at most once, and report on each as it comes.

    Progress is ``{name, state, problem}``, where the state is "doing", "done", "refused" (nothing was sent) or
    "failed"; the result has the names by state.
    """
    action, names = _asked(args)
    turn = asyncio.Semaphore(AT_ONCE)
    ended: dict[str, list[str]] = {"done": [], "refused": [], "failed": []}

    def tell(name: str, state: str, error: ServingError | None = None) -> None:
        if state in ended:
            ended[state].append(name)
        progress({"name": name, "state": state, "problem": None if error is None else error.problem()})

    async def one(name: str) -> None:
        outlook = _outlook(workspace, action, name)
        if outlook.why is not None:
            tell(name, "refused", ServingError(outlook.why, code="refused"))
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
        return Outlook(name, "Not found", "other", f"There is no endpoint {name} any more.")
    busy = workspace.writes.busy(name)
    refusal = workspace.guard.why_not(action, seen.info, deleted=seen.deleted)
    why = None if refusal is None else " ".join(filter(None, (refusal.message, refusal.hint)))
    if why is None and busy is not None and busy != action:
        why = f"Another change of {name} is being sent: {busy}."
    return Outlook(name, seen.status.label, seen.status.phase, why)
