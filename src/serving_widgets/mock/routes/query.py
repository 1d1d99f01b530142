"""Routes of the query plane: ask an endpoint, or one of its served entities."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from starlette.responses import PlainTextResponse, Response, StreamingResponse

from serving_widgets.mock import language
from serving_widgets.mock.app import MockRequest, MockRoute, bearer, reply
from serving_widgets.mock.scoring import made_up
from serving_widgets.mock.scoring.model import Model
from serving_widgets.mock.service import assumptions
from serving_widgets.mock.service.clock import Clock
from serving_widgets.mock.service.endpoint import EndpointRecord, Entity, draw
from serving_widgets.mock.service.errors import ServiceError, nothing_to_query, scoring_refused, too_large
from serving_widgets.mock.serving import query_reader
from serving_widgets.mock.state import serializers
from serving_widgets.mock.state.permissions import require

_LONGEST_NAP = 0.1
_TYPICAL_MS = {"custom": 18.0, "features": 7.0, "provisioned": 260.0, "foundation": 340.0, "external": 620.0}


@dataclass(frozen=True)
class AdmittedQuery:
    """A query that was admitted: the endpoint, entity and model that answer it, and its times."""

    endpoint: EndpointRecord
    entity: Entity
    model: Model
    at: float
    number: int
    answers_at: float


async def invocations(request: MockRequest) -> Response:
    """Answer a query by the entity named in the path, else by one that the traffic split chooses."""
    return await ask(request, request.params["name"])


async def at_own_address(request: MockRequest) -> Response:
    """Answer a query to a route-optimized endpoint at its own address.

    It takes OAuth tokens that were narrowed to this endpoint, nothing else (Databricks docs, *Query route-optimized
    serving endpoints*).
    """
    return await ask(request, request.params["name"], own_address=True)


async def ask(request: MockRequest, name: str, *, tasks: Collection[str] = (), own_address: bool = False) -> Response:
    """Put the body of a request to an endpoint.

    Parameters
    ----------
    request : MockRequest
        The request.
    name : str
        The endpoint.
    tasks : collection of str, optional
        Tasks of which the model has to be one; empty where any will do.
    own_address : bool, optional
        Whether the request came to the address of a route-optimized endpoint.
    """
    unsupported = _unsupported(request.headers.get("content-type", ""))
    if unsupported:
        return PlainTextResponse(unsupported, 415)
    world = request.world
    with world.lock:
        question = _let_in(request, name, tasks, own_address)
    late = question.model.seconds > assumptions.EXECUTION_LIMIT_S
    await _until(world.clock, question.answers_at + min(question.model.seconds, assumptions.EXECUTION_LIMIT_S))
    with world.lock:
        answered_at = world.settle()
    status, error = 500, ""
    try:
        if late:
            raise _too_slow()
        response = await _answer(request, question)
        status = response.status_code
        return response
    except ServiceError as refusal:
        status, error = refusal.status, "\n".join(filter(None, (refusal.message, refusal.extra.get("stack_trace"))))
        raise
    finally:
        took_ms = 1000 * max(answered_at - question.at, 0) + _compute_ms(question)
        with world.lock:
            world.queried(question.endpoint, question.entity, answered_at, status, took_ms, error)


def parsed(body: bytes) -> Any:
    """Return the JSON of a query, or refuse it."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise scoring_refused("Invalid input. Failed to parse the body as JSON.") from None


def _unsupported(content_type: str) -> str:
    """Return why MLflow's scoring server does not take a content type; empty if it does."""
    kind, *pairs = (one.strip() for one in content_type.split(";"))
    parameters = {name: value for name, _, value in (pair.partition("=") for pair in pairs)}
    if parameters.get("charset", "utf-8").lower() != "utf-8":
        return "The scoring server only supports UTF-8"
    unknown = ", ".join(sorted(parameters.keys() - {"charset"}))
    if parameters.keys() - {"charset"}:
        return f"Unrecognized content type parameters: {unknown}."
    if kind != "application/json":
        return "This endpoint accepts JSON only: set the Content-Type to application/json."
    return ""


async def _answer(request: MockRequest, question: AdmittedQuery) -> Response:
    """Have the model compute on a thread of the pool, for as long as the service lets it.

    A Python function takes the time it takes, so its limit passes on the host's clock; the time that a model is said to
    take (``seconds``) is service time.
    """
    model, entity = question.model, question.entity
    # What was recorded has been answered by now.
    made = request.world.recorded.is_recorded(question.endpoint.name)
    document = request.world.recorded.schema_of(question.endpoint.name) if made else None

    def work() -> tuple[bytes, list[bytes] | None]:
        body = parsed(request.body)
        language.check(model.task, body)
        try:
            answer = query_reader.answer(model, body)
        except RecursionError:
            raise scoring_refused("Invalid input. It is nested too deeply.") from None
        if made:
            answer = made_up.shaped(answer, document, entity.name)
        answer = language.complete(model.task, answer, body, name=_model_name(entity), at=question.at)
        if language.streamed(model.task, body):
            return b"", list(language.lines(answer, body))
        return query_reader.encode(answer), None

    try:
        encoded, lines = await asyncio.wait_for(request.world.pool.run(work), assumptions.EXECUTION_LIMIT_S)
    except TimeoutError:
        raise _too_slow() from None
    headers = {"served-model-name": entity.name, **({made_up.NOTE_HEADER: made_up.NOTE} if made else {})}
    if lines is not None:
        return StreamingResponse(_each(lines), headers=headers, media_type="text/event-stream")
    return reply(encoded, headers=headers)


