"""The workspaces that are open in this process, and which of them is the active one."""

from __future__ import annotations

import threading

from serving_widgets.api.errors import ConfigError

from .runtime import event_loop
from .workspace import Workspace

lock = threading.RLock()
_open: dict[str, Workspace] = {}
_active: Workspace | None = None
# Those that were active, each once, the last one last.
_formerly: list[Workspace] = []
_untold: str = ""


def connections() -> dict[str, Workspace]:
    """Return the open workspaces by name, in the order in which they were opened.

    Examples
    --------
    >>> "examples" in sw.connections()
    True
    """
    with lock:
        for gone in [name for name, opened in _open.items() if opened.closed]:
            del _open[gone]
        return dict(_open)


def activate(name: str) -> Workspace:
    """Make an open workspace the active one.

    Raises
    ------
    ConfigError
        When none of that name is open.
    """
    with lock:
        opened = opened_as(name)
        _make_active(opened)
        return opened


def opened_as(name: str) -> Workspace:
    """Return the open workspace of a name.

    Raises
    ------
    ConfigError
        When none of that name is open.
    """
    found = connections().get(name)
    if found is None:
        known = ", ".join(connections()) or "none"
        raise ConfigError(
            f"No workspace called {name!r} is open. Open are: {known}.", hint=f"sw.connect(…, name={name!r})"
        )
    return found


def active() -> Workspace | None:
    """Return the active workspace, None where none is open; opens nothing.

    Where the active one was closed, the open one that was active before it takes its place. :func:`switched` says so.
    """
    global _untold
    if _active is not None and _active.closed:
        with lock:
            others = [each for each in _formerly if not each.closed]
            if _active is not None and _active.closed and others:
                closed, opened = _active, others[-1]
                _make_active(opened)
                _untold = (
                    f"The connection {closed.name} was closed. The one that was active before it is active again: "
                    f"{opened.name} ({opened.where})."
                )
    return _active if _active is not None and not _active.closed else None


def switched() -> str:
    """Return what to say of a connection that became active because the active one was closed; "" once it was said."""
    global _untold
    said, _untold = _untold, ""
    return said


def register(opened: Workspace) -> Workspace:
    """Make a workspace that was just opened the active one; another one of its name is closed."""
    with lock:
        before = _open.pop(opened.name, None)
        _open[opened.name] = opened
        _make_active(opened)
    if before is not None:
        before.close()
    return opened


def _make_active(opened: Workspace) -> None:
    global _active, _untold
    before, _active = _active, opened
    _formerly[:] = [each for each in _formerly if each is not opened and not each.closed]
    _untold = ""
    if before is not None:
        before.active = False
        if before is not opened and not before.closed:
            _formerly.append(before)
        # Recipes name the workspace where it is not the active one.
        event_loop.call(before.watcher.tell_all)
    opened.active = True
    event_loop.call(opened.watcher.tell_all)
