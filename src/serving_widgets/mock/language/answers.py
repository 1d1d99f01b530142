"""Answers of language models, in the shapes of OpenAI's interface that the service has adopted."""

from __future__ import annotations

import base64
import struct
from collections.abc import Mapping, Sequence
from typing import Any

from serving_widgets.mock.scoring.model import JSON
from serving_widgets.mock.service.endpoint import digest
from serving_widgets.mock.service.errors import ServiceError

from . import options, replies

_DIMENSIONS = 64
_ROLES = ("system", "developer", "user", "assistant", "tool", "function")


def chat(body: Mapping[str, Any], texts_given: Sequence[str] | None = None) -> JSON:
    """Return a chat completion; `texts_given` are its answers, if they are not the model's own."""
    messages = _messages(body["messages"], "messages")
    wanted = options.read(body)
    question = _last_question(messages)
    texts = texts_given or [replies.reply_to(question, variant) for variant in range(wanted.count)]
    cut = [wanted.cut(text) for text in texts]
    return {
        "id": f"chatcmpl-{_id(body)}",
        "object": "chat.completion",
        "choices": [
            {
                "index": index,
                "message": {"role": "assistant", "content": text},
                "logprobs": None,
                "finish_reason": _reason(short),
            }
            for index, (text, short) in enumerate(cut)
        ],
        "usage": _usage(replies.count(map(_text, messages)), replies.count(text for text, _ in cut)),
    }


def completions(body: Mapping[str, Any], texts_given: Sequence[str] | None = None) -> JSON:
    """Return a text completion: as many choices for each prompt as are asked for."""
    prompts = _texts(body["prompt"], "prompt")
    wanted = options.read(body)
    texts = texts_given or [replies.reply_to(prompt, variant) for prompt in prompts for variant in range(wanted.count)]
    cut = [wanted.cut(text) for text in texts]
    return {
        "id": f"cmpl-{_id(body)}",
        "object": "text_completion",
        "choices": [
            {"index": index, "text": text, "logprobs": None, "finish_reason": _reason(short)}
            for index, (text, short) in enumerate(cut)
        ],
        "usage": _usage(replies.count(prompts), replies.count(text for text, _ in cut)),
    }


def embeddings(body: Mapping[str, Any]) -> JSON:
    """Return a vector for each text, as numbers or, if so asked, in Base64."""
    texts = _texts(body["input"], "input")
    dimensions = body.get("dimensions") or _DIMENSIONS
    vectors = [replies.vector(text, dimensions) for text in texts]
    packed = body.get("encoding_format") == "base64"
    return {
        "object": "list",
        "data": [
            {"object": "embedding", "index": index, "embedding": _packed(vector) if packed else vector}
            for index, vector in enumerate(vectors)
        ],
        "usage": {key: replies.count(texts) for key in ("prompt_tokens", "total_tokens")},
    }


def response(body: Mapping[str, Any], texts_given: Sequence[str] | None = None) -> JSON:
    """Return the response of an agent: one message."""
    asked = body["input"]
    messages = [{"role": "user", "content": asked}] if isinstance(asked, str) else _messages(asked, "input")
    answer = texts_given[0] if texts_given else replies.reply_to(_last_question(messages))
    text, short = options.read(body).cut(answer)
    read, written = replies.count(map(_text, messages)), replies.count([text])
    message = {
        "type": "message",
        "id": f"msg_{_id(body)}",
        "role": "assistant",
        "status": "incomplete" if short else "completed",
        "content": [{"type": "output_text", "text": text, "annotations": []}],
    }
    return {
        "id": f"resp_{_id(body)}",
        "object": "response",
        "status": message["status"],
        "error": None,
        "incomplete_details": {"reason": "max_output_tokens"} if short else None,
        "output": [message],
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
        "usage": {
            "input_tokens": read,
            "input_tokens_details": {"cached_tokens": 0},
            "output_tokens": written,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": read + written,
        },
    }


def _messages(value: Any, name: str) -> list[Mapping[str, Any]]:
    if not isinstance(value, list) or not value or not all(isinstance(one, Mapping) for one in value):
        raise ServiceError("BAD_REQUEST", f"{name} must be a non-empty list of objects with role and content.")
    for message in value:
        # What tools are called with and give back stands among an agent's messages, and has a type instead of a role.
        if message.get("role") not in _ROLES and "type" not in message:
            raise ServiceError("BAD_REQUEST", f"The role of a message must be one of {', '.join(_ROLES)}.")
    return value


def _last_question(messages: Sequence[Mapping[str, Any]]) -> str:
    """Return what the user said last; what was said last at all, if no user has spoken."""
    return _text(next((one for one in reversed(messages) if one.get("role") == "user"), messages[-1]))


def _text(message: Mapping[str, Any]) -> str:
    content = message.get("content")
    if isinstance(content, list):
        return " ".join(str(part.get("text", "")) for part in content if isinstance(part, Mapping))
    return content if isinstance(content, str) else ""


def _texts(value: Any, name: str) -> list[str]:
    """Return the texts of a request; one may come as the numbers of its tokens, too."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, list) and value:
        if all(isinstance(one, str) for one in value):
            return value
        if all(_is_tokens(one) for one in value):
            return [" ".join(map(str, one)) for one in value]
        if _is_tokens(value):
            return [" ".join(map(str, value))]
    raise ServiceError("BAD_REQUEST", f"{name} must be a string, a non-empty list of strings, or tokens.")


def _is_tokens(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(type(one) is int for one in value)


def _packed(vector: Sequence[float]) -> str:
    return base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()


def _id(body: Mapping[str, Any]) -> str:
    """Return an id that the same request has again, streamed or not."""
    given = {key: value for key, value in body.items() if value is not None and not key.startswith("stream")}
    return digest(given)[:24]


def _reason(short: bool) -> str:
    return "length" if short else "stop"


def _usage(asked: int, answered: int) -> JSON:
    return {"prompt_tokens": asked, "completion_tokens": answered, "total_tokens": asked + answered}
