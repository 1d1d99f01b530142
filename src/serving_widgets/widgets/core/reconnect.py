"""Reconnecting: a view whose kernel was restarted asks the new one to open the same connection and the same widget.

The page runs :func:`again` in the fresh kernel, as an expression of a silent request. What it sends comes from the
state that was saved with the view, so it is taken as little more than a name: a token is never in it, and a real
workspace is opened only where this process has credentials of its own for that very address, and read-only, whatever
the file says.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import ModuleType
from typing import Any

from serving_widgets.api.errors import ConfigError, ServingError
from serving_widgets.api.imported import imported
from serving_widgets.workspace import Session, connect, connections
from serving_widgets.workspace.connect import reopened
from serving_widgets.workspace.session.write_guard import Protection, protection


class PageAnswer:
    """An answer whose ``repr`` is JSON, for that is what the page gets of an expression."""

    def __init__(self, answer: Mapping[str, Any]) -> None:
        self._answer = answer

    def __repr__(self) -> str:
        return json.dumps(self._answer)


def again(package: ModuleType, asked: str) -> PageAnswer:
    """Open a connection and a widget again, and tell the page the widget's model, or why not.

    Parameters
    ----------
    package
        This package: its table of widgets says which there are.
    asked
        ``{workspace, again}`` of the view's state, as JSON.
    """
    try:
        told = json.loads(asked)
        where, how = told["workspace"], told["again"]
        if how["widget"] not in package.WIDGETS:
            raise ConfigError("This view can't be opened again by itself.", hint="Run the cell again.")
        made = getattr(package, how["widget"])(**how["args"], workspace=_session(where, how))
        return PageAnswer({"model": made.model_id})
    except ServingError as error:
        return PageAnswer({"error": error.problem()})
    except (KeyError, TypeError, ValueError, AttributeError):
        fault = ConfigError("What the view remembers of its connection can't be read.", hint="Run the cell again.")
        return PageAnswer({"error": fault.problem()})


def _session(where: Mapping[str, Any], how: Mapping[str, Any]) -> Session:
    name, host, mock = str(where["name"]), str(where["host"]), where["mock"] is True
    opened = connections().get(name)
    if opened is not None:
        if opened.is_mock is mock and (mock or opened.host == host):
            return opened
        raise ConfigError(
            f"The connection {name!r} is to another workspace now: {opened.label}.",
            hint="Run the cell that connects, then this one.",
        )
    protect = dict(how["protect"] or {})
    if mock:
        read_only = where["read_only"] is not None
        return connect("mock", scenario=how["scenario"], name=name, read_only=read_only, protect=protect)
    return reopened(name, host, profile=how["profile"], protect=_stricter(protect))


def _stricter(saved: Mapping[str, str]) -> Protection:
    """Return what the settings protect, and what a saved view adds to it; never that nothing is to be asked."""
    settled = _settled()
    first = settled if isinstance(settled, Mapping) else dict.fromkeys(settled, "refuse")
    return protection({**first, **{each: how for each, how in saved.items() if each not in first and how != "none"}})


def _settled() -> Any:
    """Return ``ServingMagics.protect``, also where the extension is yet to be loaded."""
    ipython = imported("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if shell is None:
        return ()
    magics = shell.magics_manager.registry.get("ServingMagics")
    return magics.protect if magics is not None else shell.config.get("ServingMagics", {}).get("protect", ())
