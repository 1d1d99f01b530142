"""A question to the user of the notebook."""

from __future__ import annotations

from IPython.core.error import StdinNotImplementedError


def ask(prompt: str) -> str | None:
    """Return what the user types; None where there is no input: in a scheduled notebook, or a pipe."""
    try:
        return input(prompt)
    except (StdinNotImplementedError, EOFError, OSError):
        return None
