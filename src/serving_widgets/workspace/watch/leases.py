"""Leases: who wants the workspace watched, and what of it. A page that has died stops renewing."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Iterable

#: Expired leases that are remembered, so that a view which comes back into sight need not introduce itself again.
ASLEEP = 1000
#: Host seconds that a lease lasts without a heartbeat; hidden tabs throttle their timers to about one a minute.
TTL = 150.0


@dataclasses.dataclass(slots=True)
class Lease:
    """One holder's wish to have endpoints watched."""

    names: frozenset[str]
    #: Rows a list shows at this moment; they are refreshed like named ones, but were not asked for by name.
    visible: frozenset[str]
    screen: bool
    expires: float | None


class Leases:
    """The leases of one workspace. Used on the loop thread only."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._held: dict[str, Lease] = {}
        self._asleep: dict[str, Lease] = {}

    def hold(self, key: str, names: Iterable[str] = (), *, screen: bool = True, lasting: bool = False) -> None:
        """Take or change a lease. A lasting one needs no heartbeat: its holder in this process drops it."""
        old = self._held.get(key) or self._asleep.pop(key, None)
        visible = old.visible if old is not None else frozenset()
        self._held[key] = Lease(frozenset(names), visible, screen, None if lasting else self._now() + TTL)

    def show(self, key: str, names: Iterable[str]) -> None:
        """Say which rows a view shows at this moment."""
        self.beat([key])
        lease = self._held.get(key)
        if lease is not None:
            lease.visible = frozenset(names)

    def beat(self, keys: Iterable[str]) -> None:
        """Renew leases, expired ones too; a key that was never held is none of ours."""
        for key in keys:
            if key in self._asleep:
                self._held[key] = self._asleep.pop(key)
            lease = self._held.get(key)
            if lease is not None and lease.expires is not None:
                lease.expires = self._now() + TTL

    def drop(self, key: str) -> None:
        """Give a lease back."""
        self._held.pop(key, None)
        self._asleep.pop(key, None)

    def clear(self) -> None:
        """Give every lease back."""
        self._held.clear()
        self._asleep.clear()

    def sweep(self) -> bool:
        """Put to sleep what has expired and tell whether any lease is left."""
        now = self._now()
        for key in [key for key, lease in self._held.items() if lease.expires is not None and lease.expires <= now]:
            self._asleep[key] = self._held.pop(key)
        while len(self._asleep) > ASLEEP:
            del self._asleep[next(iter(self._asleep))]
        return bool(self._held)

    def on_screen(self) -> bool:
        """Whether a view on screen holds a lease."""
        return any(lease.screen for lease in self._held.values())

    def glancing(self) -> bool:
        """Whether endpoints are rows of a list on screen to all who look, and to none more than that."""
        return bool(self._held) and all(lease.screen and not lease.names for lease in self._held.values())

    def names(self) -> set[str]:
        """Every endpoint that a holder looks at."""
        wanted: set[str] = set()
        for lease in self._held.values():
            wanted |= lease.names | lease.visible
        return wanted

    def __contains__(self, key: str) -> bool:
        return key in self._held
