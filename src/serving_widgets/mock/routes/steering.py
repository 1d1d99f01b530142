"""Routes that the service does not have: what was asked, time, faults, and a new beginning."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from serving_widgets.mock.app import Call, reply
from serving_widgets.mock.service.errors import ServiceError
from serving_widgets.mock.service.strict_json import read_json


def journal(call: Call) -> Response:
    """Answer with the requests seen, oldest first."""
    return reply(call.world.journal.entries())


def advance(call: Call) -> Response:
    """Move service time forward."""
    seconds = call.json().get("seconds")
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        raise ServiceError("BAD_REQUEST", 'The body must be {"seconds": n}.')
    try:
        call.world.clock.advance(seconds)
    except ValueError as error:
        raise ServiceError("BAD_REQUEST", str(error)) from None
    return reply({"now": call.world.settle()})


def faults(call: Call) -> Response:
    """Replace the fault rules."""
    try:
        return reply({"rules": call.world.faults.set(_list(call.body))})
    except ValueError as error:
        raise ServiceError("BAD_REQUEST", str(error)) from None


def reset(call: Call) -> Response:
    """Return to the scenario's start."""
    call.world.reset()
    return reply({})


def _list(body: bytes) -> list[Any]:
    value = read_json(body or b"[]")
    if not isinstance(value, list):
        raise ValueError("the body must be a list of rules")
    return value
