"""The endpoints of a workspace: list, get, create, ensure, exists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from serving_widgets.api.errors import NotFound
from serving_widgets.workspace.changes.dry_run import Request, plan, show_outlook
from serving_widgets.workspace.changes.ensure import intend
from serving_widgets.workspace.changes.request_bodies import create_body, without_alias
from serving_widgets.workspace.review.stop_timer import checked_minutes
from serving_widgets.workspace.review.stop_timer import stop_after as start_timer
from serving_widgets.workspace.runtime.display import show
from serving_widgets.workspace.runtime.event_loop import hop, run_sync
from serving_widgets.workspace.runtime.synchronous import synchronous

from .endpoint import Endpoint

if TYPE_CHECKING:
    from serving_widgets.workspace.session.session import Session


class EndpointsAio:
    """The awaitable twins of :class:`Endpoints`' calls."""

    def __init__(self, workspace: Session) -> None:
        self._workspace = workspace

    async def list(self) -> list[Endpoint]:
        """Return the endpoints that the caller may view, by name.

        Examples
        --------
        >>> [each.name for each in ws.endpoints.list()][:3]
        ['chat', 'churn', 'databricks-llama']
        """
        seen = await hop(self._workspace.watcher.list_all)
        return [Endpoint(self._workspace, each.info.name, each.info) for each in seen]

    async def get(self, name: str) -> Endpoint:
        """Return one endpoint.

        Parameters
        ----------
        name : str
            The endpoint's name.

        Raises
        ------
        NotFound
            When there is none of that name.

        Examples
        --------
        >>> ws.endpoints.get("churn")
        <Endpoint 'churn': Ready (Update failed)>
        """
        info = await hop(lambda: self._workspace.watcher.look(name))
        return Endpoint(self._workspace, name, info)

    async def exists(self, name: str) -> bool:
        """Tell whether there is an endpoint of that name.

        Parameters
        ----------
        name : str
            The endpoint's name.

        Examples
        --------
        >>> ws.endpoints.exists("no-such-endpoint")
        False
        """
        try:
            await self.get(name)
        except NotFound:
            return False
        return True

    async def create(
        self,
        /,
        name: str,
        config: Mapping[str, Any] | None = None,
        *,
        wait: bool = False,
        timeout: float | None = None,
        dry_run: bool = False,
        stop_after: float | None = None,
        **fields: Any,
    ) -> Endpoint:
        """Create an endpoint.

        Parameters
        ----------
        name : str
            1 to 63 letters, digits, dashes and underscores.
        config : dict, optional
            ``{"served_entities": […], "traffic_config": {…}}`` as the service takes it.
        wait : bool, default False
            Whether to wait until it is ready.
        timeout : float, optional
            The most service seconds to wait; 45 minutes unless given.
        dry_run : bool, default False
            Show the exact request, secrets redacted, and send nothing.
        stop_after : float, optional
            Service minutes after which this kernel stops it again: see :meth:`Workspace.stop_after`.
        **fields : Any
            Instead of ``config``, one served entity: ``entity_name``, ``entity_version`` (a number, or an alias of the
            registry such as ``"Champion"``), ``workload_size`` ("Small"), ``workload_type``,
            ``scale_to_zero_enabled`` (True), ``environment_vars``. Beside either: ``tags`` (a dictionary),
            ``budget_policy_id``, ``description``, ``route_optimized``.

        Raises
        ------
        ActionRefused
            When the workspace is read-only or the name protected. Nothing was sent.
        ResourceAlreadyExists
            When the name is taken.

        Examples
        --------
        >>> ws.endpoints.create("ads", entity_name="main.ml.ads", entity_version="1", wait=True).label
        'Ready'
        """
        config, fields = await hop(lambda: without_alias(self._workspace, name, config, fields))
        body = create_body(name, config, fields)
        if stop_after is not None:
            checked_minutes(stop_after)
        if dry_run:
            show(plan("create", name, body, where=self._workspace.where).card())
            show_outlook(self._workspace, "create", name)
            return Endpoint(self._workspace, name)
        info = await hop(
            lambda: self._workspace.write(name, "create", lambda client, _: client.create_endpoint(body), join=False),
            **self._workspace.writes.told(name, "create"),
        )
        endpoint = Endpoint(self._workspace, name, info)
        if stop_after is not None:
            await hop(lambda: start_timer(self._workspace, name, stop_after))
        return await endpoint.aio.wait(timeout) if wait else endpoint

    async def ensure(
        self,
        /,
        name: str,
        config: Mapping[str, Any] | None = None,
        *,
        wait: bool = False,
        timeout: float | None = None,
        dry_run: bool = False,
        **fields: Any,
    ) -> Endpoint:
        """Have an endpoint as it is wanted: create it, or change what differs and nothing else; show that first.

        What is left open stays as it is. Where an entity of another version is wanted, it takes over size, scaling and
        variables from the one that it replaces. Tags that are not named stay.

        Parameters
        ----------
        name : str
            The endpoint's name.
        config : dict, optional
            As for :meth:`create`.
        wait : bool, default False
            Whether to wait until it is ready.
        timeout : float, optional
            The most service seconds to wait; 45 minutes unless given.
        **fields : Any
            As for :meth:`create`.
        dry_run : bool, default False
            Show the difference and the exact requests, secrets redacted, and send nothing.

        Raises
        ------
        ActionRefused
            When what differs can't be changed (``description``, ``route_optimized``, ``budget_policy_id``), an update
            is in progress, or the endpoint was changed meanwhile. Nothing was sent.

        Examples
        --------
        >>> ws.endpoints.ensure("churn", tags={"team": "customers"}).label
        churn is as wanted: nothing to change – mock workspace (demo).
        'Ready (Update failed)'
        """
        intent = await hop(lambda: intend(self._workspace, name, config, fields))
        intent.show()
        endpoint = Endpoint(self._workspace, name)
        if dry_run:
            for request in intent.requests():
                show(request.card())
            for action in dict.fromkeys(action for action, _ in intent.steps()):
                show_outlook(self._workspace, action, name)
            return endpoint
        for action, step in intent.steps():
            await hop(step, **self._workspace.writes.told(name, action))
        return await endpoint.aio.wait(timeout) if wait else endpoint


