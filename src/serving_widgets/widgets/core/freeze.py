"""What a notebook that is frozen keeps of our widgets: a picture each, the same in every run, marked as no longer live.

``serving-widgets freeze`` asks for it inside the kernel, at the end of each cell that shows a widget.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from ipywidgets.widgets import widget

from serving_widgets.api.errors import ServingError
from serving_widgets.workspace.runtime import event_loop

from .base import FIRST_PICTURE, ServingWidget
from .front_end_models import Carrier
from .packed_bundle import packed

_REFERENCE = re.compile(r'"IPY_MODEL_([0-9a-f]+)"')


def kept(names: Iterable[str]) -> str:
    """Return models of our own as JSON, by id, as ``metadata.widgets`` has them.

    Parameters
    ----------
    names
        Ids of models that outputs show, or that are referred to by such. What our widgets among them refer to is
        followed, too; models that are not ours are left out.

    Notes
    -----
    A widget inside a box was never displayed by itself, so it looks now, as a displayed one did before.
    """
    models: dict[str, Any] = {}
    waiting = [*names]
    while waiting:
        name = waiting.pop()
        each = widget._instances.get(name)
        if name in models or not isinstance(each, ServingWidget | Carrier):
            continue
        if isinstance(each, Carrier):
            change: dict[str, Any] = {"code": packed(each.name)}
        else:
            change = {"state": event_loop.run_sync(functools.partial(_picture, each), twin="ws.endpoints.aio.list()")}
        model = each._get_embed_state(drop_defaults=False)
        models[name] = {**model, "state": {**model["state"], **change}}
        waiting.extend(_REFERENCE.findall(json.dumps(models[name])))
    return json.dumps(models)


def still(snapshot: Mapping[str, Any]) -> dict[str, Any]:
    """Return a snapshot as it is kept: not live, and without what belongs to one run alone.

    An embedded workspace ends with the kernel, and its clock with it: the time stands, and the port is closed. When
    it was looked at says nothing beside a clock that is its own. Marks of what was shown are those of one process.
    """
    clock, workspace = snapshot["clock"], snapshot["workspace"]
    at, mock = clock["at"], workspace["mock"]
    told = {
        **snapshot,
        "live": False,
        "rev": 0,
        "clock": {"at": at, "taken": at, "rate": 0.0 if mock else clock["rate"]},
    }
    text = json.dumps(told)
    blank: dict[str, Any] = {"mark": ""}
    if mock:
        host = urlsplit(workspace["host"])
        text = text.replace(workspace["host"], f"{host.scheme}://{host.hostname}")
        blank["seen"] = None

    def without_run(part: dict[str, Any]) -> dict[str, Any]:
        return {**part, **{key: blank[key] for key in blank.keys() & part.keys()}}

    stands: dict[str, Any] = json.loads(text, object_hook=without_run)
    return stands


async def _picture(each: ServingWidget) -> dict[str, Any]:
    if not each._pictured:
        each._pictured = True
        with contextlib.suppress(TimeoutError, ServingError):
            await asyncio.wait_for(each._first_look(), FIRST_PICTURE)
    return still({**each._snapshot(), **await each._kept()})
