"""A sentence or two as a result."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from .text import escape, plain


@dataclasses.dataclass(frozen=True, slots=True, repr=False)
class Message:
    """Text; an empty line parts paragraphs."""

    text: str

    def __repr__(self) -> str:
        return plain(self.text, lines=True)

    def _repr_html_(self) -> str:
        paragraphs = [part.strip("\n") for part in self.text.split("\n\n")]
        return "\n".join(
            "<p>" + "<br>\n".join(escape(line) for line in part.split("\n")) + "</p>" for part in paragraphs if part
        )


def message(text: str) -> Message:
    """Return text as something to display.

    Examples
    --------
    >>> message("churn was deleted.")
    churn was deleted.
    """
    return Message(text)


def problem_html(problem: Mapping[str, str]) -> str:
    """Return what went wrong and what to do about it as HTML.

    Parameters
    ----------
    problem
        ``message`` and ``hint``, as ``ServingError.problem()`` gives them.
    """
    hint = problem.get("hint", "")
    said = f"<p><strong>{escape(problem.get('message', ''))}</strong></p>"
    return said + (f"\n<p>{escape(hint)}</p>" if hint else "")
