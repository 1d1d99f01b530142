"""Finding the lines of a block that contain a text or match an expression: over all of them at once."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator

from serving_widgets.api.errors import ConfigError

from .expression_literals import needed_literals
from .line_store import Block


def lines_with(text: str, *, regex: bool, exact: bool) -> Callable[[Block], Iterable[int]]:
    """Return a function that tells the numbers, in a block, of the lines that have what is looked for.

    Raises
    ------
    ConfigError
        When the text is not a regular expression.
    """
    return _Expression(text, exact).lines_in if regex else _Literal(text, exact).lines_in


class _Literal:
    """A text as it is."""

    def __init__(self, text: str, exact: bool) -> None:
        self._text, self._exact = text if exact else text.lower(), exact

    def lines_in(self, block: Block) -> Iterable[int]:
        """Return the numbers, in the block, of the lines that contain it."""
        plain, starts = block.plain
        text = plain if self._exact else plain.lower()
        if len(text) != len(plain) or text.count(self._text) * _OFTEN > len(block):
            # Some small letters take more room than their capitals; and what many lines have is found line by line.
            return [at for at, line in enumerate(text.split("\n")[:-1]) if self._text in line]
        return _containing(text, starts, self._text)


class _Expression:
    """A regular expression, applied to many lines at once where that finds the same as one by one does."""

    def __init__(self, text: str, exact: bool) -> None:
        flags = 0 if exact else re.IGNORECASE
        try:
            self._one = re.compile(text, flags)
            self._many = re.compile(text, flags | re.MULTILINE) if not _OF_ONE_LINE.search(text) else None
            # Small letters in small letters are found five times as fast as without regard to them.
            small = not exact and self._many is not None and not _OF_CODES.search(text)
            self._small = re.compile(_CAPITALS.sub(_lowered, text), re.MULTILINE) if small else None
            self._needed = needed_literals(text)
        except re.error as error:
            raise ConfigError(
                f"Invalid regular expression: {error.msg}.",
                hint="Python's expressions are meant; a backslash before a sign takes it as it is.",
                code="bad_expression",
            ) from None
        self._exact = exact
        if not exact:
            known = all(map(str.isascii, self._needed))
            self._needed = tuple(map(str.lower, self._needed)) if known else ()

    def lines_in(self, block: Block) -> Iterable[int]:
        """Return the numbers, in the block, of the lines that match."""
        plain, starts = block.plain
        lowered = not self._exact and plain.isascii()
        text = plain.lower() if lowered else plain
        # To look at lines that have a text is quicker than to look at all, unless many have it.
        if self._needed and (lowered or self._exact) and sum(map(text.count, self._needed)) * _OFTEN < len(block):
            near = {at for literal in self._needed for at in _containing(text, starts, literal)}
            return [at for at in sorted(near) if self._one.search(plain[starts[at] : starts[at + 1] - 1])]
        if self._many is None:
            return [at for at, line in enumerate(plain.split("\n")[:-1]) if self._one.search(line)]
        if lowered and self._small is not None:
            return self._in_all(plain, starts, text, self._small)
        return self._in_all(plain, starts, plain, self._many)

    def _in_all(self, plain: str, starts: array[int], text: str, pattern: re.Pattern[str]) -> Iterator[int]:
        number = 0
        while (match := pattern.search(text, starts[number])) is not None and match.start() < len(text):
            number = bisect_right(starts, match.start(), number) - 1
            begin, end = starts[number], starts[number + 1] - 1
            # A match may go on in lines after it.
            if match.end() <= end or self._one.search(plain[begin:end]):
                yield number
            number += 1


#: One in so many lines is often.
_OFTEN = 4


def _containing(text: str, starts: array[int], sought: str) -> Iterator[int]:
    """Yield the numbers of the lines of a text that contain another."""
    if "\n" in sought:
        return
    number, at = 0, text.find(sought)
    while at >= 0:
        number = bisect_right(starts, at, number)
        yield number - 1
        at = text.find(sought, starts[number])


# What is applied line by line: ends of the text, looks ahead and back, what gives nothing back, and classes that would
# run on over a whole block.
_OF_ONE_LINE = re.compile(r"\\[AZ]|\(\?(?!:|P<)|[*+?}]\+|\[\^|\[[^\]]*\\[sSDWn]")
# What is not the same of small letters: characters by their codes, and ranges from capitals to small letters.
_OF_CODES = re.compile(r"\\[xuUN0-9]|[A-Z]-[^A-Z]|[^\x00-\x7f]")
_CAPITALS = re.compile(r"\\.|[A-Z]+", re.DOTALL)


def _lowered(match: re.Match[str]) -> str:
    return match[0] if match[0].startswith("\\") else match[0].lower()
