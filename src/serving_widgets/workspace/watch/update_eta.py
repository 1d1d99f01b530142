"""How long an update may take: told from updates that this process has seen end well, never guessed."""

from __future__ import annotations

import dataclasses
import statistics

from serving_widgets.api.endpoint.models import EndpointInfo

#: Updates that are remembered of all endpoints together.
MOST_UPDATES = 1000
#: What is added to the shortest and the longest of several updates, as a share of them.
MARGIN = 0.1
#: The same of a single one, which tells little.
WIDE = 0.5

_Sort = tuple[object, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class UpdateEta:
    """When an update may end.

    Attributes
    ----------
    median, low, high : float
        Service seconds that such updates take: half of them no longer, and between what nearly all of them end.
    updates : int
        How many updates it is told from.
    own : bool
        Whether these were updates of this endpoint; else of others of its kind and size.
    """

    median: float
    low: float
    high: float
    updates: int
    own: bool

    @property
    def by(self) -> str:
        """From which updates it is told, in words."""
        return f"by {self.updates} update{'' if self.updates == 1 else 's'} {'of it' if self.own else 'of its kind'}"

    def words(self, passed: float) -> str:
        """Return it in words, for an update that began so many service seconds ago.

        Examples
        --------
        >>> UpdateEta(300, 240, 400, 5, True).words(60)
        'about 4 min left (3 to 6), by 5 updates of it'
        """
        by = self.by
        if passed >= self.high:
            return f"longer than usual, {by}"
        left, low, high = (max(each - passed, 0) / 60 for each in (self.median, self.low, self.high))
        about = f"about {left:.0f} min left" if left >= 1 else "less than a minute left"
        return f"{about} ({low:.0f} to {max(high, 1):.0f}), {by}"


class UpdateDurations:
    """How long updates took that were seen to end well."""

    def __init__(self) -> None:
        self._seen: list[tuple[str, _Sort, float]] = []

    def add(self, info: EndpointInfo, seconds: float) -> None:
        """Keep how long an update took that led to what the endpoint serves now."""
        if seconds > 0:
            self._seen = [*self._seen, (info.name, _sort(info), seconds)][-MOST_UPDATES:]

    def eta(self, info: EndpointInfo) -> UpdateEta | None:
        """Return how long an update of an endpoint may take; None where no such update was seen to end."""
        sort = _sort(info)
        own = [seconds for name, one, seconds in self._seen if name == info.name and one == sort]
        similar = own or [seconds for _, one, seconds in self._seen if one == sort]
        if not similar:
            return None
        margin = MARGIN if len(similar) > 1 else WIDE
        low, high = min(similar) * (1 - margin), max(similar) * (1 + margin)
        return UpdateEta(statistics.median(similar), low, high, len(similar), bool(own))


def _sort(info: EndpointInfo) -> _Sort:
    """Return what makes updates alike: the kind of endpoint, and the sizes of what comes."""
    config = info.pending_config or info.config
    entities = config.entities if config is not None else ()
    return info.kind, *sorted((each.workload_type or "CPU", each.workload_size or "") for each in entities)
