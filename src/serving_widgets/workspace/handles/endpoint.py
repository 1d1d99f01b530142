"""Handles of endpoints: chainable; every call that talks to the service is there to be awaited and to be waited for."""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from serving_widgets.api.endpoint.models import EndpointInfo, ServedEntity
from serving_widgets.api.endpoint.status import DELETED, Status, status_of
from serving_widgets.api.errors import ActionRefused, BadRequest, ResourceConflict, WaitFailed
from serving_widgets.workspace.changes.dry_run import Request, plan, show_outlook
from serving_widgets.workspace.changes.request_bodies import config_body
from serving_widgets.workspace.changes.tags import checked_tags, set_tags, tags_body
from serving_widgets.workspace.changes.traffic_split import check_alone, planned_shares, share_traffic
from serving_widgets.workspace.logs.failure_excerpt import with_last_words
from serving_widgets.workspace.logs.log_text import LogText
from serving_widgets.workspace.logs.read_log import read_log
from serving_widgets.workspace.metrics.metric_frame import Measuring, MeasuringAio
from serving_widgets.workspace.queries.schema_methods import Describing, DescribingAio
from serving_widgets.workspace.report.report_methods import Reporting, ReportingAio
from serving_widgets.workspace.runtime.display import show
from serving_widgets.workspace.runtime.event_loop import hop
from serving_widgets.workspace.runtime.synchronous import call_progress, synchronous
from serving_widgets.workspace.scoring.predict_methods import Predicting, PredictingAio
from serving_widgets.workspace.watch.wait import Goal, wait_until

from .permissions import Permissions

if TYPE_CHECKING:
    from serving_widgets.client import Client
    from serving_widgets.workspace.queries.query_result import QueryAnswer
    from serving_widgets.workspace.session.handle import Reference
    from serving_widgets.workspace.session.session import Session


