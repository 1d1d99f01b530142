"""Text that is safe to show: for a terminal, and for a page."""

from __future__ import annotations

import html
import re
import unicodedata
from datetime import UTC, datetime, timedelta

# A part of a name ends here, unless what follows is no part, as in 10.5; pages break after a hyphen by themselves.
_PART = re.compile(r"(?<=[^\W\d_][._/@])(?=[^\W_])|(?<=\d[_/@])(?=[^\W\d_])")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: Characters that print nothing and change how others are read: a name must not look like another one.
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class FailedText(str):
    """Text about what failed: a triangle stands before it, and pages show it in bold.

    The mark is in what is shown only; the text itself stays as the service words it.
    """


def marked(text: str) -> str:
    """Return text to show, :func:`plain`, with a mark where it is about what failed.

    Examples
    --------
    >>> marked(FailedText("Update failed")), marked("Ready")
    ('▲ Update failed', 'Ready')
    """
    return f"▲ {plain(text)}" if isinstance(text, FailedText) else plain(text)


def plain(text: object, *, lines: bool = False) -> str:
    r"""Return text without anything that a terminal would obey.

    Control characters, direction marks and lone surrogates are spelled out (``\x1b``); a line break, tab or unusual
    space becomes a space; ``lines`` keeps the first two.

    Examples
    --------
    >>> plain("\x1b[31mred\nalert")
    '\\x1b[31mred alert'
    """
    return "".join(c if c.isprintable() and c not in _BIDI else _spelled(c, lines) for c in str(text))


def escape(text: object, *, lines: bool = False) -> str:
    """Return text for a page: :func:`plain`, with ``& < > " '`` as entities."""
    return html.escape(plain(text, lines=lines))


def breakable(text: object) -> str:
    """Return text for a cell of a page's table: names of models are long, and break where their parts end.

    Examples
    --------
    >>> breakable("main.risk.fraud_detector")
    'main.<wbr>risk.<wbr>fraud_<wbr>detector'
    """
    return _PART.sub("<wbr>", escape(text))


def utc(milliseconds: object) -> str:
    """Return a time stamp of the service, in milliseconds since the epoch, as text; "" when it is none.

    Examples
    --------
    >>> utc(1666829055000)
    '2022-10-27 00:04:15 UTC'
    """
    at = moment(milliseconds)
    return "" if at is None else f"{at:%Y-%m-%d %H:%M:%S} UTC"


def moment(milliseconds: object) -> datetime | None:
    """Return a time stamp of the service as a moment in UTC; None when it is none.

    Examples
    --------
    >>> moment(1666829055000).isoformat()
    '2022-10-27T00:04:15+00:00'
    """
    if isinstance(milliseconds, bool) or not isinstance(milliseconds, int | float):
        return None
    try:
        return _EPOCH + timedelta(milliseconds=milliseconds)
    except (OverflowError, ValueError):
        return None


def width(text: str) -> int:
    """Return how many columns text takes in a fixed-width font."""
    return sum(
        0 if unicodedata.combining(c) or c == "\u200d" else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


def _spelled(character: str, lines: bool) -> str:
    if character in "\n\t":
        return character if lines else " "
    if unicodedata.category(character) == "Zs":
        return " "
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
