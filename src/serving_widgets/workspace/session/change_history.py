"""What was changed through a connection, and what it takes to take each change back."""

from __future__ import annotations

import asyncio
import contextvars
import dataclasses
from typing import Any

from serving_widgets.api.endpoint.models import EndpointInfo
from serving_widgets.api.permissions.access_control_list import AccessControlList

#: Changes that are kept; older ones are forgotten.
MOST_CHANGES = 500

#: Set while a change is being undone: what that sends is no change of its own.
taking_back: contextvars.ContextVar[bool] = contextvars.ContextVar("taking_back", default=False)


@dataclasses.dataclass(eq=False, slots=True)
class ChangeRecord:
    """One change of an endpoint that was carried out.

    Attributes
    ----------
    number : int
        Its place in the history, from 1 on.
    endpoint : str
        The endpoint's name.
    action : str
        ``"stop"``, ``"start"``, ``"update"``, ``"tags"``, ``"permissions"``, ``"delete"`` or ``"create"``.
    at : float
        Service seconds since the epoch.
    before, after : EndpointInfo or None
        The endpoint just before and just after.
    access_before, access_after : AccessControlList or None
        Its permissions, where they were changed or went with it.
    undone : bool
        Whether it was undone.
    masked : bool
        Whether secrets were taken out of it, because it was read from a file.
    begun : bool
        Whether undoing it was begun, and not seen to its end.
    """

    number: int
    endpoint: str
    action: str
    at: float
    before: EndpointInfo | None = None
    after: EndpointInfo | None = None
    access_before: AccessControlList | None = None
    access_after: AccessControlList | None = None
    undone: bool = False
    masked: bool = False
    begun: bool = False
    #: Held while it is being undone: whoever asks for the same meanwhile finds that it was.
    undoing: asyncio.Lock = dataclasses.field(default_factory=asyncio.Lock)

    def __repr__(self) -> str:
        return f"<Change {self.number}: {self.action} {self.endpoint}{', undone' if self.undone else ''}>"


class ChangeHistory:
    """The changes made through one connection, oldest first, in this process only; from any thread."""

    def __init__(self) -> None:
        self._changes: tuple[ChangeRecord, ...] = ()
        self._made = 0
        self._made_again: dict[str, str] = {}

    async def record(self, endpoint: str, action: str, at: float, **states: Any) -> None:
        """Keep what it takes to take a change back; runs on the loop thread."""
        if not taking_back.get():
            await self._keep(ChangeRecord(0, endpoint, action, at, **states))

    async def mark_undone(self, change: ChangeRecord) -> None:
        """Note that a change was undone."""
        change.undone = True

    async def made_again(self, before: str, now: str) -> None:
        """Note that the endpoint of an id was made again, and has another one now."""
        self._made_again[before] = now

    def is_same(self, before: EndpointInfo, now: EndpointInfo) -> bool:
        """Whether an endpoint is the one that was changed, or was made again in its place."""
        id = before.id
        while id in self._made_again and id != now.id:
            id = self._made_again[id]
        return id == now.id

    def of(self, endpoint: str | None = None) -> list[ChangeRecord]:
        """Return the changes of an endpoint, or all of them, the newest first."""
        return [change for change in reversed(self._changes) if endpoint in (None, change.endpoint)]

    async def _keep(self, change: ChangeRecord) -> None:
        self._made += 1
        change.number = self._made
        self._changes = (*self._changes, change)[-MOST_CHANGES:]
