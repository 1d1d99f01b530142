"""Endpoints that cost more than they serve: always on and idle, over-sized, failed and forgotten; with evidence."""

from __future__ import annotations

import asyncio
import dataclasses
import math
from typing import TYPE_CHECKING

from serving_widgets.api.endpoint.status import status_of
from serving_widgets.api.errors import ServingError
from serving_widgets.render import Table
from serving_widgets.workspace.metrics.metric_feed import measure
from serving_widgets.workspace.runtime.event_loop import elsewhere
from serving_widgets.workspace.runtime.found_list import FoundList

if TYPE_CHECKING:
    from serving_widgets.api.endpoint.models import EndpointInfo
    from serving_widgets.workspace.metrics.metric_history import Scrape
    from serving_widgets.workspace.session.session import Session

#: Metrics that are read at a time.
AT_ONCE = 8
#: Share of its processors below which an entity is over-sized, in percent.
LITTLE = 10.0


@dataclasses.dataclass(frozen=True, slots=True)
class IdleEndpoint:
    """An endpoint that may not be worth what it takes.

    Attributes
    ----------
    name : str
        The endpoint.
    reasons : tuple of str
        ``"idle"``, ``"over-sized"``, ``"never queried"``, ``"failed"`` or ``"made here"``.
    evidence : str
        What was seen, and over what time.
    stoppable : bool
        Whether it is of a kind that can be stopped, and runs.
    """

    name: str
    reasons: tuple[str, ...]
    evidence: str
    stoppable: bool


async def find_idle(session: Session, hours: float) -> FoundList[IdleEndpoint]:
    """Return endpoints that may not be worth what they take; runs on the loop thread, and only reads."""
    seen = await session.watcher.list_all()
    gate = asyncio.Semaphore(AT_ONCE)
    made_here = {each.endpoint for each in await elsewhere(session.history.of) if each.action == "create"}

    async def look(info: EndpointInfo) -> IdleEndpoint | None:
        async with gate:
            return await _judged(session, info, hours, made_here=info.name in made_here)

    found = await asyncio.gather(*(look(each.info) for each in seen if each.info.id is not None))
    idle = [each for each in found if each is not None]
    rows = [(each.name, ", ".join(each.reasons), each.evidence, "yes" if each.stoppable else "") for each in idle]
    note = "" if rows else "None was found."
    caption = f"Idle, over-sized or forgotten – {session.where}"
    return FoundList(idle, Table(("Endpoint", "Why", "Evidence", "Can be stopped"), rows, caption, note))


async def _judged(session: Session, listed: EndpointInfo, hours: float, *, made_here: bool) -> IdleEndpoint | None:
    try:
        info = await session.watcher.look(listed.name)
    except ServingError:
        return None
    age = (session.clock.now() - (info.last_updated_timestamp or 0) / 1000) / 3600
    status = status_of(info)
    if age < hours or info.state.update == "IN_PROGRESS":
        return None
    reasons, evidence = [], []
    if info.state.update == "UPDATE_FAILED":
        reasons.append("failed")
        evidence.append(f"its last update failed {_spell(age)} ago")
    runs = status.serving and not status.note
    if runs and info.kind == "custom":
        try:
            scrapes = await measure(session, info.name)
        except ServingError:
            scrapes = ()
        asked = [each for each in map(requests_in, scrapes) if each is not None]
        span = f"in {len(asked)} minutes that were measured" if len(asked) > 1 else "in the last minute"
        always_on = [each.name for each in info.entities if not each.scale_to_zero_enabled]
        if asked and not any(asked) and always_on:
            reasons.append("idle")
            evidence.append(f"no request {span}, and {', '.join(map(str, always_on))} never scales to zero")
        if made_here and asked and not any(asked) and not session.client().query_times.of(info.name):
            reasons.append("never queried")
            evidence.append("no request was seen since it was made")
        used = [each for each in map(_highest_cpu, scrapes) if each is not None]
        # What a GPU does is not told by its processors.
        on_cpu = [each for each in info.entities if each.workload_type in (None, "CPU")]
        large = [str(each.name) for each in on_cpu if each.workload_size not in (None, "Small")]
        if used and max(used) < LITTLE and large:
            reasons.append("over-sized")
            evidence.append(f"at most {max(used):.1f} % of its processors {span}; {', '.join(large)} could be smaller")
    if reasons and made_here:
        reasons.append("made here")
        evidence.append("it was created in this kernel")
    if not reasons:
        return None
    return IdleEndpoint(info.name, tuple(reasons), "; ".join(evidence), runs and info.stoppable)


def requests_in(scrape: Scrape, entity: str | None = None) -> float | None:
    """Return the requests of a minute, None where nothing was told."""
    counts = [
        value
        for series, value in zip(scrape.series, scrape.values, strict=True)
        if series.metric == "request_count_total" and entity in (None, series.entity) and not math.isnan(value)
    ]
    return sum(counts) if counts else None


def _highest_cpu(scrape: Scrape) -> float | None:
    shares = [
        value
        for series, value in zip(scrape.series, scrape.values, strict=True)
        if series.metric == "cpu_usage_percentage" and not math.isnan(value)
    ]
    return max(shares, default=None)


def _spell(hours: float) -> str:
    return f"{hours / 24:.0f} days" if hours >= 48 else f"{hours:.0f} hours"
