"""Paths for the OpenAI client: the endpoint is named in the body, as the model."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection

from starlette.responses import Response

from serving_widgets.mock import language
from serving_widgets.mock.app import Call
from serving_widgets.mock.service.errors import ServiceError, invalid, too_large

from . import query

_CHAT = ("llm/v1/chat", "agent/v1/chat", "agent/v2/chat")


def _route(tasks: Collection[str], doc: str) -> Callable[[Call], Awaitable[Response]]:
    async def answer(call: Call) -> Response:
        if len(call.body) > language.BODY_LIMIT:
            raise too_large(language.BODY_LIMIT)
        body = await call.world.pool.run(lambda: query.parsed(call.body))
        if not isinstance(body, dict):
            raise ServiceError("BAD_REQUEST", "The body must be a JSON object.")
        name = body.get("model")
        if not isinstance(name, str) or not name:
            raise invalid("model must be the name of a serving endpoint.")
        return await query.ask(call, name, tasks=tasks)

    answer.__doc__ = doc
    return answer


chat_completions = _route(_CHAT, "Answer a chat.")
completions = _route(("llm/v1/completions",), "Continue a text.")
embeddings = _route(("llm/v1/embeddings",), "Turn texts into vectors.")
responses = _route(("agent/v1/responses",), "Answer as an agent.")
