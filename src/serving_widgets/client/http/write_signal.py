"""The moment at which the request of a write begins to go out, told to whoever asked for the write."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar

#: Called on the thread of the request. A write may have been carried out from then on, whatever happens to its answer.
going_out: ContextVar[Callable[[], None]] = ContextVar("serving_widgets_write_going_out", default=lambda: None)
