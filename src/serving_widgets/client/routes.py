"""The routes, one line each: what is sent where, and how it reads in a sentence."""

from __future__ import annotations

from typing import Literal, NamedTuple

from .names import check_name, segment

Sort = Literal["read", "write", "query"]


class Route(NamedTuple):
    """A request of one sort: its method, its path with blanks for names, and what it does, in words."""

    method: str
    path: str
    sort: Sort
    words: str


_BASE = "/api/2.0/serving-endpoints"
# Queries go without the prefix of the control plane.
_QUERY = "/serving-endpoints/{name}"

ROUTES: dict[str, Route] = {
    "list": Route("GET", _BASE, "read", "list the endpoints"),
    "get": Route("GET", _BASE + "/{name}", "read", "look at {name}"),
    "create": Route("POST", _BASE, "write", "create {name}"),
    "update": Route("PUT", _BASE + "/{name}/config", "write", "update {name}"),
    "delete": Route("DELETE", _BASE + "/{name}", "write", "delete {name}"),
    "stop": Route("POST", _BASE + "/{name}/config:stop", "write", "stop {name}"),
    "start": Route("POST", _BASE + "/{name}/config:start", "write", "start {name}"),
    "query": Route("POST", _QUERY + "/invocations", "query", "query {name}"),
    "query_entity": Route("POST", _QUERY + "/served-models/{entity}/invocations", "query", "query {entity} of {name}"),
}


class Call(NamedTuple):
    """One request, ready to be sent."""

    action: str
    sort: Sort
    method: str
    path: str
    doing: str
    endpoint: str | None = None
    body: bytes | None = None


def call_of(action: str, name: object = None, *, entity: object = None) -> Call:
    """Return the request of an action, its names checked.

    Raises
    ------
    ActionRefused
        When a name is not one that the service accepts.
    """
    route = ROUTES[action]
    blanks = {}
    if "{name}" in route.path or "{name}" in route.words:
        blanks["name"] = check_name(name, action=action)
    if "{entity}" in route.path:
        blanks["entity"] = check_name(entity, what="served entity", action=action)
    path = route.path.format(**{blank: segment(value) for blank, value in blanks.items()})
    return Call(action, route.sort, route.method, path, route.words.format(**blanks), blanks.get("name"))


def path_of(action: str, name: str | None = None, entity: str | None = None) -> tuple[str, str]:
    """Return method and path of an action.

    Examples
    --------
    >>> path_of("stop", "churn")
    ('POST', '/api/2.0/serving-endpoints/churn/config:stop')
    """
    call = call_of(action, name, entity=entity)
    return call.method, call.path
