"""What another version's schema changes for those who call: breaking or not. Pure."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator

from serving_widgets.openapi.model import Column, Operation
from serving_widgets.render import Table

#: Types that a number of another type fits into, so that present callers go on as before.
_WIDER = {("integer", "number")}


@dataclasses.dataclass(frozen=True, slots=True)
class ContractChange:
    """One thing that a caller has to know of.

    Attributes
    ----------
    what : str
        The column, parameter or format.
    before, after : str
        What it is on each side; "" where it is not there.
    breaking : bool
        Whether requests that are right today will be refused.
    why : str
        The reason, in words.
    """

    what: str
    before: str
    after: str
    breaking: bool
    why: str


def contract_changes(before: Operation, after: Operation) -> list[ContractChange]:
    """Return what changes for callers of one operation when another takes its place, breaking changes first."""
    found = [*_formats(before, after)]
    for part in ("columns", "params"):
        found += _columns(_named(before, part), _named(after, part), "parameter " if part == "params" else "")
    return sorted(found, key=lambda change: not change.breaking)


def contract_table(changes: Iterable[ContractChange], name: str, other: str, *, where: str) -> Table:
    """Return the changes, one row each, with a sentence on whether callers break."""
    rows = [
        (each.what, each.before or "–", each.after or "–", "yes" if each.breaking else "no", each.why)
        for each in changes
    ]
    breaking = sum(row[3] == "yes" for row in rows)
    said = f"{breaking} break callers of {name}." if breaking else f"No caller of {name} breaks."
    caption = f"From {name} to {other}: {len(rows)} changes for callers – {where}"
    return Table(("What", name, other, "Breaking", "Why"), rows, caption, said)


def _named(operation: Operation, part: str) -> dict[str, Column]:
    found: dict[str, Column] = {}
    for made in operation.formats:
        for column in getattr(made, part):
            found.setdefault(column.name, column)
    return found


def _formats(before: Operation, after: Operation) -> Iterator[ContractChange]:
    old, new = ([made.key for made in operation.formats] for operation in (before, after))
    for key in old:
        if key not in new:
            yield ContractChange(f"format {key}", "taken", "", True, "Requests in this format are refused.")
    for key in new:
        if key not in old:
            yield ContractChange(f"format {key}", "", "taken", False, "One more way to ask.")


def _columns(old: dict[str, Column], new: dict[str, Column], kind: str) -> Iterator[ContractChange]:
    for name, column in old.items():
        what, now = f"{kind}{name}", new.get(name)
        if now is None:
            why = "Requests that give it are refused." if kind else "It is left unread."
            yield ContractChange(what, _text(column), "", bool(kind), why)
        elif column.type != now.type and "any" not in (now.type,):
            wider = (column.type, now.type) in _WIDER
            why = "What is sent today fits." if wider else "What is sent today is of another type."
            yield ContractChange(what, _text(column), _text(now), not wider, why)
        elif now.required and not column.required:
            yield ContractChange(what, _text(column), _text(now), True, "Requests without it are refused.")
        elif _text(column) != _text(now):
            yield ContractChange(what, _text(column), _text(now), False, "Present requests stay right.")
    for name, column in new.items():
        if name not in old:
            why = "Requests without it are refused." if column.required else "It may be left out."
            yield ContractChange(f"{kind}{name}", "", _text(column), column.required, why)


def _text(column: Column) -> str:
    return f"{column.type}{f' ({column.format})' if column.format else ''}{'' if column.required else ', optional'}"
