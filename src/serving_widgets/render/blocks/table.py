"""A table, as text and as HTML."""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from .text import FailedText, breakable, escape, marked, plain, width

if TYPE_CHECKING:
    import pandas as pd

#: Rows that an output shows.
MOST = 200
#: Characters of its rows, as text: a page takes about twice as many, and an output stays below 0.3 MB.
_MOST_CHARACTERS = 100_000

Cell = str | int | float | datetime | None

_GAP = "  "
#: What a cell counts beside its text.
_CELL = 30
#: Up to this many characters a cell of a page stays on one line: a date in four lines is hard to read.
_SHORT = 16
#: Characters that a printed page holds side by side. A wider table wraps its short cells, too, where it has to.
_PAGE = 76
#: The same of a caption, which is wider than the table below it where that is small.
_SHORT_CAPTION = 60
#: Characters of a part of a name, or of a word, that a column has room for.
_LONGEST_PART = 24
#: How the name of a column ends that holds moments.
_IN_UTC = "(UTC)"
_UNIT = re.compile(r"\s*\([^()]*\)$")


class Table:
    """Rows under named columns.

    Parameters
    ----------
    columns
        The names of the columns.
    rows
        As many cells as there are columns; None is an empty cell. A column of numbers is aligned to the right. A moment
        is in UTC and shown to the minute; the name of its column ends with ``(UTC)``.
    caption
        What the table shows.
    note
        A sentence below it.
    code
        Columns of what may be copied into a cell.
    most
        How many rows an output shows; None for all. Programs get all of them.
    rest
        How to get at the others.

    Examples
    --------
    >>> Table(["Name", "Rows"], [["churn", 20], ["ads", 3]])
    Name   Rows
    ─────  ────
    churn    20
    ads       3
    """

    def __init__(
        self,
        columns: Sequence[str],
        rows: Sequence[Sequence[Cell]],
        caption: str = "",
        note: str = "",
        code: Collection[str] = (),
        *,
        most: int | None = MOST,
        rest: str = "to_frame() has all rows.",
    ) -> None:
        self.columns = tuple(columns)
        self.code = frozenset(code)
        self.rows = tuple(tuple(row) for row in rows)
        self.caption = caption
        self.note = note
        self.most, self.rest = most, rest
        for row in self.rows:
            if len(row) != len(self.columns):
                raise ValueError(f"a row has {len(row)} cells where {len(self.columns)} columns are")

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def keys(self) -> tuple[str, ...]:
        """What programs call the columns: the names in lower case, without units, joined by underscores."""
        return tuple(_key(name, place) for place, name in enumerate(self.columns))

    def records(self) -> list[dict[str, Cell]]:
        """Return a dictionary for each row.

        Examples
        --------
        >>> Table(["Granted here"], [["CAN_VIEW"]]).records()
        [{'granted_here': 'CAN_VIEW'}]
        """
        return [dict(zip(self.keys, row, strict=True)) for row in self.rows]

    def to_frame(self) -> pd.DataFrame:
        """Return the rows as a table to work with.

        Returns
        -------
        DataFrame
            A column for each of ``keys``: whole numbers as ``int64`` (``Int64`` where some are missing), other numbers
            as ``float64``, moments as ``datetime64[us, UTC]``, all else as objects.
        """
        import pandas as pd

        columns = list(zip(*self.rows, strict=True)) if self.rows else [()] * len(self.columns)
        named = zip(self.keys, self.columns, columns, strict=True)
        return pd.DataFrame({key: pd.Series(list(cells), dtype=_dtype(name, cells)) for key, name, cells in named})

    def __repr__(self) -> str:
        parts = [plain(self.caption)] if self.caption else []
        if self.rows:
            parts.append(self._grid())
        parts += [plain(note) for note in self._notes()]
        return "\n\n".join(parts)

    def _repr_html_(self) -> str:
        note = "".join(f"\n<p>{escape(note)}</p>" for note in self._notes())
        if not self.rows:
            return f"<p><strong>{escape(self.caption)}</strong></p>{note}"
        caption = f"{html_caption(self.caption)}\n" if self.caption else ""
        right = numeric_columns(self)
        whole = self._fits_a_page()
        head = "".join(
            html_cell("th", column, scope="col", right=numeric, whole=whole)
            for column, numeric in zip(self.columns, right, strict=True)
        )
        code = [column in self.code for column in self.columns]
        body = "\n".join(f"<tr>{_html_row(row, right, code, whole)}</tr>" for row in self._shown)
        return f"<table>\n{caption}<thead>\n<tr>{head}</tr>\n</thead>\n<tbody>\n{body}\n</tbody>\n</table>{note}"

    def _notes(self) -> list[str]:
        more = len(self.rows) - len(self._shown)
        return [note for note in (f"And {more:,} more: {self.rest}" if more else "", self.note) if note]

    @cached_property
    def _shown(self) -> Sequence[Sequence[Cell]]:
        """The rows that an output shows."""
        if self.most is None:
            return self.rows
        sizes = itertools.accumulate(
            sum(len(cell_text(cell)) + _CELL for cell in row) for row in self.rows[: self.most]
        )
        return self.rows[: max(sum(size <= _MOST_CHARACTERS for size in sizes), 1)]

    def _fits_a_page(self) -> bool:
        """Whether a printed page holds the columns, each as wide as the longest short cell in it."""
        lines = [self.columns, *([cell_text(cell) for cell in row] for row in self._shown)]
        widths = (max(min(len(text), _SHORT) for text in column) for column in zip(*lines, strict=True))
        return sum(wide + len(_GAP) for wide in widths) <= _PAGE

    def _grid(self) -> str:
        lines = [
            [plain(column) for column in self.columns],
            *([_text(cell) for cell in row] for row in self._shown),
        ]
        widths = [max(map(width, column)) for column in zip(*lines, strict=True)]
        right = numeric_columns(self)
        lines.insert(1, ["─" * wide for wide in widths])
        return "\n".join(_GAP.join(map(_aligned, line, widths, right)).rstrip() for line in lines)


