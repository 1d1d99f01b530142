"""Answering from a recording: reads in the order in which they were recorded, then as last known."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from bisect import bisect_right
from collections import defaultdict
from pathlib import Path

import httpx

from serving_widgets.api.errors import NotRecorded

from .exchange import RecordedExchange, changes, read_recording
from .masking import Masking

Key = tuple[str, str, str]


class Replay:
    """A recording as a workspace that answers; from any thread.

    A read or query gets the recorded answers to the same request one after the other, up to the next recorded change,
    and from then on the last of them. A change is answered if it was recorded, once for each time that it was; with it,
    what was recorded after it begins. So a program that was recorded sees the same again, however often it looks
    between its changes.

    Parameters
    ----------
    file : str or Path
        The recording.

    Raises
    ------
    ConfigError
        When the file can't be read, or is not a recording.
    """

    def __init__(self, file: str | Path) -> None:
        self.file = Path(file)
        self.header, self.exchanges = read_recording(file)
        self._places: dict[Key, list[int]] = defaultdict(list)
        for place, each in enumerate(self.exchanges):
            self._places[_key(each.method, each.path, each.sent)].append(place)
        self._changes = [place for place, each in enumerate(self.exchanges) if each.writes]
        self._used: dict[Key, int] = {}
        self._change = -1
        self._at = self.header.began
        self._seen = time.monotonic()
        self._lock = threading.Lock()

    @property
    def label(self) -> str:
        """What to call it on a screen."""
        return f"recording of {self.header.label}"

    @property
    def writable(self) -> bool:
        """Whether there are changes in it, which can be done again."""
        return bool(self._changes)

    def answer(self, method: str, path: str, sent: bytes | None) -> RecordedExchange:
        """Return the exchange that answers a request.

        Raises
        ------
        NotRecorded
            When there is none.
        """
        key = _key(method, path, sent)
        with self._lock:
            places = self._places.get(key, [])
            place = self._next_change(key, places) if changes(method, path) else self._next_look(key, places)
            if place is None:
                raise _not_recorded(self.file, method, path, known=bool(self._alike(method, path)), again=bool(places))
            self._used[key] = place
            found = self.exchanges[place]
            self._at, self._seen = max(self._at, found.at), time.monotonic()
            return found

    # The clock of the workspace: see `workspace.runtime.service_clock`.

    def now(self) -> float:
        """Service seconds since the epoch: of the last answer, and the whole seconds since it was given.

        Whole ones, so that what is made right after an answer says the time that it said when it was recorded.
        """
        with self._lock:
            return self._at + int(time.monotonic() - self._seen)

    def rate(self) -> float:
        """Service seconds per host second."""
        return 1.0

    def looking(self, on: bool) -> None:
        """Nothing to tell: a recording does not go on by itself."""

    def skip(self, limit: float) -> bool:
        """Wait for nothing: what comes next was recorded already, and time jumps to it. False at its end."""
        with self._lock:
            following = next((each.at for each in self.exchanges if each.at > self._at), None)
            if following is None or following - self._at > limit:
                return False
        return True

    def _next_change(self, key: Key, places: list[int]) -> int | None:
        index = bisect_right(places, max(self._used.get(key, -1), -1))
        if index == len(places):
            return None
        self._change = max(self._change, places[index])
        return places[index]

    def _next_look(self, key: Key, places: list[int]) -> int | None:
        if not places:
            return None
        following = bisect_right(self._changes, self._change)
        end = self._changes[following] if following < len(self._changes) else len(self.exchanges)
        now = [place for place in places if place < end]
        if not now:
            # Recorded only after a change that was not done again here: better than no answer.
            return places[0]
        after = bisect_right(now, max(self._used.get(key, -1), self._change))
        return now[min(after, len(now) - 1)]

    def _alike(self, method: str, path: str) -> list[Key]:
        return [key for key in self._places if key[:2] == (method, path)]

    def __repr__(self) -> str:
        return f"<Replay {self.file}>"


class ReplayTransport(httpx.AsyncBaseTransport):
    """Carries requests to a recording instead of the network.

    Parameters
    ----------
    replay : Replay
        The recording.
    """

    def __init__(self, replay: Replay) -> None:
        self._replay = replay

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request."""
        sent = await request.aread()
        found = self._replay.answer(request.method, request.url.raw_path.decode("ascii"), sent or None)
        await asyncio.sleep(0)
        return httpx.Response(found.status, headers=dict(found.headers), content=found.answer)


def _key(method: str, path: str, sent: bytes | None) -> Key:
    """Return what makes two requests the same: bodies of JSON by what they say, whatever their order and spaces."""
    if not sent:
        return method, path, ""
    # As the recorder wrote it, which hid what looks like a secret.
    body = Masking(keep_names=True).body(sent) or b""
    try:
        return method, path, json.dumps(json.loads(body), sort_keys=True)
    except (ValueError, RecursionError):
        return method, path, body.decode("utf-8", "replace")


def _not_recorded(file: Path, method: str, path: str, *, known: bool, again: bool) -> NotRecorded:
    if changes(method, path):
        what = (
            "was recorded, but not once more"
            if again
            else "was recorded with another body"
            if known
            else "was not recorded, and a recording changes nothing by itself"
        )
        hint = "Connect to a workspace to change something, or to the mock to try it."
    else:
        what = "was recorded with other values" if known else "was not recorded"
        hint = f"What is in it: serving-widgets recording show {file}"
    return NotRecorded(f"{method} {path} {what} ({file}).", hint=hint)
