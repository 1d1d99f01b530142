"""The query plane: ask an endpoint, or one of its served entities."""

from __future__ import annotations

import asyncio
import json
from functools import lru_cache
from typing import Any

from starlette.responses import PlainTextResponse, Response, StreamingResponse

from serving_widgets.mock import assumptions, language, payload, wire
from serving_widgets.mock.app import Call, bearer, reply
from serving_widgets.mock.clock import Clock
from serving_widgets.mock.endpoint import Config, Endpoint, Entity, draw
from serving_widgets.mock.errors import ServiceError, nothing_to_query, too_large
from serving_widgets.mock.permissions import check

_LONGEST_NAP = 0.1

LANGUAGE_BODY_LIMIT = 4 * 1024 * 1024
"""Largest body for language models, in bytes (Databricks docs, *Model Serving limits*)."""


async def invocations(call: Call) -> Response:
    """Answer a query by the entity named in the path, else by one that the traffic split chooses."""
    return await _asked(call, own_address=False)


async def at_own_address(call: Call) -> Response:
    """Answer a query to a route-optimized endpoint, which has an address of its own and takes OAuth tokens only."""
    if bearer(call.headers) not in call.world.oauth_tokens:
        raise ServiceError(
            assumptions.OWN_ADDRESS_WITHOUT_OAUTH,
            "Route-optimized endpoints take OAuth tokens only, not personal access tokens.",
        )
    return await _asked(call, own_address=True)


async def _asked(call: Call, *, own_address: bool) -> Response:
    if call.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        return PlainTextResponse("This endpoint accepts JSON only: set the Content-Type to application/json.", 415)
    world = call.world
    with world.lock:
        now = world.settle()
        endpoint = _askable(call, own_address=own_address)
        entity = _entity(endpoint, call.params.get("served"))
        answers_at = world.lifecycle.asked(endpoint, now)
    if answers_at > now:
        await _until(world.clock, answers_at)
    with world.lock:
        world.settle()
        model = world.model_of(entity)
    if model.task in language.KEY_OF_TASK and len(call.body) > LANGUAGE_BODY_LIMIT:
        raise too_large(LANGUAGE_BODY_LIMIT)
    body = call.body

    def work() -> tuple[Any, bytes]:
        try:
            parsed = json.loads(body)
        except (ValueError, RecursionError):
            raise ServiceError("BAD_REQUEST", "Invalid input. Failed to parse the body as JSON.") from None
        answer = payload.answer(model, parsed)
        if model.task in language.KEY_OF_TASK and isinstance(answer, dict):
            answer.update(created=int(now), model=_model_name(entity))
        return parsed, payload.encode(answer)

    parsed, encoded = await world.pool.run(work)
    headers = {"served-model-name": entity.name}
    if model.task == "llm/v1/chat" and parsed.get("stream") is True:
        chunks = language.chunks(json.loads(encoded))
        return StreamingResponse(iter(chunks), headers=headers, media_type="text/event-stream")
    return reply(encoded, headers=headers)


def _askable(call: Call, *, own_address: bool) -> Endpoint:
    name = call.params["name"]
    if not call.world.exists(name):
        raise nothing_to_query()
    endpoint = call.world.endpoint(name)
    check(call.user, "query", endpoint)
    if endpoint.stopped:
        raise ServiceError(
            assumptions.QUERY_WHILE_STOPPED, f"Endpoint {name} is stopped; start it before sending queries."
        )
    if endpoint.config is None or not endpoint.ready:
        raise ServiceError(assumptions.QUERY_WHILE_NOT_READY, f"Endpoint {name} is not ready to receive queries.")
    if own_address and call.path != wire.own_path(endpoint):
        raise nothing_to_query()
    if endpoint.route_optimized and not own_address:
        raise ServiceError(
            assumptions.ROUTE_OPTIMIZED_ON_WORKSPACE_PATH,
            f"Endpoint {name} is route-optimized: query it at its own URL (endpoint_url), with an OAuth token.",
        )
    return endpoint


def _entity(endpoint: Endpoint, served: str | None) -> Entity:
    config = endpoint.config
    if config is None:
        raise nothing_to_query()
    if served is None:
        served = _slots(endpoint.id, config.version, tuple(config.routes))[endpoint.queries % 100]
        endpoint.queries += 1
    return _named(config, served)


def _named(config: Config, served: str) -> Entity:
    entity = config.entity(served)
    if entity is None:
        raise nothing_to_query()
    return entity


@lru_cache(maxsize=256)
def _slots(endpoint_id: str, version: int, routes: tuple[tuple[str, int], ...]) -> list[str]:
    """Return whose turn each of a hundred queries is: shuffled, and exactly as the percentages say."""
    slots = [name for name, percent in routes for _ in range(percent)]
    order = sorted(range(100), key=lambda place: draw(endpoint_id, version, place))
    return [slots[place] for place in order]


async def _until(clock: Clock, instant: float) -> None:
    """Wait until it is `instant` in service time; a clock that stands is moved there."""
    while (left := instant - clock.now()) > 0:
        rate = clock.rate()
        if rate:
            await asyncio.sleep(min(left / rate, _LONGEST_NAP))
        else:
            clock.advance_to(instant)


def _model_name(entity: Entity) -> str:
    external = entity.spec.get("external_model")
    return str(external["name"]) if external else entity.name
