"""Cells: the id of the one that is running, the use of a magic's value in it, and the widgets that it displayed."""

from __future__ import annotations

import ast
import contextlib
import linecache
import sys
from collections import defaultdict
from types import FrameType
from typing import Any, Literal, Protocol

#: ``shown``: it is the cell's result. ``dropped``: it is a statement before the last one or within another one, of
#: which IPython shows nothing.
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
    """Return what becomes of the value of the magic that is running.

    Read from the statement of the user's code that is running, since IPython does not tell a magic.
    """
    frame = _user_frame(shell)
    source = "".join(linecache.getlines(frame.f_code.co_filename)) if frame is not None else ""
    if frame is None or not source:
        return "kept"
    try:
        module = ast.parse(source)
    except SyntaxError:  # top-level await is fine, yet other extensions of the syntax may not be
        return "kept"
    statement = _statement_at(module, frame.f_lineno)
    if not isinstance(statement, ast.Expr) or not _is_magic(statement.value):
        return "kept"
    return "shown" if statement is module.body[-1] else "dropped"


def _user_frame(shell: Any) -> FrameType | None:
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_globals is not shell.user_global_ns:
        frame = frame.f_back
    return frame


def _statement_at(module: ast.Module, line: int) -> ast.stmt | None:
    """Return the innermost statement that holds a line."""
    found: ast.stmt | None = None
    for node in ast.walk(module):
        if isinstance(node, ast.stmt) and node.lineno <= line <= (node.end_lineno or node.lineno):
            found = node  # a walk meets outer statements before inner ones
    return found


def _is_magic(value: ast.expr) -> bool:
    return (
        isinstance(value, ast.Call)
        and isinstance(value.func, ast.Attribute)
        and value.func.attr in ("run_line_magic", "run_cell_magic")
    )
