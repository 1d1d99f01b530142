"""Feeds of metrics: the numbers of one endpoint, read about once a service minute while a view shows them.

The service tells the last minute only, so a feed keeps what it gets in the workspace's history. Its requests are its
own: the watcher's looks neither wait for them nor count them. Everything here runs on the loop thread.
"""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING

from serving_widgets.api.errors import ServingError
from serving_widgets.api.metrics.metrics import MetricReading, read_metrics
from serving_widgets.api.metrics.prometheus_text import Exposition, parse_prometheus
from serving_widgets.workspace.runtime.event_loop import elsewhere
from serving_widgets.workspace.watch.events import Link
from serving_widgets.workspace.watch.feed import ASLEEP, Feed, Feeds
from serving_widgets.workspace.watch.watcher import OF_THE_WORKSPACE

from .metric_history import MINUTE, Scrape, metric_history

if TYPE_CHECKING:
    from serving_widgets.api.endpoint.models import EndpointInfo
    from serving_widgets.client import Client
    from serving_widgets.workspace.session.session import Session

#: Host seconds between two requests at least, however fast service time passes.
LEAST = 1.0
#: By how much a minute is stretched at most, so that many notebooks on one workspace do not ask in step.
JITTER = 0.1
#: Feeds kept of one workspace when no view shows them any more.
KEPT = 16


async def scrape(session: Session, info: EndpointInfo, *, patient: bool = True) -> Scrape:
    """Read the metrics of an endpoint now and keep them in the workspace's history.

    Parameters
    ----------
    info
        The endpoint as it is now: what is read is kept as this one's, not as that of another one of its name.
    patient
        Whether to try again when the service turns the request away.
    """
    client: Client = session.client()
    text = await (client if patient else client.without_retries()).get_metrics(info.name)
    exposition, numbers = await elsewhere(_read, text)
    # The clock is read where the sample is taken: of two reads at once, the one that ends later is not the older one.
    found = Scrape.of(session.clock.now(), numbers, exposition.notes, exposition.malformed)
    metric_history(session).take(info, found)
    return found


async def measure(session: Session, name: str) -> tuple[Scrape, ...]:
    """Read the metrics of an endpoint now; return all that was seen of it, the newest last. Runs on the loop thread."""
    # Looked at first, so that what is kept is not put down to another endpoint that had the name before.
    info = await session.watcher.look(name)
    found = await scrape(session, info)
    seen = metric_history(session).of(info)
    return seen or (found,)


class MetricFeed(Feed):
    """The metrics of one endpoint, while a view shows them; the numbers themselves are in the workspace's history."""

    def __init__(self, session: Session, endpoint: str) -> None:
        super().__init__(session.watcher)
        self._session = session
        self.endpoint = endpoint
        #: Service time at which the numbers are old, and host time before which they are not asked for again.
        self._due, self._earliest = 0.0, 0.0
        #: Whether something happened since the last request went out.
        self._woken = False
        self._penalty = 0.0

    def wake(self) -> None:
        """Read soon, as after something happened to the endpoint."""
        self._due, self._woken = 0.0, True
        super().wake()

    async def _fetch(self, patient: bool) -> None:
        self._earliest = time.monotonic() + LEAST
        seen = self._watcher.store.get(self.endpoint)
        # A view is on screen, so the watcher looks, too, and would know of another endpoint of this name.
        known = seen is not None and not seen.deleted
        info = seen.info if seen is not None and known else await self._watcher.look(self.endpoint)
        self._woken = False
        await scrape(self._session, info, patient=patient)
        self._penalty = 0.0
        fresh = MINUTE * random.uniform(1.0, 1.0 + JITTER)  # noqa: S311
        self._due = 0.0 if self._woken else self._session.clock.now() + fresh
        self._publish(Link("live", time.time() * 1000))

    def _failed(self, error: ServingError) -> None:
        if isinstance(error, OF_THE_WORKSPACE):
            self._penalty = min(max(self._penalty * 2, LEAST), self._watcher.pace.failing)
        else:
            # What is not allowed, or not there, will not be in a moment.
            self._penalty = MINUTE
        wanted = self._watcher.pace.wanted_by(error)
        self._due = 0.0
        self._earliest = time.monotonic() + max(self._penalty, wanted) * random.uniform(1.0, 1.0 + JITTER)  # noqa: S311
        super()._failed(error)

    async def _tick(self) -> float:
        if self._rest() <= 0:
            await self._try()
        return self._rest()

    def _rest(self) -> float:
        """Return the host seconds until it may be time to ask, 0 when it is."""
        service, rate = self._due - self._session.clock.now(), self._session.clock.rate()
        # Never so far ahead, unless the service's clock was put back.
        if service > MINUTE * (1.0 + JITTER):
            service = 0.0
        due = 0.0 if service <= 0 else min(service / rate, ASLEEP) if rate > 0 else ASLEEP
        return max(due, min(self._earliest - time.monotonic(), ASLEEP))


class MetricFeeds(Feeds[str, MetricFeed]):
    """The feeds of a workspace's metrics, by the endpoint's name."""

    def __init__(self) -> None:
        super().__init__(KEPT)


def metric_feed(session: Session, endpoint: str) -> MetricFeed:
    """Return the feed of an endpoint's metrics, made on first use."""
    return session.attachments.of(MetricFeeds).get(endpoint, lambda: MetricFeed(session, endpoint))


def _read(text: str) -> tuple[Exposition, list[MetricReading]]:
    exposition = parse_prometheus(text)
    return exposition, read_metrics(exposition)
