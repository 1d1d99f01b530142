"""Updates of a configuration: planned on the endpoint as it is, shown, and sent as one request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from serving_widgets.api.config.config_merge import ConfigRequest, ConfigUpdate, merge_config
from serving_widgets.api.errors import ActionRefused
from serving_widgets.render import Table, differences_table
from serving_widgets.workspace.registry.aliases import names_alias, without_aliases

from .config_draft import basis
from .dry_run import Request, plan

if TYPE_CHECKING:
    from serving_widgets.api.endpoint.models import EndpointInfo
    from serving_widgets.client import Client
    from serving_widgets.workspace.session.session import Session


def update_of(info: EndpointInfo, request: ConfigRequest) -> ConfigUpdate:
    """Return the update that carries a request out on an endpoint as a get shows it."""
    return merge_config(info.name, basis(info, "active"), request)


async def planned_update(workspace: Session, name: str, request: ConfigRequest) -> tuple[ConfigRequest, ConfigUpdate]:
    """Return a request with numbers for aliases, and its update of an endpoint as it is now; only reads."""
    info = await workspace.watcher.look(name)
    request = await numbered(workspace, info, request)
    return request, update_of(info, request)


async def numbered(workspace: Session, info: EndpointInfo, request: ConfigRequest) -> ConfigRequest:
    """Return a request with the numbers of versions where it names them by alias."""
    return await without_aliases(workspace, request, update_of(info, request)) if names_alias(request) else request


async def update_config(
    workspace: Session, name: str, request: ConfigRequest, shown: ConfigUpdate | None = None
) -> ConfigUpdate:
    """Send an update and return what it changed; runs on the loop thread.

    Parameters
    ----------
    shown
        What was shown of it and agreed to: anything else is refused.
    """
    made: list[ConfigUpdate] = []
    if names_alias(request):
        request, _ = await planned_update(workspace, name, request)

    async def send(client: Client, before: EndpointInfo | None) -> EndpointInfo | None:
        # Made of the endpoint as it is just before: what others deployed meanwhile stays.
        update = update_of(before if before is not None else await workspace.watcher.look(name), request)
        if shown is not None and update.body != shown.body:
            raise ActionRefused(
                f"{name} was changed by someone else in the meantime. Nothing was sent.",
                action="update",
                endpoint=name,
                hint="Run it again and look at the difference.",
                code="changed_meanwhile",
            )
        made.append(update)
        return await client.update_config(name, update.body, before=before)

    await workspace.write(name, "update", send, join=False)
    return made[-1]


def update_request(workspace: Session, update: ConfigUpdate) -> Request:
    """Return the request of an update, secrets redacted."""
    return plan("update", update.name, update.body, where=workspace.where)


def update_table(workspace: Session, update: ConfigUpdate) -> Table:
    """Return what is before and after an update, side by side."""
    return differences_table(update.name, update.changes, where=workspace.where)
