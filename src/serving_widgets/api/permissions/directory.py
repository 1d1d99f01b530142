"""Users, groups and service principals as the workspace's directory (SCIM) shows them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Self

from .access_control_list import Principal, PrincipalKind

#: Kind of principal → the directory's collection of them, and the field that an access control list names one by.
COLLECTIONS: Mapping[PrincipalKind, tuple[str, str]] = MappingProxyType(
    {
        "group": ("groups", "displayName"),
        "user": ("users", "userName"),
        "service_principal": ("service_principals", "applicationId"),
    }
)


@dataclass(frozen=True, slots=True)
class DirectoryEntry:
    """A principal in the directory.

    Attributes
    ----------
    id : str
        The directory's own number for it.
    groups : tuple of str or None
        The groups that it is a direct member of; None where the caller is not shown them.
    members : tuple of (str, str, str) or None
        Of a group, kind, id and display name of its members; None where the caller is not shown them.
    raw : mapping
        The JSON object as it came.

    Examples
    --------
    >>> str(DirectoryEntry.read({"id": "7", "displayName": "analysts"}, "group").principal)
    'the group analysts'
    """

    principal: Principal
    id: str = ""
    display_name: str = ""
    groups: tuple[str, ...] | None = None
    members: tuple[tuple[PrincipalKind, str, str], ...] | None = None
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def read(cls, raw: Mapping[str, Any], kind: PrincipalKind) -> Self:
        """Return the entry for a JSON object of any shape."""
        shown = _text(raw.get("displayName"))
        groups, members = _items(raw.get("groups")), _items(raw.get("members"))
        return cls(
            Principal(kind, _text(raw.get(COLLECTIONS[kind][1])) or shown),
            _text(raw.get("id")),
            shown,
            None if groups is None else tuple(name for each in groups if (name := _text(each.get("display")))),
            None
            if members is None
            else tuple((_kind(each), _text(each.get("value")), _text(each.get("display"))) for each in members),
            raw,
        )


def _kind(member: Mapping[str, Any]) -> PrincipalKind:
    place = _text(member.get("$ref")).lower()
    return "service_principal" if "serviceprincipals/" in place else "group" if "groups/" in place else "user"


def _items(value: Any) -> list[Mapping[str, Any]] | None:
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else None


def _text(value: Any) -> str:
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
