"""The awaitable calls of an endpoint's handle."""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from serving_widgets.api.endpoint.models import EndpointInfo
from serving_widgets.api.errors import ActionRefused, BadRequest, ResourceConflict, ServingError, WaitFailed
from serving_widgets.workspace.changes.config_update import (
    planned_update,
    update_config,
    update_request,
    update_table,
)
from serving_widgets.workspace.changes.dry_run import plan, show_outlook
from serving_widgets.workspace.changes.request_bodies import config_request
from serving_widgets.workspace.changes.tags import checked_tags, set_tags, tags_body
from serving_widgets.workspace.logs.log_text import LogText
from serving_widgets.workspace.logs.read_log import read_log
from serving_widgets.workspace.metrics.metric_frame import MeasuringAio
from serving_widgets.workspace.queries.query_methods import QueryingAio
from serving_widgets.workspace.queries.schema_methods import DescribingAio
from serving_widgets.workspace.report.report_methods import ReportingAio
from serving_widgets.workspace.review.impact import impact_of
from serving_widgets.workspace.runtime.display import show
from serving_widgets.workspace.runtime.event_loop import hop
from serving_widgets.workspace.runtime.synchronous import call_progress
from serving_widgets.workspace.scoring.predict_methods import PredictingAio
from serving_widgets.workspace.watch.wait import Goal, wait_until

if TYPE_CHECKING:
    from serving_widgets.client import Client

    from .endpoint import Endpoint


class EndpointAio(PredictingAio, QueryingAio, DescribingAio, MeasuringAio, ReportingAio):
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

        Examples
        --------
        >>> ep.refresh().label
        'Ready (Update failed)'
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

        Examples
        --------
        >>> ws.endpoints.get("fraud-detector").wait().label
        'Ready'
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

        Examples
        --------
        >>> ep.stop().wait(until="stopped").label
        'Not ready (Stopped)'
        """
        if dry_run:
            return await self._planned("stop")
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

        Examples
        --------
        >>> ws.endpoints.get("pricing").start().wait().label
        'Ready'
        """
        if dry_run:
            return await self._planned("start")
        name = self._name
        with self._already("start", ok_if_already):
            await self._write("start", lambda client, before: client.start_endpoint(name, before=before))
        return self._endpoint

    async def update_config(
        self,
        /,
        config: Mapping[str, Any] | None = None,
        *,
        entity: str | None = None,
        traffic: Mapping[str, int] | None = None,
        remove: Iterable[str] = (),
        add: bool = False,
        replace: bool = False,
        dry_run: bool = False,
        **fields: Any,
    ) -> Endpoint:
        """Change what the endpoint serves, and show before and after; the old configuration serves until the new can.

        What is not named stays: other entities, their names, sizes and variables, and the traffic in proportion.

        Parameters
        ----------
        config : dict, optional
            ``{"served_entities": […], "traffic_config": {…}}`` as the service takes it.
        entity : str, optional
            The served entity that ``fields`` change, by its name; needed where several serve the same model.
        traffic : dict of str to int, optional
            Whole percents by the names of served entities. What is not named shares the rest in its present
            proportions.
        remove : iterable of str, optional
            Served entities to serve no more.
        add : bool, default False
            Serve ``fields`` as one more entity, beside another version of the same model.
        replace : bool, default False
            Whether this is the whole configuration: what it does not name goes.
        dry_run : bool, default False
            Show before and after and the exact request, secrets redacted, and send nothing.
        **fields : Any
            Instead of ``config``, fields of one served entity, such as ``entity_version``, a number or an alias of
            the registry: see :meth:`Endpoints.create`. Variables in ``environment_vars`` are added to those there
            are; None removes one.

        Raises
        ------
        ConfigError
            When the arguments don't go together, name what is not there, or leave open which entity they are about.
            Nothing was sent.

        Examples
        --------
        >>> ep = ws.endpoints.get("fraud-detector").wait()
        >>> ep.update_config(traffic={"fraud_challenger-2": 30}).wait().label
        fraud-detector: …
        'Ready'
        """
        workspace, name = self._workspace, self._name
        request = config_request(config, fields, entity, traffic, remove, add=add, replace=replace)
        if dry_run:
            _, update = await hop(lambda: planned_update(workspace, name, request))
            show(update_table(workspace, update))
            show(update_request(workspace, update).card())
            await self._show_impact()
            show_outlook(workspace, "update", name)
        else:
            told = workspace.writes.told(name, "update")
            show(update_table(workspace, await hop(lambda: update_config(workspace, name, request), **told)))
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
            return await self._planned("tags", tags_body(add, gone))
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
        Nothing was changed. This request would be sent – mock workspace (demo):
        …
        DELETE /api/2.0/serving-endpoints/churn
        What it would affect: churn – mock workspace (demo)
        …
        <Endpoint 'churn': Ready (Update failed)>
        """
        if dry_run:
            return await self._planned("delete")
        name = self._name
        await self._write("delete", lambda client, _: client.delete_endpoint(name))
        return self._endpoint

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
        >>> ep.logs().to_frame().query("level == 'error'").empty
        True
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
        'Failed to build the container image.'
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
            from serving_widgets.workspace.logs.failure_excerpt import with_last_words

            raise await with_last_words(failed, self._workspace.client(), seen.info) from None

    async def _planned(self, action: str, body: Mapping[str, Any] | None = None) -> Endpoint:
        """Show the request that an action would send, what it would affect, and whether it would be refused."""
        show(plan(action, self._name, body, where=self._workspace.where).card())
        if action in _HITTING:
            await self._show_impact()
        show_outlook(self._workspace, action, self._name)
        return self._endpoint

    async def _show_impact(self) -> None:
        with contextlib.suppress(ServingError):
            show((await hop(lambda: impact_of(self._workspace, self._name))).card())

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


#: Refusals that say that an endpoint is already where an action would bring it, or on its way there.
_ALREADY = {"stop": ("already_stopped",), "start": ("already_running", "update_in_progress")}
#: Actions that end or change what callers get.
_HITTING = ("stop", "delete")
