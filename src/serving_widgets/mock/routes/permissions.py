"""The permissions of endpoints: read, replaced, added to. They go by an endpoint's id, never by its name."""

from __future__ import annotations

from starlette.responses import Response

from serving_widgets.mock.app import Call, reply
from serving_widgets.mock.service import assumptions
from serving_widgets.mock.service.endpoint import Endpoint
from serving_widgets.mock.service.errors import ServiceError
from serving_widgets.mock.state.permissions import DESCRIPTIONS, LEVELS, asked, check, shown

TYPES = ("serving-endpoints", "servingendpoints")
"""Both spellings of the type are in use: the API's, and that of the command line in the docs."""


def get(call: Call) -> Response:
    """Answer with an endpoint's access control list."""
    return reply(shown(call.world, _found(call, assumptions.PERMISSIONS_SHOWN_TO)))


def replace(call: Call) -> Response:
    """Replace all direct grants, the caller's own too; what is inherited stays."""
    endpoint = _found(call, "manage")
    endpoint.grants = asked(call.world, endpoint, call.json())
    return reply(shown(call.world, endpoint))


def update(call: Call) -> Response:
    """Set the direct grants of those who are named, and leave the others alone."""
    endpoint = _found(call, "manage")
    endpoint.grants = {**endpoint.grants, **asked(call.world, endpoint, call.json())}
    return reply(shown(call.world, endpoint))


def levels(call: Call) -> Response:
    """Answer which levels there are."""
    _found(call, assumptions.LEVELS_SHOWN_TO)
    return reply(
        {"permission_levels": [{"permission_level": level, "description": DESCRIPTIONS[level]} for level in LEVELS]}
    )


def _found(call: Call, ability: str) -> Endpoint:
    """Return the endpoint with the id in the path; a ready-made one has none."""
    wanted = call.params["id"]
    for endpoint in call.world.endpoints():
        if endpoint.id == wanted and not endpoint.built_in:
            check(call.user, ability, endpoint)
            return endpoint
    raise ServiceError("RESOURCE_DOES_NOT_EXIST", f"Endpoint with ID '{wanted}' does not exist.")
