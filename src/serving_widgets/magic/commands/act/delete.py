"""``%serving delete``: for good."""

from __future__ import annotations

from typing import Any

from serving_widgets.api.errors import ActionRefused
from serving_widgets.magic.running.call import CommandCall
from serving_widgets.magic.shared.prompt import ask
from serving_widgets.magic.syntax.grammar import Argument, Command, Option, Result
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
    if not call["yes"]:
        _confirm(endpoint.name, endpoint.workspace.where)
    endpoint.delete()
    from serving_widgets.render import message

    return Result(endpoint, message(f"{endpoint.name} was deleted from the {endpoint.workspace.where}."))


def _confirm(name: str, where: str) -> None:
    typed = ask(f"Delete {name} from the {where} for good? Type its name: ")
    if typed is None:
        raise _unconfirmed(
            name,
            f"{name} was not deleted: there is no input here to confirm it.",
            f"To delete it without being asked: %serving delete {name} --yes",
        )
    if typed != name:
        raise _unconfirmed(
            name,
            f"{name} was not deleted: what was typed is not its name.",
            "Run the cell again and type the name exactly.",
        )


def _unconfirmed(name: str, message: str, hint: str) -> ActionRefused:
    return ActionRefused(message, action="delete", endpoint=name, hint=hint, code="not_confirmed")


COMMAND = Command(
    summary="Delete an endpoint for good.",
    about="It asks for the endpoint's name. Where there is no input it deletes nothing, unless --yes is given.",
    run=run,
    see_also=("stop", "list"),
    writes=True,
    arguments=(Argument("name", ENDPOINT, "The endpoint."),),
    options=(Option(("--yes",), "Do not ask."),),
    examples=(
        ("delete churn", "Delete it, after being asked."),
        ("delete churn --yes", "Delete it without asking."),
        ("delete churn --dry-run", "Show the request."),
    ),
)