class Endpoints:
    """The endpoints of a workspace. Every method has an awaitable twin of the same name under ``aio``."""

    def __init__(self, workspace: Session) -> None:
        self._workspace = workspace
        self.aio = EndpointsAio(workspace)

    list = synchronous(EndpointsAio.list, "ws.endpoints")
    get = synchronous(EndpointsAio.get, "ws.endpoints")
    exists = synchronous(EndpointsAio.exists, "ws.endpoints")
    create = synchronous(EndpointsAio.create, "ws.endpoints")
    ensure = synchronous(EndpointsAio.ensure, "ws.endpoints")

    def plan(self, name: str, config: Mapping[str, Any] | None = None, **fields: Any) -> Request:
        """Return the request that :meth:`create` would send, secrets redacted; nothing is sent.

        Parameters
        ----------
        name : str
            As for :meth:`create`.
        config : dict, optional
            As for :meth:`create`.
        **fields : Any
            As for :meth:`create`.

        Examples
        --------
        >>> ws.endpoints.plan("ads", entity_name="main.ml.ads", entity_version="1").path
        '/api/2.0/serving-endpoints'
        """
        workspace = self._workspace
        config, fields = run_sync(
            lambda: without_alias(workspace, name, config, fields), twin="ws.endpoints.aio.create(…)"
        )
        return plan("create", name, create_body(name, config, fields), where=workspace.where)

    def __repr__(self) -> str:
        return f"<Endpoints of {self._workspace.label}>"
