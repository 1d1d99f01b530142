"""What a change would affect, shown and asked about before it is made."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from serving_widgets.api.errors import ServingError

from .prompt import confirm, is_asked_about

if TYPE_CHECKING:
    from serving_widgets.magic.running.call import CommandCall
    from serving_widgets.workspace.review.impact import Impact


def impact(call: CommandCall) -> Impact | None:
    """Return what a change of the line's endpoint would affect; None where it can't be told, or would be refused."""
    from serving_widgets.workspace.review.impact import impact_of
    from serving_widgets.workspace.runtime.event_loop import run_sync

    opened, name = call.workspace(), call.named()
    with contextlib.suppress(ServingError):
        return run_sync(lambda: impact_of(opened, name), twin="ep.aio.stop(dry_run=True)")
    return None


def ask_about_impact(call: CommandCall, action: str, question: str) -> None:
    """Ask before an endpoint is stopped that answers requests, if it can be stopped.

    Raises
    ------
    ActionRefused
        When it is not confirmed.
    """
    if call["yes"]:
        return
    found = impact(call)
    words = found.words if found is not None else ""
    if not (words or is_asked_about(call)) or call.workspace().outlook(action, call.named()):
        return
    confirm(call, f"{words} {question}".strip(), "yes", action=action, kept=f"{call.named()} was not stopped")
