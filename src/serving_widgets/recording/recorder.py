"""Writing a recording: each exchange as it happens, without what it must not hold."""

from __future__ import annotations

import os
import threading
import warnings
from collections.abc import Callable, Iterable
from pathlib import Path

from serving_widgets.api.errors import ConfigError
from serving_widgets.api.http_exchange import HttpExchange

from .exchange import RecordedExchange, RecordingHeader
from .masking import Masking

#: Headers of an answer that are kept: what a client acts on, and what the service's operators find a request by.
KEPT_HEADERS = frozenset(
    {
        "content-type",
        "location",
        "retry-after",
        "served-model-name",
        "x-databricks-request-id",
        "x-request-id",
        "x-serving-widgets-note",
    }
)


def check_new(file: str | Path) -> None:
    """Refuse a file that can't become a recording.

    Raises
    ------
    ConfigError
        When its folder is missing, or it has something in it.
    """
    path = Path(file)
    if not path.parent.is_dir():
        raise ConfigError(
            f"The recording {path} can't be written: there is no folder {path.parent}.",
            hint='Give a file in a folder that exists: record="dev.recording".',
        )
    if path.is_dir() or (path.exists() and path.stat().st_size):
        raise ConfigError(
            f"{path} is not empty, and a recording replaces no file.",
            hint="Give another name, or remove it first.",
        )


class Recorder:
    """Appends exchanges to a file; from any thread.

    Parameters
    ----------
    file : str or Path
        A file that does not exist yet, or is empty. It is readable by its owner only.
    host, label : str
        The workspace's address, and what it is called on a screen.
    now : callable
        Gives service seconds since the epoch.
    keep_names : bool
        Whether e-mail addresses, names of people, ids and hosts stay as they are.
    secrets : iterable of str
        Secrets that are known before the first exchange.

    Raises
    ------
    ConfigError
        When the file can't be written, or has something in it.
    """

    def __init__(
        self,
        file: str | Path,
        *,
        host: str,
        label: str,
        now: Callable[[], float],
        keep_names: bool = False,
        secrets: Iterable[str] = (),
    ) -> None:
        self.file = Path(file)
        self._now = now
        self._masking = Masking(keep_names=keep_names, host=host.split("://", 1)[-1], secrets=secrets)
        self._lock = threading.Lock()
        self._count = 0
        header = RecordingHeader(self._masking.text(label), round(now(), 3), keep_names)
        check_new(self.file)
        try:
            descriptor = os.open(self.file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        except OSError as error:
            raise ConfigError(
                f"The recording {self.file} can't be written: {error.strerror}.", hint="Give another file."
            ) from None
        self._descriptor: int | None = descriptor
        self._append(header.line())

    @property
    def summary(self) -> dict[str, int]:
        """How many exchanges were written, and how many different values were replaced in them, by kind."""
        with self._lock:
            return {
                "exchanges": self._count,
                **{f"{kind} replaced": n for kind, n in sorted(self._masking.counts.items())},
            }

    def __call__(self, exchange: HttpExchange, at: float | None = None) -> None:
        """Write one exchange; nothing once the recording is closed.

        Parameters
        ----------
        exchange : HttpExchange
            What was sent, and what came back.
        at : float, optional
            Service seconds since the epoch when it was complete; now unless given.
        """
        with self._lock:
            if self._descriptor is None:
                return
            try:
                self._write(exchange, self._now() if at is None else at)
            except OSError as error:
                # What was half written ends the file: a reader leaves out a last line that was cut off. The exchange
                # itself is none the worse for it.
                self._end()
                warnings.warn(f"The recording {self.file} ends here: {error.strerror}.", stacklevel=2)

    def _write(self, exchange: HttpExchange, at: float) -> None:
        kept = {name: value for name, value in sorted(exchange.headers.items()) if name in KEPT_HEADERS}
        written = RecordedExchange(
            at=round(at, 3),
            method=exchange.method,
            path=self._masking.path(exchange.path),
            status=exchange.status,
            seconds=round(exchange.seconds, 3),
            headers={name: self._masking.text(value) for name, value in kept.items()},
            sent=self._masking.body(exchange.sent),
            answer=self._masking.body(exchange.answer) or b"",
        )
        self._append(written.line())
        self._count += 1

    def close(self) -> None:
        """Close the file; what comes after is not recorded."""
        with self._lock:
            self._end()

    def after_fork(self) -> None:
        """End the recording in a child process, which would give the pseudonyms of the parent's people to others."""
        self._lock = threading.Lock()
        self._end()

    def _end(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _append(self, line: str) -> None:
        assert self._descriptor is not None
        data = f"{line}\n".encode("utf-8", "surrogatepass")
        while data:
            data = data[os.write(self._descriptor, data) :]

    def __repr__(self) -> str:
        return f"<Recorder {self.file}>"
