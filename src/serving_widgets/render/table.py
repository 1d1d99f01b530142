"""A table, as text and as HTML."""

from __future__ import annotations

from collections.abc import Sequence

from .text import escape, plain, width

Cell = str | int | float | None

_GAP = "  "
#: Up to this many characters a cell of a page stays on one line: a date in four lines is hard to read.
_SHORT = 16


class Table:
    """Rows under named columns.

    Parameters
    ----------
    columns
        The names of the columns.
    rows
        As many cells as there are columns; None is an empty cell. A column of numbers is aligned to the right.
    caption
        What the table shows.
    note
        A sentence below it.

    Examples
    --------
    >>> Table(["Name", "Rows"], [["churn", 20], ["ads", 3]])
    Name   Rows
    ─────  ────
    churn    20
    ads       3
    """

    def __init__(
        self, columns: Sequence[str], rows: Sequence[Sequence[Cell]], caption: str = "", note: str = ""
    ) -> None:
        self.columns = tuple(columns)
        self.rows = tuple(tuple(row) for row in rows)
        self.caption = caption
        self.note = note
        for row in self.rows:
            if len(row) != len(self.columns):
                raise ValueError(f"a row has {len(row)} cells where {len(self.columns)} columns are")

    def __len__(self) -> int:
        return len(self.rows)

    def __repr__(self) -> str:
        parts = [plain(self.caption)] if self.caption else []
        if self.rows:
            parts.append(self._grid())
        if self.note:
            parts.append(plain(self.note))
        return "\n\n".join(parts)

    def _repr_html_(self) -> str:
        note = f"\n<p>{escape(self.note)}</p>" if self.note else ""
        if not self.rows:
            return f"<p><strong>{escape(self.caption)}</strong></p>{note}"
        caption = f"<caption>{escape(self.caption)}</caption>\n" if self.caption else ""
        right = self._right()
        head = "".join(
            html_cell("th", column, scope="col", right=numeric)
            for column, numeric in zip(self.columns, right, strict=True)
        )
        body = "\n".join(f"<tr>{_html_row(row, right)}</tr>" for row in self.rows)
        return f"<table>\n{caption}<thead>\n<tr>{head}</tr>\n</thead>\n<tbody>\n{body}\n</tbody>\n</table>{note}"

    def _right(self) -> list[bool]:
        return [_is_numeric(column) for column in zip(*self.rows, strict=True)]

    def _grid(self) -> str:
        lines = [[plain(column) for column in self.columns], *([_text(cell) for cell in row] for row in self.rows)]
        widths = [max(map(width, column)) for column in zip(*lines, strict=True)]
        right = self._right()
        lines.insert(1, ["─" * wide for wide in widths])
        return "\n".join(_GAP.join(map(_aligned, line, widths, right)).rstrip() for line in lines)


def html_cell(tag: str, text: str, *, scope: str = "", right: bool = False) -> str:
    """Return a cell of a page's table; ``tag`` is ``th`` or ``td``."""
    # JupyterLab aligns every cell to the right, which suits numbers only. Pages that strip styles lose no more.
    rules = [] if right else ["text-align:left"]
    if text:
        # Names of models are long and have no spaces: rather broken than pushing other columns out of sight.
        rules.append("white-space:nowrap" if len(text) <= _SHORT else "overflow-wrap:anywhere")
    named = f' scope="{scope}"' if scope else ""
    styled = f' style="{";".join(rules)}"' if rules else ""
    return f"<{tag}{named}{styled}>{escape(text)}</{tag}>"


def _html_row(row: Sequence[Cell], right: Sequence[bool]) -> str:
    first, *others = row
    cells = [html_cell("th", _text(first), scope="row", right=right[0])]
    cells += [html_cell("td", _text(cell), right=numeric) for cell, numeric in zip(others, right[1:], strict=True)]
    return "".join(cells)


def _text(cell: Cell) -> str:
    return "" if cell is None else plain(cell)


def _is_numeric(column: Sequence[Cell]) -> bool:
    present = [cell for cell in column if cell is not None]
    return bool(present) and all(isinstance(cell, int | float) for cell in present)


def _aligned(text: str, wide: int, right: bool) -> str:
    space = " " * (wide - width(text))
    return space + text if right else text + space
