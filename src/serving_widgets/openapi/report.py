"""What is wrong with a request, in words that lead to the cell and say what to do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

#: Errors, and warnings, that are told one by one; of all others only their number is.
MOST_SHOWN = 100
#: Problems that are told within a sentence; those that follow tend to be of the same sort.
MOST_TOLD = 3


class _NoReplacement:
    def __repr__(self) -> str:
        return "NOTHING"


#: Where there is no value to put in the place of a wrong one.
NOTHING: Final = _NoReplacement()


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, or odd.

    Attributes
    ----------
    path : str
        Where in the body, as a JSON pointer, such as ``"/dataframe_split/data/3/1"``; "" for the body as a whole.
    code : str
        What sort of fault it is, for programs, such as ``"not_integer"``.
    message : str
        What is wrong, in one sentence.
    column : str or None
        The column, or parameter, that it is about.
    row : int or None
        The row, counted from 0.
    fix : str
        What to do about it; "" where that is not known.
    value : Any
        What to put in its place; :data:`NOTHING` where that takes a person.
    """

    path: str
    code: str
    message: str
    column: str | None = None
    row: int | None = None
    fix: str = ""
    value: Any = NOTHING

    @property
    def where(self) -> str:
        """The place for people, such as ``"row 3, int_col"``; rows are counted from 0, as pandas does."""
        row = "" if self.row is None else f"row {self.row}"
        return ", ".join(part for part in (row, self.column or "") if part) or self.path or "body"

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON; ``value`` is there only where there is one."""
        said = {name: getattr(self, name) for name in ("path", "code", "message", "column", "row", "fix")}
        return said if self.value is NOTHING else {**said, "value": self.value}


@dataclass(frozen=True)
class Report:
    """What a check found.

    An *error* is what the service would refuse, or change without a word; a *warning* is odd and works.

    Attributes
    ----------
    ok : bool
        There is no error.
    format : str
        The format that it was checked as; "" where that can't be told.
    errors, warnings : tuple of Problem
        The first hundred of each.
    counts : dict
        How many errors there are, by column; under "" those of no column.
    rows : int or None
        How many rows the request has; None where it is not a table.
    """

    ok: bool
    format: str = ""
    errors: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    rows: int | None = None

    @property
    def total(self) -> int:
        """How many errors there are, those included that are not told one by one."""
        return sum(self.counts.values())

    @property
    def summary(self) -> str:
        """One sentence about all of it."""
        rows = "" if self.rows is None else f", {self.rows:,} row{'' if self.rows == 1 else 's'}"
        what = f"{self.format}{rows}" if self.format else "Not a request"
        if self.ok:
            more = f" {_several(len(self.warnings), 'warning')}." if self.warnings else ""
            return f"{what}: as the endpoint takes it.{more}"
        return f"{what}: {_several(self.total, 'error')}."

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "ok": self.ok,
            "format": self.format,
            "errors": [each.as_json() for each in self.errors],
            "warnings": [each.as_json() for each in self.warnings],
            "counts": dict(self.counts),
            "rows": self.rows,
        }

    def __bool__(self) -> bool:
        return self.ok

    def __repr__(self) -> str:
        lines = [self.summary]
        lines += [_line(each) for each in self.errors]
        if self.total > len(self.errors):
            lines.append(f"… and {_several(self.total - len(self.errors), 'more error')}.")
        lines += [f"{_line(each)} (a warning)" for each in self.warnings]
        return "\n".join(lines)


class ReportBuilder:
    """Gathers problems for a report; counts all of them and keeps the first ``most``."""

    def __init__(self, most: float = MOST_SHOWN) -> None:
        self.most = most
        self.errors: list[Problem] = []
        self.warnings: list[Problem] = []
        self.counts: dict[str, int] = {}
        self.rows: int | None = None

    def error(self, path: str, code: str, message: str, **more: Any) -> None:
        """Add an error; ``more`` are the other attributes of a :class:`Problem`."""
        column = more.get("column") or ""
        self.counts[column] = self.counts.get(column, 0) + 1
        if len(self.errors) < self.most:
            self.errors.append(Problem(path, code, message, **more))

    def count(self, column: str, more: int) -> None:
        """Count errors that are not listed one by one."""
        self.counts[column] = self.counts.get(column, 0) + more

    def warning(self, path: str, code: str, message: str, **more: Any) -> None:
        """Add a warning."""
        if len(self.warnings) < MOST_SHOWN:
            self.warnings.append(Problem(path, code, message, **more))

    def report(self, format: str) -> Report:
        """Return all of it."""
        errors, warnings = tuple(self.errors), tuple(self.warnings)
        return Report(not self.counts, format, errors, warnings, dict(self.counts), self.rows)


def told(problems: Sequence[Problem], total: int, label: Callable[[int], Any] = lambda row: row) -> str:
    """Return problems of rows as a sentence for each of the first; "" where there are none.

    Parameters
    ----------
    total
        How many problems there are in all.
    label
        Returns the label of a row.
    """
    words = []
    for problem in problems[:MOST_TOLD]:
        place = problem.where
        if problem.row is not None:
            named = "" if label(problem.row) == problem.row else f" (index {label(problem.row)})"
            place = ", ".join(part for part in (f"row {problem.row:,}{named}", problem.column or "") if part)
        words.append(" ".join(filter(None, (f"{place}: {problem.message}", problem.fix))))
    more = total - len(words)
    if more > 0:
        words.append(f"And {more:,} more." if more > 1 else "And 1 more.")
    return f"By the schema, {' '.join(words)}" if words else ""


def _several(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _line(problem: Problem) -> str:
    fix = f" {problem.fix}" if problem.fix else ""
    return f"  {problem.where}: {problem.message}{fix}"
