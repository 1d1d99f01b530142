"""Datasets of Ray: their blocks are scored as Arrow, and predictions stand beside the columns, as for Spark."""

from __future__ import annotations

from typing import Any

from serving_widgets.workspace.scoring.gate_server import LOOPBACK

from .part_scorer import PartScorer

JOIN = True
#: Rows of a part, so that a block of many is not held in memory three times.
PART_ROWS = 10_000


def driver(table: Any) -> str:
    """Return the address at which Ray's workers reach this process."""
    import ray

    several = ray.is_initialized() and len(ray.nodes()) > 1
    return str(ray.util.get_node_ip_address()) if several else LOOPBACK


def names(table: Any) -> list[str]:
    """Return the names of a table's columns."""
    return list(table.columns() or ())


def scored(table: Any, scorer: PartScorer) -> Any:
    """Return the Dataset of predictions, which is computed when something is asked of it."""
    return table.map_batches(scorer.arrow_table, batch_format="pyarrow", batch_size=PART_ROWS)
