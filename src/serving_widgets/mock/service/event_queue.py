"""The event queue: events in service time, carried out when the workspace is next read."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(order=True, slots=True)
class Event:
    """An event at a service time; events due together happen in the order in which they were planned."""

    due: float
    order: int
    act: Callable[[float], None] = field(compare=False)
    cancelled: bool = field(default=False, compare=False)


class EventQueue:
    """A queue of events. It has no thread: `run` is called before each look at the workspace.

    Events get the time they were due, not that of the look, so what a script sees does not depend on how often it
    looks.
    """

    def __init__(self) -> None:
        self._heap: list[Event] = []
        self._order = 0

    def plan(self, due: float, act: Callable[[float], None]) -> Event:
        """Have `act` called with its own due time once that time has come."""
        self._order += 1
        event = Event(due, self._order, act)
        heapq.heappush(self._heap, event)
        return event

    def run(self, now: float) -> None:
        """Carry out what is due, in order; what that plans and is due already, too."""
        while self._heap and self._heap[0].due <= now:
            event = heapq.heappop(self._heap)
            if not event.cancelled:
                event.act(event.due)

    def next_due(self) -> float | None:
        """Return the time of the next event, or None."""
        while self._heap and self._heap[0].cancelled:
            heapq.heappop(self._heap)
        return self._heap[0].due if self._heap else None
