"""Suggestions for a word that is not known: what it was probably meant to be."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that ``word`` was probably meant to be; None when none is near.

    Examples
    --------
    >>> nearest("stpo", ["stop", "start"])
    'stop'
    """
    by_lower = {each.lower(): each for each in known}
    near = difflib.get_close_matches(word.lower(), by_lower, n=1)
    if near:
        return by_lower[near[0]]
    begins = [each for lower, each in by_lower.items() if word and lower.startswith(word.lower())]
    return begins[0] if len(begins) == 1 else None


def did_you_mean(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """Return ``Did you mean …?``, else ``otherwise``."""
    near = nearest(word, known)
    return otherwise if near is None else f"Did you mean {near}?"
