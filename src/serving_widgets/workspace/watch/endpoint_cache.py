"""What this process knows of a workspace's endpoints, whoever looked last: one picture for every handle and view."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Iterable, Mapping

from serving_widgets.api.endpoint.models import EndpointInfo
from serving_widgets.api.endpoint.status import DELETED, Status, status_of


@dataclasses.dataclass(frozen=True, slots=True)
class Seen:
    """An endpoint as last seen.

    Attributes
    ----------
    info
        The newest picture: the reply of a get, kept while the list says nothing else, or a list's summary.
    summary
        The list's own item, for the comparison with the next list.
    deleted
        The endpoint is gone; ``info`` is what it was.
    fresh
        ``info`` came from a get and the list has said nothing else since.
    asked
        When the request that brought it began, in host seconds of the monotonic clock. A reply to an older request
        says nothing against it.
    """

    info: EndpointInfo
    summary: EndpointInfo | None = None
    deleted: bool = False
    fresh: bool = False
    asked: float = 0.0

    @property
    def status(self) -> Status:
        """The status of the endpoint, ``Deleted`` included."""
        return DELETED if self.deleted else status_of(self.info)


class SeenStore:
    """The newest picture of each endpoint, readable from any thread without waiting."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: dict[str, Seen] = {}
        self._listed = False

    def __len__(self) -> int:
        return len(self._seen)

    @property
    def listed(self) -> bool:
        """Whether a list has been seen, so that an absent name means an absent endpoint."""
        return self._listed

    def get(self, name: str) -> Seen | None:
        """Return what is known of one endpoint."""
        return self._seen.get(name)

    def present(self) -> dict[str, Seen]:
        """Return what is known of every endpoint that has not been deleted, by name."""
        with self._lock:
            return {name: self._seen[name] for name in sorted(self._seen) if not self._seen[name].deleted}

    def known(self) -> tuple[Seen, ...]:
        """Return what is known of every endpoint, also of those that have been deleted."""
        return tuple(self._seen.values())

    def summaries(self) -> Mapping[str, EndpointInfo]:
        """Return the last list's items, so that an equal item need not be read again."""
        with self._lock:
            return {name: seen.summary for name, seen in self._seen.items() if seen.summary is not None}

    def take_list(self, infos: Iterable[EndpointInfo], asked: float) -> set[str]:
        """Take a list's reply in and return the names of what changed."""
        changed = set()
        with self._lock:
            before = self._seen
            # A new dictionary, so that a reader who holds the old one never sees it change size.
            after: dict[str, Seen] = {}
            for info in infos:
                old = before.get(info.name)
                new = _with_summary(old, info, asked)
                if new is not old and (old is None or old.deleted or old.info is not new.info):
                    changed.add(info.name)
                after[info.name] = new
            for name, old in before.items():
                if name not in after:
                    gone = old.deleted or old.asked > asked
                    after[name] = old if gone else _deleted(old, asked)
                    if not gone:
                        changed.add(name)
            self._seen = after
            self._listed = True
        return changed

    def take(self, info: EndpointInfo, asked: float) -> bool:
        """Take the reply of a get in and return whether it says something new."""
        with self._lock:
            old = self._seen.get(info.name)
            if old is not None and old.asked > asked:
                return False
            same = old is not None and not old.deleted and old.info.raw == info.raw
            summary = old.summary if old is not None and not old.deleted else None
            if summary is not None and not _agrees(info, summary):
                # The next list may say the same as the last one and be newer than this picture: it is read as news.
                summary = None
            self._seen = {**self._seen, info.name: Seen(info, summary, fresh=True, asked=asked)}
            return not same

    def take_deleted(self, name: str, asked: float) -> bool:
        """Note that an endpoint is gone; True when that is news."""
        with self._lock:
            old = self._seen.get(name)
            if old is None or old.deleted or old.asked > asked:
                return False
            self._seen = {**self._seen, name: _deleted(old, asked)}
            return True

    def forget(self) -> None:
        """Drop everything, as when the workspace starts anew."""
        with self._lock:
            self._seen = {}
            self._listed = False


def _with_summary(old: Seen | None, info: EndpointInfo, asked: float) -> Seen:
    if old is None:
        return Seen(info, info, asked=asked)
    if old.summary is info or old.asked > asked:
        return old
    unchanged = old.summary is None or old.summary.raw == info.raw
    if old.deleted or not old.info.detailed or _identity(old.info) != _identity(info):
        return old if old.summary is not None and unchanged else Seen(info, info, asked=asked)
    if old.fresh and unchanged and _agrees(old.info, info):
        return dataclasses.replace(old, summary=info)
    # The list knows something newer than the details do: what it says goes over them until the next get.
    newer = {key: value for key, value in info.raw.items() if key != "config"}
    return Seen(EndpointInfo.read({**old.info.raw, **newer}), info, asked=asked)


def _deleted(old: Seen, asked: float) -> Seen:
    return Seen(old.info, deleted=True, asked=asked)


def _identity(info: EndpointInfo) -> tuple[object, ...]:
    return (info.name, info.id, info.creation_timestamp)


def _agrees(detail: EndpointInfo, summary: EndpointInfo) -> bool:
    if detail.raw.get("state") != summary.raw.get("state"):
        return False
    return summary.config is None or _versions(detail) == _versions(summary)


def _versions(info: EndpointInfo) -> list[tuple[str | None, str | None]]:
    entities = info.config.entities if info.config is not None else ()
    return [(entity.name, entity.entity_version) for entity in entities]
