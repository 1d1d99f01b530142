"""A log as text that can be looked at, saved, and taken apart."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from serving_widgets.api.logs.diagnosis import diagnose
from serving_widgets.api.logs.findings import Finding
from serving_widgets.api.logs.log_lines import read_lines, without_escapes
from serving_widgets.api.logs.log_merge import merge_logs

from .snapshot_diff import split

if TYPE_CHECKING:
    import pandas as pd

#: Lines that a notebook's output shows of a log; all of them are in the text.
SHOWN = 200


class LogText(str):
    """The text of a log: a string, with its lines as a table and a way to a file.

    Attributes
    ----------
    endpoint, entity
        Whose log it is.
    sort
        ``"server"`` or ``"build"``.

    Examples
    --------
    >>> log = ep.logs()
    >>> log.to_frame().query("level == 'error'").shape
    (0, 4)
    >>> log.save("churn.log")
    PosixPath('churn.log')
    """

    endpoint: str
    entity: str
    sort: str

    def __new__(cls, text: str, *, endpoint: str = "", entity: str = "", sort: str = "server") -> LogText:
        """Return ``text`` with what it is the log of."""
        log = super().__new__(cls, text)
        log.endpoint, log.entity, log.sort = endpoint, entity, sort
        return log

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (str(self), self.endpoint, self.entity, self.sort)

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines as they came, escape sequences and all."""
        return tuple(split(self))

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The failures that the log tells of, roots first; see :func:`serving_widgets.diagnose`."""
        return diagnose(self)

    def beside(self, *others: LogText) -> LogText:
        """Return this log and others in one order of time, each line behind the name of its entity.

        Examples
        --------
        >>> ep = ws.endpoints.get("fraud-detector")
        >>> ep.logs("fraud_detector-7").beside(ep.logs("fraud_challenger-2")).entity
        'fraud_detector-7, fraud_challenger-2'
        """
        logs = (self, *others)
        merged = merge_logs({log.entity: log for log in logs})
        return LogText(merged, endpoint=self.endpoint, entity=", ".join(log.entity for log in logs), sort=self.sort)

    def to_frame(self) -> pd.DataFrame:
        """Return one row for each line.

        Returns
        -------
        DataFrame
            ``time`` (with UTC as its zone; NaT where a line has none), ``replica``, ``level`` ("debug", "info",
            "warning", "error", "") and ``text``, without escape sequences. A traceback's lines have its time and level.
            Where a build's lines say which step wrote them, ``step`` and ``seconds``, too.
        """
        import pandas as pd

        read = read_lines(split(self))
        frame = pd.DataFrame(
            {
                "time": pd.Series([line.time for line in read], dtype="datetime64[us, UTC]"),
                "replica": [line.replica for line in read],
                "level": [line.level for line in read],
                "text": [without_escapes(line.text) for line in read],
            }
        )
        if any(line.step is not None for line in read):
            frame["step"] = pd.array([line.step for line in read], dtype="Int64")
            frame["seconds"] = pd.array([line.seconds for line in read], dtype="Float64")
        return frame

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the log to a file, in UTF-8 and without escape sequences, and return where it is."""
        target = Path(path)
        target.write_text(without_escapes(self), encoding="utf-8", errors="backslashreplace", newline="")
        return target

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(self._tail())

    def _tail(self) -> str:
        from serving_widgets.render import plain

        lines = split(self)
        hidden = len(lines) - SHOWN
        shown = [plain(without_escapes(line), lines=True) for line in lines[-SHOWN:]]
        if hidden > 0:
            shown.insert(0, f"… {hidden} lines before these; the variable has them all")
        return "\n".join(shown) if shown else "The log is empty."


def _again(text: str, endpoint: str, entity: str, sort: str) -> LogText:
    return LogText(text, endpoint=endpoint, entity=entity, sort=sort)
