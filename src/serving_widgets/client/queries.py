"""Queries: what endpoints are there for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .base import Base
from .reply import Reply
from .routes import call_of


class QueryCalls(Base):
    """Routes of the query plane."""

    async def query_endpoint(
        self,
        name: str,
        payload: str | bytes | Mapping[str, Any],
        entity: str | None = None,
        *,
        timeout: float | None = None,
    ) -> Reply:
        """Send a query.

        Parameters
        ----------
        payload : str, bytes or mapping
            The body: JSON as text, or what is to be written as JSON.
        entity : str, optional
            The served entity to ask, past the sharing out of traffic.
        """
        call = call_of("query" if entity is None else "query_entity", name, entity=entity)
        deadline = self._exchange.deadline(call, timeout)
        call = call._replace(body=await self._reader.encoded(payload, call))
        return await self._reader.reply(await self._exchange.ask(call, deadline), call)
