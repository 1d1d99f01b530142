"""The model registry: what can be served."""

from __future__ import annotations

from typing import Any

from serving_widgets.api.registry.registered_models import CatalogModel, ModelVersion

from .base import ClientBase

#: Items of a page (databricks-sdk, ``registered_models.list``: at most 1,000 with a catalog and a schema).
PAGE = 1000
#: Pages that are followed at most: a service that always names another one must not be asked forever.
MOST_PAGES = 100


class RegistryCalls(ClientBase):
    """Routes of Unity Catalog that are about models; all of them read."""

    async def list_models(
        self, catalog: str | None = None, schema: str | None = None, *, timeout: float | None = None
    ) -> list[CatalogModel]:
        """Return the models of a schema, or all that the caller may see.

        Parameters
        ----------
        catalog, schema : str, optional
            Both or neither.
        """
        query = {"catalog_name": catalog, "schema_name": schema, "max_results": PAGE if catalog else None}
        return [CatalogModel.read(each) for each in await self._pages("models", "registered_models", query, timeout)]

    async def get_model(self, full_name: str, *, timeout: float | None = None) -> CatalogModel:
        """Return one model with its aliases.

        Raises
        ------
        ResourceDoesNotExist
            When there is none of that name, or the caller may not see it.
        """
        query = {"include_aliases": "true"}
        return CatalogModel.read(await self._object("model", model=full_name, query=query, timeout=timeout))

    async def list_versions(self, full_name: str, *, timeout: float | None = None) -> list[ModelVersion]:
        """Return the versions of a model with their aliases, the newest first."""
        model = await self.get_model(full_name, timeout=timeout)
        query = {"max_results": PAGE}
        found = await self._pages("model_versions", "model_versions", query, timeout, model=full_name)
        versions = [ModelVersion.read(each, full_name, model.aliases) for each in found]
        return sorted(versions, key=lambda each: -each.version)

    async def _pages(
        self, action: str, key: str, query: dict[str, Any], timeout: float | None, **words: str
    ) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for _ in range(MOST_PAGES):
            page = await self._object(action, query=query, timeout=timeout, **words)
            items = page.get(key)
            found += [each for each in items if isinstance(each, dict)] if isinstance(items, list) else []
            following = page.get("next_page_token")
            if not isinstance(following, str) or not following:
                break
            query = {**query, "page_token": following}
        return found
