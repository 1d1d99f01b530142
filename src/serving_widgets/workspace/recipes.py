"""Recipes: the %serving line and the Python line that do what a button does, made here and nowhere else."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable

from serving_widgets.line import quote


@dataclasses.dataclass(frozen=True, slots=True)
class Recipe:
    """How to do an action again without the widget.

    Attributes
    ----------
    magic
        A ``%serving`` line.
    python
        A Python line, given ``import serving_widgets as sw``.
    """

    magic: str
    python: str


def recipe(action: str, name: str, *, workspace: str | None = None) -> Recipe:
    """Return the recipe of an action on an endpoint.

    Parameters
    ----------
    action
        One of :data:`RECIPES`.
    name
        The endpoint's name.
    workspace
        The workspace's name, where it has to be said because another one is the active one.

    Examples
    --------
    >>> recipe("stop", "churn")
    Recipe(magic='%serving stop churn', python='sw.workspace().endpoints.get("churn").stop()')
    """
    where = f" --workspace {quote(workspace)}" if workspace else ""
    chosen = f"sw.workspace({_literal(workspace)})" if workspace else "sw.workspace()"
    magic, python = RECIPES[action](quote(name), f"{chosen}.endpoints.get({_literal(name)})")
    return Recipe(f"%serving {magic}{where}", python)


#: Action → the rest of the magic line and the Python line, given the quoted name and the handle's expression.
RECIPES: dict[str, Callable[[str, str], tuple[str, str]]] = {
    "stop": lambda name, handle: (f"stop {name}", f"{handle}.stop()"),
    "start": lambda name, handle: (f"start {name}", f"{handle}.start()"),
    "delete": lambda name, handle: (f"delete {name} --yes", f"{handle}.delete()"),
}


def _literal(text: str | None) -> str:
    # A JSON string in which nothing is escaped that need not be is a Python literal of the same text.
    return json.dumps(text, ensure_ascii=False)
