"""Tags of an endpoint, as they are and as they become."""

from __future__ import annotations

from collections.abc import Mapping

from serving_widgets.render.blocks.table import Table

_NONE = "–"


def tags_table(tags: Mapping[str, str], name: str, *, where: str) -> Table:
    """Return a row for each tag.

    Parameters
    ----------
    name
        The endpoint's name.
    where
        The workspace's label.
    """
    rows = [(key, tags[key]) for key in sorted(tags)]
    note = "" if rows else "It has no tags."
    return Table(["Tag", "Value"], rows, caption=f"Tags of {name} – {where}", note=note)


def tag_changes_table(before: Mapping[str, str], after: Mapping[str, str], name: str, *, where: str) -> Table:
    """Return a row for each tag that is there before or after a change, with what becomes of it.

    Parameters
    ----------
    name, where
        As for :func:`tags_table`.
    """
    rows = [
        (key, before.get(key, _NONE), after.get(key, _NONE), _what(before.get(key), after.get(key)))
        for key in sorted({*before, *after})
    ]
    changed = sum(row[-1] != "" for row in rows)
    caption = f"Tags of {name}: {changed} change{'' if changed == 1 else 's'} – {where}"
    return Table(["Tag", "Before", "After", "What"], rows, caption=caption)


def _what(before: str | None, after: str | None) -> str:
    if before == after:
        return ""
    return "added" if before is None else "removed" if after is None else "changed"
