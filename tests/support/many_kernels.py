"""Many kernels with an endpoint browser open on one workspace, as a simulation: real watchers on a virtual clock.

The event loop's time jumps to the next timer, so that an hour takes seconds and nothing depends on the machine.
"""

import asyncio
import random
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from serving_widgets.api.endpoint.models import EndpointInfo
from serving_widgets.api.errors import ConnectionFailed, TooManyRequests
from serving_widgets.workspace.runtime.service_clock import WallClock
from serving_widgets.workspace.watch.poll_intervals import REAL, Pace
from serving_widgets.workspace.watch.watcher import Watcher

LIMIT = 200
"""Requests a second that a workspace takes of all its users together."""
LATENCY = 0.08


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop whose clock jumps to the next timer as soon as there is nothing else to do."""

    def __init__(self) -> None:
        super().__init__()
        self._virtual = 0.0

    def time(self) -> float:
        return self._virtual

    def _run_once(self) -> None:
        if not self._ready and self._scheduled:
            self._virtual = max(self._virtual, self._scheduled[0]._when)
        super()._run_once()


@dataclass
class Service:
    """A workspace that counts its requests by the second; those beyond its limit are turned away."""

    endpoints: dict[str, dict[str, Any]]
    down: bool = False
    requests: Counter[int] = field(default_factory=Counter)
    refused: Counter[int] = field(default_factory=Counter)
    _made: dict[tuple[str, str, bool], EndpointInfo] = field(default_factory=dict)

    def info(self, name: str, *, detailed: bool) -> EndpointInfo:
        """Return one picture of an endpoint to all who ask while it does not change."""
        state = self.endpoints[name]["state"]
        key = (name, state["config_update"], detailed)
        if key not in self._made:
            more = {"config": {"config_version": 1, "served_entities": [{"name": "m-1", "state": {}}]}}
            self._made[key] = EndpointInfo.read(
                {**self.endpoints[name], "state": {**state}, **(more if detailed else {})}
            )
        return self._made[key]

    def update(self, name: str, updating: bool) -> None:
        """Begin or end an update of an endpoint."""
        self.endpoints[name]["state"]["config_update"] = "IN_PROGRESS" if updating else "NOT_UPDATING"

    async def request(self) -> None:
        """Take a request, or turn it away."""
        second = int(asyncio.get_running_loop().time())
        self.requests[second] += 1
        await asyncio.sleep(LATENCY)
        if self.down:
            raise ConnectionFailed("the workspace is away")
        if self.requests[second] > LIMIT:
            self.refused[second] += 1
            error = TooManyRequests(429, "REQUEST_LIMIT_EXCEEDED", "slow down")
            error.retry_after = 1.0
            raise error


class Asker:
    """What a watcher asks of a client."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def without_retries(self) -> "Asker":
        return self

    async def list_endpoints(self, known: object = None) -> list[EndpointInfo]:
        await self._service.request()
        return [self._service.info(name, detailed=False) for name in self._service.endpoints]

    async def get_endpoint(self, name: str) -> EndpointInfo:
        await self._service.request()
        return self._service.info(name, detailed=True)


@dataclass
class Simulation:
    """Kernels that each show some of a workspace's endpoints, begun over a while, not all at once.

    Parameters
    ----------
    kernels, endpoints, visible : int
        How many there are, and how many endpoints each browser shows.
    updates : float
        Updates that begin in an hour in the whole workspace; each takes ten minutes.
    """

    kernels: int
    endpoints: int = 40
    visible: int = 20
    updates: float = 0.0
    pace: Pace = REAL
    begun_within: float = 300.0

    def __post_init__(self) -> None:
        names = [f"endpoint-{number:04d}" for number in range(self.endpoints)]
        state = {"ready": "READY", "config_update": "NOT_UPDATING"}
        self.service = Service({name: {"name": name, "id": name, "state": {**state}} for name in names})
        self.watchers: list[Watcher] = []

    def run(self, seconds: float, down: tuple[float, float] | None = None) -> Service:
        """Simulate so many seconds after all have begun, with an outage between two moments of them."""
        before = random.getstate()
        random.seed(0)
        loop = VirtualLoop()
        try:
            loop.run_until_complete(self._run(seconds, down))
        finally:
            random.setstate(before)
            loop.close()
        return self.service

    async def _run(self, seconds: float, down: tuple[float, float] | None) -> None:
        tasks = [asyncio.create_task(self._kernel()) for _ in range(self.kernels)]
        if self.updates:
            tasks.append(asyncio.create_task(self._updates()))
        await asyncio.sleep(self.begun_within)
        if down is not None:
            await asyncio.sleep(down[0])
            self.service.down = True
            await asyncio.sleep(down[1] - down[0])
            self.service.down = False
        await asyncio.sleep(seconds - (down[1] if down else 0.0))
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, *(watcher.close() for watcher in self.watchers), return_exceptions=True)

    async def _kernel(self) -> None:
        await asyncio.sleep(random.uniform(0, self.begun_within))
        client = Asker(self.service)
        watcher = Watcher(lambda: client, WallClock(), self.pace)
        self.watchers.append(watcher)
        watcher.hold("view", lasting=True)
        first = random.randrange(max(self.endpoints - self.visible, 1))
        watcher.leases._held["view"].visible = frozenset(list(self.service.endpoints)[first : first + self.visible])

    async def _updates(self) -> None:
        while True:
            await asyncio.sleep(random.expovariate(self.updates / 3600))
            name = random.choice(list(self.service.endpoints))
            self.service.update(name, True)
            asyncio.get_running_loop().call_later(600, self.service.update, name, False)

    def rates(self, begin: float, end: float) -> list[int]:
        """Return the requests of each second between two moments after all have begun."""
        start = int(self.begun_within)
        return [self.service.requests[second] for second in range(start + int(begin), start + int(end))]
