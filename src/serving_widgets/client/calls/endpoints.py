"""The life of endpoints: list, look, create, update, delete, stop, start, tag."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import Any, TypeVar

from serving_widgets.api.endpoint.models import EndpointInfo, Tag, read_list
from serving_widgets.api.errors import ActionRefused, NotFound
from serving_widgets.client.http import json_codec
from serving_widgets.client.http.responses import ApiResponse
from serving_widgets.client.http.timing import Deadline
from serving_widgets.client.http.write_verification import WriteCheck, check_tags, check_write
from serving_widgets.client.routes import api_call

from .base import ClientBase

T = TypeVar("T")


class EndpointCalls(ClientBase):
    """One method a route of the control plane that is about an endpoint as such."""

    async def list_endpoints(
        self, known: Mapping[str, EndpointInfo] | None = None, *, timeout: float | None = None
    ) -> list[EndpointInfo]:
        """Return all endpoints that the user may see, in summary.

        Of those that did not change since, the objects in ``known`` (by name) are returned.
        """
        call, answer = await self._ask("list", timeout=timeout)
        digest = await json_codec.off_loop(lambda: blake2b(answer.body).digest(), size=len(answer.body))
        before = self._seen_endpoints.listed_again(digest) if known else None
        if before is not None:
            return before
        body = await self._reader.object(answer, call)
        if not isinstance(body.get("endpoints", []), list | None):
            raise self._reader.unreadable(answer, call, "a list of endpoints that is not a list")
        infos = await json_codec.off_loop(lambda: read_list(body, known), size=len(answer.body))
        self._seen_endpoints.note_all(infos, digest)
        return infos

    async def get_endpoint(self, name: str, *, timeout: float | None = None) -> EndpointInfo:
        """Return one endpoint with all details.

        Raises
        ------
        ResourceDoesNotExist
            When there is none of that name.
        """
        return await self._get(name, self._exchange.deadline("read", timeout))

    async def create_endpoint(self, body: Mapping[str, Any], *, timeout: float | None = None) -> EndpointInfo:
        """Create an endpoint from the service's own request body, which has its name."""
        return await self._change("create", body.get("name"), body, timeout=timeout)

    async def update_config(
        self,
        name: str,
        body: Mapping[str, Any],
        *,
        before: EndpointInfo | None = None,
        timeout: float | None = None,
    ) -> EndpointInfo:
        """Replace the configuration: ``served_entities``, ``traffic_config`` … at the top level of ``body``.

        ``before`` is the endpoint as a get showed it just now; without it there is one get first, so that a lost answer
        can be told from an update that never arrived.
        """
        return await self._change("update", name, body, before=before, timeout=timeout)

    async def stop_endpoint(self, name: str, *, timeout: float | None = None) -> EndpointInfo:
        """Stop an endpoint and return it as it is then."""
        return await self._change("stop", name, timeout=timeout)

    async def start_endpoint(
        self, name: str, *, before: EndpointInfo | None = None, timeout: float | None = None
    ) -> EndpointInfo:
        """Start a stopped endpoint and return it as it is then."""
        return await self._change("start", name, before=before, timeout=timeout)

    async def delete_endpoint(self, name: str, *, timeout: float | None = None) -> None:
        """Delete an endpoint."""
        call, deadline = await self._prepared(api_call("delete", name), None, timeout)

        async def read(answer: ApiResponse, until: Deadline) -> None:
            if answer.body.strip():
                await self._reader.object(answer, call)

        async def look(until: Deadline) -> WriteCheck[None]:
            check = check_write("delete", name, await self._look_at(name, until))
            return WriteCheck(check.applied, None, check.seen)

        await self._exchange.write(call, deadline, read=read, look=look)
        self._seen_endpoints.forget(name)

    async def patch_tags(
        self,
        name: str,
        add: Mapping[str, str | None] | None = None,
        delete: Sequence[str] = (),
        *,
        timeout: float | None = None,
    ) -> tuple[Tag, ...]:
        """Add tags, or change their values, and take others away; return all that the endpoint has then.

        Parameters
        ----------
        add : mapping
            Values by key; None for a tag that is a key alone.
        delete : sequence of str
            Keys; those that there are not do no harm.

        Raises
        ------
        ActionRefused
            When the same key is to be added and deleted; nothing was sent.

        Examples
        --------
        >>> await client.patch_tags("churn", add={"team": "growth"}, delete=["temporary"])
        (Tag(key='team', value='growth'),)
        """
        wanted = dict(add or {})
        both = sorted(set(wanted).intersection(delete))
        if both:
            raise ActionRefused(
                f"The tag {both[0]} of {name} can't be added and deleted at once.",
                action="tags",
                endpoint=name,
                hint="Adding a key that is there already changes its value.",
                code="ambiguous_tags",
            )
        added = [{"key": key} if value is None else {"key": key, "value": value} for key, value in wanted.items()]
        body = {"add_tags": added, "delete_tags": list(delete)}
        call, deadline = await self._prepared(api_call("tags", name), body, timeout)

        async def read(answer: ApiResponse, until: Deadline) -> tuple[Tag, ...]:
            said = await self._reader.json(answer, call) if answer.body.strip() else {}
            # The documentation has shown a bare list as well.
            tags = said.get("tags") if isinstance(said, dict) else said
            if isinstance(tags, list):
                return tuple(Tag.read(tag) for tag in tags if isinstance(tag, dict))
            return (await self._get(name, until)).tags

        async def look(until: Deadline) -> WriteCheck[tuple[Tag, ...]]:
            return check_tags(await self._look_at(name, until), name, wanted, delete)

        return await self._exchange.write(call, deadline, read=read, look=look)

    async def _change(
        self,
        action: str,
        name: object,
        body: Mapping[str, Any] | None = None,
        *,
        before: EndpointInfo | None = None,
        timeout: float | None,
    ) -> EndpointInfo:
        """Carry out a write that leaves an endpoint behind."""
        call, deadline = await self._prepared(api_call(action, name), body, timeout)
        target = str(name)
        seen = before
        if action == "update" and (before is None or not before.detailed):
            seen = await self._get(target, deadline)

        async def read(answer: ApiResponse, until: Deadline) -> EndpointInfo:
            raw = await self._reader.object(answer, call) if answer.body.strip() else {}
            return self._noted(raw, target) if "state" in raw else await self._get(target, until)

        async def look(until: Deadline) -> WriteCheck[EndpointInfo]:
            return check_write(action, target, await self._look_at(target, until), before=seen, body=body)

        return await self._exchange.write(call, deadline, read=read, look=look)

    async def _look_at(self, name: str, deadline: Deadline) -> EndpointInfo | None:
        try:
            return await self._get(name, deadline)
        except NotFound:
            return None
