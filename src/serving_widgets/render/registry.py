"""Models and versions of the registry, as tables."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from serving_widgets.api.registry.registered_models import CatalogModel, ModelVersion
from serving_widgets.render.blocks.table import Table


def models_table(models: Iterable[CatalogModel], *, where: str) -> Table:
    """Return a row for each model.

    Parameters
    ----------
    where
        The workspace's label.
    """
    rows = [(each.full_name, each.owner, _moment(each.updated), each.comment) for each in models]
    note = "" if rows else "No model is registered there, or none that you may see."
    return Table(("Model", "Owner", "Updated (UTC)", "Comment"), rows, f"Registered models – {where}", note)


def versions_table(versions: Iterable[ModelVersion], model: str, *, where: str) -> Table:
    """Return a row for each version.

    Parameters
    ----------
    model
        The model's full name.
    where
        The workspace's label.
    """
    rows = [
        (each.version, ", ".join(each.aliases), each.status, _moment(each.created), each.created_by, each.comment)
        for each in versions
    ]
    columns = ("Version", "Aliases", "Status", "Created (UTC)", "Creator", "Comment")
    return Table(columns, rows, f"Versions of {model} – {where}", "" if rows else "It has no versions.")


def _moment(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else datetime.fromtimestamp(milliseconds / 1000, UTC)
