"""The history of changes in a file: it outlives the kernel, holds no secrets, and several kernels may write it at once.

The file is a database of SQLite, which sees to the locking; each look and each write opens it anew, so that it is the
same in a forked process.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import sqlite3
import sys
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from serving_widgets.api.endpoint.models import EndpointInfo
from serving_widgets.api.errors import ConfigError
from serving_widgets.api.permissions.access_control_list import AccessControlList
from serving_widgets.api.redaction import redacted
from serving_widgets.workspace.runtime.event_loop import elsewhere

from .change_history import MOST_CHANGES, ChangeHistory, ChangeRecord

#: Seconds that one kernel waits for another one that is writing.
PATIENCE = 10.0
#: Seconds that it waits to read: what is being written takes a moment.
PATIENCE_TO_READ = 2.0
_TABLES = """
CREATE TABLE IF NOT EXISTS changes (
    number INTEGER PRIMARY KEY AUTOINCREMENT, host TEXT, endpoint TEXT, action TEXT, at REAL, states TEXT,
    undone INTEGER
);
CREATE TABLE IF NOT EXISTS made_again (before TEXT PRIMARY KEY, now TEXT);
"""
#: The newest changes of a host; the long pictures only of those whose numbers are not known yet.
_NEWEST = """
SELECT number, undone, endpoint, action, at,
    CASE WHEN number IN (SELECT value FROM json_each(?)) THEN NULL ELSE states END
FROM changes WHERE host = ? ORDER BY number DESC LIMIT ?
"""
_STATES = ("before", "after", "access_before", "access_after")


def history_path(history: str | os.PathLike[str], host: str, *, mock: bool) -> Path | None:
    """Return the file that ``connect(history=…)`` means, None where it is the kernel.

    Raises
    ------
    ConfigError
        When an embedded workspace, which ends with the kernel, has no file of its own named.
    """
    if history == "kernel":
        return None
    if history != "file":
        # The kernel may go to another folder.
        return Path(history).expanduser().absolute()
    if mock:
        raise ConfigError(
            "The embedded workspace ends with the kernel, and so does what was changed in it.",
            hint='Name a file to keep its history all the same: history="changes.sqlite".',
        )
    return data_folder() / "history" / f"{re.sub(r'[^a-z0-9.-]+', '-', host.split('://', 1)[-1].lower())}.sqlite"


def data_folder() -> Path:
    """Return the folder that the user's programs keep their data in, and ours in it."""
    home = Path.home()
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local"
    elif sys.platform == "darwin":
        base = home / "Library" / "Application Support"
    else:
        base = os.environ.get("XDG_DATA_HOME") or home / ".local" / "share"
    return Path(base) / "serving-widgets"


class HistoryFile(ChangeHistory):
    """The changes made through all connections to one workspace that keep their history in one file.

    Parameters
    ----------
    path : Path
        The file; it is made where there is none, readable by its owner only.
    host : str
        The workspace's address.

    Raises
    ------
    ConfigError
        When it can't be written, or is something else.
    """

    def __init__(self, path: Path, host: str) -> None:
        super().__init__()
        self.path = path
        self._host = host
        self._lock = threading.Lock()
        self._known: dict[int, ChangeRecord] = {}
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))
            with self._opened() as file:
                file.executescript(_TABLES)
        except (OSError, sqlite3.Error) as error:
            raise ConfigError(
                f"The history can't be kept in {path}: {getattr(error, 'strerror', None) or error}.",
                hint='Name another file, or leave it in the kernel: history="kernel".',
            ) from None

    async def mark_undone(self, change: ChangeRecord) -> None:
        """Note that a change was undone."""
        await super().mark_undone(change)
        await elsewhere(self._write, "UPDATE changes SET undone = 1 WHERE number = ?", change.number)

    async def made_again(self, before: str, now: str) -> None:
        """Note that the endpoint of an id was made again, and has another one now."""
        await super().made_again(before, now)
        await elsewhere(self._write, "INSERT OR REPLACE INTO made_again VALUES (?, ?)", before, now)

    def is_same(self, before: EndpointInfo, now: EndpointInfo) -> bool:
        """Whether an endpoint is the one that was changed, or was made again in its place, by any kernel."""
        self._made_again.update(self._rows("SELECT before, now FROM made_again"))
        return super().is_same(before, now)

    def of(self, endpoint: str | None = None) -> list[ChangeRecord]:
        """Return the changes of an endpoint, or all of them, the newest first; those of other kernels, too."""
        # Not while the file is read: the loop thread takes this lock, too.
        with self._lock:
            before = self._known
        rows = self._rows(_NEWEST, json.dumps([*before]), self._host, MOST_CHANGES)
        with self._lock:
            known = {**before, **self._known}
            for number, undone, name, action, at, text in rows:
                if number not in known:
                    known[number] = ChangeRecord(number, name, action, at, masked=True, **_states(text))
                # What was undone stays so; this kernel may be about to write that down.
                known[number].undone |= bool(undone)
            numbers = {row[0] for row in rows} | (self._known.keys() - before.keys())
            self._known = {number: known[number] for number in sorted(numbers, reverse=True)}
            changes = [*reversed(self._changes), *self._known.values()]
        return [each for each in changes if endpoint in (None, each.endpoint)]

    async def _keep(self, change: ChangeRecord) -> None:
        kept = {key: redacted(dict(state.raw)) for key in _STATES if (state := getattr(change, key)) is not None}
        insert = "INSERT INTO changes (host, endpoint, action, at, states, undone) VALUES (?, ?, ?, ?, ?, 0)"
        row = (self._host, change.endpoint, change.action, change.at, json.dumps(kept))
        number = await elsewhere(self._write, insert, *row)
        with self._lock:
            if number is not None:
                # This kernel still knows all of it; another one reads it without what is secret.
                change.number, self._known = number, {**self._known, number: change}
            else:
                change.number = max((each.number for each in (*self._changes, *self._known.values())), default=0) + 1
                self._changes = (*self._changes, change)

    def _write(self, statement: str, *values: Any) -> int | None:
        """Write, and return the number of the row; a change that was carried out is none the worse where it fails."""
        try:
            with self._opened() as file:
                return file.execute(statement, values).lastrowid
        except sqlite3.Error as error:
            warnings.warn(f"The history in {self.path} lacks the last change: {error}.", stacklevel=2)
            return None

    def _rows(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        try:
            with self._opened(PATIENCE_TO_READ) as file:
                return file.execute(statement, values).fetchall()
        except sqlite3.Error as error:
            raise ConfigError(
                f"The history in {self.path} can't be read: {error}.",
                hint='Connect again; it is made anew where it is missing. In the kernel: history="kernel".',
            ) from None

    @contextlib.contextmanager
    def _opened(self, patience: float = PATIENCE) -> Iterator[sqlite3.Connection]:
        file = sqlite3.connect(self.path, timeout=patience)
        try:
            with file:
                yield file
        finally:
            file.close()


def _states(text: str) -> dict[str, Any]:
    """Return the pictures of a change, read as leniently as the service's own answers."""
    raw = json.loads(text)
    return {
        key: (AccessControlList if "access" in key else EndpointInfo).read(raw[key]) for key in _STATES if key in raw
    }
