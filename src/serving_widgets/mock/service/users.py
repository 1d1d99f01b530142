"""Users of the workspace, their groups, and the grants of teams."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Principal = tuple[str, str]
"""A kind, ``"user"``, ``"group"`` or ``"service_principal"``, and the name: e-mail, group name or application id."""


@dataclass(frozen=True)
class MockUser:
    """A person or a service principal that can sign in."""

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

ADA = MockUser("ada@example.com", "Ada Nyman", ("users", "admins"), budget_policy=DEFAULT_BUDGET_POLICY)
BEN = MockUser("ben@example.com", "Ben Okafor", ("users", "data-science"))
QUENTIN = MockUser("quentin@example.com", "Quentin Roy", ("users", "applications"))
VERA = MockUser("vera@example.com", "Vera Lind", ("users", "analysts"))
BATCH = MockUser(
    "6f0c1c1e-8a3b-4d5e-9f70-1b2c3d4e5f60", "batch-scoring", ("users", "applications"), service_principal=True
)

USERS = (ADA, BEN, QUENTIN, VERA)
"""The people who can sign in; the first is the default user."""

SERVICE_PRINCIPALS = (BATCH,)

CUSTOMER = MockUser("customer@example.com", "Example Customer")
SMITH = MockUser("jsmith@example.com", "J. Smith")

MEMBERS = (CUSTOMER, SMITH)
"""People of the workspace who never sign in here, but may have made endpoints and be granted something."""

TEAM_GRANTS: Mapping[Principal, str] = {
    ("group", "data-science"): "CAN_MANAGE",
    ("group", "applications"): "CAN_QUERY",
    ("group", "analysts"): "CAN_VIEW",
}
"""Grants of teams on an endpoint that was set up for all of them."""
