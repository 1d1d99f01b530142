"""The draft of a request: one body, seen as JSON, as a table and as a form. Pure; errors lose nothing of it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

from serving_widgets.api.errors import ConfigError
from serving_widgets.line import delimiter_of
from serving_widgets.openapi.model import Column, InputFormat
from serving_widgets.openapi.samples.sample import as_text

from .body_rows import BodyTable, read_rows, write_rows
from .cell_values import MISSING, Cell, JsonFault, read_json, value_of

#: Steps that can be undone.
STEPS = 50
#: Characters of earlier texts that are kept for that.
MOST_KEPT = 20_000_000
#: Rows that one paste may add.
MOST_PASTED = 10_000

Pointer = tuple[str | int, ...]


class RequestDraft:
    """A request that has not been sent yet.

    Its text is what would be sent. While the text is not JSON, table and form show what it said before, and take no
    edits: those would replace it.

    Parameters
    ----------
    format
        How the request is written.

    Attributes
    ----------
    rev : int
        Rises with every change.
    text : str
        The JSON.
    body : Any
        What it says; what it said last, where it is not JSON now.
    fault : JsonFault or None
        Why it is not JSON.
    """

    def __init__(self, format: InputFormat, body: Any = None) -> None:
        self.format = format
        self.rev = 1
        self.body: Any = _empty(format) if body is None else body
        self.text = _laid_out(self.body)
        self.fault: JsonFault | None = None
        self._before: list[str] = []

    # As a whole -------------------------------------------------------------------------------------------------------

    def write(self, text: str) -> None:
        """Take a text as it was typed."""
        if text == self.text:
            return
        read = read_json(text)
        self._step()
        self.text = text
        if isinstance(read, JsonFault):
            self.fault = read
        else:
            self.body, self.fault = read, None

    def put(self, body: Any) -> None:
        """Take another body: a sample, or one that was sent before. The present one can be had back."""
        self._step()
        self.body, self.text, self.fault = body, _laid_out(body), None

    def undo(self) -> None:
        """Go back one step."""
        if not self._before:
            return
        self.text = self._before.pop()
        read = read_json(self.text)
        self.fault = read if isinstance(read, JsonFault) else None
        if self.fault is None:
            self.body = read
        self.rev += 1

    def revert(self) -> None:
        """Give up a text that is not JSON for what it said before."""
        if self.fault is not None:
            self.put(self.body)

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to go back."""
        return bool(self._before)

    # As a table -------------------------------------------------------------------------------------------------------

    def rows(self) -> BodyTable | None:
        """Return the table; None where the body is not a table of rows."""
        return read_rows(self.format, self.body)

    def set_cell(self, row: int, name: str, cell: Cell) -> None:
        """Give a cell what a text means there; None makes it null, False leaves it out where that can be."""
        table = self._table()
        if not 0 <= row < len(table.rows):
            raise ConfigError(f"There is no row {row}.", hint="The table has changed; look at it again.")
        self._set(table, row, name, cell)
        self._put_rows(table)

    def add_rows(self, count: int) -> None:
        """Add empty rows."""
        table = self._table()
        for _ in range(min(max(count, 1), MOST_PASTED)):
            table.rows.append([_blank(self.column(name)) for name in table.names])
        self._put_rows(table)

    def remove_rows(self, numbers: Sequence[int]) -> None:
        """Take rows away."""
        table, gone = self._table(), set(numbers)
        table.rows[:] = [row for number, row in enumerate(table.rows) if number not in gone]
        self._put_rows(table)

    def paste(self, row: int, name: str, text: str) -> int:
        """Put lines of TSV or CSV into the table from a cell on; return how many rows they make.

        A first line that names columns puts each value under its own; rows are added where there are too few.

        Raises
        ------
        ConfigError
            When the lines have more columns than there are to the right of the cell, there are too many, or they are no
        table.
        """
        table = self._table()
        lines = _lines(text)
        if not lines:
            return 0
        names = [column.name for column in self.format.columns]
        names += [each for each in table.names if each not in names]
        if len(lines) > 1 and all(each in names for each in lines[0]):
            targets, lines = lines[0], lines[1:]
        else:
            begin = names.index(name) if name in names else 0
            targets = names[begin:]
        widest = max(map(len, lines))
        if widest > len(targets):
            raise ConfigError(
                f"There are {widest} columns in what was pasted, and {len(targets)} from here to the right.",
                hint="Put the cursor further left, or begin with a line of column names.",
            )
        if len(lines) > MOST_PASTED:
            raise ConfigError(
                f"{len(lines):,} rows are more than a page is for.", hint="Load them as a DataFrame instead."
            )
        for place, values in enumerate(lines, start=max(row, 0)):
            while place >= len(table.rows):
                table.rows.append([_blank(self.column(each)) for each in table.names])
            for target, value in zip(targets, values, strict=False):
                self._set(table, place, target, value)
        self._put_rows(table)
        return len(lines)

    def column(self, name: str) -> Column:
        """Return what is known of a column; anything goes in an unknown one."""
        known = next((column for column in self.format.columns if column.name == name), None)
        return known or Column(name, listed=False)

    # As a form --------------------------------------------------------------------------------------------------------

    def get(self, pointer: Pointer) -> Any:
        """Return what stands somewhere in the body; ``MISSING`` where nothing does."""
        here = self.body
        step: Any
        for step in pointer:
            if not isinstance(here, list if isinstance(step, int) else Mapping):
                return MISSING
            try:
                here = here[step]
            except (KeyError, IndexError):
                return MISSING
        return here

    def set(self, pointer: Pointer, cell: Cell, column: Column) -> None:
        """Put what a text means somewhere into the body; False takes away what stands there."""
        self._check_readable()
        self.put(_with(self.body, pointer, value_of(cell, column)))

    def put_at(self, pointer: Pointer, value: Any) -> None:
        """Put a value somewhere into the body."""
        self._check_readable()
        self.put(_with(self.body, pointer, value))

    def answered(self, text: str) -> None:
        """Add what a language model said to the conversation."""
        present = self.get((self.format.key,))
        count = len(present) if isinstance(present, list) else 0
        self.put_at((self.format.key, count), {"role": "assistant", "content": text})

    # ------------------------------------------------------------------------------------------------------------------

    def _table(self) -> BodyTable:
        self._check_readable()
        table = self.rows()
        if table is None:
            raise ConfigError(f"{self.format.name} has no rows here.", hint="Edit it as JSON, or take a sample.")
        return table

    def _set(self, table: BodyTable, row: int, name: str, cell: Cell) -> None:
        if name not in table.names:
            table.names.append(name)
            for each in table.rows:
                each.append(MISSING)
        table.rows[row][table.names.index(name)] = value_of(cell, self.column(name))

    def _put_rows(self, table: BodyTable) -> None:
        self.put(write_rows(self.format, self.body, table))

    def _check_readable(self) -> None:
        if self.fault is not None:
            raise ConfigError(
                f"The JSON can't be read, so nothing else can be edited. Line {self.fault.line}: {self.fault.message}.",
                hint="Fix it, or undo the change.",
                code="draft_unreadable",
            )

    def _step(self) -> None:
        self.rev += 1
        self._before.append(self.text)
        while len(self._before) > STEPS or sum(map(len, self._before)) > MOST_KEPT:
            del self._before[0]


