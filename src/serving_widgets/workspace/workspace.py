"""Workspaces as users meet them."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from serving_widgets.api.config.config_side_by_side import ComparableConfig
from serving_widgets.api.errors import ConfigError
from serving_widgets.workspace.changes.grants import AccessLists, known_access
from serving_widgets.workspace.changes.staged_tags import tags_of
from serving_widgets.workspace.handles.endpoint import Endpoint
from serving_widgets.workspace.handles.endpoints import Endpoints, EndpointsAio
from serving_widgets.workspace.metrics.metric_history import MetricHistory, metric_history
from serving_widgets.workspace.registry.models import Models
from serving_widgets.workspace.report.report_methods import ReportingWorkspaceAio
from serving_widgets.workspace.review.changes_seen import Notifications
from serving_widgets.workspace.review.review_methods import ReviewingAio
from serving_widgets.workspace.session.session import Session
from serving_widgets.workspace.watch.activity import SeenChange
from serving_widgets.workspace.watch.watcher import Watcher

from .runtime import event_loop
from .runtime.synchronous import synchronous

if TYPE_CHECKING:
    from serving_widgets.workspace.scoring.job import Unfinished


class WorkspaceAio(ReportingWorkspaceAio, ReviewingAio):
    """The awaitable twins of a workspace's own calls."""

    async def copy(self, endpoint: Endpoint | str, to: str, *, wait: bool = False, dry_run: bool = False) -> Endpoint:
        """Have an endpoint of this workspace serve what another one serves, also one of another workspace.

        It is created, or what differs is changed, and the difference is shown. Configuration and tags are copied,
        permissions are not: :meth:`Permissions.change` or ``%serving permissions --copy-from`` does that.

        Parameters
        ----------
        endpoint : Endpoint or str
            What to copy: a handle of any workspace, or a name in this one.
        to : str
            The name of the copy in this workspace.
        wait : bool, default False
            Whether to wait until it is ready.
        dry_run : bool, default False
            Show the difference and the exact requests, and send nothing.

        Examples
        --------
        >>> ws.copy("pricing", to="pricing-2").wait().label
        pricing-2 does not exist yet – mock workspace (demo).
        …
        'Ready'
        """
        source = endpoint if isinstance(endpoint, Endpoint) else Endpoint(self._workspace, endpoint)
        info = (await source.aio.refresh()).info
        config = ComparableConfig.read(info.config or info.pending_config)
        if not config.entities:
            raise ConfigError(f"{source.name} has no configuration to copy.", hint="Name another endpoint.")
        fields: dict[str, Any] = {"tags": tags_of(info)} if tags_of(info) else {}
        ensured = EndpointsAio(self._workspace).ensure
        return await ensured(to, config.body(), wait=wait, dry_run=dry_run, **fields)


class Workspace(Session):
    """A connection to a workspace; made by :func:`serving_widgets.connect`.

    Beside what every :class:`Session` has, it has its endpoints, under ``endpoints``, the registered models, under
    ``models``, and it can be closed by ``with``.
    """

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.endpoints = Endpoints(self)
        self.models = Models(self)

    @property
    def access(self) -> AccessLists:
        """Access control lists as last read, by the endpoint's name."""
        return known_access(self)

    @property
    def metrics(self) -> MetricHistory:
        """What was seen of the endpoints' metrics."""
        return metric_history(self)

    @property
    def unfinished(self) -> Unfinished:
        """The scorings that ended early, by the endpoint's name."""
        from serving_widgets.workspace.scoring.job import unfinished

        return unfinished(self)

    @property
    def aio(self) -> WorkspaceAio:
        """The awaitable twins of its own calls."""
        return WorkspaceAio(self)

    report = synchronous(WorkspaceAio.report, "ws")
    undo = synchronous(WorkspaceAio.undo, "ws")
    idle = synchronous(WorkspaceAio.idle, "ws")
    changes = synchronous(WorkspaceAio.changes, "ws")
    stop_after = synchronous(WorkspaceAio.stop_after, "ws")
    copy = synchronous(WorkspaceAio.copy, "ws")

    def notify(
        self, told: Callable[[SeenChange], Any] | None = None, *, names: Iterable[str] = (), kinds: Iterable[str] = ()
    ) -> Notifications:
        """Have each change told as it is seen, while the kernel runs; ``stop()`` of what is returned ends that.

        Parameters
        ----------
        told : callable, optional
            Called with each :class:`SeenChange`, in order, on a thread of its own; it is printed unless given.
        names, kinds : iterable of str, optional
            Only of these endpoints, only of these kinds, such as ``"failure"``.

        Examples
        --------
        >>> failures = ws.notify(kinds=["failure"])
        >>> failures.stop()
        """
        return Notifications(self, told or print, names, kinds)

    @contextlib.contextmanager
    def watch(self, names: Iterable[str] = ()) -> Iterator[Watcher]:
        """Have the workspace watched while the ``with`` block runs.

        Parameters
        ----------
        names : iterable of str, optional
            Endpoints to look at one by one, beside the list.

        Examples
        --------
        >>> with ws.watch(["churn"]):
        ...     ws.endpoints.get("churn").label
        'Ready (Update failed)'
        """
        key = f"watch-{uuid4().hex}"
        wanted = tuple(names)
        event_loop.call(lambda: self.watcher.hold(key, wanted, screen=False, lasting=True))
        try:
            yield self.watcher
        finally:
            event_loop.call(self.watcher.drop, key)

    def __enter__(self) -> Workspace:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()
