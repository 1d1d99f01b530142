"""The hidden model that carries the front end's code once per kernel, and the page's heartbeat."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

import anywidget
import traitlets

from serving_widgets.workspace import connections
from serving_widgets.workspace.loop import call

from . import bundle

_lock = threading.Lock()
_shared: Runtime | None = None


class Runtime(anywidget.AnyWidget):
    """Carries ``code`` to the page; never shown."""

    # No view at all, which the base has no word for.
    _view_name = traitlets.Unicode(None, allow_none=True).tag(sync=True)  # type: ignore[assignment]
    _esm = traitlets.Unicode().tag(sync=True)
    code = traitlets.Unicode().tag(sync=True)
    hash = traitlets.Unicode().tag(sync=True)

    def __init__(self) -> None:
        # Values, not defaults: an embedded notebook leaves defaults out, and with them the code.
        super().__init__(_esm="export default {}", code=bundle.read("runtime.js"), hash=bundle.digest("runtime.js"))
        self.on_msg(_heard)
        self._made_layout = self.layout

    def close(self) -> None:
        """Close the model and the Layout that every widget drags along."""
        layout, self._made_layout = getattr(self, "_made_layout", None), None
        super().close()
        if layout is not None:
            layout.close()


def shared() -> Runtime:
    """Return this kernel's runtime model, made on first use and again after ``Widget.close_all()``."""
    global _shared
    with _lock:
        if _shared is None or _shared.comm is None:
            _shared = Runtime()
        return _shared


def _heard(_: Runtime, content: Any, __: object) -> None:
    if not isinstance(content, Mapping) or content.get("op") != "beat":
        return
    args = content.get("args")
    views = args.get("views") if isinstance(args, Mapping) else None
    if isinstance(views, list):
        keys = [view for view in views if isinstance(view, str)]
        for workspace in connections().values():
            call(workspace.watcher.leases.beat, keys)
