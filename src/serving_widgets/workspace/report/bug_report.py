"""What helps whoever looks into a problem: versions, hosts, the last error, settings' sources and the last requests."""

from __future__ import annotations

import contextlib
import json
import os
import platform
import re
import sys
import time
import traceback
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from serving_widgets._version import __version__
from serving_widgets.api.errors import ServingError
from serving_widgets.api.pseudonyms import Pseudonymizer
from serving_widgets.api.redaction import secrets_in
from serving_widgets.render.blocks.messages import Message
from serving_widgets.render.blocks.table import Cell, Table
from serving_widgets.render.cards import Card
from serving_widgets.render.report.content import Block, ReportContent, ReportSection
from serving_widgets.render.stack import Stack
from serving_widgets.workspace.changes.grants import known_access

from .document_file import DocumentFile, PathLike
from .serving_report import people_of

if TYPE_CHECKING:
    from serving_widgets.api.http_exchange import HttpExchange
    from serving_widgets.client.http.exchange_log import LoggedExchange
    from serving_widgets.workspace.session.session import Session

#: Seconds of which requests are told, and how many of them.
LAST, MOST = 60.0, 100
PACKAGES = (
    *("ipython", "ipykernel", "ipywidgets", "anywidget", "jupyterlab", "notebook", "jupyter_server"),
    *("httpx", "pydantic", "pandas", "numpy", "starlette", "uvicorn", "databricks-sdk", "mlflow", "openai"),
)
#: What a notebook's host sets → what it is.
HOSTS: Mapping[str, str] = {
    "DATABRICKS_RUNTIME_VERSION": "a notebook or job of Databricks",
    "COLAB_RELEASE_TAG": "Google Colab",
    "KAGGLE_KERNEL_RUN_TYPE": "Kaggle",
    "VSCODE_PID": "VS Code",
    "JPY_SESSION_NAME": "Jupyter",
}
#: How the names of workspaces end → whose cloud they are in.
CLOUDS = {
    ".azuredatabricks.net": "Databricks on Azure",
    ".gcp.databricks.com": "Databricks on Google Cloud",
    ".cloud.databricks.com": "Databricks on AWS",
}


class BugReport(DocumentFile):
    """What was collected to be sent to whoever may help: a file to look at first, and a recording beside it.

    A notebook shows what is in it by name: times and ids would be others in each run.

    Attributes
    ----------
    recording
        Where what was said in the last minute was written; None as long as it was not, or where nothing was.
    """

    def __init__(self, content: ReportContent, where: str, exchanges: LastExchanges) -> None:
        super().__init__(content, where)
        self.recording: Path | None = None
        self._exchanges = exchanges

    def save(self, path: PathLike) -> Path:
        """Write it to a file, the recording beside it, and return where the first is.

        Parameters
        ----------
        path : str or path-like
            As for a report. The recording has the same name and ends with ``.recording``; with a number, where there
            is one already.

        Raises
        ------
        ConfigError
            When the name ends otherwise, or a file can't be written.
        """
        target = super().save(path)
        self.recording = self._exchanges.save(target.with_suffix(".recording"))
        return target

    def _shown(self, longest: int | None = None) -> Stack:
        names = [section.heading for section in self.content.front]
        files = " and ".join(each.name for each in (self.path, self.recording) if each is not None)
        written = f"Written to {files}. " if files else ""
        said = f"{written}Look at it before you send it to anyone. Secrets are hidden."
        title = Message(f"{self.content.title} – {self.where}\n{said}")
        return Stack(title, Table(("What is in it",), [(name,) for name in names]))


