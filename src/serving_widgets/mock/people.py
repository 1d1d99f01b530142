"""Who works here: users, their groups, and what they may do with an endpoint."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from . import assumptions
from .errors import ServiceError

if TYPE_CHECKING:
    from .endpoint import Endpoint

LEVELS = ("CAN_VIEW", "CAN_QUERY", "CAN_MANAGE")
"""Permission levels, the weakest first."""

ABILITIES = {"view": "CAN_VIEW", "query": "CAN_QUERY", "manage": "CAN_MANAGE"}
"""The weakest level that includes each ability (Databricks docs, *Serving endpoint ACLs*)."""

_WORDS = {"view": "View", "query": "Query", "manage": "Manage"}

Principal = tuple[str, str]
"""A kind, ``"user"``, ``"group"`` or ``"service_principal"``, and the name: e-mail, group name or application id."""


@dataclass(frozen=True)
class User:
    """Someone who can sign in: a person, or a service principal."""

    name: str
    display_name: str
    groups: tuple[str, ...] = ("users",)
    budget_policy: str | None = None
    service_principal: bool = False

    @property
    def admin(self) -> bool:
        """Whether the user administers the workspace, and so manages every endpoint in it."""
        return "admins" in self.groups

    @property
    def principal(self) -> Principal:
        """The user as it stands in an access control list."""
        return ("service_principal" if self.service_principal else "user", self.name)


DEFAULT_BUDGET_POLICY = "7d0c5e1a-52a4-4b1e-9a55-3f0c8f6f2b10"

ADA = User("ada@example.com", "Ada Nyman", ("users", "admins"), budget_policy=DEFAULT_BUDGET_POLICY)
BEN = User("ben@example.com", "Ben Okafor", ("users", "data-science"))
QUENTIN = User("quentin@example.com", "Quentin Roy", ("users", "applications"))
VERA = User("vera@example.com", "Vera Lind", ("users", "analysts"))
BATCH = User("6f0c1c1e-8a3b-4d5e-9f70-1b2c3d4e5f60", "batch-scoring", ("users", "applications"), service_principal=True)

USERS = (ADA, BEN, QUENTIN, VERA)
"""The people who can sign in; the first is the default user."""

SERVICE_PRINCIPALS = (BATCH,)

TEAM_GRANTS: Mapping[Principal, str] = {
    ("group", "data-science"): "CAN_MANAGE",
    ("group", "applications"): "CAN_QUERY",
    ("group", "analysts"): "CAN_VIEW",
}
"""What teams may do with an endpoint that was set up for everybody."""


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
