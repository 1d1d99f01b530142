"""What an update would change, as a table."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from serving_widgets.api.config.config_diff import ConfigChange
from serving_widgets.render.blocks.table import Table

_NONE = "–"


def differences_table(name: str, changes: Sequence[ConfigChange], *, where: str) -> Table:
    """Return the changes of an endpoint, one row each.

    Parameters
    ----------
    changes
        As :func:`serving_widgets.api.config.config_diff.diff_config` finds them, without secrets.
    where
        The workspace's label.
    """
    rows = [
        (_what(change), _text(change.before, new=change.field == ""), _text(change.after, new=change.field == ""))
        for change in changes
    ]
    count = f"{len(rows)} change{'' if len(rows) == 1 else 's'}"
    return Table(["What", "Now", "Then"], rows, caption=f"{name}: {count} – {where}")


def _what(change: ConfigChange) -> str:
    if change.subject in ("endpoint", "tag"):
        return f"{'tag ' if change.subject == 'tag' else ''}{change.field}"
    if change.subject == "traffic":
        return f"traffic of {change.field}"
    return f"{change.subject}: {change.field}" if change.field else change.subject


def _text(value: Any, *, new: bool) -> str:
    if value is None:
        return _NONE
    if isinstance(value, bool):
        return "yes" if value else "no"
    if new and isinstance(value, dict):
        return ", ".join(f"{key} {_text(each, new=False)}" for key, each in value.items())
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)
