"""What changed in a workspace: looked at now, listed, and told as it is seen."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from serving_widgets.api.errors import ConfigError, ServingError
from serving_widgets.render import Table
from serving_widgets.workspace.changes.grants import read_access
from serving_widgets.workspace.runtime import event_loop
from serving_widgets.workspace.runtime.found_list import FoundList
from serving_widgets.workspace.watch.activity import SeenChange

if TYPE_CHECKING:
    from serving_widgets.workspace.session.session import Session

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


async def changes_seen(session: Session, since: object = None) -> FoundList[SeenChange]:
    """Look now, and return what changed; runs on the loop thread, and only reads.

    Parameters
    ----------
    since
        As of :meth:`Workspace.changes`.
    """
    watcher, activity = session.watcher, session.activity
    at = _moment(since, session.clock.now())
    for seen in await watcher.list_all():
        if not seen.fresh and (watcher.history.of(seen.info.name) is not None or seen.info.detailed):
            with contextlib.suppress(ServingError):
                await watcher.look(seen.info.name)
    # Permissions have to be asked for one by one: only those that were looked at before are.
    known = [name for name in activity.accessed if name in watcher.store.present()]
    await asyncio.gather(*(read_access(session, name) for name in known), return_exceptions=True)
    found = list(reversed(activity.since(at)))
    rows = [(datetime.fromtimestamp(each.at, UTC), each.endpoint, each.kind, each.what) for each in found]
    note = "" if rows else "Nothing changed since, as far as it was seen."
    columns = ("Seen (UTC)", "Endpoint", "Kind", "What")
    return FoundList(found, Table(columns, rows, f"What changed – {session.where}", note))


class Notifications:
    """Changes told as they are seen, while the workspace is watched; in this kernel only.

    Examples
    --------
    >>> told = ws.notify(print, kinds=["failure"])
    >>> told.stop()
    """

    def __init__(
        self, session: Session, told: Callable[[SeenChange], Any], names: Iterable[str], kinds: Iterable[str]
    ) -> None:
        wanted, sorts = frozenset(names), frozenset(kinds)
        self._session, self._key = session, f"notify-{uuid4().hex}"
        self.stopped = False

        def pick(change: SeenChange) -> None:
            fits = (not wanted or change.endpoint in wanted) and (not sorts or change.kind in sorts)
            if fits and not self.stopped:
                told(change)

        self._end = session.activity.subscribe(pick)
        event_loop.call(lambda: session.watcher.hold(self._key, sorted(wanted), screen=False, lasting=True))

    def stop(self) -> None:
        """Tell of nothing more."""
        if not self.stopped:
            self.stopped = True
            self._end()
            event_loop.call(self._session.watcher.drop, self._key)

    def __repr__(self) -> str:
        state = "stopped" if self.stopped else "until stop() or the end of the kernel"
        return f"<Notifications of {self._session.label}: {state}>"


def _moment(since: object, now: float) -> float | None:
    """Return the service time that ``since`` means, None for the beginning.

    Raises
    ------
    ConfigError
        When it means none.
    """
    if since is None:
        return None
    if isinstance(since, datetime):
        return since.timestamp()
    if isinstance(since, SeenChange):
        return since.at
    spelled = re.fullmatch(r"(\d+(?:\.\d+)?)([smhd])", since) if isinstance(since, str) else None
    if spelled is not None:
        return now - float(spelled[1]) * _UNITS[spelled[2]]
    if isinstance(since, int | float) and not isinstance(since, bool) and since >= 0:
        return now - since
    raise ConfigError(
        f"since={since!r} is not a time.", hint='Seconds, a text such as "10m", or a datetime: since="10m".'
    )
