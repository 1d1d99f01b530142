"""A list that shows itself as a table."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, TypeVar

from serving_widgets.render import Table

if TYPE_CHECKING:
    import pandas as pd

T = TypeVar("T")


class FoundList(list[T]):
    """What a call found, item by item, and as a table.

    Parameters
    ----------
    items : iterable
        What was found.
    table : Table
        The same in rows.

    Examples
    --------
    >>> found = ws.models.list()
    >>> found[0].full_name, found.to_frame().columns[0]
    ('main.customers.churn_model', 'model')
    """

    def __init__(self, items: Iterable[T], table: Table) -> None:
        super().__init__(items)
        self.table = table

    def only(self, fits: Callable[[T], bool]) -> FoundList[T]:
        """Return the items that fit, and their rows.

        Parameters
        ----------
        fits : callable
            Tells of an item whether it is wanted.
        """
        pairs = [(each, row) for each, row in zip(self, self.table.rows, strict=True) if fits(each)]
        table = Table(self.table.columns, [row for _, row in pairs], self.table.caption, self.table.note)
        return FoundList([each for each, _ in pairs], table)

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each item; the columns are those of the table, in small letters."""
        return self.table.to_frame()

    def __repr__(self) -> str:
        return repr(self.table)

    def _repr_html_(self) -> str:
        return self.table._repr_html_()
