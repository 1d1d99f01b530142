"""Listing endpoints and getting each of them, beside the official clients, in CPU time of this process.

The workspace is the embedded one, in a process of its own. Listed again, nothing has changed, and ours knows what it
had. What each makes of an answer differs: the official SDK and ours give objects, MLflow dictionaries.
"""

import asyncio
import gc
import time
import tracemalloc
from collections.abc import Callable, Iterable
from typing import Any

import peers
from figures import Row, compared, size, tell
from servers import TOKEN, answering, workspace

ENDPOINTS, GETS, ROUNDS, AT_ONCE = size((1_000, 300, 7, 16), (20, 20, 1, 16))


class Ours:
    """This package's client, on an event loop that stays."""

    def __init__(self, host: str, token: str) -> None:
        from serving_widgets.client import Client, Credential

        # Not asyncio's Runner: it writes out what a coroutine returned, all of a long list, each time it has run one.
        self._loop = asyncio.new_event_loop()
        self._client = Client(host, Credential(token))
        self._run = self._loop.run_until_complete
        self._known = {info.name: info for info in self.list()}

    def list(self) -> list[Any]:
        return self._run(self._client.list_endpoints())

    def list_again(self) -> None:
        self._run(self._client.list_endpoints(self._known))

    def get_at_once(self, names: Iterable[str], requests: int) -> None:
        async def side_by_side() -> None:
            waiting = iter(names)

            async def some() -> None:
                for name in waiting:
                    await self._client.get_endpoint(name)

            await asyncio.gather(*(some() for _ in range(requests)))

        self._run(side_by_side())

    def get_each(self, names: Iterable[str]) -> None:
        self.get_at_once(names, 1)

    def close(self) -> None:
        self._run(self._client.aclose())
        self._loop.close()


def kept(make: Callable[[], object]) -> float:
    """Return the kilobytes that stay in use while a result is held."""
    make()
    gc.collect()
    tracemalloc.start()
    try:
        result = make()
        gc.collect()
        return tracemalloc.get_traced_memory()[0] / 1000 if result else 0.0
    finally:
        tracemalloc.stop()


def rows():
    """Measure all of it."""
    with workspace(ENDPOINTS) as (host, token):
        ours, sdk, mlflow = Ours(host, token), peers.official_sdk(host, token), peers.mlflow(host, token)
        names = [info.name for info in ours.list()]
        some = names[:GETS]

        def beside(what: str, mine: Callable[[], object], theirs: Callable[[Any], object], first: str, **more: Any):
            ways = {"mlflow": peers.way(mlflow, theirs), "databricks-sdk": peers.way(sdk, theirs)}
            ordered = dict(sorted(ways.items(), key=lambda way: way[0] != first))
            return compared(what, mine, ordered, rounds=ROUNDS, **more)

        yield beside(f"list {ENDPOINTS:,} (CPU)", ours.list, lambda peer: peer.list(), "mlflow", ratio=1.0)
        yield beside("list them again, unchanged (CPU)", ours.list_again, lambda peer: peer.list(), "mlflow", ratio=2.0)
        memory = {"mlflow": mlflow, "databricks-sdk": sdk}
        held = {name: [] if peer is None else [kept(peer.list)] for name, peer in memory.items()}
        yield Row("what such a list keeps in use", [kept(ours.list)], unit="kB", peers=held, ratio=1.0)
        yield beside(
            f"get {GETS:,}, one by one (CPU)",
            lambda: ours.get_each(some),
            lambda peer: peer.get_each(some),
            "databricks-sdk",
            ratio=1.0,
        )
        yield beside(
            f"get {GETS:,}, {AT_ONCE} at once (CPU)",
            lambda: ours.get_at_once(some, AT_ONCE),
            lambda peer: peer.get_at_once(some, AT_ONCE),
            "databricks-sdk",
            ratio=1.0,
        )
        ours.close()
    with answering(pause=0.02) as host:
        ours = Ours(host, TOKEN)
        some = ["bench"] * (4 * AT_ONCE)
        yield compared(
            f"get {len(some)} of a server that takes 20 ms, {AT_ONCE} at once (wall)",
            lambda: ours.get_at_once(some, AT_ONCE),
            {"one by one": lambda: ours.get_each(some)},
            rounds=min(ROUNDS, 3),
            clock=time.perf_counter,
            ratio=3.0,
        )
        ours.close()


if __name__ == "__main__":
    tell(rows())
