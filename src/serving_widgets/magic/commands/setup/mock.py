"""``%serving mock``: the embedded workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from serving_widgets.magic.running.call import CommandCall
from serving_widgets.magic.syntax.grammar import Argument, Command, Option, Result
from serving_widgets.magic.syntax.value_types import SECONDS, choice

if TYPE_CHECKING:
    from serving_widgets.render import Card, Table
    from serving_widgets.workspace import Workspace

_STEERING = ("advance", "journal", "reset")


def run(call: CommandCall) -> Any:
    """Show the mock, or steer it."""
    from serving_widgets.render import message

    opened = call.mock()
    mock = opened.mock
    assert mock is not None
    from serving_widgets.workspace.changes.grants import known_access

    action, seconds = call["action"], call["seconds"]
    if action != "advance" and seconds is not None:
        raise call.problem(
            f"{action} takes no seconds.", at="seconds", hint="Only advance does: %serving mock advance 60"
        )
    if call["changes"] and action != "journal":
        raise call.problem("--changes belongs to the journal.", at="changes", hint="%serving mock journal --changes")
    if action == "advance":
        if seconds is None:
            raise call.problem("How far? SECONDS is missing.", hint="For example: %serving mock advance 60")
        mock.advance(seconds)
        return Result(mock, message(f"{seconds:g} seconds have passed in the {opened.where}."))
    if action == "reset":
        mock.reset()
        opened.watcher.store.forget()
        known_access(opened).clear()
        return Result(mock, message(f"The {opened.where} is as it was at the start."))
    if action == "journal":
        entries = mock.journal()
        shown = [entry for entry in entries if not call["changes"] or entry["method"] != "GET"]
        return Result(shown, _journal(shown, opened.where))
    return Result(mock, _facts(opened))


def _facts(opened: Workspace) -> Card:
    from serving_widgets.render import Card

    return Card(
        opened.where,
        [
            ("Connection", opened.name),
            ("Address", "on this machine only, at a port of its own in each run"),
            ("Other clients", "connect with sw.workspace().mock.env(): DATABRICKS_HOST and DATABRICKS_TOKEN"),
            ("Control it", "%serving mock advance SECONDS, %serving mock journal, %serving mock reset"),
        ],
    )


def _journal(entries: list[dict[str, Any]], where: str) -> Table:
    from serving_widgets.render import Table

    rows = [(entry["n"], entry["method"], entry["path"], entry["status"], entry["user"]) for entry in entries]
    many = "1 request" if len(rows) == 1 else f"{len(rows)} requests"
    return Table(("No.", "Method", "Path", "Status", "User"), rows, caption=f"{many} – {where}")


COMMAND = Command(
    summary="Show the embedded workspace, move its clock, see its requests, or start it over.",
    run=run,
    see_also=("connect",),
    arguments=(
        Argument("action", choice("advance|journal|reset", _STEERING), "What to do with it.", required=False),
        Argument("seconds", SECONDS, "How far to move the clock.", required=False),
    ),
    options=(Option(("--changes",), "In the journal, leave out the requests that only read."),),
    examples=(
        ("mock", "What it is and how other clients connect to it."),
        ("mock advance 5m", "Let five minutes pass."),
        ("mock journal --changes", "The requests that changed something."),
        ("mock reset", "Return to the start."),
    ),
)
