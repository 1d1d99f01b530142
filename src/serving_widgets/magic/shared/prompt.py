"""Asking whoever sits there."""

from __future__ import annotations

from IPython.core.error import StdinNotImplementedError


def ask(prompt: str) -> str | None:
    """Return what is typed in; None where nobody can type: a notebook that runs by itself, a pipe, a scheduler."""
    try:
        return input(prompt)
    except (StdinNotImplementedError, EOFError, OSError):
        return None
