"""The versions of a model as a form offers them, those with an alias first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from serving_widgets.api.errors import ServingError

if TYPE_CHECKING:
    from serving_widgets.workspace import Session

    from .contract import VersionChoice

#: Versions that are offered; older ones can be typed.
MOST_VERSIONS = 100


async def version_choices(workspace: Session, model: str) -> tuple[list[VersionChoice], str]:
    """Return the versions of a model, aliased ones first, then the newest; and why there are none to read."""
    try:
        found = await workspace.client().list_versions(model)
    except ServingError as error:
        return [], error.message
    ordered = sorted(found, key=lambda each: (not each.aliases, -each.version))
    return [
        {
            "version": str(each.version),
            "aliases": list(each.aliases),
            "status": each.status,
            "created": each.created,
            "creator": each.created_by,
            "comment": each.comment,
        }
        for each in ordered[:MOST_VERSIONS]
    ], ""
