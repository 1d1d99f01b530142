"""What changed in a workspace while this process looked: states, updates, failures, tags, permissions.

The service has no feed of events; what is kept here is read off successive pictures, so it is told when it was seen,
and what happened and was taken back between two looks is not. Everything here runs on the loop thread, except
:meth:`Activity.since`.
"""

from __future__ import annotations

import asyncio
import dataclasses
import logging
from collections.abc import Callable, Iterable, Iterator
from typing import Literal

from serving_widgets.api.endpoint.models import EndpointConfig, EndpointInfo
from serving_widgets.api.permissions.access_control_list import AccessControlList, grant_changes
from serving_widgets.workspace.runtime.event_loop import elsewhere
from serving_widgets.workspace.runtime.service_clock import ServiceClock

from .endpoint_cache import Seen, SeenStore
from .events import Change

log = logging.getLogger(__name__)

#: Changes that are kept; older ones are forgotten.
MOST = 2000

ChangeKind = Literal["created", "deleted", "state", "update", "failure", "traffic", "tags", "permissions"]


@dataclasses.dataclass(frozen=True, slots=True)
class SeenChange:
    """One change that was seen.

    Attributes
    ----------
    number : int
        Its place, from 1 on.
    at : float
        When it was seen, in service seconds since the epoch.
    endpoint : str
        The endpoint's name.
    kind : str
        ``"created"``, ``"deleted"``, ``"state"``, ``"update"``, ``"failure"``, ``"traffic"``, ``"tags"`` or
        ``"permissions"``.
    what : str
        What became of what.
    """

    number: int
    at: float
    endpoint: str
    kind: ChangeKind
    what: str

    def __str__(self) -> str:
        return f"{self.endpoint}: {self.what}"


class Activity:
    """The changes that were seen through one connection, oldest first."""

    def __init__(self, store: SeenStore, clock: ServiceClock) -> None:
        self._store, self._clock = store, clock
        self._before: dict[str, Seen] = {}
        self._listed = False
        self._access: dict[str, AccessControlList] = {}
        self._seen: tuple[SeenChange, ...] = ()
        self._made = 0
        self._told: list[Callable[[SeenChange], object]] = []
        self._telling: asyncio.Task[None] | None = None
        self._untold: list[SeenChange] = []

    def since(self, at: float | None = None) -> tuple[SeenChange, ...]:
        """Return the changes seen at a service time or later, all of them unless it is given; from any thread."""
        return tuple(each for each in self._seen if at is None or each.at >= at)

    def subscribe(self, told: Callable[[SeenChange], object]) -> Callable[[], None]:
        """Have ``told`` called with each change, in order, on a thread where it may take its time."""
        self._told.append(told)
        return lambda: self._told.remove(told) if told in self._told else None

    def looked(self, change: Change) -> None:
        """Take in what the watcher tells of."""
        pairs = {}
        for name in change.names:
            now, before = self._store.get(name), self._before.get(name)
            if now is not None and now is not before:
                self._before[name] = now
                # Of the first list nothing is new.
                if before is not None or (self._listed and not now.deleted):
                    pairs[name] = (before, now)
        for name, (before, now) in sorted(pairs.items(), key=lambda pair: pair[0]):
            self._note(name, _differences(before, now))
        if change.names or not len(self._store):
            self._listed = self._store.listed

    def access_seen(self, name: str, acl: AccessControlList) -> None:
        """Take in permissions that were read."""
        before, self._access[name] = self._access.get(name), acl
        if before is None or before.object_id != acl.object_id:
            return
        for each in grant_changes(before.direct, acl.direct):
            words = f"{each.principal} has {each.after or 'nothing'} here now, before {each.before or 'nothing'}"
            self._note(name, [("permissions", words)])

    @property
    def accessed(self) -> list[str]:
        """The endpoints whose permissions were read."""
        return list(self._access)

    def _note(self, name: str, found: Iterable[tuple[ChangeKind, str]]) -> None:
        at = self._clock.now()
        for kind, what in found:
            self._made += 1
            change = SeenChange(self._made, at, name, kind, what)
            self._seen = (*self._seen, change)[-MOST:]
            if self._told:
                self._untold.append(change)
        if self._untold and (self._telling is None or self._telling.done()):
            self._telling = asyncio.get_running_loop().create_task(self._tell())

    async def _tell(self) -> None:
        while self._untold:
            change = self._untold.pop(0)
            for told in list(self._told):
                try:
                    await elsewhere(told, change)
                except Exception:
                    # What one caller does with it must not keep the others from it.
                    log.exception("A notification failed")


def _differences(before: Seen | None, now: Seen) -> Iterator[tuple[ChangeKind, str]]:
    if before is None or (before.deleted and not now.deleted):
        yield "created", f"created, {now.status.label}"
    elif now.deleted:
        yield "deleted", "deleted"
    elif before.info.id != now.info.id:
        yield "created", f"deleted and created again, {now.status.label}"
    else:
        yield from _of_one(before, now)


def _of_one(before: Seen, now: Seen) -> Iterator[tuple[ChangeKind, str]]:
    old, new = before.status, now.status
    begun, ended = (_updating(each.info) for each in (now, before))
    raw = [each.info.raw for each in (before, now)]
    # A list tells less than a get does: where only that differs, nothing has changed.
    alike = raw[0].get("state") == raw[1].get("state") and before.info.detailed != now.info.detailed
    if old.label != new.label and not alike:
        failed = new.phase == "failed" and old.phase != "failed"
        kind: ChangeKind = "failure" if failed else "update" if begun != ended else "state"
        reason = f": {new.reason}" if failed and new.reason else ""
        yield kind, f"{old.label} → {new.label}{reason}"
    if before.info.detailed and now.info.detailed:
        traffic = [_traffic(each.info.config) for each in (before, now)]
        if traffic[0] != traffic[1] and traffic[1]:
            yield "traffic", f"{traffic[0] or 'nothing served'} → {traffic[1]}"
    if not all("tags" in each for each in raw):
        return
    tags = [{tag.key: tag.value or "" for tag in each.info.tags or ()} for each in (before, now)]
    for key in sorted({*tags[0], *tags[1]} - {None}, key=str):
        if tags[0].get(key) != tags[1].get(key):
            was, is_now = (f"{key}={each[key]}".rstrip("=") if key in each else "none" for each in tags)
            yield "tags", f"tag {was} → {is_now}"


def _updating(info: EndpointInfo) -> bool:
    return info.state.update == "IN_PROGRESS"


def _traffic(config: EndpointConfig | None) -> str:
    routes = config.traffic_config.routes if config is not None and config.traffic_config is not None else ()
    named = [(each.served_entity_name or each.served_model_name, each.traffic_percentage or 0) for each in routes]
    return ", ".join(f"{name} {share} %" for name, share in named)
