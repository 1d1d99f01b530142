"""The lines of a log that were seen, with what each says beside its text, within bounds."""

from __future__ import annotations

import dataclasses
import itertools
import json
import math
import re
from array import array
from collections.abc import Iterable, Iterator, Sequence

from serving_widgets.api.logs.log_levels import SEVERITY_ORDER
from serving_widgets.api.logs.log_lines import Level, LogLine, without_escapes

from .line_store import LineStore

#: Lines and characters that are kept of one log, the newest.
MOST_LINES = 1_000_000
MOST_CHARACTERS = 128_000_000
#: Bytes of lines in one message; Databricks notebooks cut messages of 5 MB, so there is much room.
PART = 300_000
#: Characters of a line that go to a page; the whole line is in what is saved.
LONGEST = 20_000
#: Levels by number, as a page gets them.
LEVELS: tuple[Level, ...] = SEVERITY_ORDER
#: Replicas that are told apart; what others wrote counts as the last one's.
MOST_REPLICAS = 64

HEAD, GAP = 8, 16
# Lines of such a part: each may be a long one.
_SOME = 50
# Added to a line's mark to make a character of it that JSON does not escape.
PRINTABLE = 48
_LEVEL = bytes(mark & 7 for mark in range(256))
# Lines that go on with what another one began.
_GOING_ON = re.compile(b"[" + re.escape(bytes(mark for mark in range(32) if not mark & HEAD)) + b"]+")
_NUMBER = {level: number for number, level in enumerate(LEVELS)}


@dataclasses.dataclass(frozen=True, slots=True)
class Part:
    """Consecutive lines, as a page gets them.

    Attributes
    ----------
    begin
        The number of the first of them.
    text
        The lines, each but the last with a line feed behind it.
    marks
        A character for each: its level's number, 8 more where something begins, 16 more where lines are missing before
        it, counted from ``"0"`` on.
    replicas
        A character for each: its replica's number, counted likewise.
    numbers
        The numbers of the lines where they are not consecutive.
    """

    begin: int
    text: str
    marks: str
    replicas: str
    numbers: tuple[int, ...] = ()


