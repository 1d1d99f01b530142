"""That the service asks for fewer requests, told to whoever has others on their way to the same endpoint."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar

#: Called on the thread of the request with the seconds for which it waits, after an answer of 429.
turned_away: ContextVar[Callable[[float], None]] = ContextVar(
    "serving_widgets_turned_away", default=lambda seconds: None
)
