"""Results below one another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from serving_widgets.render.blocks.table import Table

from .cards import Card

if TYPE_CHECKING:
    import pandas as pd


class Displayable(Protocol):
    """What has text and HTML."""

    def _repr_html_(self) -> str: ...


class Stack:
    """Several things to display as one result; None among them is left out."""

    def __init__(self, *parts: Displayable | None) -> None:
        self.parts = tuple(part for part in parts if part is not None)

    def to_frame(self) -> pd.DataFrame:
        """Return the first table among them to work with.

        Raises
        ------
        ValueError
            When there is none.
        """
        for part in self.parts:
            if isinstance(part, Table | Card):
                return part.to_frame()
        raise ValueError("there is no table in this result")

    def __repr__(self) -> str:
        return "\n\n".join(map(repr, self.parts))

    def _repr_html_(self) -> str:
        return "\n".join(part._repr_html_() for part in self.parts)
