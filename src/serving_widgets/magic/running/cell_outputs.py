"""Cells: the id of the one that is running, the use of a magic's value in it, and the widgets that it displayed."""

from __future__ import annotations

import contextlib
import dis
import sys
from collections import defaultdict
from types import FrameType
from typing import Any, Literal, Protocol

#: ``shown``: it is the cell's result. ``dropped``: it is a statement of which IPython shows nothing, such as one before
#: the last one, within another one, or of a script.
#: ``kept``: it is assigned, or part of an expression, or can't be told.
ResultUse = Literal["shown", "dropped", "kept"]


class Closable(Protocol):
    """What can be closed: a widget."""

    def close(self) -> None:
        """Close it."""


class CellOutputs:
    """The widgets that magics displayed, by cell, so that running a cell again closes what it displayed before.

    A cell without an id, as in a terminal, displays and forgets.
    """

    def __init__(self) -> None:
        self._shown: dict[str, list[Closable]] = defaultdict(list)

    def add(self, shell: Any, widget: Closable) -> None:
        """Remember a widget for the cell that is running."""
        cell = cell_id(shell)
        if cell is not None:
            self._shown[cell].append(widget)

    def close_those_of(self, shell: Any) -> None:
        """Close what the cell that starts to run displayed before."""
        cell = cell_id(shell)
        if cell is not None:
            for widget in self._shown.pop(cell, ()):
                with contextlib.suppress(Exception):  # a widget that can't be closed must not stop the cell
                    widget.close()


def cell_id(shell: Any) -> str | None:
    """Return the id of the cell that is running, as the front end sent it along; None where it sends none."""
    get_parent = getattr(shell, "get_parent", None)
    parent = get_parent() if get_parent is not None else None
    metadata = parent.get("metadata") if isinstance(parent, dict) else None
    cell = metadata.get("cellId") if isinstance(metadata, dict) else None
    return cell if isinstance(cell, str) and cell else None


def result_use(shell: Any) -> ResultUse:
    """Return what becomes of the value of the magic that is running, since IPython does not tell a magic.

    It is read from the instruction that follows the call in the user's code. A line alone may be the last one of a
    script, or of a cell that runs silently, and is not shown then.
    """
    callee, caller = _call_of_user(shell)
    if callee not in ("run_line_magic", "run_cell_magic") or caller is None:
        return "kept"
    instructions = dis.get_instructions(caller.f_code)
    following = next((each for each in instructions if each.offset > caller.f_lasti), None)
    if following is None:
        return "kept"
    if following.opname == "PRINT_EXPR" or following.argrepr == "INTRINSIC_PRINT":
        return "shown"
    return "dropped" if following.opname == "POP_TOP" else "kept"


def _call_of_user(shell: Any) -> tuple[str, FrameType | None]:
    """Return what the user's code has called, and its frame."""
    callee, caller = "", sys._getframe(1)
    while caller.f_globals is not shell.user_global_ns:
        if caller.f_back is None:
            return callee, None
        callee, caller = caller.f_code.co_name, caller.f_back
    return callee, caller
