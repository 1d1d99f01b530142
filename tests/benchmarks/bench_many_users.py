"""A thousand kernels with an endpoint browser open at one workspace: real watchers in an event loop of virtual time."""

import statistics
import sys
from pathlib import Path

from figures import Row, size, tell

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

from many_kernels import LIMIT, Simulation

KERNELS, SECONDS = size((1_000, 900), (20, 600))
#: Of the requests that a workspace takes, so many are for the rest of the world.
BUDGET = 0.25 * LIMIT


def rows():
    """Simulate a quiet workspace, a busy one, and an outage of two minutes."""
    who = f"{KERNELS:,} kernels with a browser: "
    cases = {
        "200 endpoints at rest": Simulation(KERNELS, endpoints=200),
        "200 endpoints, 12 updates an hour": Simulation(KERNELS, endpoints=200, updates=12),
    }
    for what, simulation in cases.items():
        simulation.run(SECONDS)
        rates = [float(each) for each in simulation.rates(300, SECONDS)]
        yield Row(f"{who}{what}, on average (simulated)", [statistics.mean(rates)], "requests each second", most=BUDGET)
        yield Row(f"{who}{what}, most in one second (simulated)", [max(rates)], "requests each second", most=LIMIT)
    outage = Simulation(KERNELS)
    service = outage.run(SECONDS, down=(200, 320))
    most = max(outage.rates(320, SECONDS))
    yield Row(f"{who}most in one second after an outage (simulated)", [most], "requests each second", most=LIMIT)
    yield Row(f"{who}turned away after it (simulated)", [sum(service.refused.values())], "requests", most=0)


if __name__ == "__main__":
    tell(rows())