class EndpointAio(PredictingAio, DescribingAio, MeasuringAio, ReportingAio):
    """The awaitable twins of an endpoint's calls, for async cells and code on a loop of its own."""

    _endpoint: Endpoint

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._workspace = endpoint.workspace
        self._name = endpoint.name

    async def refresh(self) -> Endpoint:
        """Look now.

        Raises
        ------
        NotFound
            When there is no such endpoint.
        """
        await hop(lambda: self._workspace.watcher.look(self._name))
        return self._endpoint

    async def wait(self, timeout: float | None = None, until: Goal = "ready") -> Endpoint:
        """Wait until the endpoint is ready, or stopped, and nothing is going on; after a second, show how far it is.

        Parameters
        ----------
        timeout : float, optional
            The most service seconds to wait; 45 minutes unless given.
        until : {"ready", "stopped"}, default "ready"
            What to wait for.

        Raises
        ------
        WaitFailed
            As soon as the state is final and another one, with the reason and the last lines of the log that tells why.
        WaitTimeout
            When the time is over; the endpoint goes on by itself.
        """
        with call_progress(f"Waiting for {self._name}") as bar:
            await hop(lambda: self._watched(timeout, until, lambda words: bar.update(0, words)), meanwhile=bar.draw)
        return self._endpoint

    async def stop(self, *, ok_if_already: bool = False, dry_run: bool = False) -> Endpoint:
        """Stop the endpoint: its resources are shut down, queries get a 400, and it no longer counts against the quota.

        Parameters
        ----------
        ok_if_already : bool, default False
            Do nothing where it is stopped already, instead of refusing.
        dry_run : bool, default False
            Show the exact request and send nothing.

        Raises
        ------
        ActionRefused
            When it can't be stopped: only endpoints that serve custom models, are not route-optimized and have no
            update in progress can (Databricks docs, *Manage model serving endpoints*). Nothing was sent.
        """
        if dry_run:
            return self._planned("stop")
        name = self._name
        with self._already("stop", ok_if_already):
            await self._write("stop", lambda client, _: client.stop_endpoint(name))
        return self._endpoint

    async def start(self, *, ok_if_already: bool = False, dry_run: bool = False) -> Endpoint:
        """Start the endpoint again; follow with :meth:`wait`.

        Parameters
        ----------
        ok_if_already : bool, default False
            Do nothing where it is running already, or about to, instead of refusing.
        dry_run : bool, default False
            Show the exact request and send nothing.

        Raises
        ------
        ActionRefused
            When it is not stopped. Nothing was sent.
        """
        if dry_run:
            return self._planned("start")
        name = self._name
        with self._already("start", ok_if_already):
            await self._write("start", lambda client, before: client.start_endpoint(name, before=before))
        return self._endpoint

    async def update_config(
        self,
        /,
        config: Mapping[str, Any] | None = None,
        *,
        traffic: Mapping[str, int] | None = None,
        dry_run: bool = False,
        **fields: Any,
    ) -> Endpoint:
        """Replace the served entities and the traffic, or the traffic alone; the old ones serve until new ones can.

        Parameters
        ----------
        config : dict, optional
            ``{"served_entities": […], "traffic_config": {…}}`` as the service takes it.
        traffic : dict of str to int, optional
            Instead of all else, whole percents by the names of served entities, which stay as they are. What is not
            named shares the rest in its present proportions.
        dry_run : bool, default False
            Show the exact request, secrets redacted, and send nothing.
        **fields : Any
            Instead of ``config``, one served entity: see :meth:`Endpoints.create`.

        Raises
        ------
        ConfigError
            When the arguments don't go together, or ``traffic`` names what is not there or can't be. Nothing was sent.

        Examples
        --------
        >>> ep.update_config(traffic={"fraud_challenger-2": 30}).wait().label
        'Ready'
        """
        if traffic is not None:
            check_alone(config, fields)
            if dry_run:
                return self._planned("update", await hop(lambda: planned_shares(self._workspace, self._name, traffic)))
            told = self._workspace.writes.told(self._name, "update")
            await hop(lambda: share_traffic(self._workspace, self._name, traffic), **told)
            return self._endpoint
        name, body = self._name, config_body(config, fields)
        if dry_run:
            return self._planned("update", body)
        await self._write("update", lambda client, before: client.update_config(name, body, before=before), join=False)
        return self._endpoint

    async def set_tags(
        self, tags: Mapping[str, str | None] | None = None, *, remove: Iterable[str] = (), dry_run: bool = False
    ) -> Endpoint:
        """Set tags, and remove others; tags that are not named stay.

        Parameters
        ----------
        tags : dict of str to str or None, optional
            Key → value; None for a tag that is a key alone.
        remove : iterable of str, optional
            Keys to remove.
        dry_run : bool, default False
            Show the exact request and send nothing.

        Examples
        --------
        >>> ep.set_tags({"team": "risk"}, remove=["season"]).tags["team"]
        'risk'
        """
        add, gone = checked_tags(tags, remove)
        if dry_run:
            return self._planned("tags", tags_body(add, gone))
        told = self._workspace.writes.told(self._name, "tags")
        await hop(lambda: set_tags(self._workspace, self._name, add, gone), **told)
        return self._endpoint

    async def delete(self, *, dry_run: bool = False) -> Endpoint:
        """Delete the endpoint. There is no further question.

        Parameters
        ----------
        dry_run : bool, default False
            Show the exact request and send nothing.

        Raises
        ------
        ActionRefused
            When the workspace is read-only or the name protected. Nothing was sent.

        Examples
        --------
        >>> ep.delete(dry_run=True)
        DELETE /api/2.0/serving-endpoints/churn
        """
        if dry_run:
            return self._planned("delete")
        name = self._name
        await self._write("delete", lambda client, _: client.delete_endpoint(name))
        return self._endpoint

    async def query(
        self, payload: Mapping[str, Any] | str | bytes, entity: str | None = None, timeout: float | None = None
    ) -> QueryAnswer:
        """Send a request to the endpoint's model.

        The answer shows itself; ``to_frame()`` gives it as a table, ``text`` what a language model said.

        Parameters
        ----------
        payload : dict, str or bytes
            The body, as a dictionary or as JSON text.
        entity : str, optional
            The served entity to ask, past the traffic split; None for the endpoint as a whole.
        timeout : float, optional
            Seconds for the whole call.
        """
        from serving_widgets.workspace.queries.query_result import QueryAnswer

        reply = await hop(
            lambda: self._workspace.client().query_endpoint(self._name, payload, entity=entity, timeout=timeout)
        )
        return QueryAnswer.of(reply, self._name, self._workspace.where)

    async def logs(self, entity: str | None = None, config_version: int | None = None) -> LogText:
        """Return the newest lines of a model server's log: a string that also gives a table and a file.

        Parameters
        ----------
        entity : str, optional
            The served entity; not needed where there is only one, or only one that serves.
        config_version : int, optional
            The version of the configuration whose log is wanted; the newest unless given.

        Examples
        --------
        >>> ep.logs().to_frame().query("level == 'error'")
        """
        return await hop(lambda: read_log(self._workspace, self._name, "server", entity, config_version))

    async def build_logs(self, entity: str | None = None, config_version: int | None = None) -> LogText:
        """Return the log of building a served entity's container, as :meth:`logs` does.

        Parameters
        ----------
        entity : str, optional
            The served entity; not needed where there is only one, or only one failed to be deployed.
        config_version : int, optional
            The version of the configuration whose log is wanted; the newest unless given.

        Examples
        --------
        >>> ep.build_logs().splitlines()[-1]
        """
        return await hop(lambda: read_log(self._workspace, self._name, "build", entity, config_version))

    async def _write(
        self,
        action: str,
        send: Callable[[Client, EndpointInfo | None], Awaitable[EndpointInfo | None]],
        *,
        join: bool = True,
    ) -> None:
        told = self._workspace.writes.told(self._name, action)
        await hop(lambda: self._workspace.write(self._name, action, send, join=join), **told)

    async def _watched(self, timeout: float | None, until: Goal, told: Callable[[str], None]) -> None:
        """Wait on the loop thread and tell what each look shows; a failure comes with the end of its log."""
        try:
            await wait_until(self._workspace.watcher, self._workspace.clock, self._name, timeout, until, told)
        except WaitFailed as failed:
            seen = self._workspace.watcher.store.get(self._name)
            if seen is None or seen.deleted:
                raise
            raise await with_last_words(failed, self._workspace.client(), seen.info) from None

    def _planned(self, action: str, body: Mapping[str, Any] | None = None) -> Endpoint:
        """Show the request that an action would send, and whether it would be as far as is known; return the handle."""
        show(plan(action, self._name, body, where=self._workspace.where).card())
        show_outlook(self._workspace, action, self._name)
        return self._endpoint

    @contextlib.contextmanager
    def _already(self, action: str, ok: bool) -> Iterator[None]:
        """Pass over the refusal of an action whose end the endpoint has reached."""
        code = ""
        try:
            yield
        except (ActionRefused, BadRequest, ResourceConflict) as error:
            if isinstance(error, ActionRefused):
                code = error.code
            elif (seen := self._workspace.watcher.store.get(self._name)) is not None:
                # Another change came first, and the service refused: the endpoint was looked at again since.
                refusal = self._workspace.why_not(action, seen.info)
                code = refusal.code if refusal is not None else ""
            if not ok or code not in _ALREADY[action]:
                raise


