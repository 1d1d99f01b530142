"""The hidden models that carry the front end's code to the page, each once per kernel, and the page's heartbeat."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

import anywidget
import traitlets

from serving_widgets.workspace import connections
from serving_widgets.workspace.runtime.event_loop import call

from . import bundle
from .packed_bundle import packed

#: The file that all views share. It speaks for the page, too: its model hears the heartbeat.
RUNTIME = "runtime.js"

_lock = threading.Lock()
_carriers: dict[str, Carrier] = {}


class Carrier(anywidget.AnyWidget):
    """Carries the ``code`` of one built file to the page; never shown."""

    # No view at all, which the base has no word for, and so nothing that would need a Layout.
    _view_name = traitlets.Unicode(None, allow_none=True).tag(sync=True)  # type: ignore[assignment]
    layout = None
    _esm = traitlets.Unicode().tag(sync=True)
    code = traitlets.Unicode().tag(sync=True)
    hash = traitlets.Unicode().tag(sync=True)

    def __init__(self, name: str) -> None:
        # Values, not defaults: an embedded notebook leaves defaults out, and with them the code.
        super().__init__(_esm="export default {}", code=packed(name), hash=bundle.digest(name))
        self.name = name
        self.heard: set[str] = set()
        if name == RUNTIME:
            self.on_msg(_heard)

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take no state from the page: what it carries is Python's, and would reach every other page."""


def reference(name: str) -> str:
    """Return what a trait says to name the model that carries a built file.

    The model is made on first use, and again after ``Widget.close_all()``.

    Examples
    --------
    >>> reference("status_badge.js")
    'IPY_MODEL_…'
    """
    with _lock:
        carrier = _carriers.get(name)
        if carrier is None or carrier.comm is None:
            carrier = _carriers[name] = Carrier(name)
        return f"IPY_MODEL_{carrier.model_id}"


def _heard(carrier: Carrier, content: Any, _: object) -> None:
    if not isinstance(content, Mapping) or content.get("op") != "beat":
        return
    args = content.get("args")
    views = args.get("views") if isinstance(args, Mapping) else None
    if isinstance(views, list):
        keys = [view for view in views if isinstance(view, str)]
        if not carrier.heard.issuperset(keys):
            # A page that is new here: a message in its context aims its next heartbeats past a busy cell.
            carrier.heard = set(keys)
            carrier.send({"type": "heard"})
        for workspace in connections().values():
            call(workspace.watcher.beat, keys)
