"""``--side``: a live view in JupyterLab's side area, where it stays while cells scroll."""

from __future__ import annotations

import importlib.util
import os
from typing import TYPE_CHECKING, Any

from serving_widgets.magic.running.cell_outputs import result_use
from serving_widgets.magic.syntax.grammar import Option, Result

if TYPE_CHECKING:
    from serving_widgets.magic.running.call import CommandCall
    from serving_widgets.magic.running.cell_outputs import Closable

SIDE = Option(("--side",), "Open it in JupyterLab's side area, where it stays while cells scroll.")
#: Variables that hosts set which have no such area, and what they are called.
_ELSEWHERE = {"VSCODE_PID": "VS Code", "COLAB_RELEASE_TAG": "Colab"}


class _Place:
    """The one place at the side: what is opened there takes the place of what was there before."""

    def __init__(self) -> None:
        self._frame: Closable | None = None
        self._view: Closable | None = None

    def show(self, view: Closable, title: str, shell: Any, *, kept: bool) -> None:
        """Show a view; the one before is closed, unless the user has it in a variable."""
        from sidecar.sidecar import Sidecar

        for gone in (self._frame, self._view):
            if gone is not None:
                gone.close()
        data, metadata = shell.display_formatter.format(view)
        # A new frame each time: the user may have closed the one before, and the kernel hears nothing of it.
        self._frame = Sidecar(title=title)
        self._frame.outputs = ({"output_type": "display_data", "data": data, "metadata": metadata},)
        self._view = None if kept else view


_PLACE = _Place()


def placed(call: CommandCall, view: Closable, title: str) -> Any:
    """Return what a line shows for a view: the view itself, or where it stands if the line asks for the side."""
    if not call["side"]:
        return view
    from serving_widgets.render import message
    from serving_widgets.workspace.runtime.display import show

    reason = _why_not()
    if reason:
        show(message(f"{reason} It opens here instead."))
        return view
    kept = call.given("out") or result_use(call.shell) == "kept"
    _PLACE.show(view, title, call.shell, kept=kept)
    return Result(view, message(f"{title} is open at the side. Another line with --side takes its place."))


def _why_not() -> str:
    """Return why nothing can be opened at the side, or an empty text."""
    host = next((name for variable, name in _ELSEWHERE.items() if variable in os.environ), "")
    if host:
        return f"{host} has no side area for widgets."
    if importlib.util.find_spec("sidecar") is None:
        return "The side area needs a package: %pip install 'serving-widgets[side]', then reload the page."
    return ""