class LastExchanges:
    """What was said in the last minute through a connection."""

    def __init__(self, session: Session | None, *, keep_names: bool) -> None:
        self._session, self._keep_names = session, keep_names
        now, clock = time.time(), session.clock.now() if session is not None else 0.0
        opened = session is not None and not session.closed
        kept = session.client().log.whole() if session is not None and opened else ()
        #: Service seconds since the epoch, each with what was said.
        self.kept: list[tuple[float, HttpExchange]] = [(clock - max(now - at, 0.0), each) for at, each in kept]

    def save(self, path: Path) -> Path | None:
        """Write a recording, and return where; None where there is nothing to record."""
        session = self._session
        if session is None or not self.kept:
            return None
        from serving_widgets.recording import Recorder

        began = self.kept[0][0]
        file = unused(path)
        recorder = Recorder(
            file,
            host=session.host,
            label=session.label,
            now=lambda: began,
            keep_names=self._keep_names,
            secrets=self._secrets(session),
        )
        for at, exchange in self.kept:
            recorder(exchange, at)
        recorder.close()
        return file

    def _secrets(self, session: Session) -> Iterator[str]:
        """Return the secrets of all endpoints: a log may tell one before the answer that has it by name, or alone."""
        for seen in session.watcher.store.known():
            yield from secrets_in(seen.info.raw)
        for _, exchange in self.kept:
            for body in filter(None, (exchange.sent, exchange.answer)):
                with contextlib.suppress(ValueError, RecursionError):
                    yield from secrets_in(json.loads(body))


def make_bug_report(
    session: Session | None, error: BaseException | None = None, *, keep_names: bool = False
) -> BugReport:
    """Return what there is to tell of a problem. Nothing is asked of the service, and nothing is sent.

    Parameters
    ----------
    session
        The connection it is about; None where none is open.
    error
        The last error; None where there was none.
    keep_names
        Whether e-mail addresses, hosts and ids stay.
    """
    hide = _pseudonymizer(session, keep_names=keep_names)
    exchanges = LastExchanges(session, keep_names=keep_names)
    sections = (
        ReportSection(
            "What happened", (Message("Write here what you did, what you expected, and what happened instead."),)
        ),
        ReportSection("Last error", tuple(_error(error, hide)) or (Message("There was none in this kernel."),)),
        ReportSection("Versions", (Table(("What", "Version"), [*_versions()]),)),
        ReportSection("Where it ran", (Card("Hosts", [*_where(session)]),)),
        ReportSection("Where the settings came from", tuple(_settings(session))),
        ReportSection("The last requests", (_requests(session, hide), Message(_recorded(len(exchanges.kept))))),
    )
    said = "Secrets are hidden. " + (f"Replaced by pseudonyms: {hide.summary()}." if hide.summary() else "")
    content = ReportContent("Bug report on serving-widgets", front=sections).mapped(hide.text)
    # An id that the service gave to a request is what its operators find it by, and stays.
    ids = ReportSection("Ids of requests that failed", (_ids(session, error, hide),))
    names = "Names were kept." if keep_names else said.rstrip()
    where = session.where if session is not None else "no workspace is open"
    return BugReport(ReportContent(content.title, (names,), (*content.front, ids)), where, exchanges)


def last_error() -> BaseException | None:
    """Return the last error that this process has shown; None where it has shown none."""
    error = getattr(sys, "last_value", None)
    return error if isinstance(error, BaseException) else None


def unused(path: Path) -> Path:
    """Return a path at which no file is: the one that is given, or one with a number.

    Examples
    --------
    >>> unused(Path("no-such-file.md")).name
    'no-such-file.md'
    """
    number, found = 1, path
    while found.exists():
        number += 1
        found = path.with_stem(f"{path.stem}-{number}")
    return found


def _pseudonymizer(session: Session | None, *, keep_names: bool) -> Pseudonymizer:
    if session is None:
        return Pseudonymizer("", keep_names=keep_names)
    seen = session.watcher.store.present().values()
    people = [name for each in seen for name in (each.info.creator_display_name, each.info.creator) if name]
    people += [name for acl in known_access(session).values() for name in people_of(acl)]
    return Pseudonymizer(
        session.label if session.is_mock else session.host,
        configs=[each.info.raw for each in seen],
        people=people,
        keep_names=keep_names,
    )


def _error(error: BaseException | None, hide: Pseudonymizer) -> Iterator[Block]:
    if error is None:
        return
    facts: list[tuple[str, object]] = [("Kind", type(error).__name__)]
    if isinstance(error, ServingError):
        facts += [(word, getattr(error, name, None)) for name, word in _FACTS.items()]
    else:
        facts.append(("Message", str(error)))
    yield Card("The error", facts)
    frames = [_frame(frame) for frame in traceback.extract_tb(error.__traceback__)]
    if frames:
        yield Message("Where it was raised:\n\n" + "\n".join(hide.text(frame) for frame in frames))


