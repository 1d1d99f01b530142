"""How two builds differ, as a table."""

from __future__ import annotations

from collections.abc import Sequence

from serving_widgets.api.logs.builds import PackageChange
from serving_widgets.render.blocks.table import Table


def builds_table(
    changes: Sequence[PackageChange],
    before: str,
    after: str,
    *,
    where: str,
    complete: bool = True,
    blamed: Sequence[str] = (),
) -> Table:
    """Return the packages that one build has otherwise than another, one row each.

    Parameters
    ----------
    before, after
        What to call the two builds.
    where
        The workspace's label.
    complete
        Whether both builds installed their packages.
    blamed
        The packages that the failure of the second build names; they come first.
    """
    ordered = sorted(changes, key=lambda change: change.name not in blamed)
    rows = [(change.name, _what(change), change.before, change.after) for change in ordered]
    counts = [(word, sum(row[1] == word for row in rows)) for word in _WORDS]
    told = ", ".join(f"{count} {word}" for word, count in counts if count) or "the same"
    notes = [] if rows else ["Both builds have the same packages in the same versions."]
    notes += [f"The failure names {_listed(blamed)}."] if blamed else []
    notes += [] if complete else [_UNFINISHED]
    return Table(
        ("Package", "What", before, after),
        rows,
        caption=f"Packages of {after}, compared with {before}: {told} – {where}",
        note=" ".join(notes),
    )


_UNFINISHED = "A build failed before its packages were installed, so what the two environments ask for is compared."
_WORDS = ("added", "removed", "changed")


def _listed(names: Sequence[str]) -> str:
    return " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)


def _what(change: PackageChange) -> str:
    return "added" if change.before is None else "removed" if change.after is None else "changed"
