"""``%serving undo``: undo what was changed last."""

from __future__ import annotations

from typing import Any

from serving_widgets.magic.running.call import CommandCall
from serving_widgets.magic.shared.prompt import YES, ask_if_protected
from serving_widgets.magic.syntax.grammar import DRY_RUN, Argument, Command, Option, Result
from serving_widgets.magic.syntax.value_types import ENDPOINT, whole_number


def run(call: CommandCall) -> Any:
    """Take the change back, or show the requests, or the changes."""
    from serving_widgets.render import message
    from serving_widgets.render.stack import Stack
    from serving_widgets.workspace.review.review_methods import history_of, undone_words
    from serving_widgets.workspace.review.undo import change_to_undo, plan_undo, told_to_try_again, undo, words_of
    from serving_widgets.workspace.runtime.event_loop import run_sync

    opened, name = call.workspace(), call.named() if call.given("name") else None
    if call["list"]:
        found = history_of(opened, name)
        return Result(found, found.table, data=found.table.records())
    change = change_to_undo(opened, name, call["number"])
    if call["dry_run"]:
        planned = run_sync(lambda: plan_undo(opened, change), twin="ws.aio.undo(…)")
        requests = [each.card() for each in planned.requests]
        notes = message("\n".join(planned.notes)) if planned.notes else None
        sent = [{"method": each.method, "path": each.path, "body": each.body} for each in planned.requests]
        return Result(requests, Stack(*requests, notes), data=sent)
    ask_if_protected(
        call,
        change.action,
        f"Take the {words_of(change)} back?",
        kept=f"The {words_of(change)} was not undone",
        name=change.endpoint,
    )
    told = opened.writes.told(change.endpoint, f"undo of the {change.action} of")
    with told_to_try_again():
        planned = run_sync(lambda: undo(opened, change), twin="ws.aio.undo(…)", **told)
    data = {"undone": change.number, "action": change.action, "endpoint": change.endpoint}
    return Result(change, message(undone_words(planned, opened.where)), data=data)


COMMAND = Command(
    summary="Undo the last change made through this connection.",
    about="It undoes stops, starts, updates, deletions and changes of tags and permissions, one each time. It "
    "refuses, and says why, where someone else has changed the same thing since. A deleted endpoint is created "
    "again with its configuration, tags and permissions; secrets that were given in plain text are not, and are "
    "named. The history is kept in this kernel, or in a file where the connection says so: connect --history file.",
    run=run,
    see_also=("update", "delete", "stop"),
    arguments=(Argument("name", ENDPOINT, "The endpoint; the newest change of all unless given.", required=False),),
    options=(
        Option(("--number",), "The number of the change, as --list shows it.", whole_number("N", 1, "--number 3")),
        Option(("--list",), "List the changes."),
        # What may be changed is decided by the change to undo; without one there is nothing to refuse.
        DRY_RUN,
        YES,
    ),
    examples=(
        ("undo --list", "What was changed through this connection."),
        ("undo --dry-run", "Show the request that would undo the newest change."),
        ("undo churn", "Undo the newest change of an endpoint."),
    ),
)
