"""Lines of a log, with their numbers and their levels in words."""

from __future__ import annotations

from collections.abc import Sequence

from serving_widgets.api.logs.findings import Finding
from serving_widgets.api.logs.log_filter import Selection
from serving_widgets.api.logs.log_lines import LogLine, without_escapes
from serving_widgets.render.blocks.text import escape, plain

from .diagnosis import diagnosis_card

#: Lines that an output shows at most: a notebook is no place for a whole log.
MOST = 1000
#: Characters of a line that an output shows.
_LONGEST = 1000


class LogPage:
    """A part of a log.

    Parameters
    ----------
    title
        Whose log it is.
    said
        Sentences above the lines, such as how many there are.
    lines
        The whole log.
    selection
        Which of its lines to show.
    findings
        The known failures that it tells of.
    """

    def __init__(
        self,
        title: str,
        said: Sequence[str],
        lines: Sequence[LogLine],
        selection: Selection,
        findings: Sequence[Finding] = (),
    ) -> None:
        self.title = title
        self.said = tuple(said)
        self.card = diagnosis_card(findings)
        numbers = selection.numbers[-MOST:]
        left_out = len(selection.numbers) - len(numbers)
        note = [f"An output shows {MOST:,} lines at most: {left_out:,} more are before these."] if left_out else []
        self.said += tuple(note)
        self._rows = _rows(lines, numbers, selection.matching)

    def __repr__(self) -> str:
        parts = [plain(self.title), "\n".join(map(plain, self.said)), repr(self.card) if self.card else ""]
        return "\n\n".join(part for part in (*parts, "\n".join(self._rows)) if part)

    def _repr_html_(self) -> str:
        parts = [f"<p><strong>{escape(self.title)}</strong></p>"]
        parts += [f"<p>{escape(each)}</p>" for each in self.said]
        parts += [self.card._repr_html_()] if self.card else []
        parts += ["<pre><code>" + "\n".join(map(escape, self._rows)) + "</code></pre>"] if self._rows else []
        return "\n".join(parts)


def _rows(lines: Sequence[LogLine], numbers: Sequence[int], matching: frozenset[int]) -> list[str]:
    rows: list[str] = []
    wide = len(str(numbers[-1] + 1)) if numbers else 0
    marked = bool(matching) and len(matching) < len(numbers)
    before: int | None = None
    levels: dict[str, str] = {}
    for number in numbers:
        if before is not None and number > before + 1:
            rows.append(f"⋯ {number - before - 1:,} more")
        before = number
        line = lines[number]
        mark = ("> " if number in matching else "  ") if marked else ""
        # A traceback may be graver than the line that announces it.
        level = line.level if line.head or line.level != levels.get(line.replica) else ""
        levels[line.replica] = line.level
        rows.append(f"{mark}{number + 1:>{wide}}  {level:<7}  {_shortened(plain(without_escapes(line.text)))}".rstrip())
    return rows


def _shortened(text: str) -> str:
    more = len(text) - _LONGEST
    return text if more <= 0 else f"{text[:_LONGEST]}… and {more:,} characters more"
