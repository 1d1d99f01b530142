"""What an endpoint says of itself: its logs, its schema, its metrics; and who is asking."""

from __future__ import annotations

from typing import Any

from serving_widgets.api.permissions.users import CurrentUser
from serving_widgets.client.http import json_codec
from serving_widgets.client.reply import Reply

from .base import ClientBase


class ObservingCalls(ClientBase):
    """Routes that only read."""

    async def build_logs(
        self, name: str, entity: str, config_version: int | None = None, *, timeout: float | None = None
    ) -> str:
        """Return the log of the container's build, as one text; "" when there is none.

        Parameters
        ----------
        entity : str
            The served entity's name.
        config_version : int, optional
            Of which configuration; by default the newest that has an entity of that name.
        """
        return await self._log("build_logs", name, entity, config_version, timeout)

    async def server_logs(
        self, name: str, entity: str, config_version: int | None = None, *, timeout: float | None = None
    ) -> str:
        """Return the latest lines that the model's servers wrote, as one text; "" when there are none."""
        return await self._log("logs", name, entity, config_version, timeout)

    async def get_openapi(self, name: str, *, timeout: float | None = None) -> Reply:
        """Return the OpenAPI document of an endpoint's queries.

        Raises
        ------
        BadRequest
            When the endpoint is not ready, or its model was logged without a signature.
        """
        call, answer = await self._ask("openapi", name, timeout=timeout)
        document = await self._reader.object(answer, call)
        return Reply(document, answer.body, None, answer.request_id, answer.seconds)

    async def get_metrics(self, name: str, *, timeout: float | None = None) -> str:
        """Return the metrics of the last minute in Prometheus' text format."""
        call, answer = await self._ask("metrics", name, timeout=timeout)
        if answer.headers.get("content-type", "").startswith("text/html"):
            raise self._reader.unreadable(answer, call, "a web page")
        self._reader.check_size(answer, call)
        return await json_codec.off_loop(lambda: answer.body.decode("utf-8", "replace"), size=len(answer.body))

    async def me(self, *, timeout: float | None = None) -> CurrentUser:
        """Return who the service takes the caller for."""
        return CurrentUser.read(await self._object("me", timeout=timeout))

    async def _log(self, action: str, name: str, entity: str, config_version: int | None, timeout: float | None) -> str:
        query = {"config_version": config_version}
        said: Any = (await self._object(action, name, entity=entity, query=query, timeout=timeout)).get("logs")
        return said if isinstance(said, str) else ""
