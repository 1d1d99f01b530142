"""Workspaces that keep a record of what is done, and recordings that answer as workspaces."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from serving_widgets.api.errors import ConfigError
from serving_widgets.client import Credential
from serving_widgets.workspace.login.report import ARGUMENTS, explain
from serving_widgets.workspace.session.history_file import HistoryFile, history_path
from serving_widgets.workspace.session.reconnect_lines import ReconnectRecord
from serving_widgets.workspace.session.write_guard import Guard, Protection

from .workspace import Workspace

if TYPE_CHECKING:
    from serving_widgets.recording import Replay

#: What a path may be.
File = str | os.PathLike[str]
#: The host and the token of every recording; nothing is ever sent there.
_HOST, _TOKEN = "https://workspace-1.example.com", "dapi-of-a-recording"


def checked_file(record: File | None, *, keep_names: bool) -> File | None:
    """Return where to record to, before anything is opened for it.

    Raises
    ------
    ConfigError
        When there is no such folder, or something in the file.
    """
    if record is None:
        if keep_names:
            raise ConfigError(
                "keep_names= belongs to a recording.", hint='sw.connect(record="dev.recording", keep_names=True)'
            )
        return None
    from serving_widgets.recording import check_new

    check_new(os.fspath(record))
    return record


def furnished(
    opened: Workspace, record: File | None, *, keep_names: bool, history: File, reconnect: Mapping[str, Any]
) -> Workspace:
    """Return a workspace, from now on written to a file where one is given, and with the history that is wanted.

    Parameters
    ----------
    reconnect
        The arguments that open it again; those that are None are left out.
    """
    try:
        if record is not None:
            from serving_widgets.recording import Recorder

            opened.record(
                Recorder(
                    os.fspath(record),
                    host=opened.host,
                    label=opened.label,
                    now=opened.clock.now,
                    keep_names=keep_names,
                )
            )
        path = history_path(history, opened.host, mock=opened.is_mock)
        if path is not None:
            opened.history = HistoryFile(path, opened.host)
    except ConfigError:
        # Whoever wants a record of what is done must not do it without one.
        opened.close()
        raise
    kept = {"history": "file" if history == "file" else str(path)} if path is not None else {}
    given = {key: value for key, value in {**reconnect, **kept}.items() if value is not None}
    opened.reconnect = ReconnectRecord(opened.name, given, "" if opened.is_mock or opened.replay else opened.host)
    return opened


def only_replay(replay: File | None, others: Sequence[str]) -> Replay | None:
    """Return the recording that shall answer, None where none is given.

    Raises
    ------
    ConfigError
        When it can't be read, or another workspace is named, too.
    """
    if replay is None:
        return None
    if others:
        raise ConfigError(f"replay= and {others[0]} exclude each other.", hint="A recording answers by itself.")
    from serving_widgets.recording import Replay

    return Replay(os.fspath(replay))


def replayed(
    replay: Replay, *, name: str | None, read_only: bool, protect: Protection, colour: str | None
) -> Workspace:
    """Return the workspace that a recording is."""
    reason = "This workspace was opened read-only." if read_only else None
    if not (read_only or replay.writable):
        reason = "This is a recording, and no change was recorded."
    return Workspace(
        name=name or "recording",
        host=_HOST,
        credential=Credential(_TOKEN),
        source=f"the recording {replay.file}",
        sources=explain(ARGUMENTS, given="replay="),
        guard=Guard(reason, 'sw.connect("mock"), or connect to a workspace', *protect),
        colour=colour,
        replay=replay,
    )