def _blank(column: Column) -> Any:
    """Return what a new row has in a column: nothing where it may be left out, else a value to be replaced."""
    if column.has_default:
        return column.default
    if not column.required:
        return MISSING
    return "" if column.type == "string" and not column.format else None


def _empty(format: InputFormat) -> Any:
    """Return the least that can be said in a format."""
    if format.kind == "split":
        return {format.key: {"columns": [each.name for each in format.columns if each.required], "data": []}}
    if format.kind in ("records", "inputs", "instances"):
        return {format.key: []}
    if format.kind == "chat":
        return {format.key: []}
    if format.kind in ("completion", "embeddings", "responses"):
        return {format.key: ""}
    return {}


def _with(body: Any, pointer: Pointer, value: Any) -> Any:
    """Return a copy of a body that has a value somewhere; objects on the way are made, empty ones are taken away."""
    if not pointer:
        return {} if value is MISSING else value
    step, rest = pointer[0], pointer[1:]
    if isinstance(step, int):
        items = list(body) if isinstance(body, list) else []
        if step < len(items):
            items[step : step + 1] = [] if value is MISSING and not rest else [_with(items[step], rest, value)]
        elif value is not MISSING:
            items.append(_with(None, rest, value))
        return items
    members = dict(body) if isinstance(body, Mapping) else {}
    if value is MISSING and not rest:
        members.pop(step, None)
    else:
        inner = _with(members.get(step), rest, value)
        if value is MISSING and inner == {}:
            members.pop(step, None)
        else:
            members[step] = inner
    return members


def _lines(text: str) -> list[list[str]]:
    text = text.lstrip("\ufeff").rstrip("\r\n")
    if not text:
        return []
    try:
        return [line for line in csv.reader(io.StringIO(text), delimiter=delimiter_of(text)) if line]
    except csv.Error as error:
        raise ConfigError(f"What was pasted can't be read as a table: {error}.", hint="Edit it as JSON.") from error


def _laid_out(body: Any) -> str:
    text = as_text(body)
    try:
        text.encode()
    except UnicodeEncodeError:
        # Half a surrogate pair can be written, but not as UTF-8.
        return json.dumps(body)
    return text
