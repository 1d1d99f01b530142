"""Routes for the OpenAI client: the endpoint is named in the body, as the model."""

from __future__ import annotations

from functools import partial

from starlette.responses import Response

from serving_widgets.mock import language
from serving_widgets.mock.app import MockRequest, MockRoute
from serving_widgets.mock.service.errors import ServiceError, invalid, too_large

from . import query

_TASKS_OF = {
    "chat/completions": ("llm/v1/chat", "agent/v1/chat", "agent/v2/chat"),
    "completions": ("llm/v1/completions",),
    "embeddings": ("llm/v1/embeddings",),
    "responses": ("agent/v1/responses",),
}


async def answer(request: MockRequest, tasks: tuple[str, ...]) -> Response:
    """Answer by the endpoint named in the body, whose model must have one of these tasks."""
    if len(request.body) > language.BODY_LIMIT:
        raise too_large(language.BODY_LIMIT)
    body = await request.world.pool.run(lambda: query.parsed(request.body))
    if not isinstance(body, dict):
        raise ServiceError("BAD_REQUEST", "The body must be a JSON object.")
    name = body.get("model")
    if not isinstance(name, str) or not name:
        raise invalid("model must be the name of a serving endpoint.")
    return await query.ask(request, name, tasks=tasks)


ROUTES = tuple(
    MockRoute("POST", f"/serving-endpoints/{path}", partial(answer, tasks=tasks)) for path, tasks in _TASKS_OF.items()
)
