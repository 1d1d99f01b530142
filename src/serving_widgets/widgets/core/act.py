"""What a page may ask to be done to an endpoint."""

from __future__ import annotations

from serving_widgets.api.errors import ConfigError
from serving_widgets.workspace import Endpoint, Session

from . import snapshot
from .channel import Args, text_of


async def act(workspace: Session, args: Args) -> None:
    """Carry out an intent ``{action, name, confirm?}`` of the page.

    Raises
    ------
    ConfigError
        When there is no such action, or when the name that confirms a deletion is not exactly the endpoint's.
    ActionRefused
        When it can't be done; nothing was sent.
    """
    action, name = text_of(args, "action"), text_of(args, "name")
    if action not in snapshot.BUTTONS:
        raise ConfigError(f"There is no action {action!r}.", hint=f"Known are {', '.join(snapshot.BUTTONS)}.")
    if action == "delete" and args.get("confirm") != name:
        raise ConfigError(
            f"{name} was not deleted: the name that was typed is not the endpoint's.",
            hint="Type it exactly as shown.",
            code="not_confirmed",
        )
    await getattr(Endpoint(workspace, name).aio, action)()
