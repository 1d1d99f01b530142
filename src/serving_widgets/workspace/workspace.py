"""Workspaces as users meet them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import uuid4

from serving_widgets.workspace.handles.endpoints import Endpoints
from serving_widgets.workspace.session.session import Session
from serving_widgets.workspace.watch.watcher import Watcher

from .runtime import event_loop


class Workspace(Session):
    """A connection to a workspace; made by :func:`serving_widgets.connect`.

    Beside what every :class:`Session` has, it has its endpoints, under ``endpoints``, and it can be closed by ``with``.
    """

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.endpoints = Endpoints(self)

    @contextlib.contextmanager
    def watch(self, names: Iterable[str] = ()) -> Iterator[Watcher]:
        """Have the workspace watched while the ``with`` block runs.

        Parameters
        ----------
        names
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
