"""The workspace's directory: users, groups and service principals."""

from __future__ import annotations

from serving_widgets.api.permissions.access_control_list import PrincipalKind
from serving_widgets.api.permissions.directory import COLLECTIONS, DirectoryEntry

from .base import ClientBase


class DirectoryCalls(ClientBase):
    """Routes of SCIM that read."""

    async def find_principals(
        self, kind: PrincipalKind, attribute: str, value: str, *, timeout: float | None = None
    ) -> list[DirectoryEntry]:
        """Return the principals of a kind whose attribute has a value, letters of any case.

        Parameters
        ----------
        attribute : str
            SCIM's name of it, such as ``"displayName"``.

        Examples
        --------
        >>> await client.find_principals("group", "displayName", "analysts")
        """
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        query = {"filter": f'{attribute} eq "{escaped}"'}
        page = await self._object(COLLECTIONS[kind][0], query=query, timeout=timeout)
        items = page.get("Resources")
        return [DirectoryEntry.read(each, kind) for each in items if isinstance(each, dict)] if items else []

    async def get_principal(self, kind: PrincipalKind, id: str, *, timeout: float | None = None) -> DirectoryEntry:
        """Return a principal by the directory's own number for it, a group with its members where they are shown."""
        return DirectoryEntry.read(await self._object(kind, key=id, timeout=timeout), kind)
