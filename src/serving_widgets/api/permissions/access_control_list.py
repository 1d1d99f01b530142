"""Who may do what with an endpoint: access control lists, and what would change one into another. Pure.

The service keeps one list for each endpoint, found by the endpoint's id (not its name), with grants that were made on
the endpoint itself and grants that come from elsewhere, such as every administrator's (Databricks docs, *Serving
endpoint ACLs*). Requests and answers have different shapes: :func:`request_entries` writes the one,
:meth:`AccessControlList.read` reads the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal, Self

PrincipalKind = Literal["user", "group", "service_principal"]

#: The levels, the weakest first; each includes those before it.
LEVELS = ("CAN_VIEW", "CAN_QUERY", "CAN_MANAGE")

#: Kind of principal → the form of its name; the first that fits says the kind. A page understands these, too.
PRINCIPAL_PATTERNS: Mapping[PrincipalKind, str] = MappingProxyType(
    {
        "service_principal": "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$",
        "user": "@",
        "group": "",
    }
)

#: Kind of principal → the field that names one in a request and in an answer.
PRINCIPAL_FIELDS: Mapping[PrincipalKind, str] = MappingProxyType(
    {"user": "user_name", "group": "group_name", "service_principal": "service_principal_name"}
)


def includes(level: str | None, wanted: str) -> bool:
    """Whether a level is as much as another one, or more; an unknown level includes only itself.

    Examples
    --------
    >>> includes("CAN_MANAGE", "CAN_QUERY"), includes("CAN_VIEW", "CAN_QUERY"), includes(None, "CAN_VIEW")
    (True, False, False)
    """
    if level is None:
        return False
    return level == wanted or (wanted in LEVELS and level_rank(level) >= level_rank(wanted))


def highest_level(levels: Iterable[str]) -> str | None:
    """Return the highest of some levels, None when there are none; an unknown one counts least."""
    return max(levels, key=level_rank, default=None)


@dataclass(frozen=True, slots=True, order=True)
class Principal:
    """Someone who can be granted something: a user by e-mail, a group by name, a service principal by application id.

    Examples
    --------
    >>> Principal.named("ada@example.com"), Principal.named("analysts").kind
    (Principal(kind='user', name='ada@example.com'), 'group')
    """

    kind: PrincipalKind
    name: str

    @classmethod
    def named(cls, text: str) -> Self:
        """Return whom a name stands for, told by its form: application id, e-mail address, or else a group."""
        name = text.strip()
        return cls(next(kind for kind, form in PRINCIPAL_PATTERNS.items() if re.search(form, name)), name)

    def __str__(self) -> str:
        return f"{_WORDS[self.kind]}{self.name}"


@dataclass(frozen=True, slots=True)
class PermissionGrant:
    """One level that a principal has, and where it comes from when it was not granted on the endpoint itself."""

    level: str
    inherited: bool = False
    inherited_from: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AccessEntry:
    """All grants of one principal."""

    principal: Principal
    display_name: str = ""
    grants: tuple[PermissionGrant, ...] = ()

    @property
    def effective(self) -> str | None:
        """The highest level, wherever it comes from."""
        return highest_level(grant.level for grant in self.grants)

    @property
    def direct(self) -> str | None:
        """The level that was granted on the endpoint itself, which is the only one that can be changed there."""
        return highest_level(grant.level for grant in self.grants if not grant.inherited)

    @property
    def inherited(self) -> str | None:
        """The highest level that comes from elsewhere."""
        return highest_level(grant.level for grant in self.grants if grant.inherited)


@dataclass(frozen=True, slots=True)
class AccessControlList:
    """Who may do what with one endpoint.

    Attributes
    ----------
    object_id : str
        What it is about, as the service writes it: ``"/serving-endpoints/<id>"``.
    entries : tuple of Entry
        In the service's order.
    raw : mapping
        The JSON object as it came.
    """

    object_id: str = ""
    entries: tuple[AccessEntry, ...] = ()
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> Self:
        """Return the list for a JSON object of any shape; what can't be read is left out, and stays in ``raw``.

        Examples
        --------
        >>> grants = [{"permission_level": "CAN_VIEW", "inherited": False}]
        >>> AccessControlList.read({"access_control_list": [{"group_name": "analysts", "all_permissions": grants}]})
        AccessControlList(object_id='', entries=(AccessEntry(principal=Principal(kind='group', name='analysts'), \
display_name='', grants=(PermissionGrant(level='CAN_VIEW', inherited=False, inherited_from=()),)),))
        """
        entries = (_entry(item) for item in _objects(raw.get("access_control_list")))
        return cls(_text(raw.get("object_id")), tuple(entry for entry in entries if entry is not None), raw)

    @property
    def direct(self) -> dict[Principal, str]:
        """The grants that were made on the endpoint itself: what a PUT replaces, and all that one may hold."""
        return {entry.principal: entry.direct for entry in self.entries if entry.direct is not None}

    @property
    def managers(self) -> tuple[Principal, ...]:
        """Who may grant: everyone who can manage the endpoint, people before groups."""
        found = {entry.principal for entry in self.entries if includes(entry.effective, "CAN_MANAGE")}
        return tuple(sorted(found, key=lambda each: (_ORDER.index(each.kind), each.name)))

    def of(self, principal: Principal) -> AccessEntry | None:
        """Return the entry of a principal, None when there is none; what its groups have is not looked at."""
        return next((entry for entry in self.entries if entry.principal == principal), None)


@dataclass(frozen=True, slots=True)
class PermissionLevel:
    """A level that can be granted, with what the service says about it."""

    level: str
    description: str = ""
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class GrantChange:
    """What happens to the direct grant of one principal: None before, it is new; None after, it is taken away."""

    principal: Principal
    before: str | None
    after: str | None


def grant_changes(before: Mapping[Principal, str], after: Mapping[Principal, str]) -> tuple[GrantChange, ...]:
    """Return what tells one set of direct grants from another, by principal.

    Examples
    --------
    >>> ada, analysts = Principal("user", "ada@example.com"), Principal("group", "analysts")
    >>> found = grant_changes({ada: "CAN_VIEW"}, {analysts: "CAN_QUERY"})
    >>> [(str(each.principal), each.before, each.after) for each in found]
    [('the group analysts', None, 'CAN_QUERY'), ('ada@example.com', 'CAN_VIEW', None)]
    """
    return tuple(
        GrantChange(principal, before.get(principal), after.get(principal))
        for principal in sorted({*before, *after})
        if before.get(principal) != after.get(principal)
    )


def request_entries(grants: Mapping[Principal, str]) -> list[dict[str, str]]:
    """Return grants as a PATCH (those to make or change) or a PUT (all that there shall be) takes them.

    Examples
    --------
    >>> request_entries({Principal("user", "ada@example.com"): "CAN_QUERY"})
    [{'user_name': 'ada@example.com', 'permission_level': 'CAN_QUERY'}]
    """
    return [
        {PRINCIPAL_FIELDS[principal.kind]: principal.name, "permission_level": level}
        for principal, level in grants.items()
    ]


_WORDS: Mapping[PrincipalKind, str] = MappingProxyType(
    {"user": "", "group": "the group ", "service_principal": "the service principal "}
)
_ORDER = ("user", "service_principal", "group")


def level_rank(level: str) -> int:
    """Return a level's place among :data:`LEVELS`; -1 for an unknown one."""
    return LEVELS.index(level) if level in LEVELS else -1


def _entry(item: Mapping[str, Any]) -> AccessEntry | None:
    for kind, name in PRINCIPAL_FIELDS.items():
        if _text(item.get(name)):
            grants = tuple(grant for each in _objects(item.get("all_permissions")) if (grant := _grant(each)))
            return AccessEntry(Principal(kind, _text(item[name])), _text(item.get("display_name")), grants)
    return None


def _grant(item: Mapping[str, Any]) -> PermissionGrant | None:
    level = _text(item.get("permission_level"))
    origin = item.get("inherited_from_object")
    places = tuple(each for each in origin if isinstance(each, str)) if isinstance(origin, list) else ()
    return PermissionGrant(level, item.get("inherited") is True or bool(places), places) if level else None


def _objects(value: Any) -> list[Mapping[str, Any]]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
