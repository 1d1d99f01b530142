"""What users may do with an endpoint, by their own grants and those of their groups."""

from __future__ import annotations

from . import assumptions
from .endpoint import Endpoint
from .errors import ServiceError
from .people import User

LEVELS = ("CAN_VIEW", "CAN_QUERY", "CAN_MANAGE")
"""Permission levels, the weakest first."""

ABILITIES = {"view": "CAN_VIEW", "query": "CAN_QUERY", "manage": "CAN_MANAGE"}
"""The weakest level that includes each ability (Databricks docs, *Serving endpoint ACLs*)."""

_WORDS = {"view": "View", "query": "Query", "manage": "Manage"}


def level_of(user: User, endpoint: Endpoint) -> str | None:
    """Return the highest level `user` has on `endpoint`, direct or inherited; None if there is none."""
    if endpoint.built_in:
        return assumptions.BUILT_IN_LEVEL
    if user.admin:
        return "CAN_MANAGE"
    principals = [user.principal, *(("group", group) for group in user.groups)]
    levels = [endpoint.grants[principal] for principal in principals if principal in endpoint.grants]
    return max(levels, key=LEVELS.index, default=None)


def may(user: User, ability: str, endpoint: Endpoint) -> bool:
    """Return whether `user` has `ability` (``"view"``, ``"query"`` or ``"manage"``) on `endpoint`."""
    level = level_of(user, endpoint)
    return level is not None and LEVELS.index(level) >= LEVELS.index(ABILITIES[ability])


def check(user: User, ability: str, endpoint: Endpoint) -> None:
    """Refuse with 403 unless `user` has `ability` on `endpoint`."""
    if not may(user, ability, endpoint):
        raise ServiceError(
            "PERMISSION_DENIED",
            f"User {user.name} does not have permission '{_WORDS[ability]}' on endpoint '{endpoint.name}'.",
        )
