"""Handles of endpoints: chainable, with an awaitable twin of every call that talks to the service."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from serving_widgets.api.models import EndpointInfo, ServedEntity
from serving_widgets.api.status import DELETED, Status, status_of

from .bodies import config_body
from .loop import hop, run_sync
from .plan import Request, plan
from .waiting import Goal, wait_until

if TYPE_CHECKING:
    from serving_widgets.client import Reply

    from .session import Session


class EndpointAio:
    """The awaitable twins of an endpoint's calls, for async cells and code on a loop of its own."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._workspace = endpoint.workspace
        self._name = endpoint.name

    async def refresh(self) -> Endpoint:
        """See :meth:`Endpoint.refresh`."""
        await hop(lambda: self._workspace.watcher.look(self._name))
        return self._endpoint

    async def wait(self, timeout: float | None = None, until: Goal = "ready") -> Endpoint:
        """See :meth:`Endpoint.wait`."""
        await hop(lambda: wait_until(self._workspace.watcher, self._workspace.clock, self._name, timeout, until))
        return self._endpoint

    async def stop(self) -> Endpoint:
        """See :meth:`Endpoint.stop`."""
        name = self._name
        await hop(lambda: self._workspace.write(name, "stop", lambda client, _: client.stop_endpoint(name)))
        return self._endpoint

    async def start(self) -> Endpoint:
        """See :meth:`Endpoint.start`."""
        name = self._name
        await hop(
            lambda: self._workspace.write(
                name, "start", lambda client, before: client.start_endpoint(name, before=before)
            )
        )
        return self._endpoint

    async def update_config(self, config: Mapping[str, Any] | None = None, **fields: Any) -> Endpoint:
        """See :meth:`Endpoint.update_config`."""
        name, body = self._name, config_body(config, fields)
        await hop(
            lambda: self._workspace.write(
                name, "update", lambda client, before: client.update_config(name, body, before=before), join=False
            )
        )
        return self._endpoint

    async def delete(self) -> Endpoint:
        """See :meth:`Endpoint.delete`."""
        name = self._name
        await hop(lambda: self._workspace.write(name, "delete", lambda client, _: client.delete_endpoint(name)))
        return self._endpoint

    async def query(
        self, payload: Mapping[str, Any] | str | bytes, entity: str | None = None, timeout: float | None = None
    ) -> Reply:
        """See :meth:`Endpoint.query`."""
        return await hop(
            lambda: self._workspace.client().query_endpoint(self._name, payload, entity=entity, timeout=timeout)
        )


