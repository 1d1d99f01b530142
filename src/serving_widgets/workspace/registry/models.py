"""The registered models of a workspace: list them, and their versions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from serving_widgets.api.errors import ConfigError
from serving_widgets.api.registry.registered_models import CatalogModel, ModelVersion
from serving_widgets.render import Table
from serving_widgets.workspace.runtime.event_loop import hop
from serving_widgets.workspace.runtime.found_list import FoundList
from serving_widgets.workspace.runtime.synchronous import synchronous

if TYPE_CHECKING:
    from serving_widgets.workspace.session.session import Session


class KnownModels(dict[str, tuple[str, ...]]):
    """The models that were read through a connection, each with its aliases and versions as far as they were read."""


class ModelsAio:
    """The awaitable twins of :class:`Models`' calls."""

    def __init__(self, workspace: Session) -> None:
        self._workspace = workspace

    async def list(self, catalog: str | None = None, schema: str | None = None) -> FoundList[CatalogModel]:
        """Return the registered models that the caller may see, by name.

        Parameters
        ----------
        catalog : str, optional
            Only the models of this catalog's ``schema``.
        schema : str, optional
            Only the models of this schema; given together with ``catalog``.

        Raises
        ------
        ConfigError
            When one is given without the other.
        PermissionDenied
            When the caller may not read the registry.

        Examples
        --------
        >>> [model.full_name for model in ws.models.list("main", "risk")]
        ['main.risk.fraud_challenger', 'main.risk.fraud_detector']
        """
        if (catalog is None) is not (schema is None):
            raise ConfigError("catalog= and schema= are given together.", hint='For example list("main", "ml").')
        found = await hop(lambda: self._workspace.client().list_models(catalog, schema))
        known = self._workspace.attachments.of(KnownModels)
        known.update({each.full_name: known.get(each.full_name, ()) for each in found})
        models = sorted(found, key=lambda each: each.full_name)
        return FoundList(models, models_table(models, where=self._workspace.where))

    async def versions(self, full_name: str) -> FoundList[ModelVersion]:
        """Return the versions of a model with their aliases, the newest first.

        Parameters
        ----------
        full_name : str
            Catalog, schema and name, as in ``"main.ml.ads"``.

        Raises
        ------
        NotFound
            When there is no such model, or the caller may not see it.

        Examples
        --------
        >>> ws.models.versions("main.risk.fraud_detector")[0].aliases
        ('Challenger',)
        """
        found = await hop(lambda: self._workspace.client().list_versions(full_name))
        aliases = [alias for each in found for alias in each.aliases]
        words = (*aliases, *(str(each.version) for each in found))
        self._workspace.attachments.of(KnownModels)[full_name] = words
        return FoundList(found, versions_table(found, full_name, where=self._workspace.where))


class Models:
    """The registered models of a workspace. Every method has an awaitable twin of the same name under ``aio``."""

    def __init__(self, workspace: Session) -> None:
        self._workspace = workspace
        self.aio = ModelsAio(workspace)

    list = synchronous(ModelsAio.list, "ws.models")
    versions = synchronous(ModelsAio.versions, "ws.models")

    def __repr__(self) -> str:
        return f"<Models of {self._workspace.label}>"


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