def numeric_columns(table: Table) -> list[bool]:
    """Return for each column whether it holds numbers, which are aligned to the right."""
    return [_is_numeric(column) for column in zip(*table.rows, strict=True)]


def has_long_part(text: str) -> bool:
    """Whether a text has a part so long that it may break anywhere, rather than push other columns out of sight."""
    return max(map(len, re.split(r"[\s._/@-]", text))) > _LONGEST_PART


def html_caption(text: str) -> str:
    """Return a caption of a page's table, where the eye begins to read: pages put it into the middle otherwise."""
    wrap = "white-space:nowrap" if len(text) <= _SHORT_CAPTION else "overflow-wrap:anywhere"
    return f'<caption style="text-align:left;{wrap}">{escape(text)}</caption>'


def html_cell(
    tag: str, text: str, *, scope: str = "", right: bool = False, code: bool = False, whole: bool = True
) -> str:
    """Return a cell of a page's table; ``tag`` is ``th`` or ``td``, and ``whole`` keeps short texts on one line."""
    # JupyterLab aligns every cell to the right, which suits numbers only. Pages that strip styles lose no more.
    rules = [] if right else ["text-align:left"]
    inner = escape(marked(text))
    if text:
        # What has no letter, such as a row of bars, is a drawing: in two lines it would say something else.
        whole = (whole and len(text) <= _SHORT) or not any(map(str.isalnum, text))
        rules.append("white-space:nowrap" if whole else _wrapping(text))
        inner = f"<code>{inner}</code>" if code else inner if whole else breakable(marked(text))
        inner = f"<strong>{inner}</strong>" if isinstance(text, FailedText) else inner
    named = f' scope="{scope}"' if scope else ""
    styled = f' style="{";".join(rules)}"' if rules else ""
    return f"<{tag}{named}{styled}>{inner}</{tag}>"


def _wrapping(text: str) -> str:
    """Return how a long text may wrap: names at their parts, so that no column gets narrower than one of these."""
    return "overflow-wrap:anywhere" if has_long_part(text) else "overflow-wrap:break-word"


def _html_row(row: Sequence[Cell], right: Sequence[bool], code: Sequence[bool], whole: bool) -> str:
    first, *others = row
    cells = [html_cell("th", cell_text(first), scope="row", right=right[0], code=code[0], whole=whole)]
    cells += [
        html_cell("td", cell_text(cell), right=numeric, code=copied, whole=whole)
        for cell, numeric, copied in zip(others, right[1:], code[1:], strict=True)
    ]
    return "".join(cells)


def _text(cell: Cell) -> str:
    return marked(cell_text(cell))


def cell_text(cell: Cell) -> str:
    """Return a cell as text: a moment to the minute in UTC, None as ""."""
    if isinstance(cell, datetime):
        return f"{cell.astimezone(UTC):%Y-%m-%d %H:%M}"
    return "" if cell is None else cell if isinstance(cell, str) else str(cell)


def _key(name: str, place: int) -> str:
    words = re.findall(r"\w+", _UNIT.sub("", name).lower())
    return "_".join(words) or f"column_{place + 1}"


def _dtype(name: str, cells: Sequence[Cell]) -> str:
    if name.endswith(_IN_UTC):
        return "datetime64[us, UTC]"
    present = [cell for cell in cells if cell is not None]
    if len(present) == len(cells) > 0 and all(isinstance(cell, bool) for cell in present):
        return "bool"
    if not present or not all(isinstance(cell, int | float) for cell in present):
        return "object"
    if not all(isinstance(cell, int) for cell in present):
        return "float64"
    if not all(-(2**63) <= cell < 2**63 for cell in present if isinstance(cell, int)):
        return "object"
    return "int64" if len(present) == len(cells) else "Int64"


def _is_numeric(column: Sequence[Cell]) -> bool:
    present = [cell for cell in column if cell is not None]
    return bool(present) and all(isinstance(cell, int | float) for cell in present)


def _aligned(text: str, wide: int, right: bool) -> str:
    space = " " * (wide - width(text))
    return space + text if right else text + space