class Archive:
    """The newest lines of a log. Lines keep their numbers, from 0, when old ones go. For one thread at a time.

    Attributes
    ----------
    first
        The number of the first line that is kept.
    told
        The number of the first line of which no more than the text is known; that of the next line where there is none.
    counts
        How many things of each level the kept lines tell; a traceback is one.
    gaps
        How many places there are at which lines are missing.
    replicas
        Short ids of replicas in the order they were seen; the first is "", for lines that name none.
    texts, marks, whose, times
        Of each kept line: its text, its mark as in :class:`Part`, its replica's number, and when it was written in
        seconds since the epoch (where it says nothing, when the one before was; minus infinity before any that does).
        For reading only.

    Examples
    --------
    >>> archive = Archive()
    >>> from serving_widgets.api.logs.log_lines import read_lines
    >>> archive.add(read_lines(["ERROR: no", "Successfully installed numpy-1.26.4"]))
    >>> archive.total, archive.counts["error"]
    (2, 1)
    """

    def __init__(self, most_lines: int = MOST_LINES, most_characters: int = MOST_CHARACTERS) -> None:
        self._most_lines, self._most_characters = most_lines, most_characters
        self.texts = LineStore()
        self.marks = bytearray()
        self.whose = bytearray()
        self.times = array("d")
        self._characters = 0
        self.told = 0
        # The number of the line that each replica's present thing began with.
        self._heads: dict[int, int] = {}
        self.first = 0
        self.counts: dict[Level, int] = dict.fromkeys(LEVELS, 0)
        self.gaps = 0
        self.replicas: list[str] = [""]

    @property
    def total(self) -> int:
        """The number that the next line will have."""
        return self.first + len(self.texts)

    def add(self, lines: Sequence[LogLine], *, gap: bool = False) -> None:
        """Append lines; ``gap`` says that some are missing before the first of them."""
        self.put([line.text for line in lines], gap=gap)
        # Some may have gone already.
        self.tell(lines[len(lines) - (self.total - self.told) :])

    def put(self, texts: Sequence[str], *, gap: bool = False) -> None:
        """Append lines of which only the text is known: :meth:`tell` takes what they say. They can be searched."""
        if not texts:
            return
        self.gaps += gap
        self.marks += bytes([HEAD + GAP * gap]) + bytes([HEAD]) * (len(texts) - 1)
        self.whose += bytes(len(texts))
        self.times.extend(itertools.repeat(-math.inf, len(texts)))
        self._characters += sum(map(len, texts))
        self.texts.extend(texts)
        if len(self.texts) > self._most_lines or self._characters > self._most_characters:
            self._trim()

    def tell(self, lines: Sequence[LogLine]) -> None:
        """Take what the next lines say of which only the text was known."""
        begin = self.told - self.first
        last, taken = self.times[begin - 1] if begin else -math.inf, None
        for at, line in enumerate(lines, begin):
            whose, gap = self._replica(line.replica), self.marks[at] & GAP
            if gap:
                self._heads.clear()
            level = _NUMBER[line.level]
            head = line.head or whose not in self._heads
            if head:
                self._heads[whose] = self.first + at
                self.counts[line.level] += 1
            else:
                self._raise(self._heads[whose], level)
            self.marks[at] = level + HEAD * head + gap
            self.whose[at] = whose
            if line.time is not None and line.time is not taken:
                taken, last = line.time, line.time.timestamp()
            self.times[at] = last
        self.told += len(lines)

    def lines(self, begin: int, end: int) -> list[str]:
        """Return the text of lines by their numbers, as far as they are kept."""
        return list(self.texts.between(*self._within(begin, end)))

    def unit_levels(self) -> bytearray:
        """Return for each kept line how grave the thing is that it is of, by number."""
        levels = self.marks.translate(_LEVEL)
        for match in _GOING_ON.finditer(self.marks):
            for at in range(*match.span()):
                # The line before it of the same replica is of the same thing.
                before = self.whose.rfind(self.whose[at], 0, at)
                levels[at] = levels[before] if before >= 0 else levels[at]
        return levels

    def parts(self, begin: int, end: int) -> Iterator[Part]:
        """Yield lines by their numbers, as far as they are kept, in parts that fit into a message each."""
        at, end = self._within(begin, end)
        lines = self.texts.between(at, end)
        while at < end:
            texts: list[str] = []
            size, start = 0, at
            while at < end and size < PART:
                text = shortened(next(lines))
                texts.append(text)
                size += len(json.dumps(text, ensure_ascii=False).encode("utf-8", "replace")) + 2
                at += 1
            yield Part(
                self.first + start,
                "\n".join(texts),
                _printable(self.marks[start:at]),
                _printable(self.whose[start:at]),
            )

    def some(self, numbers: Iterable[int]) -> Iterator[Part]:
        """Yield lines by their numbers, as far as they are kept, wherever they stand."""
        kept = [number for number in numbers if self.first <= number < self.total]
        for at in range(0, len(kept), _SOME):
            part = kept[at : at + _SOME]
            places = [number - self.first for number in part]
            yield Part(
                part[0],
                "\n".join(shortened(self.texts[place]) for place in places),
                _printable(bytearray(self.marks[place] for place in places)),
                _printable(bytearray(self.whose[place] for place in places)),
                tuple(part),
            )

    def plain(self, numbers: Iterable[int] | None = None) -> Iterator[str]:
        """Yield the log, or some of its lines, without escape sequences, in pieces; it says where lines are missing."""
        piece: list[str] = []
        size = 0
        whole = zip(self.texts.between(0, len(self.texts)), self.marks, strict=True)
        some = (number - self.first for number in numbers or ())
        for text, mark in whole if numbers is None else ((self.texts[at], self.marks[at]) for at in some):
            line = ("… lines may be missing here …\n" if mark & GAP else "") + without_escapes(text) + "\n"
            while line:
                # A line may be longer than a message.
                piece.append(line[:PART])
                size += len(piece[-1])
                line = line[PART:]
                if size >= PART:
                    yield "".join(piece)
                    piece, size = [], 0
        if piece:
            yield "".join(piece)

    def _within(self, begin: int, end: int) -> tuple[int, int]:
        return max(begin - self.first, 0), max(min(end - self.first, len(self.texts)), 0)

    def _replica(self, name: str) -> int:
        try:
            return self.replicas.index(name)
        except ValueError:
            if len(self.replicas) < MOST_REPLICAS:
                self.replicas.append(name)
            return len(self.replicas) - 1

    def _raise(self, head: int, level: int) -> None:
        """Have a thing be as grave as the gravest of its lines."""
        at = head - self.first
        if at >= 0 and level > self.marks[at] & 7:
            self.counts[LEVELS[self.marks[at] & 7]] -= 1
            self.counts[LEVELS[level]] += 1
            self.marks[at] = self.marks[at] & ~7 | level

    def _trim(self) -> None:
        """Drop the oldest lines, some more than have to go, so that not every new line moves all others."""
        goal, room = self._most_lines * 9 // 10, self._most_characters * 9 // 10
        gone = max(len(self.texts) - goal, 0)
        lines = self.texts.between(0, len(self.texts) - 1)
        left = self._characters - sum(len(next(lines)) for _ in range(gone))
        for line in lines if left > room else ():
            left -= len(line)
            gone += 1
            if left <= room:
                break
        self.texts.drop(gone)
        del self.marks[:gone], self.whose[:gone], self.times[:gone]
        self.first += gone
        self.told = max(self.told, self.first)
        self._characters = left
        self._count_again()

    def _count_again(self) -> None:
        self.counts = dict.fromkeys(LEVELS, 0)
        self.gaps = sum(1 for mark in self.marks if mark & GAP)
        begun: set[int] = set()
        told = zip(self.marks, self.whose[: self.told - self.first], strict=False)
        for at, (mark, whose) in enumerate(told):
            if mark & GAP:
                begun.clear()
            if not mark & HEAD and whose not in begun:
                # What it went on with is gone.
                self.marks[at] = mark = mark | HEAD
            begun.add(whose)
            self.counts[LEVELS[mark & 7]] += bool(mark & HEAD)


def shortened(text: str, most: int = LONGEST) -> str:
    """Return a line as it goes to a page; a very long one says how much of it is left out."""
    if len(text) <= most:
        return text
    return f"{text[:most]}… {len(text) - most:,} more characters; saving the log keeps them"


def _printable(marks: bytearray) -> str:
    return bytes(mark + PRINTABLE for mark in marks).decode("latin-1")
