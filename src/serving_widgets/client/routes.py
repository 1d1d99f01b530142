"""The routes, one line each: what is sent where, and how it reads in a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple
from urllib.parse import urlencode

from .names import check_id, check_name, check_word, segment

CallKind = Literal["read", "write", "query"]

JSON = "application/json"
TEXT = "text/plain"


class ApiRoute(NamedTuple):
    """A request of one sort: its method, its path with blanks for names, and what it does, in words.

    ``needs`` is the permission level that it takes, "" where none is known (Databricks docs, *Serving endpoint ACLs*),
    ``accept`` the type of answer that is asked for.
    """

    method: str
    path: str
    kind: CallKind
    sentence: str
    needs: str = ""
    accept: str = JSON


_BASE = "/api/2.0/serving-endpoints"
# Queries go without the prefix of the control plane.
_QUERY = "/serving-endpoints/{name}"
# By the endpoint's id: one made again under an old name has another list.
_ACL = "/api/2.0/permissions/serving-endpoints/{id}"
_SCIM = "/api/2.0/preview/scim/v2"
_MODELS = "/api/2.1/unity-catalog/models"
_SERVED = _BASE + "/{name}/served-models/{entity}"

ROUTES: dict[str, ApiRoute] = {
    "list": ApiRoute("GET", _BASE, "read", "list the endpoints"),
    "get": ApiRoute("GET", _BASE + "/{name}", "read", "read {name}", "CAN_VIEW"),
    "create": ApiRoute("POST", _BASE, "write", "create {name}"),
    "update": ApiRoute("PUT", _BASE + "/{name}/config", "write", "update {name}", "CAN_MANAGE"),
    "delete": ApiRoute("DELETE", _BASE + "/{name}", "write", "delete {name}", "CAN_MANAGE"),
    "stop": ApiRoute("POST", _BASE + "/{name}/config:stop", "write", "stop {name}", "CAN_MANAGE"),
    "start": ApiRoute("POST", _BASE + "/{name}/config:start", "write", "start {name}", "CAN_MANAGE"),
    "tags": ApiRoute("PATCH", _BASE + "/{name}/tags", "write", "change the tags of {name}", "CAN_MANAGE"),
    "build_logs": ApiRoute(
        "GET", _SERVED + "/build-logs", "read", "read the build log of {entity} of {name}", "CAN_VIEW"
    ),
    "logs": ApiRoute("GET", _SERVED + "/logs", "read", "read the log of {entity} of {name}", "CAN_VIEW"),
    "openapi": ApiRoute("GET", _BASE + "/{name}/openapi", "read", "read the schema of {name}", "CAN_VIEW"),
    "metrics": ApiRoute("GET", _BASE + "/{name}/metrics", "read", "read the metrics of {name}", "CAN_VIEW", TEXT),
    "permissions": ApiRoute("GET", _ACL, "read", "read the permissions of {who}"),
    "grant": ApiRoute("PATCH", _ACL, "write", "change the permissions of {who}", "CAN_MANAGE"),
    "set_permissions": ApiRoute("PUT", _ACL, "write", "replace the permissions of {who}", "CAN_MANAGE"),
    "levels": ApiRoute("GET", _ACL + "/permissionLevels", "read", "read what can be granted on {who}"),
    "me": ApiRoute("GET", _SCIM + "/Me", "read", "ask who you are"),
    "users": ApiRoute("GET", _SCIM + "/Users", "read", "look users up"),
    "groups": ApiRoute("GET", _SCIM + "/Groups", "read", "look groups up"),
    "group": ApiRoute("GET", _SCIM + "/Groups/{key}", "read", "read the members of a group"),
    "user": ApiRoute("GET", _SCIM + "/Users/{key}", "read", "look a user up"),
    "service_principal": ApiRoute("GET", _SCIM + "/ServicePrincipals/{key}", "read", "look a service principal up"),
    "service_principals": ApiRoute("GET", _SCIM + "/ServicePrincipals", "read", "look service principals up"),
    "models": ApiRoute("GET", _MODELS, "read", "list the registered models"),
    "model": ApiRoute("GET", _MODELS + "/{model}", "read", "read the model {model}"),
    "model_versions": ApiRoute("GET", _MODELS + "/{model}/versions", "read", "list the versions of {model}"),
    "query": ApiRoute("POST", _QUERY + "/invocations", "query", "query {name}", "CAN_QUERY"),
    "query_entity": ApiRoute(
        "POST", _QUERY + "/served-models/{entity}/invocations", "query", "query {entity} of {name}", "CAN_QUERY"
    ),
}


class ApiCall(NamedTuple):
    """One request, ready to be sent."""

    action: str
    kind: CallKind
    method: str
    path: str
    task: str
    endpoint: str | None = None
    body: bytes | None = None
    needs: str = ""
    accept: str = JSON
    id: str | None = None


def api_call(
    action: str,
    name: object = None,
    *,
    entity: object = None,
    id: object = None,
    query: Mapping[str, object] | None = None,
    **words: object,
) -> ApiCall:
    """Return the request of an action, its names checked.

    Parameters
    ----------
    name : str, optional
        The endpoint's name. For a route that goes by the id it is only said, and may be missing.
    id : str, optional
        The endpoint's id.
    query : mapping, optional
        What stands behind the path; what is None is left out.
    **words : str
        What else the path names, such as a registered model.

    Raises
    ------
    ActionRefused
        When a name is not one that the service accepts.
    """
    route = ROUTES[action]
    blanks = {}
    if "{name}" in route.path or "{name}" in route.sentence:
        blanks["name"] = check_name(name, action=action)
    if "{entity}" in route.path:
        blanks["entity"] = check_name(entity, what="served entity", action=action)
    if "{id}" in route.path:
        blanks["id"] = check_id(id, action=action, endpoint=str(name or ""))
        blanks["who"] = str(name or f"the endpoint with the id {blanks['id']}")
    for blank in ("model", "key"):
        if f"{{{blank}}}" in route.path:
            blanks[blank] = check_word(words.get(blank), what=blank, action=action)
    path = route.path.format(**{blank: segment(value) for blank, value in blanks.items()})
    given = {key: value for key, value in (query or {}).items() if value is not None}
    return ApiCall(
        action,
        route.kind,
        route.method,
        f"{path}?{urlencode(given)}" if given else path,
        route.sentence.format(**blanks),
        None if name is None else str(name),
        needs=route.needs,
        accept=route.accept,
        id=blanks.get("id"),
    )


def method_and_path(
    action: str, name: str | None = None, entity: str | None = None, id: str | None = None, **words: str
) -> tuple[str, str]:
    """Return method and path of an action.

    Examples
    --------
    >>> method_and_path("stop", "churn")
    ('POST', '/api/2.0/serving-endpoints/churn/config:stop')
    """
    call = api_call(action, name, entity=entity, id=id, query=None, **words)
    return call.method, call.path
