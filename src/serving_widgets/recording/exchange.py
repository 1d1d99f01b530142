"""The file: JSON lines. The first says what the recording is of, and each other is one request with its answer.

::

    {"serving_widgets_recording": 1, "label": "workspace-1.example.com", "began": 1767225600.0, "kept_names": false}
    {"at": 1767225600.1, "method": "GET", "path": "/api/2.0/serving-endpoints", "status": 200, "seconds": 0.02,
     "headers": {"content-type": "application/json"}, "answer": {"endpoints": []}}

A body is under ``sent`` and ``answer``: as JSON where it is JSON and would be written with the same bytes again, else
as ``{"text": …}`` under ``sent_as`` and ``answer_as``, or ``{"base64": …}`` where it is not text. Each line is written
at once, so that a process that is killed loses one exchange at most: a last line without its end is not read.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from serving_widgets.api.errors import ConfigError
from serving_widgets.api.http_exchange import HttpExchange

#: The version of the format; a reader refuses a newer one.
FORMAT = 1
_MARK = "serving_widgets_recording"


@dataclass(frozen=True, slots=True)
class RecordingHeader:
    """What a recording is of.

    Attributes
    ----------
    label : str
        What the workspace is called on a screen.
    began : float
        Service seconds since the epoch at its first line.
    kept_names : bool
        Whether e-mail addresses, ids and hosts are the workspace's own, and no pseudonyms.
    """

    label: str
    began: float
    kept_names: bool = False

    def line(self) -> str:
        """Return the first line of the file."""
        return json.dumps(
            {_MARK: FORMAT, "label": self.label, "began": self.began, "kept_names": self.kept_names}, ensure_ascii=False
        )


@dataclass(frozen=True)
class RecordedExchange(HttpExchange):
    """One request and what came back, as it stands in a file.

    Attributes
    ----------
    at : float
        Service seconds since the epoch when the answer was complete.
    """

    at: float = 0.0

    @property
    def writes(self) -> bool:
        """Whether the request changes something."""
        return changes(self.method, self.path)

    def line(self) -> str:
        """Return its line of the file."""
        members: dict[str, Any] = {
            "at": self.at,
            "method": self.method,
            "path": self.path,
            "status": self.status,
            "seconds": self.seconds,
            "headers": dict(self.headers),
        }
        if self.sent is not None:
            members |= _written("sent", self.sent)
        return json.dumps(members | _written("answer", self.answer), ensure_ascii=False)


def changes(method: str, path: str) -> bool:
    """Return whether a request changes something: it is neither a look nor a query of a model.

    Examples
    --------
    >>> changes("POST", "/serving-endpoints/churn/invocations")
    False
    """
    return method != "GET" and not path.partition("?")[0].endswith("/invocations")


def read_recording(file: str | Path) -> tuple[RecordingHeader, list[RecordedExchange]]:
    """Return what a recording is of, and its exchanges in order.

    Parameters
    ----------
    file : str or Path
        Where it is.

    Raises
    ------
    ConfigError
        When it can't be read, is not a recording, or is of a newer version. A last line that was cut off is no error.
    """
    path = Path(file)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ConfigError(
            f"The recording {path} can't be read: {error.strerror}.", hint="sw.connect(record=FILE) makes one."
        ) from None
    # What is behind the last line break was not written to its end.
    lines = data.split(b"\n")[:-1]
    if not lines:
        raise ConfigError(f"{path} is not a recording: it is empty.", hint="sw.connect(record=FILE) makes one.")
    header = _header(path, lines[0])
    return header, list(_exchanges(path, lines[1:]))


def _header(path: Path, line: bytes) -> RecordingHeader:
    try:
        members = json.loads(line)
        version = members[_MARK]
    except (ValueError, KeyError, TypeError):
        raise ConfigError(
            f"{path} is not a recording: its first line is not the one that a recording begins with.",
            hint="sw.connect(record=FILE) makes one.",
        ) from None
    if not isinstance(version, int) or version > FORMAT:
        raise ConfigError(
            f"{path} was written by a newer version of serving_widgets (its format is {version}, known is {FORMAT}).",
            hint="Update serving_widgets.",
        )
    try:
        return RecordingHeader(str(members["label"]), float(members["began"]), bool(members["kept_names"]))
    except (KeyError, TypeError, ValueError):
        raise _broken(path, 1) from None


def _exchanges(path: Path, lines: list[bytes]) -> Iterator[RecordedExchange]:
    for number, line in enumerate(lines, start=2):
        try:
            members = json.loads(line)
            yield RecordedExchange(
                at=float(members["at"]),
                method=str(members["method"]),
                path=str(members["path"]),
                status=int(members["status"]),
                seconds=float(members["seconds"]),
                headers={str(name): str(value) for name, value in members["headers"].items()},
                sent=_read("sent", members),
                answer=_read("answer", members) or b"",
            )
        except (ValueError, KeyError, TypeError, AttributeError, binascii.Error):
            raise _broken(path, number) from None


def _broken(path: Path, line: int) -> ConfigError:
    return ConfigError(
        f"Line {line} of the recording {path} can't be read.",
        hint="Remove the line, or record again. Each line is one request with its answer, as JSON.",
    )


def _written(name: str, body: bytes) -> dict[str, Any]:
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return {f"{name}_as": {"base64": base64.b64encode(body).decode()}}
    value = _as_json(text)
    return {f"{name}_as": {"text": text}} if value is None else {name: value}


def _as_json(text: str) -> Any:
    """Return the value of a JSON text that would be written with the same characters again; None where it would not."""
    try:
        value = json.loads(text)
        return value if value is not None and compact(value) == text else None
    except (ValueError, RecursionError):
        return None


def compact(value: Any) -> str:
    """Return a JSON value as the service writes it: without spaces, letters of any language as they are."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _read(name: str, members: Mapping[str, Any]) -> bytes | None:
    if name in members:
        return compact(members[name]).encode("utf-8", "surrogatepass")
    form = members.get(f"{name}_as")
    if form is None:
        return None
    return base64.b64decode(form["base64"]) if "base64" in form else str(form["text"]).encode()
