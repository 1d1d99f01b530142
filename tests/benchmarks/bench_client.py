"""Listing 1,000 endpoints and looking at each of them, beside the official clients, in the same run.

Run ``python tests/benchmarks/bench_client.py``. The workspace is the embedded one, in a process of its own; the clients
take turns, and the best of several rounds counts, in seconds on the wall. The peers are asked side by side by as many
threads as ours has requests on their way. Listed again, nothing has changed, and ours knows what it had. What each
client makes of an answer differs: the official SDK and ours read it into objects, MLflow leaves it a dictionary.
"""

import asyncio
import json
import logging
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ENDPOINTS, ROUNDS, AT_ONCE = 1_000, 3, 16


@contextmanager
def workspace() -> Iterator[tuple[str, str]]:
    """Run the embedded workspace in a process of its own; address and token."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "connection.json"
        command = [sys.executable, "-m", "serving_widgets.cli", "mock", "--clock", "manual"]
        with subprocess.Popen(
            [*command, "--scenario", f"large:{ENDPOINTS}", "--connection-file", str(file)], stdout=subprocess.DEVNULL
        ) as process:
            try:
                while not file.exists() and process.poll() is None:
                    time.sleep(0.05)
                said = json.loads(file.read_text())
                yield said["host"], said["users"][0]["token"]
            finally:
                process.terminate()


class Ours:
    """This package's client, on an event loop that stays."""

    def __init__(self, host: str, token: str) -> None:
        from serving_widgets.client import Client, Credential

        self._runner = asyncio.Runner()
        self._client = Client(host, Credential(token))
        self._known: dict[str, Any] = {}

    def names(self) -> list[str]:
        return [info.name for info in self._runner.run(self._client.list_endpoints())]

    def names_again(self) -> list[str]:
        self._known = {info.name: info for info in self._runner.run(self._client.list_endpoints(self._known))}
        return list(self._known)

    def get(self, names: list[str]) -> None:
        async def one_by_one() -> None:
            for name in names:
                await self._client.get_endpoint(name)

        self._runner.run(one_by_one())

    def get_at_once(self, names: list[str]) -> None:
        async def side_by_side() -> None:
            waiting = iter(names)

            async def some() -> None:
                for name in waiting:
                    await self._client.get_endpoint(name)

            await asyncio.gather(*(some() for _ in range(AT_ONCE)))

        self._runner.run(side_by_side())

    def close(self) -> None:
        self._runner.run(self._client.aclose())
        self._runner.close()


class Peer:
    """A blocking client: a way to list, and a way to get."""

    def __init__(self, listing: Callable[[], list[str]], getting: Callable[[str], Any]) -> None:
        self.names = self.names_again = listing
        self._get = getting

    def get(self, names: list[str]) -> None:
        for name in names:
            self._get(name)

    def get_at_once(self, names: list[str]) -> None:
        with ThreadPoolExecutor(AT_ONCE) as threads:
            list(threads.map(self._get, names))

    def close(self) -> None:
        pass


def official_sdk(host: str, token: str) -> Peer:
    """The official SDK's client."""
    from databricks.sdk import WorkspaceClient

    api = WorkspaceClient(host=host, token=token).serving_endpoints
    return Peer(lambda: [endpoint.name or "" for endpoint in api.list()], api.get)


def mlflow(host: str, token: str) -> Peer:
    """MLflow's deployments client."""
    os.environ.update(DATABRICKS_HOST=host, DATABRICKS_TOKEN=token, MLFLOW_DISABLE_TELEMETRY="true")
    from mlflow.deployments import get_deploy_client

    api = get_deploy_client("databricks")
    return Peer(lambda: [endpoint["name"] for endpoint in api.list_endpoints()], api.get_endpoint)


def seconds(work: Callable[[], object]) -> float:
    """Return how long something takes."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def main() -> None:
    """Print every figure, and its ratio to ours."""
    logging.disable(logging.WARNING)
    with workspace() as (host, token):
        clients = {"serving_widgets": Ours(host, token), "databricks-sdk": official_sdk(host, token)}
        clients["mlflow"] = mlflow(host, token)
        found = {name: client.names() for name, client in clients.items()}
        assert all(names == found["serving_widgets"] for names in found.values())
        every = found["serving_widgets"]
        cases: dict[str, Callable[[Any], object]] = {
            f"list {len(every):,} endpoints": lambda client: client.names(),
            "list them again": lambda client: client.names_again(),
            f"get {len(every):,}, one by one": lambda client: client.get(every),
            f"get {len(every):,}, {AT_ONCE} at once": lambda client: client.get_at_once(every),
        }
        print(f"{'':26s}" + "".join(f"{name:>28s}" for name in clients))
        for title, case in cases.items():
            best = dict.fromkeys(clients, float("inf"))
            for _ in range(ROUNDS):
                for name, client in clients.items():
                    best[name] = min(best[name], seconds(lambda case=case, client=client: case(client)))
            ours = best["serving_widgets"]
            print(f"{title:26s}" + "".join(f"{each * 1000:12.0f} ms ({each / ours:5.2f} x)" for each in best.values()))
        for client in clients.values():
            client.close()


if __name__ == "__main__":
    main()
