"""What a failing log means, on a card."""

from __future__ import annotations

from collections.abc import Sequence

from serving_widgets.api.logs.findings import UNKNOWN, Finding

from .cards import Card

#: Characters of a line that a card shows.
_LONGEST = 300


def diagnosis_card(findings: Sequence[Finding]) -> Card | None:
    """Return the root of the failures that were found, with the names of the others; None without any.

    Parameters
    ----------
    findings
        As :func:`serving_widgets.api.logs.diagnosis.diagnose` finds them.
    """
    if not findings:
        return None
    first, *others = findings
    line = first.line.strip()
    return Card(
        first.title if first.code == UNKNOWN else f"Known failure: {first.title}",
        [
            ("What to do", first.remedy),
            ("What it means", first.meaning),
            (f"Line {first.number + 1}", line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"),
            ("Also found", ", ".join(f"{each.title} (line {each.number + 1})" for each in others)),
        ],
    )
