"""Who may do what: read it, grant, replace."""

from __future__ import annotations

from collections.abc import Mapping

from serving_widgets.api.permissions.access_control_list import (
    AccessControlList,
    PermissionLevel,
    Principal,
    request_entries,
)
from serving_widgets.client.http.responses import ApiResponse
from serving_widgets.client.http.timing import Deadline
from serving_widgets.client.http.write_verification import WriteCheck, check_grants
from serving_widgets.client.routes import api_call

from .base import ClientBase


class PermissionCalls(ClientBase):
    """The permissions of endpoints.

    They go by the endpoint's ``id``; ``name`` is only said, in an error for example.
    """

    async def get_permissions(
        self, id: str | None, *, name: str | None = None, timeout: float | None = None
    ) -> AccessControlList:
        """Return an endpoint's access control list.

        Raises
        ------
        ActionRefused
            When the endpoint has no id, as those that the service provides; nothing was sent.
        """
        return AccessControlList.read(await self._object("permissions", name, id=id, timeout=timeout))

    async def get_permission_levels(
        self, id: str | None, *, name: str | None = None, timeout: float | None = None
    ) -> tuple[PermissionLevel, ...]:
        """Return the levels that can be granted, with what the service says about each."""
        said = (await self._object("levels", name, id=id, timeout=timeout)).get("permission_levels")
        items = [item for item in said if isinstance(item, dict)] if isinstance(said, list) else []
        return tuple(
            PermissionLevel(str(item["permission_level"]), str(item.get("description") or ""), item)
            for item in items
            if item.get("permission_level")
        )

    async def update_permissions(
        self, id: str | None, grants: Mapping[Principal, str], *, name: str | None = None, timeout: float | None = None
    ) -> AccessControlList:
        """Grant each principal its level, and leave all others as they are; nothing can be taken away like this.

        Examples
        --------
        >>> await client.update_permissions(info.id, {Principal.named("analysts"): "CAN_QUERY"})
        """
        return await self._grant("grant", id, grants, name=name, timeout=timeout)

    async def set_permissions(
        self, id: str | None, grants: Mapping[Principal, str], *, name: str | None = None, timeout: float | None = None
    ) -> AccessControlList:
        """Replace all grants that were made on the endpoint itself by these; inherited ones stay as they are.

        Whoever is not among them loses what he was granted here, the caller included.
        """
        return await self._grant("set_permissions", id, grants, name=name, timeout=timeout)

    async def _grant(
        self, action: str, id: str | None, grants: Mapping[Principal, str], *, name: str | None, timeout: float | None
    ) -> AccessControlList:
        wanted = dict(grants)
        body = {"access_control_list": request_entries(wanted)}
        call, deadline = await self._prepared(api_call(action, name, id=id), body, timeout)

        async def now(until: Deadline) -> AccessControlList:
            asked = api_call("permissions", name, id=id)
            return AccessControlList.read(await self._reader.object(await self._exchange.ask(asked, until), asked))

        async def read(answer: ApiResponse, until: Deadline) -> AccessControlList:
            raw = await self._reader.object(answer, call) if answer.body.strip() else {}
            return AccessControlList.read(raw) if "access_control_list" in raw else await now(until)

        async def look(until: Deadline) -> WriteCheck[AccessControlList]:
            return check_grants(await now(until), wanted, alone=action == "set_permissions")

        return await self._exchange.write(call, deadline, read=read, look=look)
