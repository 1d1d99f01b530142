"""Workspaces as users meet them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from serving_widgets.workspace.changes.grants import AccessLists, known_access
from serving_widgets.workspace.handles.endpoints import Endpoints
from serving_widgets.workspace.metrics.metric_history import MetricHistory, metric_history
from serving_widgets.workspace.registry.models import Models
from serving_widgets.workspace.report.report_methods import WorkspaceAio
from serving_widgets.workspace.session.session import Session
from serving_widgets.workspace.watch.watcher import Watcher

from .runtime import event_loop
from .runtime.synchronous import synchronous

if TYPE_CHECKING:
    from serving_widgets.workspace.scoring.job import Unfinished


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

    @contextlib.contextmanager
    def watch(self, names: Iterable[str] = ()) -> Iterator[Watcher]:
        """Have the workspace watched while the ``with`` block runs.

        Parameters
        ----------
        names : iterable of str, optional
            Endpoints to look at one by one, beside the list.
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
