"""Who is asking, as the service says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from .access_control_list import Principal


@dataclass(frozen=True, slots=True)
class CurrentUser:
    """The person or the service principal that a credential belongs to.

    Attributes
    ----------
    id : str
        The service's own number for it.
    user_name : str
        The e-mail address of a person, the application id of a service principal.
    groups : tuple of str
        The names of its groups; whoever is in ``admins`` manages every endpoint.
    raw : mapping
        The JSON object as it came.

    Examples
    --------
    >>> CurrentUser.read({"userName": "ada@example.com", "groups": [{"display": "admins"}]}).admin
    True
    """

    id: str = ""
    user_name: str = ""
    display_name: str = ""
    groups: tuple[str, ...] = ()
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> Self:
        """Return the user for a JSON object of any shape."""
        groups = raw.get("groups")
        named = (
            [item.get("display") for item in groups if isinstance(item, Mapping)] if isinstance(groups, list) else []
        )
        return cls(
            _text(raw.get("id")),
            _text(raw.get("userName")),
            _text(raw.get("displayName")),
            tuple(name for name in named if isinstance(name, str)),
            raw,
        )

    @property
    def principal(self) -> Principal:
        """The user as it stands in an access control list."""
        return Principal.named(self.user_name)

    @property
    def admin(self) -> bool:
        """Whether it administers the workspace."""
        return "admins" in self.groups


def _text(value: Any) -> str:
    return str(value) if isinstance(value, str | int) else ""
