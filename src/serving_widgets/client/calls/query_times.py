"""How long the queries of this process took, by endpoint and served entity."""

from __future__ import annotations

from collections import OrderedDict, deque

#: Queries of one endpoint that are remembered, and endpoints.
MOST, ENDPOINTS = 2000, 64


class QueryTimes:
    """The times of the last queries that were answered, in seconds."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, deque[tuple[str, float]]] = OrderedDict()

    def add(self, endpoint: str, entity: str, seconds: float) -> None:
        """Remember one query, from sending it to the end of its answer."""
        self._kept.setdefault(endpoint, deque(maxlen=MOST)).append((entity, seconds))
        self._kept.move_to_end(endpoint)
        while len(self._kept) > ENDPOINTS:
            self._kept.popitem(last=False)

    def of(self, endpoint: str) -> dict[str, list[float]]:
        """Return the times of an endpoint by served entity; "" where the service does not say which answered."""
        found: dict[str, list[float]] = {}
        for entity, seconds in self._kept.get(endpoint, deque()).copy():
            found.setdefault(entity, []).append(seconds)
        return found
