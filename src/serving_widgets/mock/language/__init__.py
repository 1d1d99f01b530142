"""Language models of the mock: small, quick, always the same answer to the same question."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from serving_widgets.mock.scoring.model import JSON, Model

from . import answers, options, streams

BODY_LIMIT = 4 * 1024 * 1024
"""Largest body for language models and agents, in bytes (Databricks docs, *Model Serving limits*)."""

_TASKS: Mapping[str, tuple[str, Callable[..., JSON]]] = {
    **dict.fromkeys(("llm/v1/chat", "agent/v1/chat", "agent/v2/chat"), ("messages", answers.chat)),
    "llm/v1/completions": ("prompt", answers.completions),
    "llm/v1/embeddings": ("input", answers.embeddings),
    "agent/v1/responses": ("input", answers.response),
}
KEY_OF_TASK = {task: key for task, (key, _) in _TASKS.items()}
"""The member that a request for each task must have."""

_STAMP = {"chat.completion": "created", "text_completion": "created", "response": "created_at"}
_EMBEDDERS = ("embed", "gte", "bge", "e5")


def _by(body_of: Callable[..., JSON]) -> Callable[[Mapping[str, Any]], JSON]:
    return lambda body: body_of(body)


BY_TASK = {task: Model(_by(body_of), task=task) for task, (_, body_of) in _TASKS.items()}
"""A model for each task."""


def task_of(entity_name: str) -> str:
    """Return the task of a model of the service's own catalogue, by its name: embeddings, else chat."""
    name = entity_name.rsplit(".", 1)[-1].lower()
    return "llm/v1/embeddings" if any(word in name for word in _EMBEDDERS) else "llm/v1/chat"


def check(task: str, body: Any) -> None:
    """Refuse options out of their range; whether the body has what the task needs is seen when it is answered."""
    if task in KEY_OF_TASK and isinstance(body, Mapping):
        options.check(body)


def complete(task: str, answer: Any, body: Any, *, name: str, at: float) -> Any:
    """Return the answer of a model as it is sent: with the model's name and the service's time in it.

    Parameters
    ----------
    task : str
        Task of the model; an answer of a model without one is returned as it is.
    answer : object
        What the model returned. A string of a function becomes a whole answer in the shape of its task.
    body : object
        The request.
    name : str
        What the answer calls the model.
    at : float
        Service time, in seconds since the epoch.
    """
    if task not in KEY_OF_TASK:
        return answer
    if isinstance(answer, str) and isinstance(body, Mapping) and task != "llm/v1/embeddings":
        answer = _TASKS[task][1](body, [answer])
    if not isinstance(answer, Mapping):
        return answer
    stamp = _STAMP.get(answer.get("object", ""))
    return {**({stamp: int(at)} if stamp else {}), "model": name, **answer}


def streamed(task: str, body: Any) -> bool:
    """Return whether a request to a model of that task is to be answered in pieces."""
    speaks = task in KEY_OF_TASK and task != "llm/v1/embeddings"
    return speaks and isinstance(body, Mapping) and body.get("stream") is True


lines = streams.lines