class Endpoint(Predicting, Describing, Measuring, Reporting):
    """An endpoint of a workspace, as last seen.

    Attributes never touch the network; methods do, and return the handle, so that they chain. Every method has an
    awaitable twin of the same name under ``aio``.

    Examples
    --------
    >>> ep = sw.workspace().endpoints.get("pricing")
    >>> ep.start().wait().label
    'Ready'
    """

    def __init__(self, workspace: Session | Reference, name: str, info: EndpointInfo | None = None) -> None:
        super().__init__(workspace, name)
        self._info = info

    @property
    def aio(self) -> EndpointAio:
        """The awaitable twins."""
        return EndpointAio(self)

    @property
    def permissions(self) -> Permissions:
        """Who may do what with the endpoint."""
        return Permissions(self.workspace, self.name)

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

    refresh = synchronous(EndpointAio.refresh, "ep")
    wait = synchronous(EndpointAio.wait, "ep")
    stop = synchronous(EndpointAio.stop, "ep")
    start = synchronous(EndpointAio.start, "ep")
    update_config = synchronous(EndpointAio.update_config, "ep")
    set_tags = synchronous(EndpointAio.set_tags, "ep")
    delete = synchronous(EndpointAio.delete, "ep")
    query = synchronous(EndpointAio.query, "ep")
    logs = synchronous(EndpointAio.logs, "ep")
    build_logs = synchronous(EndpointAio.build_logs, "ep")

    def plan(self, action: str, config: Mapping[str, Any] | None = None, **fields: Any) -> Request:
        """Return the request that an action would send, secrets redacted; nothing is sent.

        Parameters
        ----------
        action : str
            ``"stop"``, ``"start"``, ``"update"`` or ``"delete"``.
        config : dict, optional
            As for :meth:`update_config`.
        **fields : Any
            As for :meth:`update_config`.

        Examples
        --------
        >>> print(ep.plan("stop"))
        POST /api/2.0/serving-endpoints/churn/config:stop
        """
        body = config_body(config, fields) if action == "update" else None
        return plan(action, self.name, body, where=self.workspace.where)

    def __repr__(self) -> str:
        if self.elsewhere is not None:
            return f"<Endpoint {self.name!r} of {self.elsewhere}>"
        return f"<Endpoint {self.name!r}: {self.label}>"

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        from serving_widgets.render import status_card

        card = status_card(self.info, where=self.workspace.where, status=self.status)
        return {"text/plain": repr(card), "text/html": card._repr_html_()}


#: Refusals that say that an endpoint is already where an action would bring it, or on its way there.
_ALREADY = {"stop": ("already_stopped",), "start": ("already_running", "update_in_progress")}
