"""A DataFrame as a table that is short enough to be read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .table import Cell, Table

if TYPE_CHECKING:
    import pandas as pd

#: Rows and columns that an output shows.
MOST_ROWS, MOST_COLUMNS = 20, 30
#: Characters of a cell that an output shows.
LONGEST = 120


def frame_table(frame: pd.DataFrame, caption: str = "") -> Table:
    """Return the beginning of a DataFrame, its index first, with a note of what is left out.

    Examples
    --------
    >>> import pandas as pd
    >>> frame_table(pd.DataFrame({"prediction": [14.9, None]}, index=["a", "b"]))
       prediction
    ─  ──────────
    a        14.9
    b
    """
    shown = frame.iloc[:MOST_ROWS, :MOST_COLUMNS]
    columns = [shown.iloc[:, place].tolist() for place in range(shown.shape[1])]
    index = [_name(each) for each in shown.index]
    names = [str(name or "") if len(frame.index.names) == 1 else "" for name in frame.index.names[:1]]
    rows = [[name, *(_cell(values[place]) for values in columns)] for place, name in enumerate(index)]
    return Table([*names, *map(_name_text, shown.columns)], rows, caption, _left_out(frame))


def _left_out(frame: pd.DataFrame) -> str:
    rows, columns = frame.shape
    said = [f"{rows - MOST_ROWS:,} more rows"] if rows > MOST_ROWS else []
    said += [f"{columns - MOST_COLUMNS:,} more columns"] if columns > MOST_COLUMNS else []
    return f"And {' and '.join(said)}." if said else ""


def _name(value: Any) -> Cell:
    plain = value.item() if hasattr(value, "item") else value
    return plain if isinstance(plain, int | float) and not isinstance(plain, bool) else _name_text(plain)


def _name_text(value: Any) -> str:
    return _shortened(", ".join(map(str, value)) if isinstance(value, tuple) else str(value))


def _cell(value: Any) -> Cell:
    if hasattr(value, "tolist"):  # numpy's arrays and scalars
        value = value.tolist()
    if isinstance(value, list | Mapping):
        return _shortened(json.dumps(value, ensure_ascii=False, default=str))
    if value is None or type(value).__name__ in ("NAType", "NaTType") or (isinstance(value, float) and value != value):
        return None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    return _shortened(str(value))


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
