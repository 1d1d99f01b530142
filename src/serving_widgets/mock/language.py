"""Language models of the mock: small, quick, always the same answer to the same question."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from .endpoint import digest, draw
from .errors import ServiceError
from .models import JSON, Model

_OPENINGS = ("In short", "Put simply", "Briefly", "As far as I can tell")
_DIMENSIONS = 16


def _chat(body: Mapping[str, Any]) -> JSON:
    messages = body["messages"]
    if not isinstance(messages, list) or not messages or not all(isinstance(one, Mapping) for one in messages):
        raise ServiceError("BAD_REQUEST", "messages must be a non-empty list of objects with role and content.")
    question = _text(messages[-1].get("content"))
    words = _answer(question)
    limit = body.get("max_tokens")
    cut = isinstance(limit, int) and limit < len(words)
    words = words[:limit] if cut else words
    asked = sum(len(_text(one.get("content")).split()) for one in messages)
    return {
        "id": f"chatcmpl-{digest(question, limit)[:24]}",
        "object": "chat.completion",
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": " ".join(words)},
                "finish_reason": "length" if cut else "stop",
            }
        ],
        "usage": _usage(asked, len(words)),
    }


def _completions(body: Mapping[str, Any]) -> JSON:
    prompts = body["prompt"] if isinstance(body["prompt"], list) else [body["prompt"]]
    answers = [_answer(_text(prompt)) for prompt in prompts]
    return {
        "id": f"cmpl-{digest(prompts)[:24]}",
        "object": "text_completion",
        "choices": [
            {"index": index, "text": " ".join(words), "finish_reason": "stop"} for index, words in enumerate(answers)
        ],
        "usage": _usage(sum(len(_text(one).split()) for one in prompts), sum(map(len, answers))),
    }


def _embeddings(body: Mapping[str, Any]) -> JSON:
    texts = body["input"] if isinstance(body["input"], list) else [body["input"]]
    data = [
        {
            "object": "embedding",
            "index": index,
            "embedding": [round(2 * draw(text, axis) - 1, 6) for axis in range(_DIMENSIONS)],
        }
        for index, text in enumerate(texts)
    ]
    return {"object": "list", "data": data, "usage": _usage(sum(len(_text(one).split()) for one in texts), 0)}


def _text(content: Any) -> str:
    if isinstance(content, list):
        return " ".join(_text(part.get("text")) for part in content if isinstance(part, Mapping))
    return content if isinstance(content, str) else ""


def _answer(question: str) -> list[str]:
    opening = _OPENINGS[int(draw(question) * len(_OPENINGS))]
    return f"{opening}: you asked “{question.strip()}”, and this is a mock model’s answer.".split()


def _usage(asked: int, answered: int) -> JSON:
    return {"prompt_tokens": asked, "completion_tokens": answered, "total_tokens": asked + answered}


BY_TASK = {
    "llm/v1/chat": Model(_chat, task="llm/v1/chat"),
    "llm/v1/completions": Model(_completions, task="llm/v1/completions"),
    "llm/v1/embeddings": Model(_embeddings, task="llm/v1/embeddings"),
}

KEY_OF_TASK = {"llm/v1/chat": "messages", "llm/v1/completions": "prompt", "llm/v1/embeddings": "input"}
"""The member that a request for each task must have."""


def chunks(reply: JSON) -> list[bytes]:
    """Return a chat completion as the events of a stream: ``data:`` lines only, for some clients know no others."""
    choice = reply["choices"][0]
    words = choice["message"]["content"].split(" ")
    deltas: list[JSON] = [{"role": "assistant", "content": ""}]
    deltas += [
        {"content": word if first else f" {word}"}
        for first, word in ((index == 0, word) for index, word in enumerate(words))
    ]
    head = {"id": reply["id"], "object": "chat.completion.chunk", "created": reply["created"], "model": reply["model"]}
    events = [{**head, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]} for delta in deltas]
    events.append({**head, "choices": [{"index": 0, "delta": {}, "finish_reason": choice["finish_reason"]}]})
    lines = [json.dumps(event, separators=(",", ":"), ensure_ascii=False) for event in events]
    return [f"data: {line}\n\n".encode() for line in [*lines, "[DONE]"]]
