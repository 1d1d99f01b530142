"""Logs of served entities: of the build of their image, and of their model server.

Source: Databricks docs, *Manage model serving endpoints*, "Debug your model serving endpoint".
"""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from serving_widgets.mock.app import Call, reply
from serving_widgets.mock.logs import find
from serving_widgets.mock.service import assumptions
from serving_widgets.mock.service.endpoint import Config, Endpoint, Entity
from serving_widgets.mock.service.errors import invalid
from serving_widgets.mock.serving.query_reader import encode
from serving_widgets.mock.state.permissions import check


def build_logs(call: Call) -> Response:
    """Answer with the log of an entity's build."""
    return reply({"logs": call.world.logs.build(*_served(call))})


async def server_logs(call: Call) -> Response:
    """Answer with the most recent lines of a model server; nobody else waits while they are encoded, however many."""
    world = call.world
    with world.lock:
        now = world.settle()
        lines = world.logs.server(*_served(call), now)
    return reply(await world.pool.run(lambda: encode({"logs": "".join(f"{line}\n" for line in lines)})))


def _served(call: Call) -> tuple[Endpoint, Config, Entity]:
    endpoint = call.world.endpoint(call.params["name"])
    check(call.user, assumptions.LOGS_ABILITY, endpoint)
    return endpoint, *find(endpoint, call.params["served"], _version(call))


def _version(call: Call) -> int | None:
    """Return the version asked for, in the query or, as the docs show it, in the body of the GET."""
    asked: Any = call.query.get("config_version", call.json().get("config_version"))
    if asked is None:
        return None
    if isinstance(asked, str) and asked.isascii() and asked.isdecimal() and len(asked) < 10:
        return int(asked)
    if isinstance(asked, bool) or not isinstance(asked, int):
        raise invalid(f"config_version must be an integer, not {asked!r}.")
    return asked
