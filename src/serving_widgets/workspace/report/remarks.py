"""What is remarked on in a report: what failed, what is idle, what is paid for around the clock. Pure."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING, Literal

from serving_widgets.render.blocks.text import utc

if TYPE_CHECKING:
    from collections.abc import Iterator

    from serving_widgets.workspace.metrics.metric_history import Scrape

    from .reading import EndpointFacts

#: Percent of CPU and of memory below which a size is more than was needed.
LITTLE = 10.0
#: Samples, of a minute each, that it takes to say so.
ENOUGH = 10
Urgency = Literal["failed", "idle", "always on", "none"]
#: How much attention a remark needs, most first.
URGENCIES: tuple[Urgency, ...] = ("failed", "idle", "always on", "none")


@dataclasses.dataclass(frozen=True, slots=True)
class Remark:
    """Something that is remarked on.

    Attributes
    ----------
    what
        In two or three words.
    evidence
        What shows it.
    advice
        What to do; "" where there is nothing to be done.
    urgency
        How much attention it needs, as of :data:`URGENCIES`.
    """

    what: str
    evidence: str
    advice: str = ""
    urgency: Urgency = "none"

    @property
    def rank(self) -> int:
        """Its place among remarks: those that need more attention come first."""
        return URGENCIES.index(self.urgency)

    @property
    def urgent(self) -> bool:
        """Whether it is among what needs attention."""
        return self.urgency != "none"


def remarks_on(facts: EndpointFacts) -> list[Remark]:
    """Return what is remarked on an endpoint, the gravest first."""
    return sorted([*_state(facts), *_use(facts), *_size(facts)], key=lambda remark: remark.rank)


def requests_a_minute(facts: EndpointFacts) -> float | None:
    """Return how many requests came in the last minute, None where that is not told."""
    counts = _requests(facts)
    return counts[-1] if counts and math.isfinite(counts[-1]) else None


def _state(facts: EndpointFacts) -> Iterator[Remark]:
    info, status = facts.info, facts.status
    if status.phase == "failed":
        cause = facts.log.findings[0] if facts.log is not None and facts.log.findings else None
        evidence = f"{cause.title}: {cause.meaning}" if cause is not None else status.reason or status.label
        yield Remark(status.label, evidence, cause.remedy if cause is not None else "", urgency="failed")
    elif status.phase == "stopped":
        yield Remark("Stopped", "Its resources are shut down.")
    elif status.phase == "updating":
        start = info.pending_config.start_time if info.pending_config is not None else None
        yield Remark("Updating", f"Since {utc(start)}." if start else status.label)
    elif not status.serving:
        yield Remark(status.label, status.reason or "It answers no queries.", urgency="failed")


def _use(facts: EndpointFacts) -> Iterator[Remark]:
    info, status = facts.info, facts.status
    if not status.serving or info.kind not in ("custom", "provisioned"):
        return
    always = [
        entity.name or entity.entity_name or "?"
        for entity in (info.config.entities if info.config is not None else ())
        if entity.scale_to_zero_enabled is False
    ]
    counts = _requests(facts)
    idle = bool(counts) and not any(counts) and not status.note
    span = "the last minute" if len(counts) == 1 else f"the {len(counts)} minutes that were measured"
    none = f"No requests in {span}. " if idle else ""
    if always:
        yield Remark(
            "Idle and always on" if idle else "Always on",
            f"{none}Scale to zero is off for {', '.join(always)}: you pay for it around the clock.",
            "Stop it, or turn scale to zero on." if idle else "Turn scale to zero on where a cold start is acceptable.",
            "idle" if idle else "always on",
        )
    elif idle:
        yield Remark("Idle", f"{none}It scales to zero by itself.")
    if status.note:
        yield Remark(status.note, "It is paid for again with the next request, which waits for it.")


def _size(facts: EndpointFacts) -> Iterator[Remark]:
    for metric, words in (("cpu_usage_percentage", "CPU"), ("mem_usage_percentage", "memory")):
        values = [value for each in facts.scrapes for value in _values(each, metric) if math.isfinite(value)]
        if len(facts.scrapes) >= ENOUGH and values and max(values) < LITTLE:
            yield Remark(
                f"Little {words} used",
                f"At most {max(values):.1f} % in the {len(facts.scrapes)} minutes that were measured.",
                "A smaller size may do.",
            )


def _requests(facts: EndpointFacts) -> list[float]:
    totals = []
    for scrape in facts.scrapes:
        values = _values(scrape, "request_count_total")
        if values:
            totals.append(sum(values))
    return totals


def _values(scrape: Scrape, metric: str) -> list[float]:
    told = zip(scrape.series, scrape.values, strict=True)
    return [value for series, value in told if (series.metric, series.statistic) == (metric, "value")]