_FACTS = {
    "message": "Message",
    "hint": "Hint",
    "code": "Code",
    "status": "Status",
    "error_code": "The service's code",
    "method": "Method",
    "path": "Path",
    "attempts": "Attempts",
}


def _frame(frame: traceback.FrameSummary) -> str:
    """Return where a frame is, without the folders of whose machine it is, and without what a line says."""
    parts = Path(frame.filename).parts
    below = next((place for place in range(len(parts)) if parts[place] in ("serving_widgets", "site-packages")), -1)
    return f"{'/'.join(parts[below:])}:{frame.lineno} in {frame.name}"


def _versions() -> Iterator[tuple[str, str]]:
    yield "serving-widgets", __version__
    yield "Python", f"{platform.python_implementation()} {platform.python_version()}"
    yield "System", f"{platform.system()} {platform.release()} {platform.machine()}"
    for name in PACKAGES:
        try:
            yield name, metadata.version(name)
        except metadata.PackageNotFoundError:
            yield name, "not installed"


def _where(session: Session | None) -> Iterator[tuple[str, object]]:
    kernel = "ipykernel" in sys.modules
    host = next(
        (words for name, words in HOSTS.items() if os.environ.get(name)), "a kernel" if kernel else "a terminal"
    )
    yield "Notebook", host
    if session is None:
        yield "Workspace", "none is open"
        return
    yield "Workspace", session.label if session.is_mock else _cloud(session.host)
    yield "Requests are signed", session.auth
    yield "Changes", "refused" if session.read_only else "allowed"


def _cloud(host: str) -> str:
    name = host.split("://", 1)[-1].split("/")[0].split(":")[0]
    if name in ("127.0.0.1", "localhost"):
        return "a server on this machine"
    return next((words for end, words in CLOUDS.items() if name.endswith(end)), "another host")


def _settings(session: Session | None) -> Iterator[Block]:
    rows = [
        (each.name, each.found, "yes" if each.used else "no", each.reason)
        for each in (session.sources if session else ())
    ]
    yield Table(("Source", "Found", "Used", "Why"), rows, "" if rows else "No connection is open.")


def _requests(session: Session | None, hide: Pseudonymizer) -> Table:
    rows: list[list[Cell]] = [
        [_time(each.at), each.method, hide.text(_path(each)), each.status, round(each.seconds * 1000)]
        for each in _logged(session)[-MOST:]
    ]
    caption = f"Of the last {LAST:.0f} seconds" if rows else f"There were none in the last {LAST:.0f} seconds."
    return Table(("At (UTC)", "Method", "Path", "Status", "Milliseconds"), rows, caption)


def _recorded(count: int) -> str:
    if not count:
        return "What was said in them was not kept."
    return (
        f"What was said in {count} of them is in the recording beside this file, which ends in .recording: "
        'sw.connect(replay="…") answers from it, and serving-widgets recording show lists it. It has the rows that '
        "were sent to models. Large bodies are left out."
    )


def _ids(session: Session | None, error: BaseException | None, hide: Pseudonymizer) -> Table:
    rows: list[tuple[Cell, ...]] = []
    if own := _id(getattr(error, "request_id", "")):
        rows.append(("the last error", getattr(error, "status", None), own))
    failed = [each for each in _logged(session) if each.request_id and (each.status or 0) >= 400]
    rows += [(hide.text(f"{each.method} {_path(each)}"), each.status, _id(each.request_id)) for each in failed[-MOST:]]
    return Table(("Request", "Status", "Request ID"), rows, "" if rows else "There are none.")


def _id(text: object) -> str:
    """Return an id of a request; "" where it does not look like one."""
    return text if isinstance(text, str) and re.fullmatch(r"[0-9A-Fa-f-]{8,64}", text) else ""


def _logged(session: Session | None) -> tuple[LoggedExchange, ...]:
    return session.client().log.last(LAST) if session is not None and not session.closed else ()


def _path(logged: LoggedExchange) -> str:
    """Return a path with the names of its parameters only: a value may be the name of a person."""
    path, _, query = logged.path.partition("?")
    names = "&".join(f"{each.partition('=')[0]}=…" for each in query.split("&")) if query else ""
    return f"{path}?{names}" if names else path


def _time(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%H:%M:%S}"
