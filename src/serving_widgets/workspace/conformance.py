"""Asking a workspace everything that can be read, so that its answers can be held against what is known here."""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable, Iterable, Iterator
from functools import partial

from serving_widgets.api.endpoint.models import EndpointInfo
from serving_widgets.api.errors import ServingError
from serving_widgets.client import Client
from serving_widgets.workspace.runtime import event_loop
from serving_widgets.workspace.session.session import Session

Read = Callable[[], Awaitable[object]]


def read_everything(opened: Session, *, most: int = 5, told: Callable[[str], None] = lambda name: None) -> int:
    """Ask a workspace every route that only reads, for a few of its endpoints; answers go to its recorder.

    Endpoints of different kinds and states are taken before more of the same. What the service refuses is an answer,
    too.

    Parameters
    ----------
    opened : Session
        The workspace.
    most : int
        How many endpoints are asked about.
    told : callable
        Called with the name of each endpoint before it is asked about.

    Returns
    -------
    int
        How many endpoints were asked about.

    Raises
    ------
    ServingError
        When the list of endpoints can't be had.
    """
    return event_loop.run_sync(partial(_read_all, opened.client(), most, told), twin="read_everything")


async def _read_all(client: Client, most: int, told: Callable[[str], None]) -> int:
    chosen = varied(await client.list_endpoints(), most)
    for each in chosen:
        told(each.name)
        await _read_endpoint(client, each)
    await _all_of([client.me])
    return len(chosen)


def varied(infos: list[EndpointInfo], most: int) -> list[EndpointInfo]:
    """Return some endpoints, one of each kind and state before a second of any."""
    seen: dict[object, int] = {}
    ranked = []
    for place, info in enumerate(infos):
        sort = (info.kind, info.state.ready, info.state.update, info.state.suspend)
        seen[sort] = seen.get(sort, 0) + 1
        ranked.append((seen[sort], place, info))
    return [info for _, _, info in sorted(ranked, key=lambda each: each[:2])[:most]]


async def _read_endpoint(client: Client, info: EndpointInfo) -> None:
    with contextlib.suppress(ServingError):
        info = await client.get_endpoint(info.name)
    await _all_of(_reads(client, info))


def _reads(client: Client, info: EndpointInfo) -> Iterator[Read]:
    yield partial(client.get_openapi, info.name)
    yield partial(client.get_metrics, info.name)
    yield partial(client.get_permissions, info.id, name=info.name)
    yield partial(client.get_permission_levels, info.id, name=info.name)
    for entity in info.entities:
        yield partial(client.build_logs, info.name, entity.name or "")
        yield partial(client.server_logs, info.name, entity.name or "")


async def _all_of(reads: Iterable[Read]) -> None:
    for read in reads:
        with contextlib.suppress(ServingError):
            await read()