def _let_in(request: MockRequest, name: str, tasks: Collection[str], own_address: bool) -> AdmittedQuery:
    world = request.world
    now = world.settle()
    endpoint = _askable(request, name, own_address)
    if not own_address:
        world.query_limit.admit(now)
    entity = _entity(endpoint, request.params.get("served"))
    model = world.model_of(entity)
    if tasks and model.task not in tasks:
        raise ServiceError(
            "BAD_REQUEST",
            f"Endpoint {name} can't be asked here: its task is {model.task or 'none'}, and this path is for "
            f"{', '.join(tasks)}.",
        )
    if model.task in language.KEY_OF_TASK and len(request.body) > language.BODY_LIMIT:
        raise too_large(language.BODY_LIMIT)
    number = endpoint.query_count
    endpoint.query_count += 1
    return AdmittedQuery(endpoint, entity, model, now, number, world.lifecycle.record_query(endpoint, now))


def _askable(request: MockRequest, name: str, own_address: bool) -> EndpointRecord:
    if own_address:
        _check_token(request)
    if not request.world.exists(name):
        raise nothing_to_query()
    endpoint = request.world.endpoint(name)
    if own_address:
        _check_address(request, endpoint)
    require(request.user, "query", endpoint)
    if endpoint.stopped:
        raise ServiceError(
            assumptions.QUERY_WHILE_STOPPED, f"Endpoint {name} is stopped; start it before sending queries."
        )
    if endpoint.config is None or not endpoint.ready:
        request.world.looked(endpoint, bearer(request.headers), "query")
        raise ServiceError(assumptions.QUERY_WHILE_NOT_READY, f"Endpoint {name} is not ready to receive queries.")
    if endpoint.route_optimized and not own_address:
        raise ServiceError(
            assumptions.ROUTE_OPTIMIZED_ON_WORKSPACE_PATH,
            f"Endpoint {name} is route-optimized: query it at its own URL (endpoint_url), with an OAuth token.",
        )
    return endpoint


def _check_token(request: MockRequest) -> None:
    """Refuse anything but an OAuth token that is good for a single endpoint."""
    grant = request.world.oauth.find(bearer(request.headers))
    if grant is None:
        raise ServiceError(
            assumptions.OWN_ADDRESS_WITHOUT_OAUTH,
            "Route-optimized endpoints take OAuth tokens only, not personal access tokens.",
        )
    if not grant.endpoint:
        raise ServiceError(
            assumptions.OWN_ADDRESS_WITHOUT_DETAILS,
            "Missing authorization details: exchange the token for one with the authorization_details of the endpoint.",
        )


def _check_address(request: MockRequest, endpoint: EndpointRecord) -> None:
    """Refuse a token for another endpoint, and an address that is not the endpoint's."""
    grant = request.world.oauth.find(bearer(request.headers))
    if grant is None or grant.endpoint != endpoint.id:
        raise ServiceError(
            assumptions.OWN_ADDRESS_OF_ANOTHER, "The token's authorization details are those of another endpoint."
        )
    if request.path != serializers.own_path(endpoint):
        raise nothing_to_query()


def _entity(endpoint: EndpointRecord, served: str | None) -> Entity:
    config = endpoint.config
    if config is None:
        raise nothing_to_query()
    if served is None:
        served = _slots(endpoint.id, config.version, tuple(config.routes))[endpoint.queries % 100]
        endpoint.queries += 1
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


async def _each(lines: Iterable[bytes]) -> AsyncIterator[bytes]:
    for line in lines:
        yield line


def _too_slow() -> ServiceError:
    return ServiceError(
        assumptions.EXECUTION_TIMEOUT,
        f"The model did not answer within the limit of {assumptions.EXECUTION_LIMIT_S:g} seconds.",
    )


def _compute_ms(question: AdmittedQuery) -> float:
    """Return how long the model is said to have computed: mostly about the same, now and then several times as long."""
    lot = draw("latency", question.endpoint.id, question.entity.name, question.number)
    return round(_TYPICAL_MS[question.entity.kind] * (0.7 + 0.5 * lot + 4 * lot**24), 3)


def _model_name(entity: Entity) -> str:
    external = entity.spec.get("external_model")
    return str(external["name"]) if external else entity.name


ROUTES = (
    MockRoute("POST", "/serving-endpoints/{name}/invocations", invocations),
    MockRoute("POST", "/serving-endpoints/{name}/served-models/{served}/invocations", invocations),
    MockRoute("POST", "/api/2.0/serving-endpoints/{name}/invocations", invocations),
    MockRoute("POST", "/route-optimized/{shard}/serving-endpoints/{name}/invocations", at_own_address, narrow=True),
)
