"""Streamed answers of language models: ``data:`` lines and nothing else, for MLflow's client knows no others."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from serving_widgets.mock.scoring.model import JSON

_PIECE = re.compile(r"\s*\S+|\s+$")


def lines(answer: Any, body: Mapping[str, Any]) -> Iterator[bytes]:
    """Yield `answer` as server-sent events, and ``data: [DONE]`` as the last of them.

    An answer in a shape of its own, which a Python function may give, is one event.
    """
    for event in _events(answer, (body.get("stream_options") or {}).get("include_usage") is True):
        yield b"data: " + json.dumps(event, separators=(",", ":")).encode() + b"\n\n"
    yield b"data: [DONE]\n\n"


def _events(answer: Any, usage: bool) -> list[Any]:
    try:
        return list(_PIECES[answer["object"]](answer, usage))
    except (LookupError, TypeError, ValueError):
        return [answer]


def _chat(answer: Mapping[str, Any], usage: bool) -> Iterator[JSON]:
    head = _head(answer, "chat.completion.chunk")
    for choice in answer["choices"]:
        yield _chunk(head, usage, choice["index"], delta={"role": "assistant", "content": ""})
        for piece in _PIECE.findall(choice["message"]["content"] or ""):
            yield _chunk(head, usage, choice["index"], delta={"content": piece})
        yield _chunk(head, usage, choice["index"], delta={}, finish_reason=choice["finish_reason"])
    if usage:
        yield {**head, "choices": [], "usage": answer["usage"]}


def _completions(answer: Mapping[str, Any], usage: bool) -> Iterator[JSON]:
    head = _head(answer, "text_completion")
    for choice in answer["choices"]:
        for piece in _PIECE.findall(choice["text"]):
            yield _chunk(head, usage, choice["index"], text=piece)
        yield _chunk(head, usage, choice["index"], text="", finish_reason=choice["finish_reason"])
    if usage:
        yield {**head, "choices": [], "usage": answer["usage"]}


def _response(answer: Mapping[str, Any], usage: bool) -> Iterator[JSON]:
    """Yield the events of a response, numbered: it begins, its items appear and are filled in, it is complete."""
    begun = {**answer, "status": "in_progress", "output": [], "usage": None, "incomplete_details": None}
    events = [{"type": f"response.{name}", "response": begun} for name in ("created", "in_progress")]
    for index, item in enumerate(answer["output"]):
        events += _item(index, item)
    events.append({"type": f"response.{answer['status']}", "response": answer})
    for number, event in enumerate(events):
        yield {**event, "sequence_number": number}


def _item(index: int, item: JSON) -> list[JSON]:
    (part,) = item["content"]
    where = {"item_id": item["id"], "output_index": index, "content_index": 0}
    place = {"output_index": index}
    return [
        {"type": "response.output_item.added", **place, "item": {**item, "status": "in_progress", "content": []}},
        {"type": "response.content_part.added", **where, "part": {**part, "text": ""}},
        *(
            {"type": "response.output_text.delta", **where, "delta": piece, "logprobs": []}
            for piece in _PIECE.findall(part["text"])
        ),
        {"type": "response.output_text.done", **where, "text": part["text"], "logprobs": []},
        {"type": "response.content_part.done", **where, "part": part},
        {"type": "response.output_item.done", **place, "item": item},
    ]


_PIECES: Mapping[str, Callable[[Mapping[str, Any], bool], Iterator[JSON]]] = {
    "chat.completion": _chat,
    "text_completion": _completions,
    "response": _response,
}


def _head(answer: Mapping[str, Any], kind: str) -> JSON:
    return {"id": answer["id"], "object": kind, "created": answer["created"], "model": answer["model"]}


def _chunk(head: JSON, usage: bool, index: int, **piece: Any) -> JSON:
    choice = {"index": index, "logprobs": None, "finish_reason": None, **piece}
    return {**head, "choices": [choice], "usage": None} if usage else {**head, "choices": [choice]}
