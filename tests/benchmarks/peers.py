"""The official clients, made alike: a way to list, a way to get, a way to query. One that isn't installed is None."""

import importlib.util
import logging
import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

logging.disable(logging.WARNING)


@dataclass
class Peer:
    """A blocking client."""

    list: Callable[[], list[Any]]
    get: Callable[[str], Any]
    query: Callable[[str, Any], list[Any]]

    def get_each(self, names: Iterable[str]) -> None:
        """Get one after the other."""
        for name in names:
            self.get(name)

    def get_at_once(self, names: Iterable[str], threads: int) -> None:
        """Get side by side."""
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(self.get, names))


def official_sdk(host: str, token: str) -> Peer | None:
    """Return the official SDK's client."""
    if importlib.util.find_spec("databricks.sdk") is None:
        return None
    from databricks.sdk import WorkspaceClient
    from databricks.sdk.service.serving import DataframeSplitInput

    api = WorkspaceClient(host=host, token=token).serving_endpoints

    def query(name: str, split: dict[str, Any]) -> list[Any]:
        return api.query(name, dataframe_split=DataframeSplitInput.from_dict(split)).predictions

    return Peer(lambda: list(api.list()), api.get, query)


def mlflow(host: str, token: str) -> Peer | None:
    """Return MLflow's deployments client."""
    if importlib.util.find_spec("mlflow") is None:
        return None
    os.environ.update(DATABRICKS_HOST=host, DATABRICKS_TOKEN=token, MLFLOW_DISABLE_TELEMETRY="true")
    from mlflow.deployments import get_deploy_client

    api = get_deploy_client("databricks")

    def query(name: str, split: dict[str, Any]) -> list[Any]:
        return api.predict(endpoint=name, inputs={"dataframe_split": split})["predictions"]

    return Peer(api.list_endpoints, api.get_endpoint, query)


def way(peer: Peer | None, act: Callable[[Peer], object]) -> Callable[[], object] | None:
    """Return what a peer does in a comparison; None where it is not installed."""
    return None if peer is None else lambda: act(peer)
