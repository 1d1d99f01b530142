"""What a diagnosis finds."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

#: The code of a failure that none of the rules knows.
UNKNOWN = "unknown"
_SURE = 0.7


@dataclass(frozen=True, slots=True)
class Finding:
    """A failure found in a log.

    Attributes
    ----------
    code
        A word for programs, such as ``"version_conflict"``; ``"unknown"`` for a failure that no rule knows.
    title
        What happened, in a few words.
    meaning
        What it means, with what the log names.
    remedy
        What to do.
    number
        The number of the line that shows it best, from 0.
    line
        That line, without escape sequences.
    lines
        The numbers of the lines that show it, from 1 as editors count them, in order.
    confidence
        How sure it is, from 0 to 1.
    rank
        Where it stands among several causes: the lower, the nearer to the root.
    """

    code: str
    title: str
    meaning: str
    remedy: str
    number: int
    line: str
    lines: tuple[int, ...] = ()
    confidence: float = 0.9
    rank: int = 2

    def moved(self, by: int) -> Finding:
        """Return the finding as one of a log that has so many lines before."""
        return dataclasses.replace(self, number=self.number + by, lines=tuple(line + by for line in self.lines))


def root_first(finding: Finding) -> tuple[int, bool, int]:
    """Return what findings are ordered by: roots before consequences, general words last, then what came first."""
    return finding.rank, finding.confidence < _SURE, finding.lines[0] if finding.lines else finding.number + 1
