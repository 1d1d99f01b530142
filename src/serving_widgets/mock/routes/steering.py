"""Steering routes, which the service does not have: journal, time, faults, reset."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from serving_widgets.mock.app import MockRequest, MockRoute, reply
from serving_widgets.mock.service.errors import ServiceError
from serving_widgets.mock.service.strict_json import read_json


def journal(request: MockRequest) -> Response:
    """Answer with the requests seen, oldest first."""
    return reply(request.world.journal.entries())


def advance(request: MockRequest) -> Response:
    """Move service time forward."""
    seconds = request.json().get("seconds")
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        raise ServiceError("BAD_REQUEST", 'The body must be {"seconds": n}.')
    try:
        request.world.clock.advance(seconds)
    except ValueError as error:
        raise ServiceError("BAD_REQUEST", str(error)) from None
    return reply({"now": request.world.settle()})


def faults(request: MockRequest) -> Response:
    """Replace the fault rules."""
    try:
        return reply({"rules": request.world.faults.set(_list(request.body))})
    except ValueError as error:
        raise ServiceError("BAD_REQUEST", str(error)) from None


def reset(request: MockRequest) -> Response:
    """Return to the scenario's start."""
    request.world.reset()
    return reply({})


def _list(body: bytes) -> list[Any]:
    value = read_json(body or b"[]")
    if not isinstance(value, list):
        raise ValueError("the body must be a list of rules")
    return value


ROUTES = (
    MockRoute("GET", "/_mock/journal", journal, admin=True),
    MockRoute("POST", "/_mock/advance", advance, admin=True),
    MockRoute("POST", "/_mock/faults", faults, admin=True),
    MockRoute("POST", "/_mock/reset", reset, admin=True),
)
