"""Answers of language models: chats, completions, embeddings, agents, and streams of any of them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

Columns = dict[str, list[Any]]


def language_table(value: Any) -> tuple[Columns, str, Any] | None:
    """Return columns, kind and usage of a language model's answer; None when it is something else."""
    if not isinstance(value, Mapping):
        return None
    usage = value.get("usage")
    choices = _objects(value.get("choices"))
    if choices and all(isinstance(choice.get("message"), Mapping) for choice in choices):
        return _chat(choices), "chat", usage
    if choices and all("text" in choice for choice in choices):
        return _completions(choices), "completions", usage
    data = _objects(value.get("data"))
    if data and all(isinstance(each.get("embedding"), list | str) for each in data):
        return _embeddings(data), "embeddings", usage
    for key in ("output", "messages"):
        items = _objects(value.get(key))
        if items and all("role" in item or "type" in item for item in items):
            return _messages(items), "messages", usage
    return None


def fold_events(text: str) -> Any:
    """Put the chunks of a stream together to the answer that would have come in one piece.

    Examples
    --------
    >>> fold_events('data: {"choices": [{"index": 0, "delta": {"role": "assistant", "content": "Hi"}}]}')
    {'choices': [{'index': 0, 'message': {'role': 'assistant', 'content': 'Hi'}, 'finish_reason': None}]}
    """
    data = (line.removeprefix("data:").strip() for line in text.splitlines() if line.startswith("data:"))
    return fold_chunks([json.loads(each) for each in data if each and each != "[DONE]"])


def fold_chunks(chunks: Sequence[Any]) -> Any:
    """Put the chunks of a stream together; one that is the whole answer already stays as it is.

    Examples
    --------
    >>> fold_chunks([{"choices": [{"text": "Hel"}]}, {"choices": [{"text": "lo"}]}])["choices"][0]["text"]
    'Hello'
    """
    if len(chunks) == 1 and isinstance(chunks[0], Mapping):
        choices_of_one = _objects(chunks[0].get("choices")) or [{"message": None}]
        if any("message" in choice for choice in choices_of_one):
            return dict(chunks[0])
    folded: dict[str, Any] = {}
    choices: dict[int, dict[str, Any]] = {}
    for chunk in chunks:
        if not isinstance(chunk, Mapping) or not isinstance(chunk.get("choices", []), list):
            return list(chunks)
        folded.update({key: value for key, value in chunk.items() if key != "choices" and value is not None})
        for choice in _objects(chunk.get("choices")) or []:
            _add(choices.setdefault(choice.get("index", 0), {}), choice)
    return {**folded, "choices": [choices[index] for index in sorted(choices)]} if choices else list(chunks)


def _add(whole: dict[str, Any], part: Mapping[str, Any]) -> None:
    whole.setdefault("index", part.get("index", 0))
    if "text" in part:
        whole["text"] = whole.get("text", "") + (part["text"] or "")
    else:
        message = whole.setdefault("message", {"role": "assistant", "content": ""})
        delta = part.get("delta") or {}
        message["role"] = delta.get("role") or message["role"]
        message["content"] += delta.get("content") or ""
        if delta.get("tool_calls"):
            message.setdefault("tool_calls", []).extend(delta["tool_calls"])
    whole["finish_reason"] = part.get("finish_reason") or whole.get("finish_reason")


def _chat(choices: list[Mapping[str, Any]]) -> Columns:
    messages = [choice["message"] for choice in choices]
    return {
        "index": [choice.get("index", place) for place, choice in enumerate(choices)],
        "role": [message.get("role") for message in messages],
        "content": [message.get("content") for message in messages],
        "finish_reason": [choice.get("finish_reason") for choice in choices],
        "tool_calls": [message.get("tool_calls") for message in messages],
    }


def _completions(choices: list[Mapping[str, Any]]) -> Columns:
    return {
        "index": [choice.get("index", place) for place, choice in enumerate(choices)],
        "text": [choice.get("text") for choice in choices],
        "finish_reason": [choice.get("finish_reason") for choice in choices],
    }


def _embeddings(data: list[Mapping[str, Any]]) -> Columns:
    vectors = [each["embedding"] for each in data]
    return {
        "index": [each.get("index", place) for place, each in enumerate(data)],
        "dimension": [len(vector) if isinstance(vector, list) else None for vector in vectors],
        "embedding": vectors,
    }


def _messages(items: list[Mapping[str, Any]]) -> Columns:
    return {
        "role": [item.get("role") for item in items],
        "type": [item.get("type") for item in items],
        "content": [item.get("content") for item in items],
    }


def _objects(value: Any) -> list[Mapping[str, Any]] | None:
    if not isinstance(value, list) or not all(isinstance(each, Mapping) for each in value):
        return None
    return value
