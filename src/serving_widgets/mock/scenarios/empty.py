"""The scenario of a workspace without endpoints."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from serving_widgets.mock.state.world import World


def fill(world: World) -> None:
    """Leave the workspace as it is."""
