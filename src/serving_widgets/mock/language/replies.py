"""Replies of the language models: always the same to the same question, and related to it."""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Iterable, Mapping

from serving_widgets.mock.service.endpoint import digest, draw

_OPENINGS = ("In short", "Put simply", "Briefly", "As far as I can tell")

_GLOSSARY = {
    "churn": "Churn is the share of customers who leave within a period.",
    "drift": "Drift is a change of the data over time that a model was not trained for.",
    "embedding": "An embedding is a list of numbers that stands for a text, near to those of similar texts.",
    "endpoint": "An endpoint is an address at which one or more models answer queries.",
    "feature": "A feature is a value that a model reads to make its prediction.",
    "latency": "Latency is the time from a query to its answer.",
    "model serving": "Model serving makes a model answer queries over HTTP.",
    "scale to zero": "An endpoint scales to zero without queries, and takes a while to answer the next query.",
    "served entity": "A served entity is one model in one version, as an endpoint serves it.",
    "token": "A token is a piece of text, about a word, that a language model reads or writes.",
    "traffic split": "A traffic split says what share of the queries each served entity of an endpoint answers.",
}

_OPERATORS: Mapping[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "×": operator.mul,
    "/": operator.truediv,
    "÷": operator.truediv,
}
_SUM = re.compile(r"(-?\d{1,12}(?:\.\d{1,12})?)\s*([-+*×/÷])\s*(-?\d{1,12}(?:\.\d{1,12})?)")
_GREETING = re.compile(r"(hi|hello|hey|good (morning|afternoon|evening))\b", re.IGNORECASE)
_SUMMARY = re.compile(r"summari[sz]e[^:]*:\s*([^.!?]+[.!?]?)", re.IGNORECASE)
_WORD = re.compile(r"\w+")


def reply_to(question: str, variant: int = 0) -> str:
    """Return an answer to `question`; each `variant` opens in another way."""
    start = int(draw(question) * len(_OPENINGS))
    opening = _OPENINGS[(start + variant) % len(_OPENINGS)]
    known = _known(question)
    if known is None:
        return f"{opening}: you asked “{question.strip()}”, and this is a mock model’s answer."
    return f"{opening}: you asked “{question.strip()}”. {known}"


def count(texts: Iterable[str]) -> int:
    """Return how many tokens `texts` are; here, a token is a word."""
    return sum(len(text.split()) for text in texts)


def vector(text: str, dimensions: int) -> list[float]:
    """Return a vector of length 1 for `text`: the more words and parts of words two texts share, the nearer they are.

    Each word and each three letters of one add or take away 1 on an axis that their digest chooses.
    """
    axes = [0.0] * dimensions
    for part in _parts(text):
        chosen = int(digest("embedding", part)[:12], 16)
        axes[chosen // 2 % dimensions] += 1 if chosen % 2 else -1
    length = math.hypot(*axes)
    if length == 0:
        axes[0] = length = 1.0
    return [round(value / length, 6) for value in axes]


def _known(question: str) -> str | None:
    """Return the answer to a question, if it is of the few kinds that these models know."""
    asked = question.strip()
    if found := _SUM.search(asked):
        left, sign, right = found.groups()
        if sign in "/÷" and float(right) == 0:
            return "Nothing can be divided by zero."
        return f"{left} {sign} {right} is {_OPERATORS[sign](float(left), float(right)):.12g}."
    if found := _SUMMARY.search(asked):
        return f"In one sentence: {found[1].strip()}"
    if _GREETING.match(asked):
        return "Hello! What would you like to know?"
    lowered = asked.lower()
    return next((text for term, text in _GLOSSARY.items() if term in lowered), None)


def _parts(text: str) -> Iterable[str]:
    for word in _WORD.findall(text.casefold()):
        yield word
        framed = f"<{word}>"
        for start in range(len(framed) - 2):
            yield framed[start : start + 3]
