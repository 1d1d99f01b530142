"""``%serving delete``: for good."""

from __future__ import annotations

from typing import Any

from serving_widgets.magic.running.call import CommandCall
from serving_widgets.magic.shared.impact import impact
from serving_widgets.magic.shared.prompt import YES, confirm
from serving_widgets.magic.syntax.grammar import Argument, Command, Result
from serving_widgets.magic.syntax.value_types import ENDPOINT


def run(call: CommandCall) -> Any:
    """Ask, delete the endpoint, and say so; or show the request."""
    if call["dry_run"]:
        return call.dry_run("delete")
    endpoint = call.endpoint()
    refusal = endpoint.workspace.why_not("delete", endpoint.info)
    if refusal is not None:
        from serving_widgets.workspace.session.write_guard import refused

        raise refused(refusal, "delete", endpoint.name)
    found = impact(call) if not call["yes"] else None
    if found is not None and found.words:
        from serving_widgets.workspace.runtime.display import show

        show(found.card())
    question = f"Delete {endpoint.name} from the {endpoint.workspace.where} for good?"
    confirm(call, question, endpoint.name, action="delete", kept=f"{endpoint.name} was not deleted")
    endpoint.delete()
    from serving_widgets.render import message

    return Result(endpoint, message(f"{endpoint.name} was deleted from the {endpoint.workspace.where}."))


COMMAND = Command(
    summary="Delete an endpoint for good.",
    about="It asks for the endpoint's name. Where there is no input it deletes nothing, unless --yes is given. "
    "%serving undo can create the endpoint again while this kernel runs.",
    run=run,
    see_also=("stop", "list"),
    writes=True,
    arguments=(Argument("name", ENDPOINT, "The endpoint."),),
    options=(YES,),
    examples=(
        ("delete churn", "Delete it, after its name was typed."),
        ("delete churn --yes", "Delete it without asking."),
        ("delete churn --dry-run", "Show the request."),
    ),
)
