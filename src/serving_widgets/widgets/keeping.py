"""What a notebook that is frozen keeps of our widgets: a picture each, the same in every run, marked as no longer live.

``serving-widgets freeze`` asks for it inside the kernel, at the end of each cell that shows a widget.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import json
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from ipywidgets.widgets import widget

from serving_widgets.api.errors import ServingError
from serving_widgets.workspace import loop

from .base import FIRST_PICTURE, ServingWidget
from .runtime import Carrier


def kept(names: Iterable[str]) -> str:
    """Return the models of our own among some as JSON, by id, as ``metadata.widgets`` has them.

    Parameters
    ----------
    names
        Ids of models that outputs show, or that are referred to by such; others than ours are left out.

    Notes
    -----
    A widget inside a box was never displayed by itself, so it looks now, as a displayed one did before.
    """
    ours = [widget._instances[name] for name in names if name in widget._instances]
    for each in ours:
        if isinstance(each, ServingWidget) and not each._displayed:
            loop.run_sync(functools.partial(_look, each), twin="ws.endpoints.aio.list()")
    return json.dumps({each.model_id: _model(each) for each in ours if isinstance(each, ServingWidget | Carrier)})


def still(snapshot: Mapping[str, Any]) -> dict[str, Any]:
    """Return a snapshot as it is kept: not live, and without what belongs to one run alone.

    An embedded workspace ends with the kernel, and its clock with it: the time stands, and the port is nobody's.
    """
    clock, workspace, link = snapshot["clock"], snapshot["workspace"], snapshot["link"]
    mock = workspace["mock"]
    told = {
        **snapshot,
        "live": False,
        "rev": 0,
        "clock": {"at": clock["at"], "taken": clock["at"], "rate": 0.0 if mock else clock["rate"]},
        "link": {**link, "seen": clock["at"] if mock and link["seen"] is not None else link["seen"]},
    }
    if not mock:
        return told
    host = urlsplit(workspace["host"])
    without_port: dict[str, Any] = json.loads(
        json.dumps(told).replace(workspace["host"], f"{host.scheme}://{host.hostname}")
    )
    return without_port


async def _look(each: ServingWidget) -> None:
    with contextlib.suppress(TimeoutError, ServingError):
        await asyncio.wait_for(each._first_look(), FIRST_PICTURE)


def _model(each: ServingWidget | Carrier) -> dict[str, Any]:
    model: dict[str, Any] = each._get_embed_state(drop_defaults=False)
    if isinstance(each, ServingWidget):
        model["state"] = {**model["state"], "state": still(each._snapshot())}
    return model
