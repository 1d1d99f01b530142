"""Handles of endpoints: chainable, with an awaitable twin of every call that talks to the service."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from serving_widgets.api.endpoint.models import EndpointInfo, ServedEntity
from serving_widgets.api.endpoint.status import DELETED, Status, status_of
from serving_widgets.workspace.changes.dry_run import Request, plan
from serving_widgets.workspace.changes.request_bodies import config_body
from serving_widgets.workspace.changes.tags import checked_tags, tags_body
from serving_widgets.workspace.changes.traffic_split import check_alone, planned_shares
from serving_widgets.workspace.logs.log_text import LogText
from serving_widgets.workspace.metrics.metric_frame import Measuring
from serving_widgets.workspace.queries.schema_methods import Describing
from serving_widgets.workspace.runtime.event_loop import run_sync
from serving_widgets.workspace.runtime.progress_bar import progress
from serving_widgets.workspace.scoring.predict_methods import Predicting
from serving_widgets.workspace.watch.wait import Goal

from .endpoint_aio import EndpointAio
from .permissions import Permissions

if TYPE_CHECKING:
    from serving_widgets.client import Reply
    from serving_widgets.workspace.session.handle import Reference
    from serving_widgets.workspace.session.session import Session


class Endpoint(Predicting, Describing, Measuring):
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
    def aio(self) -> EndpointAio[Endpoint]:
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

    def refresh(self) -> Endpoint:
        """Look now.

        Raises
        ------
        NotFound
            When there is no such endpoint.
        """
        return run_sync(self.aio.refresh, twin="ep.aio.refresh()")

    def wait(self, timeout: float | None = None, until: Goal = "ready") -> Endpoint:
        """Wait until the endpoint is ready, or stopped, and nothing is going on; after a second, show how far it is.

        Parameters
        ----------
        timeout
            The most service seconds to wait; 45 minutes unless given.
        until
            What to wait for.

        Raises
        ------
        WaitFailed
            As soon as the state is final and another one, with the reason and the last lines of the log that tells why.
        WaitTimeout
            When the time is over; the endpoint goes on by itself.
        """
        with progress(f"Waiting for {self.name}") as bar:
            run_sync(
                lambda: self.aio.watched(timeout, until, lambda words: bar.update(0, words)),
                twin="ep.aio.wait()",
                meanwhile=bar.draw,
            )
        return self

    def stop(self, *, ok_if_already: bool = False, dry_run: bool = False) -> Endpoint:
        """Stop the endpoint: its resources are shut down, queries get a 400, and it no longer counts against the quota.

        Parameters
        ----------
        ok_if_already
            Do nothing where it is stopped already, instead of refusing.
        dry_run
            Show the exact request and send nothing.

        Raises
        ------
        ActionRefused
            When it can't be stopped: only endpoints that serve custom models, are not route-optimized and have no
            update in progress can (Databricks docs, *Manage model serving endpoints*). Nothing was sent.
        """
        if dry_run:
            return self.aio.planned("stop")
        return run_sync(
            lambda: self.aio.stop(ok_if_already=ok_if_already),
            twin="ep.aio.stop()",
            **self.workspace.writes.told(self.name, "stop"),
        )

    def start(self, *, ok_if_already: bool = False, dry_run: bool = False) -> Endpoint:
        """Start the endpoint again; follow with :meth:`wait`.

        Parameters
        ----------
        ok_if_already
            Do nothing where it is running already, or about to, instead of refusing.
        dry_run
            Show the exact request and send nothing.

        Raises
        ------
        ActionRefused
            When it is not stopped. Nothing was sent.
        """
        if dry_run:
            return self.aio.planned("start")
        return run_sync(
            lambda: self.aio.start(ok_if_already=ok_if_already),
            twin="ep.aio.start()",
            **self.workspace.writes.told(self.name, "start"),
        )

    def update_config(
        self,
        config: Mapping[str, Any] | None = None,
        *,
        traffic: Mapping[str, int] | None = None,
        dry_run: bool = False,
        **fields: Any,
    ) -> Endpoint:
        """Replace the served entities and the traffic, or the traffic alone; the old ones serve until new ones can.

        Parameters
        ----------
        config
            ``{"served_entities": […], "traffic_config": {…}}`` as the service takes it.
        traffic
            Instead of all else, whole percents by the names of served entities, which stay as they are. What is not
            named shares the rest in its present proportions.
        dry_run
            Show the exact request, secrets redacted, and send nothing.
        **fields
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
        if dry_run:
            if traffic is None:
                return self.aio.planned("update", config_body(config, fields))
            check_alone(config, fields)
            shares = traffic
            body = run_sync(lambda: planned_shares(self.workspace, self.name, shares), twin="ep.aio.update_config(…)")
            return self.aio.planned("update", body)
        return run_sync(
            lambda: self.aio.update_config(config, traffic=traffic, **fields),
            twin="ep.aio.update_config(…)",
            **self.workspace.writes.told(self.name, "update"),
        )

    def set_tags(
        self, tags: Mapping[str, str | None] | None = None, *, remove: Iterable[str] = (), dry_run: bool = False
    ) -> Endpoint:
        """Set tags, and remove others; tags that are not named stay.

        Parameters
        ----------
        tags
            Key → value; None for a tag that is a key alone.
        remove
            Keys to remove.
        dry_run
            Show the exact request and send nothing.

        Examples
        --------
        >>> ep.set_tags({"team": "risk"}, remove=["season"]).tags["team"]
        'risk'
        """
        if dry_run:
            return self.aio.planned("tags", tags_body(*checked_tags(tags, remove)))
        return run_sync(
            lambda: self.aio.set_tags(tags, remove=remove),
            twin="ep.aio.set_tags(…)",
            **self.workspace.writes.told(self.name, "tags"),
        )

    def delete(self, *, dry_run: bool = False) -> Endpoint:
        """Delete the endpoint. Nothing asks again, but ``dry_run`` shows the exact request and sends nothing."""
        if dry_run:
            return self.aio.planned("delete")
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

    def logs(self, entity: str | None = None, config_version: int | None = None) -> LogText:
        """Return the newest lines of a model server's log: a string that also gives a table and a file.

        Parameters
        ----------
        entity
            The served entity; not needed where there is only one, or only one that serves.
        config_version
            The version of the configuration whose log is wanted; the newest unless given.

        Examples
        --------
        >>> ep.logs().to_frame().query("level == 'error'")
        """
        return run_sync(lambda: self.aio.logs(entity, config_version), twin="ep.aio.logs(…)")

    def build_logs(self, entity: str | None = None, config_version: int | None = None) -> LogText:
        """Return the log of building a served entity's container; arguments and result as of :meth:`logs`.

        The entity is not needed where only one failed to be deployed.
        """
        return run_sync(lambda: self.aio.build_logs(entity, config_version), twin="ep.aio.build_logs(…)")

    def plan(self, action: str, config: Mapping[str, Any] | None = None, **fields: Any) -> Request:
        """Return the request that an action would send, secrets redacted; nothing is sent.

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
