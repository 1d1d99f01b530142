"""Routes of the workspace's directory (SCIM): users, groups, service principals, and the caller."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any

from starlette.responses import Response

from serving_widgets.mock.app import MockRequest, MockRoute, reply
from serving_widgets.mock.service import assumptions
from serving_widgets.mock.service.endpoint import JSON, digest
from serving_widgets.mock.service.errors import ServiceError, invalid
from serving_widgets.mock.service.users import MEMBERS, MockUser
from serving_widgets.mock.state.world import World

_SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:"
_LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
_CONDITION = re.compile(r'\s*(\w+)\s+(eq|ne|co|sw|ew)\s+"((?:[^"\\]|\\.)*)"\s*', re.IGNORECASE)
_OPERATORS: dict[str, Callable[[str, str], bool]] = {
    "eq": str.__eq__,
    "ne": str.__ne__,
    "co": str.__contains__,
    "sw": str.startswith,
    "ew": str.endswith,
}


def me(request: MockRequest) -> Response:
    """Answer with the caller."""
    return reply({**_person(request.user), "userName": request.user.name})


def list_all(request: MockRequest, kind: str) -> Response:
    """Answer with the resources of a kind that the filter selects, from ``startIndex``, at most ``count`` of them."""
    matches = _filter(request.query.get("filter", ""))
    found = [one for one in _KINDS[kind](request.world) if matches(one)]
    start, count = max(_number(request, "startIndex", 1), 1), _number(request, "count", 10_000)
    page = found[start - 1 : start - 1 + count]
    envelope = {"schemas": [_LIST], "totalResults": len(found), "startIndex": start, "itemsPerPage": len(page)}
    return reply({**envelope, "Resources": [_shown(request, one) for one in page]})


def get(request: MockRequest, kind: str) -> Response:
    """Answer with the resource that has the id in the path."""
    wanted = request.params["id"]
    found = next((one for one in _KINDS[kind](request.world) if one["id"] == wanted), None)
    if found is None:
        raise ServiceError("RESOURCE_DOES_NOT_EXIST", f"{kind[:-1]} with id {wanted} not found.")
    return reply(_shown(request, found))


def _person(user: MockUser) -> JSON:
    emails = [] if user.service_principal else [{"type": "work", "value": user.name, "primary": True}]
    return {
        "id": _id(user),
        **({} if user.service_principal else {"userName": user.name}),
        "displayName": user.display_name,
        "active": True,
        "emails": emails,
        "groups": [{"display": one, "type": "direct", "value": _group_id(one)} for one in user.groups],
    }


def _people(world: World) -> list[JSON]:
    return [{"schemas": [f"{_SCHEMA}User"], **_person(user)} for user in (*world.users, *MEMBERS)]


def _service_principals(world: World) -> list[JSON]:
    own = [{**_person(user), "applicationId": user.name} for user in world.service_principals]
    return [{"schemas": [f"{_SCHEMA}ServicePrincipal"], **one} for one in own]


def _groups(world: World) -> list[JSON]:
    people = (*world.users, *MEMBERS, *world.service_principals)
    return [
        {
            "schemas": [f"{_SCHEMA}Group"],
            "id": _group_id(group),
            "displayName": group,
            "members": [
                {
                    "display": one.display_name,
                    "value": _id(one),
                    "$ref": f"{'ServicePrincipals' if one.service_principal else 'Users'}/{_id(one)}",
                }
                for one in people
                if group in one.groups
            ],
        }
        for group in sorted(world.groups | {"users", "admins"})
    ]


_KINDS: dict[str, Callable[[World], list[JSON]]] = {
    "Users": _people,
    "Groups": _groups,
    "ServicePrincipals": _service_principals,
}


def _shown(request: MockRequest, resource: JSON) -> JSON:
    """Return a resource as the caller sees it, with no other attributes than the request wants."""
    asked = [one.strip() for one in request.query.get("attributes", "").split(",") if one.strip()]
    known = resource if request.user.admin else assumptions.SCIM_SHOWN_TO_ALL
    left_out = request.query.get("excludedAttributes", "").replace(" ", "").split(",")
    wanted = {*asked, "id", "schemas"} if asked else resource
    return {key: value for key, value in resource.items() if key in known and key in wanted and key not in left_out}


def _filter(text: str) -> Callable[[JSON], bool]:
    """Return what a SCIM filter selects: conditions such as ``userName eq "ada"``, joined by ``and`` or ``or``."""
    if not text:
        return lambda resource: True
    alternatives = []
    for alternative in re.split(r'\sor\s(?=(?:[^"]*"[^"]*")*[^"]*$)', text, flags=re.IGNORECASE):
        conditions = re.split(r'\sand\s(?=(?:[^"]*"[^"]*")*[^"]*$)', alternative, flags=re.IGNORECASE)
        matches = [_CONDITION.fullmatch(one) for one in conditions]
        if not all(matches):
            raise invalid(f"The filter can't be read: {text!r}.")
        alternatives.append([match.groups() for match in matches if match])
    return lambda resource: any(all(_holds(resource, *one) for one in conditions) for conditions in alternatives)


def _holds(resource: JSON, attribute: str, operator: str, wanted: str) -> bool:
    values: dict[str, Any] = {key.lower(): value for key, value in resource.items()}
    value = values.get(attribute.lower())
    text = re.sub(r"\\(.)", r"\1", wanted)
    return isinstance(value, str) and _OPERATORS[operator.lower()](value.lower(), text.lower())


def _number(request: MockRequest, name: str, default: int) -> int:
    value = request.query.get(name)
    if value is None:
        return default
    if not (value.isascii() and value.isdecimal() and len(value) < 10):
        raise invalid(f"{name} must be a whole number, not {value!r}.")
    return int(value)


def _id(user: MockUser) -> str:
    return str(int(digest("user", user.name)[:12], 16))


def _group_id(group: str) -> str:
    return digest("group", group)[:12]


_BASE = "/api/2.0/preview/scim/v2"
ROUTES = (
    MockRoute("GET", f"{_BASE}/Me", me),
    *(MockRoute("GET", f"{_BASE}/{kind}", partial(list_all, kind=kind)) for kind in _KINDS),
    *(MockRoute("GET", f"{_BASE}/{kind}/{{id}}", partial(get, kind=kind)) for kind in _KINDS),
)
