"""What other rooms keep with a connection, such as feeds and documents that were read: one registry for all of it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeVar

from serving_widgets.workspace.watch.feed import Feeds

T = TypeVar("T")


class Attachments:
    """One object of each kind, made when it is first needed; from any thread.

    Examples
    --------
    >>> attachments = Attachments()
    >>> attachments.of(dict) is attachments.of(dict)
    True
    """

    def __init__(self) -> None:
        # Making one may need another one.
        self._lock = threading.RLock()
        self._kept: dict[Callable[[], Any], Any] = {}

    def of(self, kind: Callable[[], T]) -> T:
        """Return the connection's object of this kind; ``kind`` is called where there is none yet."""
        with self._lock:
            if kind not in self._kept:
                self._kept[kind] = kind()
            found: T = self._kept[kind]
            return found

    def drop_feeds(self) -> None:
        """Forget the feeds: nothing reads any more. What was seen stays for whoever still shows it."""
        with self._lock:
            for kept in self._kept.values():
                if isinstance(kept, Feeds):
                    kept.clear()
