"""Handles of endpoints: chainable; every call that talks to the service is there to be awaited and to be waited for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from serving_widgets.api.endpoint.models import EndpointInfo, ServedEntity
from serving_widgets.api.endpoint.status import DELETED, Status, status_of
from serving_widgets.workspace.changes.config_update import numbered, update_of, update_request
from serving_widgets.workspace.changes.dry_run import Request, plan
from serving_widgets.workspace.changes.request_bodies import config_request, told_apart
from serving_widgets.workspace.metrics.metric_frame import Measuring
from serving_widgets.workspace.queries.query_methods import Querying
from serving_widgets.workspace.queries.schema_methods import Describing
from serving_widgets.workspace.registry.aliases import names_alias
from serving_widgets.workspace.report.report_methods import Reporting
from serving_widgets.workspace.review.review_methods import history_of
from serving_widgets.workspace.runtime.event_loop import run_sync
from serving_widgets.workspace.runtime.synchronous import synchronous
from serving_widgets.workspace.scoring.predict_methods import Predicting

from .endpoint_aio import EndpointAio
from .permissions import Permissions

if TYPE_CHECKING:
    from serving_widgets.render.stack import Displayable
    from serving_widgets.workspace.runtime.found_list import FoundList
    from serving_widgets.workspace.session.change_history import ChangeRecord
    from serving_widgets.workspace.session.handle import Reference
    from serving_widgets.workspace.session.session import Session


class Endpoint(Predicting, Querying, Describing, Measuring, Reporting):
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
        return EndpointInfo.read({"name": self.name}) if self._info is None else self._info

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
    def history(self) -> FoundList[ChangeRecord]:
        """What was changed of it through this connection, the newest first; ``ws.undo(number)`` takes one back."""
        return history_of(self.workspace, self.name)

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
            As for :meth:`update_config`, ``entity``, ``traffic`` and so on included.

        Examples
        --------
        >>> print(ep.plan("stop"))
        POST /api/2.0/serving-endpoints/churn/config:stop
        """
        if action != "update":
            return plan(action, self.name, where=self.workspace.where)
        info = self.info if self.info.detailed else self.refresh().info
        request = config_request(config, **told_apart(fields))
        if names_alias(request):
            request = run_sync(lambda: numbered(self.workspace, info, request), twin="ep.aio.update_config(…)")
        return update_request(self.workspace, update_of(info, request))

    def __repr__(self) -> str:
        if self.elsewhere is not None:
            return f"<Endpoint {self.name!r} of {self.elsewhere}>"
        return f"<Endpoint {self.name!r}: {self.label if self._is_known else 'not looked at'}>"

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        from serving_widgets.render import message, status_card

        shown: Displayable
        if self._is_known:
            opened, info = self.workspace, self.info
            eta = opened.watcher.history.eta_words(info, opened.clock.now())
            shown = status_card(info, where=opened.where, status=self.status, eta=eta)
        else:
            shown = message(f"{self.name} has not been looked at, and may not be there – {self.workspace.where}.")
        return {"text/plain": repr(shown), "text/html": shown._repr_html_()}

    def _repr_html_(self) -> str:
        # Front ends that draw objects one by one within a list, such as marimo, take no bundles there.
        return self._repr_mimebundle_()["text/html"]

    @property
    def _is_known(self) -> bool:
        return self.workspace.watcher.store.get(self.name) is not None or self._info is not None
