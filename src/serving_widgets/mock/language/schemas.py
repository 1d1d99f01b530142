"""JSON schemas of the requests and answers of language models."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

JSON = dict[str, Any]

_TEXT = {"type": "string"}
_NUMBER = {"type": "number", "format": "double"}
_INTEGER = {"type": "integer", "format": "int32"}
_BOOLEAN = {"type": "boolean"}
_OPTIONS = {
    "max_tokens": _INTEGER,
    "temperature": _NUMBER,
    "top_p": _NUMBER,
    "n": _INTEGER,
    "stop": {"type": "array", "items": _TEXT},
    "stream": _BOOLEAN,
}


def of(task: str) -> tuple[JSON, JSON]:
    """Return the schemas of a request and of an answer for a task such as ``"llm/v1/chat"``."""
    request, response = _SCHEMAS[task]
    return _object(request), _object(response)


def _object(properties: Mapping[str, Any]) -> JSON:
    return {"type": "object", "properties": dict(properties)}


def _list(items: Mapping[str, Any]) -> JSON:
    return {"type": "array", "items": dict(items)}


_MESSAGE = _object({"role": _TEXT, "content": _TEXT})
_USAGE = _object(dict.fromkeys(("prompt_tokens", "completion_tokens", "total_tokens"), _INTEGER))


def _answer(**more: JSON) -> JSON:
    created = {"type": "integer", "format": "int64"}
    return {"id": _TEXT, "object": _TEXT, "created": created, "model": _TEXT, **more, "usage": _USAGE}


_CHAT = (
    {"messages": _list(_MESSAGE), **_OPTIONS},
    _answer(choices=_list(_object({"index": _INTEGER, "message": _MESSAGE, "finish_reason": _TEXT}))),
)
_SCHEMAS: Mapping[str, tuple[JSON, JSON]] = {
    "llm/v1/chat": _CHAT,
    "agent/v1/chat": _CHAT,
    "agent/v2/chat": _CHAT,
    "llm/v1/completions": (
        {"prompt": _TEXT, **_OPTIONS},
        _answer(choices=_list(_object({"index": _INTEGER, "text": _TEXT, "finish_reason": _TEXT}))),
    ),
    "llm/v1/embeddings": (
        {"input": _list(_TEXT), "dimensions": _INTEGER},
        {
            "object": _TEXT,
            "data": _list(_object({"object": _TEXT, "index": _INTEGER, "embedding": _list(_NUMBER)})),
            "model": _TEXT,
            "usage": _USAGE,
        },
    ),
    "agent/v1/responses": (
        {"input": _list(_MESSAGE), "stream": _BOOLEAN},
        {"id": _TEXT, "object": _TEXT, "output": _list({"type": "object"})},
    ),
}
