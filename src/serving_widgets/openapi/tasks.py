"""What language models take, by their task: for endpoints that have no document, as those of external models.

From the OpenAI-compatible interface that all of them have (Databricks docs, *Foundation model REST API reference*).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .document import Document

_TEXT = {"type": "string"}
_PART = {"type": "object", "properties": {"type": _TEXT, "text": _TEXT}, "required": ["type"]}
_MESSAGE = {
    "type": "object",
    "properties": {
        "role": {"type": "string", "enum": ["system", "developer", "user", "assistant", "tool", "function"]},
        "content": {"anyOf": [_TEXT, {"type": "array", "items": _PART}, {"type": "null"}]},
    },
    "required": ["role"],
}
_OPTIONS = {
    "max_tokens": {"type": "integer", "minimum": 1, "description": "Maximum number of tokens in the answer."},
    "temperature": {"type": "number", "minimum": 0, "maximum": 2, "description": "0 picks the most likely token."},
    "top_p": {
        "type": "number",
        "minimum": 0,
        "maximum": 1,
        "description": "Picks from the most likely tokens that together have this probability.",
    },
    "top_k": {"type": "integer", "minimum": 1, "description": "Picks from this many of the most likely tokens."},
    "n": {"type": "integer", "minimum": 1, "description": "How many answers."},
    "stop": {"anyOf": [_TEXT, {"type": "array", "items": _TEXT}], "description": "Text that ends the answer."},
    "stream": {"type": "boolean", "description": "Whether the answer comes in pieces."},
}
_CHAT_OPTIONS = {
    **_OPTIONS,
    "tools": {"type": "array", "items": {"type": "object"}, "description": "Functions that the model may call."},
    "tool_choice": {"description": "Which of them it has to call."},
    "response_format": {"type": "object", "description": "The form of the answer, such as a JSON schema."},
    "logprobs": {"type": "boolean"},
    "top_logprobs": {"type": "integer", "minimum": 0},
}
_MESSAGES = {"type": "array", "items": _MESSAGE, "minItems": 1, "description": "The conversation so far."}
_CHAT = {"messages": _MESSAGES, **_CHAT_OPTIONS}
_TOKENS = {"type": "array", "items": {"type": "integer"}, "minItems": 1}
_TEXTS = {
    "anyOf": [
        _TEXT,
        {"type": "array", "items": _TEXT, "minItems": 1},
        _TOKENS,
        {"type": "array", "items": _TOKENS, "minItems": 1},
    ]
}

_MEMBERS: Mapping[str, Mapping[str, Any]] = {
    "llm/v1/chat": _CHAT,
    "agent/v1/chat": _CHAT,
    "agent/v2/chat": _CHAT,
    "llm/v1/completions": {"prompt": _TEXTS, **_OPTIONS},
    "llm/v1/embeddings": {
        "input": {**_TEXTS, "description": "One text, or several."},
        "dimensions": {"type": "integer", "minimum": 1, "description": "How many numbers a text becomes."},
        "encoding_format": {"type": "string", "enum": ["float", "base64"]},
    },
    "agent/v1/responses": {
        "input": {
            "anyOf": [
                {"type": "array", "items": {"type": "object", "properties": {"role": _TEXT, "content": {}}}},
                _TEXT,
            ]
        },
        "stream": _OPTIONS["stream"],
        "max_output_tokens": _OPTIONS["max_tokens"],
    },
}
_KEYS: Mapping[str, str] = {
    task: next(key for key in ("messages", "prompt", "input") if key in members) for task, members in _MEMBERS.items()
}


def document_of_task(name: str, task: str) -> Document | None:
    """Return what an endpoint takes by its task; None where the task says nothing.

    Examples
    --------
    >>> document_of_task("chat", "llm/v1/chat").format().name
    'chat'
    """
    if task not in _MEMBERS:
        return None
    key, members = _KEYS[task], _MEMBERS[task]
    properties = {name: each if name == key else _or_null(each) for name, each in members.items()}
    schema = {"type": "object", "properties": properties, "required": [key]}
    body = {"content": {"application/json": {"schema": schema}}}
    return Document(
        {
            "openapi": "3.1.0",
            "info": {"title": name, "version": ""},
            "paths": {"/invocations": {"post": {"summary": task, "requestBody": body}}},
        }
    )


def _or_null(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schema of an option, for which null says as much as leaving it out."""
    made = dict(schema)
    if "anyOf" in made:
        made["anyOf"] = [*made["anyOf"], {"type": "null"}]
    if "type" in made:
        made["type"] = [made["type"], "null"]
    if "enum" in made:
        made["enum"] = [*made["enum"], None]
    return made
