"""``%serving close``: end a connection."""

from __future__ import annotations

from serving_widgets.magic.running.call import CommandCall
from serving_widgets.magic.running.connection_text import connection_words, open_names
from serving_widgets.magic.syntax.grammar import Argument, Command, Result
from serving_widgets.magic.syntax.value_types import of_known


def run(call: CommandCall) -> Result:
    """Close the connection, and say which one is active now."""
    from serving_widgets.api.suggest import did_you_mean
    from serving_widgets.render import message
    from serving_widgets.workspace import active, switched, workspace

    opened = active() if call["name"] is None else None
    if call["name"] is not None:
        if call["name"] not in open_names():
            hint = did_you_mean(call["name"], open_names(), "%serving connect shows which are open.")
            raise call.problem(f"No connection called {call['name']} is open.", at="name", hint=hint)
        opened = workspace(call["name"])
    if opened is None:
        raise call.problem("No connection is open.", hint="%serving connect opens one.")
    call.used = opened
    where = opened.where
    opened.close()
    now = connection_words()
    before = " It was active before." if switched() else ""
    return Result(None, message(f"The connection {opened.name} is closed – {where}. {now}{before}"))


COMMAND = Command(
    summary="Close a connection; an embedded workspace ends with it.",
    about="Waits, watches and widgets of that connection end. Endpoints of a real workspace stay as they are; those of "
    "the embedded one are gone. Where the active connection is closed, the one that was active before it is active "
    "again, and the next line says so.",
    run=run,
    see_also=("connect",),
    connects=False,
    arguments=(
        Argument(
            "name",
            of_known("NAME", lambda known: known.connections()),
            "The connection; the active one unless given.",
            required=False,
        ),
    ),
    examples=(("close", "The active connection."), ("close team", "Another one.")),
)
