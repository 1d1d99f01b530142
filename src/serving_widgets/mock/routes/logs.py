"""Routes of the logs of served entities: of the build of their image, and of their model server.

Source: Databricks docs, *Manage model serving endpoints*, "Debug your model serving endpoint".
"""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from serving_widgets.mock.app import MockRequest, MockRoute, reply
from serving_widgets.mock.logs import find_entity
from serving_widgets.mock.service import assumptions
from serving_widgets.mock.service.endpoint import Config, EndpointRecord, Entity
from serving_widgets.mock.service.errors import invalid
from serving_widgets.mock.serving.query_reader import encode
from serving_widgets.mock.state.permissions import require


def build_logs(request: MockRequest) -> Response:
    """Answer with the log of an entity's build."""
    return reply({"logs": request.world.logs.build(*_served(request))})


async def server_logs(request: MockRequest) -> Response:
    """Answer with the most recent lines of a model server; other requests are answered while they are encoded."""
    world = request.world
    with world.lock:
        now = world.settle()
        lines = world.logs.server(*_served(request), now)
    return reply(await world.pool.run(lambda: encode({"logs": "".join(f"{line}\n" for line in lines)})))


def _served(request: MockRequest) -> tuple[EndpointRecord, Config, Entity]:
    endpoint = request.world.endpoint(request.params["name"])
    require(request.user, assumptions.LOGS_ABILITY, endpoint)
    return endpoint, *find_entity(endpoint, request.params["served"], _version(request))


def _version(request: MockRequest) -> int | None:
    """Return the version asked for, in the query or, as the docs show it, in the body of the GET."""
    asked: Any = request.query.get("config_version", request.json().get("config_version"))
    if asked is None:
        return None
    if isinstance(asked, str) and asked.isascii() and asked.isdecimal() and len(asked) < 10:
        return int(asked)
    if isinstance(asked, bool) or not isinstance(asked, int):
        raise invalid(f"config_version must be an integer, not {asked!r}.")
    return asked


_SERVED = "/api/2.0/serving-endpoints/{name}/served-models/{served}"
ROUTES = (MockRoute("GET", f"{_SERVED}/build-logs", build_logs), MockRoute("GET", f"{_SERVED}/logs", server_logs))
