"""Routes of permissions: read, replaced, added to. They go by an endpoint's id, never by its name."""

from __future__ import annotations

from starlette.responses import Response

from serving_widgets.mock.app import MockRequest, MockRoute, reply
from serving_widgets.mock.service import assumptions
from serving_widgets.mock.service.endpoint import EndpointRecord
from serving_widgets.mock.service.errors import ServiceError
from serving_widgets.mock.state.permissions import LEVELS, access_control_list, parse_grants, require


def get(request: MockRequest) -> Response:
    """Answer with an endpoint's access control list."""
    return reply(access_control_list(request.world, _endpoint(request, assumptions.PERMISSIONS_SHOWN_TO)))


def change(request: MockRequest) -> Response:
    """Set the direct grants that are named; PUT drops all others, the caller's own too, PATCH keeps them."""
    endpoint = _endpoint(request, "manage")
    kept = {} if request.method == "PUT" else endpoint.grants
    endpoint.grants = {**kept, **parse_grants(request.world, endpoint, request.json())}
    endpoint.touch()
    return reply(access_control_list(request.world, endpoint))


def levels(request: MockRequest) -> Response:
    """Answer with the permission levels that there are."""
    _endpoint(request, assumptions.LEVELS_SHOWN_TO)
    items = [{"permission_level": level, "description": description} for level, description in LEVELS.items()]
    return reply({"permission_levels": items})


def _endpoint(request: MockRequest, ability: str) -> EndpointRecord:
    """Return the endpoint with the id in the path; a ready-made one has none."""
    wanted = request.params["id"]
    for endpoint in request.world.endpoints():
        if endpoint.id == wanted and not endpoint.built_in:
            require(request.user, ability, endpoint)
            return endpoint
    raise ServiceError("RESOURCE_DOES_NOT_EXIST", f"Endpoint with ID '{wanted}' does not exist.")


# Both spellings of the object's type are in use: the API's, and that of the command line in the docs.
ROUTES = tuple(
    MockRoute(method, f"/api/2.0/permissions/{object_type}/{{id}}{rest}", handler)
    for object_type in ("serving-endpoints", "servingendpoints")
    for method, rest, handler in (
        ("GET", "", get),
        ("PUT", "", change),
        ("PATCH", "", change),
        ("GET", "/permissionLevels", levels),
    )
)
