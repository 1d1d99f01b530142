"""Pages of words with things to copy: lines and what each is for, under headings."""

from __future__ import annotations

import dataclasses
import re
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .table import Table, html_cell
from .text import escape, plain, width

if TYPE_CHECKING:
    import pandas as pd

#: Columns of a terminal.
WIDE = 80
#: What is longer on the left has its words below it, not beside it.
_LEFT = 26
_GAP, _INDENT = 2, 4
_OPTION = re.compile(r"\[[^\[\]]*(?:\[[^\]]*\])?[^\[\]]*\]")
#: Characters of a word that is not broken: more would push other columns out of sight.
_LONGEST = 26
#: Stands for a space at which no line may end; no line to write has one.
_FIRM = "\x1f"


@dataclasses.dataclass(frozen=True, slots=True)
class Section:
    """Pairs of something to write and what it is for.

    Attributes
    ----------
    title
        Its heading.
    rows
        The pairs.
    """

    title: str
    rows: tuple[tuple[str, str], ...]


@dataclasses.dataclass(frozen=True, slots=True, repr=False)
class Page:
    """Paragraphs, then sections, then paragraphs: readable in a terminal of 80 columns, and in a narrow cell.

    Attributes
    ----------
    usage
        A line in code above all; "" for none.
    above, below
        Paragraphs.
    sections
        What there is to write; those without rows are left out.
    data
        The same as data.
    """

    usage: str = ""
    above: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()
    below: tuple[str, ...] = ()
    data: Any = None

    def to_json(self) -> Any:
        """Return what the page says, as data."""
        return self.data

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each pair: ``section``, ``line`` and ``meaning``."""
        rows = [(section.title, *row) for section in self.sections for row in section.rows]
        return Table(("Section", "Line", "Meaning"), rows).to_frame()

    def __repr__(self) -> str:
        usage = wrapped(_whole(self.usage), later=" " * _INDENT).replace(_FIRM, " ")
        above, below = (
            ["\n".join(wrapped(plain(line)) for line in each.split("\n")) for each in part]
            for part in (self.above, self.below)
        )
        sections = [
            f"{plain(section.title)}\n{'─' * width(section.title)}\n{pairs(section.rows)}"
            for section in self.sections
            if section.rows
        ]
        return "\n\n".join(part for part in (usage, *above, *sections, *below) if part)

    def _repr_html_(self) -> str:
        usage = [f"<p>{_html_code(self.usage)}</p>"] if self.usage else []
        above, below = (
            [f"<p>{'<br>'.join(map(escape, each.split(chr(10))))}</p>" for each in part if each]
            for part in (self.above, self.below)
        )
        groups = [_html_section(section) for section in self.sections if section.rows]
        # Sections of short things share their columns; an example would take the room of what stands beside an option.
        short = all(width(plain(left)) <= _LEFT for section in self.sections for left, _ in section.rows)
        tables = ["\n".join(groups)] if short and groups else groups
        return "\n".join((*usage, *above, *(f"<table>\n{rows}\n</table>" for rows in tables), *below))


def _whole(usage: str) -> str:
    """Return a usage line that breaks between its options, and not within one."""
    return _OPTION.sub(lambda match: match[0].replace(" ", _FIRM), plain(usage))


def wrapped(text: str, *, later: str = "") -> str:
    """Return text in lines that fit a terminal; ``later`` stands before all but the first."""
    lines = textwrap.wrap(text, WIDE, subsequent_indent=later, break_long_words=False, break_on_hyphens=False)
    return "\n".join(lines)


def pairs(rows: Sequence[tuple[str, str]]) -> str:
    """Return pairs below one another, the words of each beside what they explain, or below it where that is long.

    Examples
    --------
    >>> print(pairs([("list", "The endpoints."), ("logs", "The end of a log.")]))
    list  The endpoints.
    logs  The end of a log.
    """
    widths = [width(plain(left)) for left, _ in rows]
    short = [wide for wide in widths if wide <= _LEFT]
    # Where most are long, words beside the few others would look as if they belonged elsewhere.
    at = max(short) + _GAP if 2 * len(short) > len(widths) else _INDENT
    return "\n".join(_pair(plain(left), plain(right), at) for left, right in rows)


def _pair(left: str, right: str, at: int) -> str:
    words = textwrap.wrap(right, WIDE - at, break_long_words=False, break_on_hyphens=False)
    beside = at - width(left) >= _GAP
    first = f"{left}{' ' * (at - width(left))}{words.pop(0) if words else ''}".rstrip() if beside else left
    return "\n".join((first, *(" " * at + line for line in words)))


def _html_section(section: Section) -> str:
    head = f'<tr><th colspan="2" scope="rowgroup" style="text-align:left">{escape(section.title)}</th></tr>'
    rows = [
        f'<tr><td style="{_style(left)}">{_html_code(left)}</td>{html_cell("td", plain(right))}</tr>'
        for left, right in section.rows
    ]
    return "\n".join(("<tbody>", head, *rows, "</tbody>"))


def _style(line: str) -> str:
    return "text-align:left;white-space:nowrap" if len(line) <= _LEFT else "text-align:left"


def _html_code(line: str) -> str:
    """Return a line of code that breaks at its spaces, and not at the dashes of its options."""
    return f"<code>{' '.join(map(_html_word, _whole(line).split(' ')))}</code>"


def _html_word(word: str) -> str:
    text = escape(word.replace(_FIRM, " "))
    return f'<span style="white-space:nowrap">{text}</span>' if "-" in word and len(word) <= _LONGEST else text
