"""The answers to queries: whole ones, and those that come in pieces."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Reply:
    """What an endpoint answered.

    Attributes
    ----------
    json : Any
        The parsed body; None when it is not JSON.
    raw : bytes
        The body as it came.
    served_model : str or None
        Which served entity answered; the service names it in a header.
    request_id : str
        What the service's operators find the request by; "" when it gave none.
    seconds : float
        From sending to the end of the answer.
    note : str
        What an embedded workspace has to say of it, such as that it is made up; "" for nothing.
    """

    json: Any = field(repr=False)
    raw: bytes = field(repr=False)
    served_model: str | None
    request_id: str
    seconds: float
    note: str = ""

    @property
    def text(self) -> str:
        """The body as text."""
        return self.raw.decode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class Chunk:
    """One piece of an answer that comes in pieces.

    Attributes
    ----------
    raw : mapping
        The JSON object as it came.

    Examples
    --------
    >>> Chunk({"choices": [{"delta": {"content": "Hel"}, "finish_reason": None}]}).text
    'Hel'
    """

    raw: Mapping[str, Any]

    @property
    def text(self) -> str:
        """What it adds to the first choice; "" when it adds no text."""
        choice = self._choice
        for key in ("delta", "message"):
            part = choice.get(key)
            if isinstance(part, Mapping):
                return _text_of(part.get("content"))
        return _text_of(choice.get("text"))

    @property
    def finish_reason(self) -> str | None:
        """Why the first choice ends here; None while it goes on."""
        reason = self._choice.get("finish_reason")
        return reason if isinstance(reason, str) else None

    @property
    def _choice(self) -> Mapping[str, Any]:
        choices = self.raw.get("choices")
        first = choices[0] if isinstance(choices, list) and choices else None
        return first if isinstance(first, Mapping) else {}


def _text_of(content: Any) -> str:
    if isinstance(content, list):  # parts, of which some may be reasoning or images
        texts = (part.get("text") for part in content if isinstance(part, Mapping))
        return "".join(text for text in texts if isinstance(text, str))
    return content if isinstance(content, str) else ""
