"""Plain data as a result: JSON that programs read, too."""

from __future__ import annotations

import dataclasses
import json
import re
from typing import Any

from .text import escape, plain

#: What may stand as it is. All else – what a terminal obeys, what turns the order of letters – JSON can spell.
_PLAIN = re.compile(r"[^ -~\n]")


@dataclasses.dataclass(frozen=True, slots=True, repr=False)
class JsonBlock:
    """Data that is shown as JSON.

    As text it is JSON and nothing else; a page has what it is above it.

    Attributes
    ----------
    value
        Dictionaries with text for keys, lists, text, finite numbers, booleans, None.
    title
        What it is, and of which workspace; "" for nothing above it.
    """

    value: Any
    title: str = ""

    def __repr__(self) -> str:
        return json_text(self.value)

    def _repr_html_(self) -> str:
        title = f"<p>{escape(self.title)}</p>\n" if self.title else ""
        return f"{title}<pre><code>{escape(json_text(self.value), lines=True)}</code></pre>"


def json_text(value: Any) -> str:
    r"""Return a value as JSON, in two spaces a level, that is safe to show and reads as the value again.

    Examples
    --------
    >>> print(json_text({"name": "café", "rows": [1, 2]}))
    {
      "name": "café",
      "rows": [
        1,
        2
      ]
    }
    """
    return _PLAIN.sub(_spelled, json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False))


def _spelled(match: re.Match[str]) -> str:
    character = match[0]
    # Such characters stand within strings only, where JSON has a form for them.
    return character if plain(character) == character else json.dumps(character)[1:-1]
