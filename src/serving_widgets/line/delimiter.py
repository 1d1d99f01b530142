"""The character that separates the values of a pasted table."""

from __future__ import annotations


def delimiter_of(text: str) -> str:
    """Return what separates the values in lines of a table: a tab, a semicolon, else a comma.

    Examples
    --------
    >>> delimiter_of("a;b;1,5")
    ';'
    """
    first = text.lstrip().partition("\n")[0]
    if "\t" in first:
        return "\t"
    return ";" if first.count(";") > first.count(",") else ","
