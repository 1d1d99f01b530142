"""Modules that are in use already: found without importing them, and only once they are whole."""

from __future__ import annotations

import sys
from typing import Any


def imported(name: str) -> Any:
    """Return a module that has been imported; None while it has not, or another thread is still at it.

    What a module that is imported only in part does not hold yet, no value can be of.

    Examples
    --------
    >>> imported("sys").__name__
    'sys'
    """
    module = sys.modules.get(name)
    return None if getattr(getattr(module, "__spec__", None), "_initializing", False) else module
