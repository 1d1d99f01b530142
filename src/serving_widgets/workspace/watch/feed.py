"""What feeds have in common: one thing read again and again for the views that follow it.

Views of the same thing share a feed. It asks while a view that is on screen follows, and what it has seen stays when
no view looks. Everything here runs on the loop thread.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from abc import ABC, abstractmethod
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

from serving_widgets.api.errors import ServingError
from serving_widgets.workspace.runtime.event_loop import joined

from .events import Link
from .watcher import Watcher, retrieve

log = logging.getLogger(__name__)

#: Host seconds between two looks whether a view that follows is on screen again.
ASLEEP = 1.0


class Feed(ABC):
    """Something that is read again and again while a view follows.

    Attributes
    ----------
    state
        How good the picture is.
    """

    def __init__(self, watcher: Watcher) -> None:
        self.state = Link()
        self._watcher = watcher
        self._subscribers: list[Callable[[], None]] = []
        self._followers: set[str] = set()
        self._look: asyncio.Task[None] | None = None
        self._task: asyncio.Task[None] | None = None
        self._wake = asyncio.Event()

    @property
    def used(self) -> bool:
        """Whether a view subscribed to it."""
        return bool(self._subscribers)

    def subscribe(self, told: Callable[[], None]) -> Callable[[], None]:
        """Have ``told`` called after each change; returns the way to end that."""
        self._subscribers.append(told)

        def end() -> None:
            with contextlib.suppress(ValueError):
                self._subscribers.remove(told)

        return end

    def follow(self, key: str) -> None:
        """Read on while the holder of this lease is on screen."""
        self._followers.add(key)
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._run(), name="serving-widgets-feed")
        self._wake.set()

    def unfollow(self, key: str) -> None:
        """Take :meth:`follow` back."""
        self._followers.discard(key)
        if not self._followers:
            self._wake.set()

    def wake(self) -> None:
        """Read soon, as after something happened to the endpoint."""
        self._wake.set()

    async def read(self, *, patient: bool = True) -> None:
        """Read now; callers at the same time share one request.

        Parameters
        ----------
        patient
            Whether to try again when the service turns the request away.

        Raises
        ------
        ServingError
            When it can't be had; what was seen before stays.
        """
        if self._look is None:
            self._look = asyncio.get_running_loop().create_task(self._read(patient))
            self._look.add_done_callback(self._looked)
        await joined(self._look)

    @abstractmethod
    async def _fetch(self, patient: bool) -> None:
        """Ask the service, and keep and publish what it says."""

    @abstractmethod
    async def _tick(self) -> float:
        """Read if it is time and return how many host seconds to rest."""

    def _failed(self, error: ServingError) -> None:
        """Take note of a look that failed."""
        self._watcher.turned_away(error)
        self._publish(Link("stale" if self.state.seen is not None else "error", self.state.seen, error))

    def _publish(self, state: Link) -> None:
        self.state = state
        for told in list(self._subscribers):
            try:
                told()
            except Exception:
                # One view that can't draw must not keep the others from it.
                log.exception("A subscriber of a feed failed")

    async def _read(self, patient: bool) -> None:
        try:
            await self._fetch(patient)
        except ServingError as error:
            self._failed(error)
            raise

    async def _try(self) -> ServingError | None:
        """Read and return what went wrong, if anything."""
        try:
            await self.read(patient=False)
        except ServingError as error:
            return error
        except Exception as error:
            # A fault of ours in one look must not end the following: the view would go stale without a word.
            log.exception("A look failed")
            failed = ServingError(f"The answer could not be read: {type(error).__name__}.", code="internal")
            self._failed(failed)
            return failed
        return None

    def _looked(self, task: asyncio.Task[None]) -> None:
        self._look = None
        retrieve(task)

    async def _run(self) -> None:
        while self._followers and not self._watcher.closed:
            self._wake.clear()
            rest = await self._tick() if self._on_screen() else ASLEEP
            await self._watcher.rest(self._wake, rest)

    def _on_screen(self) -> bool:
        return any(key in self._watcher.leases for key in self._followers)


K = TypeVar("K")
F = TypeVar("F", bound=Feed)


class Feeds(Generic[K, F]):
    """The feeds of one workspace by what they read; of those without a view, some are kept."""

    def __init__(self, kept: int) -> None:
        self._kept = kept
        self._feeds: OrderedDict[K, F] = OrderedDict()

    def get(self, key: K, make: Callable[[], F]) -> F:
        """Return a feed, made on first use."""
        found = self._feeds.get(key)
        if found is None:
            found = self._feeds[key] = make()
        self._feeds.move_to_end(key)
        idle = [each for each in self._feeds if not self._feeds[each].used and each != key]
        for old in idle[: max(len(idle) - self._kept, 0)]:
            del self._feeds[old]
        return found

    def clear(self) -> None:
        """Forget them all."""
        self._feeds.clear()
