"""Options of a request to a language model: lengths, counts, stops, a stream."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from serving_widgets.mock.service.errors import ServiceError

MOST_CHOICES = 5
"""Most answers to one question (Databricks API reference, *Query a serving endpoint*)."""

MOST_DIMENSIONS = 1024

_LIMITS = ("max_tokens", "max_completion_tokens", "max_output_tokens")


@dataclass(frozen=True)
class Options:
    """The options of a request, in one spelling.

    Parameters
    ----------
    count : int
        How many answers there shall be.
    limit : int or None
        Most tokens of an answer.
    stop : tuple of str
        Texts before which an answer ends.
    """

    count: int = 1
    limit: int | None = None
    stop: tuple[str, ...] = ()

    def cut(self, text: str) -> tuple[str, bool]:
        """Return `text` as the options shorten it, and whether the limit of tokens did."""
        for stop in self.stop:
            text = text.partition(stop)[0]
        words = text.split()
        if self.limit is None or len(words) <= self.limit:
            return text, False
        return " ".join(words[: self.limit]), True


def check(body: Mapping[str, Any]) -> None:
    """Refuse a request whose options are out of their range, with 400; one that is null counts as not given."""
    for name, (fits, wanted) in _RULES.items():
        value = body.get(name)
        if value is not None and not fits(value):
            raise ServiceError("BAD_REQUEST", f"{name} must be {wanted}.")
    if body.get("stream_options") is not None and body.get("stream") is not True:
        raise ServiceError("BAD_REQUEST", "stream_options is for streams only: set stream to true.")


def read(body: Mapping[str, Any]) -> Options:
    """Return the options of a request that `check` had nothing against."""
    limits = [body[name] for name in _LIMITS if body.get(name) is not None]
    stop = body.get("stop") or ()
    return Options(
        count=body.get("n") or 1,
        limit=limits[0] if limits else None,
        stop=(stop,) if isinstance(stop, str) else tuple(one for one in stop if one),
    )


def _whole(low: int, high: float) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def _number(low: float, high: float) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high


def _texts(value: Any) -> bool:
    return isinstance(value, str) or (isinstance(value, list) and all(isinstance(one, str) for one in value))


_LENGTH = (_whole(1, float("inf")), "a whole number of at least 1")
_RULES: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    **dict.fromkeys(_LIMITS, _LENGTH),
    "n": (_whole(1, MOST_CHOICES), f"a whole number between 1 and {MOST_CHOICES}"),
    "temperature": (_number(0, 2), "a number between 0 and 2"),
    "top_p": (_number(0, 1), "a number between 0 and 1"),
    "stop": (_texts, "a string or a list of strings"),
    "stream": (lambda value: isinstance(value, bool), "true or false"),
    "stream_options": (lambda value: isinstance(value, Mapping), "an object"),
    "encoding_format": (lambda value: value in ("float", "base64"), "float or base64"),
    "dimensions": (_whole(1, MOST_DIMENSIONS), f"a whole number between 1 and {MOST_DIMENSIONS}"),
}
