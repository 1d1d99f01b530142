"""JSON as a result."""

from __future__ import annotations

import dataclasses

from .text import escape, plain

#: Characters of a text that an output shows.
LONGEST = 20_000


@dataclasses.dataclass(frozen=True, slots=True, repr=False)
class TextBlock:
    """A text of several lines to be copied.

    Attributes
    ----------
    title
        What it is; "" for nothing above it.
    text
        The text, shown in a fixed-width font.
    """

    title: str
    text: str

    def __repr__(self) -> str:
        return "\n\n".join(part for part in (plain(self.title), plain(self.text, lines=True)) if part)

    def _repr_html_(self) -> str:
        title = f"<p>{escape(self.title)}</p>\n" if self.title else ""
        return f"{title}<pre><code>{escape(self.text, lines=True)}</code></pre>"


def shortened(text: str) -> str:
    """Return a text that is short enough for an output, and says so where it is cut."""
    more = len(text) - LONGEST
    return text if more <= 0 else f"{text[:LONGEST]}\n… and {more:,} characters more"