class Endpoint:
    """An endpoint of a workspace, as last seen.

    Attributes never touch the network; methods do, and return the handle, so that they chain. Every method has an
    awaitable twin of the same name under ``aio``.

    Examples
    --------
    >>> ep = sw.workspace().endpoints.get("pricing")
    >>> ep.start().wait().label
    'Ready'
    """

    def __init__(self, workspace: Session, name: str, info: EndpointInfo | None = None) -> None:
        self.workspace = workspace
        self.name = name
        self._info = info

    @property
    def aio(self) -> EndpointAio:
        """The awaitable twins."""
        return EndpointAio(self)

    @property
    def info(self) -> EndpointInfo:
        """The endpoint's newest picture, whoever looked last in this process."""
        seen = self.workspace.watcher.store.get(self.name)
        if seen is not None:
            self._info = seen.info
        if self._info is None:
            self._info = EndpointInfo.read({"name": self.name})
        return self._info

    @property
    def status(self) -> Status:
        """The status as last seen."""
        seen = self.workspace.watcher.store.get(self.name)
        return DELETED if seen is not None and seen.deleted else status_of(self.info)

    @property
    def label(self) -> str:
        """The status in the words of the service's own UI, such as ``"Not ready (Stopped)"``."""
        return self.status.label

    @property
    def kind(self) -> str:
        """What the endpoint serves: custom, provisioned, external, foundation, feature or unknown."""
        return self.info.kind

    @property
    def entities(self) -> tuple[ServedEntity, ...]:
        """The served entities: the active ones, or those on their way where none is active yet."""
        return self.info.entities

    @property
    def tags(self) -> dict[str, str]:
        """The tags as last seen, by key."""
        return {tag.key: tag.value or "" for tag in self.info.tags or () if tag.key is not None}

    @property
    def budget_policy_id(self) -> str | None:
        """The budget policy in effect, as last seen."""
        return self.info.budget_policy

    def refresh(self) -> Endpoint:
        """Look now.

        Raises
        ------
        NotFound
            When there is no such endpoint.
        """
        return run_sync(self.aio.refresh, twin="ep.aio.refresh()")

    def wait(self, timeout: float | None = None, until: Goal = "ready") -> Endpoint:
        """Wait until the endpoint is ready, or stopped, and nothing is going on.

        Parameters
        ----------
        timeout
            The most service seconds to wait; 45 minutes unless given.
        until
            What to wait for.

        Raises
        ------
        WaitFailed
            As soon as the state is final and another one, with the reason.
        WaitTimeout
            When the time is over; the endpoint goes on by itself.
        """
        return run_sync(lambda: self.aio.wait(timeout, until), twin="ep.aio.wait()")

    def stop(self) -> Endpoint:
        """Stop the endpoint: its resources are shut down, queries get a 400, and it no longer counts against the quota.

        Raises
        ------
        ActionRefused
            When it can't be stopped: only endpoints that serve custom models, are not route-optimized and have no
            update in progress can (Databricks docs, *Manage model serving endpoints*). Nothing was sent.
        """
        return run_sync(self.aio.stop, twin="ep.aio.stop()", **self.workspace.writes.told(self.name, "stop"))

    def start(self) -> Endpoint:
        """Start the endpoint again; follow with :meth:`wait`.

        Raises
        ------
        ActionRefused
            When it is not stopped. Nothing was sent.
        """
        return run_sync(self.aio.start, twin="ep.aio.start()", **self.workspace.writes.told(self.name, "start"))

    def update_config(self, config: Mapping[str, Any] | None = None, **fields: Any) -> Endpoint:
        """Replace the served entities and the traffic; the old ones serve until the new ones are ready.

        Parameters
        ----------
        config
            ``{"served_entities": […], "traffic_config": {…}}`` as the service takes it.
        **fields
            Instead of ``config``, one served entity: see :meth:`Endpoints.create`.
        """
        return run_sync(
            lambda: self.aio.update_config(config, **fields),
            twin="ep.aio.update_config(…)",
            **self.workspace.writes.told(self.name, "update"),
        )

    def delete(self) -> Endpoint:
        """Delete the endpoint. Nothing asks again."""
        return run_sync(self.aio.delete, twin="ep.aio.delete()", **self.workspace.writes.told(self.name, "delete"))

    def query(
        self, payload: Mapping[str, Any] | str | bytes, entity: str | None = None, timeout: float | None = None
    ) -> Reply:
        """Send a request to the endpoint's model.

        Parameters
        ----------
        payload
            The body, as a dictionary or as JSON text.
        entity
            The served entity to ask, past the traffic split; None for the endpoint as a whole.
        timeout
            Seconds for the whole call.
        """
        return run_sync(lambda: self.aio.query(payload, entity, timeout), twin="ep.aio.query(…)")

    def plan(self, action: str, config: Mapping[str, Any] | None = None, **fields: Any) -> Request:
        """Return the request that an action would send, secrets redacted; nothing is sent.

        Examples
        --------
        >>> print(ep.plan("stop"))
        POST /api/2.0/serving-endpoints/churn/config:stop
        """
        return plan(action, self.name, config_body(config, fields) if action == "update" else None)

    def __repr__(self) -> str:
        return f"<Endpoint {self.name!r}: {self.label}>"

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        from serving_widgets.render import status_card

        card = status_card(self.info, where=self.workspace.label, status=self.status)
        return {"text/plain": repr(card), "text/html": card._repr_html_()}
