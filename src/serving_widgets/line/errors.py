"""A fault at one place of a text."""

from __future__ import annotations

import unicodedata

#: A pointer shows at most this many characters before and after the fault.
SIGHT = 48


class LineError(ValueError):
    """A text that cannot be read, and where.

    Parameters
    ----------
    message
        What is wrong, as a sentence.
    line
        The whole text, of one line or several.
    column
        Where in ``line`` the fault is: characters before it, line breaks included, as in ``Token.start``.

    Examples
    --------
    >>> print(LineError("This quote is never closed.", 'stop "churn', 5).caret())
    stop "churn
         ^
    """

    def __init__(self, message: str, line: str, column: int) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = max(0, min(column, len(line)))

    def caret(self) -> str:
        """Return two lines: the row that holds the fault, cut down where it is long, and a caret under the fault."""
        start = self.line.rfind("\n", 0, self.column) + 1
        end = self.line.find("\n", start)
        row = self.line[start : len(self.line) if end < 0 else end]
        at = self.column - start
        before, after = row[:at], row[at:]
        if len(before) > SIGHT:
            before = "…" + before[-SIGHT:]
        if len(after) > SIGHT:
            after = after[:SIGHT] + "…"
        return f"{_printable(before)}{_printable(after)}\n{_blank(_printable(before))}^"


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else "\t" if c == "\t" else "\N{REPLACEMENT CHARACTER}" for c in text)


def _blank(text: str) -> str:
    """Return white space that is as wide as the text in a fixed-width font."""
    return "".join("\t" if c == "\t" else " " * _width(c) for c in text)


def _width(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
