"""Permissions: what users may do with an endpoint, by their own grants and those of their groups."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from serving_widgets.mock.service import assumptions
from serving_widgets.mock.service.endpoint import JSON, EndpointRecord
from serving_widgets.mock.service.errors import ServiceError, invalid
from serving_widgets.mock.service.json_shapes import list_of, one_of, record, text
from serving_widgets.mock.service.users import MEMBERS, MockUser, Principal

if TYPE_CHECKING:
    from .world import World

LEVELS: Mapping[str, str] = {
    "CAN_VIEW": "Can view the serving endpoint",
    "CAN_QUERY": "Can view and query the serving endpoint",
    "CAN_MANAGE": "Can view, query, update and delete the serving endpoint and manage its permissions",
}
"""Permission levels and their descriptions, the weakest first."""

_RANKS = {level: rank for rank, level in enumerate(LEVELS)}
_ADMINS: Principal = ("group", "admins")
_FIELDS: Mapping[str, str] = {
    "user": "user_name",
    "service_principal": "service_principal_name",
    "group": "group_name",
}
_ENTRY = record({**dict.fromkeys(_FIELDS.values(), text), "permission_level": one_of(*LEVELS)}, ("permission_level",))
_REQUEST = record({"access_control_list": list_of(_ENTRY)})


def level_of(user: MockUser, endpoint: EndpointRecord) -> str | None:
    """Return the highest level `user` has on `endpoint`, direct or inherited; None if there is none."""
    if endpoint.built_in:
        return assumptions.BUILT_IN_LEVEL
    if user.admin:
        return "CAN_MANAGE"
    principals = [user.principal, *(("group", group) for group in user.groups)]
    levels = [endpoint.grants[principal] for principal in principals if principal in endpoint.grants]
    return max(levels, key=_RANKS.__getitem__, default=None)


def has_ability(user: MockUser, ability: str, endpoint: EndpointRecord) -> bool:
    """Return whether `user` has `ability` (``"view"``, ``"query"`` or ``"manage"``) on `endpoint`."""
    # Each level includes the abilities of the weaker ones (Databricks docs, *Serving endpoint ACLs*).
    return _RANKS.get(level_of(user, endpoint) or "", -1) >= _RANKS[f"CAN_{ability.upper()}"]


def require(user: MockUser, ability: str, endpoint: EndpointRecord) -> None:
    """Refuse with 403 unless `user` has `ability` on `endpoint`."""
    if not has_ability(user, ability, endpoint):
        raise ServiceError(
            "PERMISSION_DENIED",
            f"User {user.name} does not have permission '{ability.title()}' on endpoint '{endpoint.name}'.",
        )


def access_control_list(world: World, endpoint: EndpointRecord) -> JSON:
    """Return the access control list of an endpoint: direct grants, and what administrators inherit."""
    entries = [_entry(world, principal, endpoint.grants.get(principal)) for principal in _principals(endpoint)]
    return {
        "object_id": f"/serving-endpoints/{endpoint.id}",
        "object_type": "serving-endpoint",
        "access_control_list": entries,
    }


def parse_grants(world: World, endpoint: EndpointRecord, body: Mapping[str, Any]) -> dict[Principal, str]:
    """Return the grants that a request wants, or refuse if one is at fault: then nothing of it is done.

    A principal is known if it belongs to the workspace, or has a grant on `endpoint` already.
    """
    grants: dict[Principal, str] = {}
    for entry in _REQUEST(body, "").get("access_control_list", ()):
        principals = [(kind, entry[field]) for kind, field in _FIELDS.items() if entry.get(field)]
        if len(principals) != 1:
            raise invalid(f"Each entry of access_control_list needs exactly one of {', '.join(_FIELDS.values())}.")
        principal = principals[0]
        if principal in grants:
            raise invalid(f"access_control_list names {principal[1]!r} twice.")
        if principal not in endpoint.grants and not _known(world, principal):
            raise _unknown(principal)
        grants[principal] = entry["permission_level"]
    return grants


def find_member(world: World, principal: Principal) -> MockUser | None:
    """Return the person or service principal of that name, if the workspace has one."""
    return next((user for user in _members(world) if user.principal == principal), None)


def _principals(endpoint: EndpointRecord) -> Iterable[Principal]:
    """Return who is in the list of an endpoint: users, service principals, groups, and administrators at the end."""
    others = [principal for principal in endpoint.grants if principal != _ADMINS]
    return [*sorted(others, key=lambda one: (list(_FIELDS).index(one[0]), one[1])), _ADMINS]


def _entry(world: World, principal: Principal, direct: str | None) -> JSON:
    kind, name = principal
    entry: JSON = {_FIELDS[kind]: name}
    if kind != "group":
        known = find_member(world, principal)
        entry["display_name"] = known.display_name if known else name
    permissions: list[JSON] = [] if direct is None else [{"permission_level": direct, "inherited": False}]
    if principal == _ADMINS:
        inherited = {"inherited": True, "inherited_from_object": [assumptions.INHERITED_FROM]}
        permissions.append({"permission_level": "CAN_MANAGE", **inherited})
    return {**entry, "all_permissions": permissions}


def _members(world: World) -> tuple[MockUser, ...]:
    return (*world.users, *world.service_principals, *MEMBERS)


def _known(world: World, principal: Principal) -> bool:
    kind, name = principal
    return name in world.groups | {"users", "admins"} if kind == "group" else find_member(world, principal) is not None


def _unknown(principal: Principal) -> ServiceError:
    kind, name = principal
    word = {"user": "UserName", "service_principal": "ServicePrincipalName", "group": "GroupName"}[kind]
    return ServiceError("RESOURCE_DOES_NOT_EXIST", f"Principal: {word}({name}) does not exist")
