"""Searching the kept lines of a log where they are: in the kernel, over all of them, however many a page has."""

from __future__ import annotations

import dataclasses
import itertools
import math
import re
from array import array
from collections.abc import Iterable, Iterator

from serving_widgets.api.errors import ConfigError

from .line_buffer import Archive
from .line_store import Block


@dataclasses.dataclass(frozen=True, slots=True)
class LogQuery:
    """What is looked for in a log.

    Attributes
    ----------
    text
        What a line contains; "" for every line.
    regex
        Whether ``text`` is a regular expression.
    exact
        Whether capitals and small letters differ.
    levels
        How grave the things may be that lines are of, by number as :data:`LEVELS` counts; none is all.
    replica
        Whose lines; None is all.
    heads
        Whether only lines are meant that something begins with.
    since, until
        From when on and up to when, in seconds since the epoch; lines that say no time count as those before them.
    context
        How many lines before and after each to give with it, of those that levels, replica and times let through.
    """

    text: str = ""
    regex: bool = False
    exact: bool = False
    levels: frozenset[int] = frozenset()
    replica: str | None = None
    heads: bool = False
    since: float | None = None
    until: float | None = None
    context: int = 0


def search(archive: Archive, query: LogQuery) -> array[int]:
    """Return the numbers of the lines that are looked for, in order.

    Raises
    ------
    ConfigError
        When the text is not a regular expression.
    """
    mask = let_through(archive, query)
    places: Iterable[int] = range(len(archive.texts))
    if query.text:
        places = _containing(archive, query)
        if mask is not None:
            places = [at for at in places if mask[at]]
        if query.context:
            places = _with_context(len(archive.texts), mask, places, query.context)
    elif mask is not None:
        places = itertools.compress(places, mask)
    return array("l", [archive.first + at for at in places] if archive.first else places)


def let_through(archive: Archive, query: LogQuery) -> bytes | None:
    """Return a byte for each line, 0 where level, replica, times or being no head leave it out; None where none can."""
    masks: list[bytes | bytearray] = []
    if query.heads:
        masks.append(archive.marks.translate(_IS_HEAD))
    if query.levels:
        levels = archive.marks.translate(_LEVEL) if query.heads else archive.unit_levels()
        masks.append(levels.translate(bytes(level in query.levels for level in range(256))))
    if query.replica is not None:
        whose = archive.replicas.index(query.replica) if query.replica in archive.replicas else -1
        masks.append(archive.whose.translate(bytes(number == whose for number in range(256))))
    if query.since is not None or query.until is not None:
        since, until = query.since or -math.inf, query.until or math.inf
        masks.append(bytes([since <= time <= until for time in archive.times]))
    if not masks:
        return None
    size = len(archive.marks)
    # As numbers, for that takes them all at once.
    both = int.from_bytes(masks[0], "big")
    for mask in masks[1:]:
        both &= int.from_bytes(mask, "big")
    return both.to_bytes(size, "big")


_IS_HEAD = bytes(bool(mark & 8) for mark in range(256))
_LEVEL = bytes(mark & 7 for mark in range(256))


def _with_context(total: int, mask: bytes | None, places: Iterable[int], context: int) -> list[int]:
    candidates = range(total) if mask is None else list(itertools.compress(range(total), mask))
    rank = {} if mask is None else {place: at for at, place in enumerate(candidates)}
    near: dict[int, None] = {}
    for place in places:
        at = rank.get(place, place)
        near.update(dict.fromkeys(candidates[max(at - context, 0) : at + context + 1]))
    return sorted(near)


def _containing(archive: Archive, query: LogQuery) -> list[int]:
    if query.regex:
        expression = _Expression(query)
        found = (place + at for place, block in archive.texts.blocks() for at in expression.lines_in(block))
    else:
        found = (place + at for place, block in archive.texts.blocks() for at in _literal(block, query))
    return [at for at in found if at >= 0]


def _literal(block: Block, query: LogQuery) -> Iterator[int]:
    """Yield the numbers, in the block, of the lines that contain a text."""
    text, sought = block.plain, query.text
    if not query.exact:
        text, sought = text.lower(), sought.lower()
    if "\n" in sought:
        return
    number = begun = 0
    at = text.find(sought)
    while at >= 0:
        number += text.count("\n", begun, at)
        yield number
        begun = text.find("\n", at)
        at = text.find(sought, begun)


class _Expression:
    """A regular expression, applied to many lines at once where that finds the same as one by one does."""

    def __init__(self, query: LogQuery) -> None:
        flags = 0 if query.exact else re.IGNORECASE
        try:
            self._one = re.compile(query.text, flags)
            self._many = re.compile(query.text, flags | re.MULTILINE) if not _OF_ONE_LINE.search(query.text) else None
            # Small letters in small letters are found five times as fast as without regard to them.
            small = not query.exact and self._many is not None and not _OF_CODES.search(query.text)
            self._small = re.compile(_CAPITALS.sub(_lowered, query.text), re.MULTILINE) if small else None
        except re.error as error:
            raise ConfigError(
                f"Invalid regular expression: {error.msg}.",
                hint="Python's expressions are meant; a backslash before a sign takes it as it is.",
                code="bad_expression",
            ) from None

    def lines_in(self, block: Block) -> Iterator[int]:
        """Yield the numbers, in the block, of the lines that match."""
        plain = block.plain
        if self._many is None:
            yield from (at for at, line in enumerate(plain.split("\n")[:-1]) if self._one.search(line))
            return
        small = self._small is not None and plain.isascii()
        text = plain.lower() if small else plain
        pattern = self._small if small and self._small is not None else self._many
        number = begun = 0
        while (match := pattern.search(text, begun)) is not None and match.start() < len(text):
            start = match.start()
            end = text.find("\n", start)
            begin = text.rfind("\n", begun, start) + 1 or begun
            number += text.count("\n", begun, begin)
            # A match may go on in lines after it.
            if self._one.search(plain[begin:end]):
                yield number
            number, begun = number + 1, end + 1


# What is applied line by line: ends of the text, looks ahead and back, what gives nothing back, and classes that would
# run on over a whole block.
_OF_ONE_LINE = re.compile(r"\\[AZ]|\(\?(?!:|P<)|[*+?}]\+|\[\^|\[[^\]]*\\[sSDWn]")
# What is not the same of small letters: characters by their codes, and ranges from capitals to small letters.
_OF_CODES = re.compile(r"\\[xuUN0-9]|[A-Z]-[^A-Z]|[^\x00-\x7f]")
_CAPITALS = re.compile(r"\\.|[A-Z]+", re.DOTALL)


def _lowered(match: re.Match[str]) -> str:
    return match[0] if match[0].startswith("\\") else match[0].lower()
