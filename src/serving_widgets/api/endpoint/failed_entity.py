"""Which served entity made an update fail, and which of its logs tells why. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from .models import EndpointInfo


class FailedEntity(NamedTuple):
    """The entity that failed, and the log to read: ``"build"`` or ``"server"``."""

    entity: str
    sort: Literal["build", "server"]


def find_failed_entity(info: EndpointInfo) -> FailedEntity | None:
    """Return what made the pending configuration fail, None where nothing did.

    Examples
    --------
    >>> from serving_widgets.api.endpoint.models import EndpointInfo
    >>> state = {"deployment": "DEPLOYMENT_FAILED", "deployment_state_message": "See the build logs."}
    >>> pending = {"served_entities": [{"name": "m-4", "state": state}]}
    >>> find_failed_entity(EndpointInfo.read({"pending_config": pending}))
    FailedEntity(entity='m-4', sort='build')
    """
    pending = info.pending_config.entities if info.pending_config is not None else ()
    found = [
        (entity.name, entity.state.deployment_state_message or "", _FAILED.index(str(entity.state.deployment)))
        for entity in pending
        if entity.name and entity.state is not None and entity.state.deployment in _FAILED
    ]
    if not found:
        return None
    name, message, _ = min(found, key=lambda each: each[2])
    return FailedEntity(name, "server" if _SERVER_LOG.search(message) else "build")


#: One that failed by itself says more than one that was given up because of it.
_FAILED = ("DEPLOYMENT_FAILED", "DEPLOYMENT_ABORTED")
# What the service writes where the container was built and did not start.
_SERVER_LOG = re.compile(r"service logs?|model server", re.IGNORECASE)
