"""Showing something before the cell's result: in a notebook as rich output, elsewhere as text."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from serving_widgets.render import message

if TYPE_CHECKING:
    from serving_widgets.workspace.session.session import Session


def show(result: Any) -> None:
    """Display ``result`` where the caller is, right away; it may have HTML beside its text."""
    # Whoever has no IPython running does not want it imported for a line of text.
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if shell is None:
        print(result)
        return
    from IPython.display import display

    display(result)  # type: ignore[no-untyped-call]


def show_outlook(workspace: Session, action: str, name: str) -> None:
    """Display below a request that was not sent why it would be refused as things are, if it would."""
    refused = workspace.outlook(action, name)
    if refused:
        show(message(outlook_words(refused)))


def outlook_words(refused: str) -> str:
    """Return what stands below a request that was not sent, given why it would be refused."""
    return f"As it is, it would be refused: {refused}"
