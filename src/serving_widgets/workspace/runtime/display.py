"""Showing something before the cell's result: in a notebook as rich output, elsewhere as text."""

from __future__ import annotations

from typing import Any

from serving_widgets.api.imported import imported


def show(result: Any) -> None:
    """Display ``result`` where the caller is, right away; it may have HTML beside its text."""
    # Whoever has no IPython running does not want it imported for a line of text.
    ipython = imported("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if shell is None:
        print(result)
        return
    from IPython.display import display

    display(result)  # type: ignore[no-untyped-call]
