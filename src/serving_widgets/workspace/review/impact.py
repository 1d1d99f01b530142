"""What a change would affect: requests of the last minutes by entity, and who can query. Read, never guessed."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from serving_widgets.api.config.config_side_by_side import ComparableConfig
from serving_widgets.api.errors import ServingError
from serving_widgets.api.permissions.access_control_list import includes
from serving_widgets.render import Card, Table
from serving_widgets.workspace.changes.grants import read_access
from serving_widgets.workspace.metrics.metric_feed import measure

from .idle import requests_in

if TYPE_CHECKING:
    from serving_widgets.api.permissions.access_control_list import AccessControlList
    from serving_widgets.workspace.metrics.metric_history import Scrape
    from serving_widgets.workspace.session.session import Session

#: Principals that are named; of more, how many there are.
NAMED = 10
#: Service seconds that "the last minutes" are.
MINUTES = 600.0
#: Change of the requests a minute, as a share, from which they rise or fall.
NOTABLE = 0.2


@dataclasses.dataclass(frozen=True, slots=True)
class Impact:
    """What a change of an endpoint would affect.

    Attributes
    ----------
    requests : float or None
        Requests of the last minute; None where they are not told.
    trend : str
        ``"rising"``, ``"falling"``, ``"steady"``, or "" where too little was seen.
    by_entity : mapping of str to float
        Requests of the last minute by served entity.
    traffic : mapping of str to int
        Percent of the traffic by served entity.
    callers : tuple of str
        Who can query: people and service principals first, then groups.
    notes : tuple of str
        What could not be read, and why.
    """

    name: str
    where: str
    requests: float | None
    trend: str
    by_entity: Mapping[str, float]
    traffic: Mapping[str, int]
    callers: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def words(self) -> str:
        """The requests in a sentence; "" where there are none, or they are not told."""
        if not self.requests:
            return ""
        trend = f", {self.trend}" if self.trend else ""
        return f"{self.name} answered {self.requests:,.0f} requests in the last minute{trend}."

    def card(self) -> Card:
        """Return it as something to display."""
        told = "not told" if self.requests is None else f"{self.requests:,.0f} in the last minute"
        more = f" and {len(self.callers) - NAMED} more" if len(self.callers) > NAMED else ""
        facts = [
            ("Requests", f"{told}, {self.trend}" if self.trend else told),
            ("Can query", f"{len(self.callers)}: {', '.join(self.callers[:NAMED])}{more}" if self.callers else ""),
            ("Not known", " ".join(self.notes)),
        ]
        rows = [(name, self.by_entity.get(name), f"{share} %") for name, share in self.traffic.items()]
        table = Table(("Entity", "Requests/min", "Traffic"), rows, "By served entity")
        return Card(f"What it would affect: {self.name} – {self.where}", facts, [table] if rows else [])


async def impact_of(session: Session, name: str) -> Impact:
    """Return what a change of an endpoint would affect as things are; runs on the loop thread, and only reads."""
    info = await session.watcher.look(name)
    notes: list[str] = []
    scrapes: Sequence[Scrape] = ()
    callers: tuple[str, ...] = ()
    try:
        scrapes = await measure(session, name)
    except ServingError as error:
        notes.append(f"Requests: {error.message}")
    try:
        callers = callers_of(await read_access(session, name))
    except ServingError as error:
        notes.append(f"Who can query: {error.message}")
    traffic = ComparableConfig.read(info.config or info.pending_config).traffic
    last = scrapes[-1] if scrapes else None
    counts = {entity: requests_in(last, entity) for entity in traffic} if last is not None else {}
    by_entity = {entity: count for entity, count in counts.items() if count is not None}
    total = requests_in(last) if last is not None else None
    return Impact(name, session.where, total, trend_of(scrapes), by_entity, traffic, callers, tuple(notes))


def callers_of(acl: AccessControlList) -> tuple[str, ...]:
    """Return who can query, groups last."""
    able = [entry.principal for entry in acl.entries if includes(entry.effective, "CAN_QUERY")]
    return tuple(str(each) for each in sorted(able, key=lambda each: (each.kind == "group", each.name)))


def trend_of(scrapes: Sequence[Scrape]) -> str:
    """Return how the requests went over the last minutes that were seen; "" where that was one minute only."""
    recent = [each for each in scrapes if scrapes[-1].at - each.at <= MINUTES] if scrapes else []
    counts = [count for each in recent if (count := requests_in(each)) is not None]
    if len(counts) < 2:
        return ""
    before = sum(counts[:-1]) / (len(counts) - 1)
    if not before:
        return "rising" if counts[-1] else "steady"
    change = counts[-1] / before - 1
    return "rising" if change > NOTABLE else "falling" if change < -NOTABLE else "steady"
