"""DataFrames and Series of Dask: each partition is scored where it is, and keeps its index."""

from __future__ import annotations

from typing import Any

from serving_widgets.api.imported import imported
from serving_widgets.workspace.scoring.gate_server import LOOPBACK, address_towards

from .part_scorer import PartScorer

JOIN = False


def driver(table: Any) -> str:
    """Return the address at which Dask's workers reach this process: towards the scheduler, where there is one."""
    distributed = imported("distributed")
    try:
        scheduler = distributed.get_client().scheduler.address if distributed is not None else ""
    except ValueError:
        return LOOPBACK
    host = scheduler.split("://", 1)[-1].rpartition(":")[0] if not scheduler.startswith("inproc") else ""
    return address_towards(host)


def names(table: Any) -> list[str]:
    """Return the names of a table's columns."""
    return [table.name] if table.ndim == 1 else list(table.columns)


def scored(table: Any, scorer: PartScorer) -> Any:
    """Return the DataFrame of predictions, which is computed when that is asked for."""
    return table.map_partitions(scorer.pandas_frame, meta=scorer.pandas_frame(table._meta.iloc[:0]))
