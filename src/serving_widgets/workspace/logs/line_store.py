"""The text of many lines, kept in blocks: little memory beside the text itself, and searched as one piece."""

from __future__ import annotations

import itertools
from array import array
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import overload

from serving_widgets.api.logs.log_lines import without_escapes

#: Lines of a block, at most.
BLOCK = 10_000


class Block:
    """Consecutive lines as one text, each with a line feed behind it.

    Attributes
    ----------
    text
        The lines as they came.
    starts
        Where each begins, and where the last one ends.
    """

    def __init__(self, lines: Sequence[str]) -> None:
        self.text = "\n".join(lines) + "\n"
        self.starts = _starts(lines)
        self._plain: tuple[str, array[int]] | None = None

    def __len__(self) -> int:
        return len(self.starts) - 1

    def __getitem__(self, at: int) -> str:
        return self.text[self.starts[at] : self.starts[at + 1] - 1]

    @property
    def plain(self) -> tuple[str, array[int]]:
        """The text without escape sequences, and where each of its lines begins."""
        if "\x1b" not in self.text:
            return self.text, self.starts
        if self._plain is None:
            plain = without_escapes(self.text)
            self._plain = plain, _starts(plain.split("\n")[:-1])
        return self._plain


def _starts(lines: Sequence[str]) -> array[int]:
    return array("L", itertools.accumulate(map((1).__add__, map(len, lines)), initial=0))


class LineStore(Sequence[str]):
    """Lines without line feeds in them, of which new ones come at the end and old ones go at the beginning.

    Examples
    --------
    >>> store = LineStore()
    >>> store.extend(["one", "two", "three"])
    >>> store.drop(1)
    >>> store[0], len(store)
    ('two', 2)
    """

    def __init__(self) -> None:
        self._blocks: deque[Block] = deque()
        self._open: list[str] = []
        self._gone = 0  # lines of the first block that were dropped
        self._closed = 0  # lines in blocks, those included

    def __len__(self) -> int:
        return self._closed - self._gone + len(self._open)

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice) -> list[str]: ...

    def __getitem__(self, at: int | slice) -> str | list[str]:
        if isinstance(at, slice):
            begin, end, step = at.indices(len(self))
            return list(itertools.islice(self.between(begin, end), 0, None, step))
        number, place = divmod(range(len(self))[at] + self._gone, BLOCK)
        return self._blocks[number][place] if number < len(self._blocks) else self._open[place]

    def between(self, begin: int, end: int) -> Iterator[str]:
        """Yield the lines of a range."""
        begin, end = begin + self._gone, end + self._gone
        first = 0
        for block in self._blocks:
            for at in range(max(begin - first, 0), min(end - first, len(block))):
                yield block[at]
            first += len(block)
            if first >= end:
                return
        yield from self._open[max(begin - first, 0) : max(end - first, 0)]

    def text_from(self, begin: int) -> str:
        """Return the lines from one on as one text, each with a line feed behind it."""
        return "".join(
            block.text[block.starts[max(begin - place, 0)] :]
            for place, block in self.blocks()
            if place + len(block) > begin
        )

    def extend(self, lines: Iterable[str]) -> None:
        """Append lines."""
        self._open.extend(lines)
        while len(self._open) >= BLOCK:
            self._blocks.append(Block(self._open[:BLOCK]))
            self._closed += BLOCK
            del self._open[:BLOCK]

    def drop(self, count: int) -> None:
        """Forget the first lines."""
        self._gone += count
        while self._blocks and self._gone >= len(self._blocks[0]):
            self._gone -= len(self._blocks[0])
            self._closed -= len(self._blocks.popleft())
        if not self._blocks and self._gone:
            del self._open[: self._gone]
            self._gone = 0

    def blocks(self) -> Iterator[tuple[int, Block]]:
        """Yield blocks that hold all lines, and the place of the first line of each: below 0 where some are dropped."""
        place = -self._gone
        for block in self._blocks:
            yield place, block
            place += len(block)
        if self._open:
            yield place, Block(self._open)
