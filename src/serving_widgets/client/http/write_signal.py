"""What a request tells whoever asked for it: that a write begins to go out, and that fewer requests are wanted."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar

#: Called on the thread of the request. A write may have been carried out from then on, whatever happens to its answer.
going_out: ContextVar[Callable[[], None]] = ContextVar("serving_widgets_write_going_out", default=lambda: None)
#: Called on the thread of the request with the seconds for which it waits, after an answer of 429.
turned_away: ContextVar[Callable[[float], None]] = ContextVar("serving_widgets_turned_away", default=lambda _: None)
