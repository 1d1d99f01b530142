"""Many kernels at one workspace, simulated: they leave it most of its requests, and an outage ends without a herd."""

import asyncio
import statistics

import pytest
from many_kernels import LIMIT, Asker, Service, Simulation, VirtualLoop

from serving_widgets.api.errors import TooManyRequests
from serving_widgets.workspace.runtime.service_clock import WallClock
from serving_widgets.workspace.watch.feed import Feed
from serving_widgets.workspace.watch.poll_intervals import REAL
from serving_widgets.workspace.watch.watcher import Watcher

#: Of a thousand kernels that the claims are about, how many are simulated here.
KERNELS = 100
SHARE = KERNELS / 1_000


@pytest.mark.parametrize("updates", [0, 6])
def test_a_thousand_kernels_with_a_browser_take_less_than_a_quarter_of_a_workspaces_requests(updates):
    simulation = Simulation(KERNELS, endpoints=80, updates=updates)
    simulation.run(600)
    assert statistics.mean(simulation.rates(200, 600)) < 0.25 * LIMIT * SHARE


def test_after_an_outage_kernels_come_back_one_after_the_other():
    simulation = Simulation(KERNELS)
    simulation.run(600, down=(300, 420))
    # In any ten seconds: at this share, single seconds say little.
    rates = simulation.rates(420, 600)
    assert max(statistics.mean(rates[at : at + 10]) for at in range(170)) < 0.5 * LIMIT * SHARE
    assert all(watcher.link.state == "closed" and watcher.link.problem is None for watcher in simulation.watchers)


class Lines(Feed):
    """A feed that asks every second."""

    def __init__(self, watcher, asked):
        super().__init__(watcher)
        self.asked = asked

    async def _fetch(self, patient):
        loop = asyncio.get_running_loop()
        self.asked.append(loop.time())
        if len(self.asked) == 3:
            error = TooManyRequests(429, "REQUEST_LIMIT_EXCEEDED", "slow down")
            error.retry_after = 40.0
            raise error

    async def _tick(self):
        await self._try()
        return 1.0


def test_a_pause_that_one_view_is_asked_for_is_kept_by_all_views_of_the_kernel():
    async def run():
        watcher = Watcher(lambda: Asker(service), WallClock(), REAL)
        watcher.hold("view", ["a"], lasting=True)
        one, other = Lines(watcher, first := []), Lines(watcher, second := [])
        one.follow("view")
        await asyncio.sleep(0.5)
        other.follow("view")
        await asyncio.sleep(100)
        one.unfollow("view")
        other.unfollow("view")
        await watcher.close()
        await asyncio.sleep(1)
        return first, second

    service = Service({"a": {"name": "a", "id": "a", "state": {"ready": "READY", "config_update": "NOT_UPDATING"}}})
    loop = VirtualLoop()
    first, second = loop.run_until_complete(run())
    loop.close()
    quiet = range(3, 42)
    assert first[2] == pytest.approx(2.0)
    assert not [at for at in (*first, *second, *service.requests) if int(at) in quiet]
    assert [at for at in first if at > 42]
    assert [at for at in second if at > 42]
    assert [at for at in service.requests if at > 42]
