"""``%serving``: grammar, variables, completion, and one file a command.

A command is declared once, in ``commands/<name>.py``; parsing, help and completion all read that declaration.
"""

from __future__ import annotations

from typing import Any

__all__ = ["load", "unload"]


def load(shell: Any) -> None:
    """Register ``%serving`` and its completions with an IPython shell; a second time changes nothing."""
    from .magics import ServingMagics

    if _REGISTRY_KEY not in shell.magics_manager.registry:
        ServingMagics(shell).attach()


def unload(shell: Any) -> None:
    """Take back all that :func:`load` registered."""
    magics = shell.magics_manager.registry.get(_REGISTRY_KEY)
    if magics is not None:
        magics.detach()


#: Under its class's name IPython keeps a registered set of magics.
_REGISTRY_KEY = "ServingMagics"
