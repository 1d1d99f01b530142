"""What was changed through a connection, as a table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Protocol

from serving_widgets.render.blocks.table import Table


class ChangeMade(Protocol):
    """A change as a row shows it."""

    number: int
    endpoint: str
    action: str
    at: float
    undone: bool


def changes_table(changes: Sequence[tuple[ChangeMade, str]], *, where: str) -> Table:
    """Return a row for each change.

    Parameters
    ----------
    changes
        Each with what it changed, in short.
    where
        The workspace's label.
    """
    rows = [
        (
            change.number,
            datetime.fromtimestamp(change.at, UTC),
            change.endpoint,
            change.action,
            what,
            "yes" if change.undone else "",
        )
        for change, what in changes
    ]
    note = "" if rows else "Nothing was changed through this connection yet."
    columns = ("No", "When (UTC)", "Endpoint", "Action", "What", "Taken back")
    return Table(columns, rows, f"Changes – {where}", note)
