"""Progress of what takes a while: a bar in a notebook, a line in a terminal, now and then a line in a script's output.

Nothing appears in the first second. Where it can be taken back, nothing is left at the end. Drawing happens on the
thread that began, which is the one whose output belongs to the cell: other threads count, and that thread draws while
it waits.
"""

from __future__ import annotations

import contextlib
import html
import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, Protocol, TextIO
from uuid import uuid4

from serving_widgets.api.imported import imported

#: Seconds before anything is shown, and between two drawings.
DELAY = 1.0
PACE = 0.2
#: Seconds between two lines where lines stay.
LINE_PACE = 10.0


class Progress(Protocol):
    """What those who make progress need of a bar."""

    def update(self, n: int = 1, note: str = "") -> None:
        """Count ``n`` more, and say what is going on; from any thread."""
        ...

    def draw(self) -> None:
        """Draw it if it is time, on the thread that began; elsewhere do nothing."""
        ...


class Unseen:
    """Progress that is not shown."""

    def update(self, n: int = 1, note: str = "") -> None:
        """Do nothing."""

    def draw(self) -> None:
        """Do nothing."""


class Surface(Protocol):
    """Where a bar is drawn."""

    def show(self, text: str, markup: str) -> None:
        """Put the bar there, in place of how it was before."""
        ...

    def clear(self) -> None:
        """Take it away."""
        ...


@contextlib.contextmanager
def progress(title: str, total: int | None = None, *, unit: str = "rows") -> Iterator[Bar]:
    """Show how far something is while the ``with`` block runs.

    Parameters
    ----------
    title
        What is going on, as in ``"Scoring churn"``.
    total
        How much there is to do; None where that is not known.
    unit
        What is counted.

    Examples
    --------
    >>> with progress("Scoring churn", total=10_000) as bar:
    ...     bar.update(1_000, note="2 retries")
    """
    bar = Bar(title, total, unit, find_surface)
    try:
        yield bar
    finally:
        bar.close()


class Bar:
    """A count and what is said about it.

    Parameters
    ----------
    find
        Called once, when there is something to draw first; gives where to, None for nowhere.
    clock
        Gives seconds.
    """

    def __init__(
        self,
        title: str,
        total: int | None,
        unit: str,
        find: Callable[[], Surface | None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.title = title
        self.total = total
        self.unit = unit
        self.done = 0
        self.note = ""
        self._find = find
        self._clock = clock
        self._owner = threading.get_ident()
        self._lock = threading.Lock()
        self._began = clock()
        self._next = self._began + DELAY
        self._surface: Surface | None = None
        self._silent = False

    def update(self, n: int = 1, note: str = "") -> None:
        """Count ``n`` more, and say what is going on; from any thread."""
        with self._lock:
            self.done += n
            self.note = note
        self.draw()

    def draw(self) -> None:
        """Draw it if it is time, on the thread that began; elsewhere do nothing."""
        now = self._clock()
        if self._silent or now < self._next or threading.get_ident() != self._owner:
            return
        self._next = now + PACE
        if self._surface is None:
            self._surface = self._find()
            self._silent = self._surface is None
        self._attempt(lambda surface: surface.show(self.text(), self.markup()))

    def close(self) -> None:
        """Take it away for good."""
        self._attempt(lambda surface: surface.clear())
        self._silent = True

    def text(self) -> str:
        """Return the line that it is on a terminal."""
        if self.total is None:
            count = f"{self.done:,} {self.unit}" if self.done else ""
        else:
            share = 100 * self.done // self.total if self.total else 100
            count = f"{self.done:,} of {self.total:,} {self.unit} ({share} %){self._left()}"
        return " – ".join(filter(None, [f"{self.title}: {count}" if count else self.title, self.note]))

    def markup(self) -> str:
        """Return the bar that it is in a notebook: HTML without script or style."""
        value = "" if self.total is None else f' value="{self.done}" max="{max(self.total, 1)}"'
        label = html.escape(self.title)
        return f'<div><progress aria-label="{label}"{value}></progress> <span>{html.escape(self.text())}</span></div>'

    def _left(self) -> str:
        if not self.done or not self.total or self.done >= self.total:
            return ""
        seconds = (self._clock() - self._began) / self.done * (self.total - self.done)
        minutes, rest = divmod(max(1, round(seconds)), 60)
        return f", about {minutes} min {rest} s left" if minutes else f", about {rest} s left"

    def _attempt(self, draw: Callable[[Surface], None]) -> None:
        if self._surface is None:
            return
        try:
            draw(self._surface)
        except Exception:
            # A terminal that is gone or a display that fails must not end what the progress is about.
            self._silent = True


def find_surface() -> Surface | None:
    """Return where a bar can be drawn: the cell's output, else the terminal, else the log that a script writes.

    Only the main thread draws: others, such as the workers of an engine, would draw over each other.
    """
    return any_surface() if threading.current_thread() is threading.main_thread() else None


def any_surface() -> Surface | None:
    """Return where a bar can be drawn, by whichever thread draws for the one that waits."""
    # Whoever runs in a notebook has loaded IPython; others need not load it here.
    ipython = imported("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if getattr(shell, "kernel", None) is not None:
        return Notebook()
    if sys.stderr is None:
        return None
    return Terminal(sys.stderr) if sys.stderr.isatty() else Lines(sys.stderr)


class Terminal:
    """One line of a terminal, written over again and again."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def show(self, text: str, markup: str) -> None:
        """Write the line over what it was before."""
        width = shutil.get_terminal_size().columns - 1
        self._stream.write(f"\r{text[:width]}\x1b[K")
        self._stream.flush()

    def clear(self) -> None:
        """Empty the line."""
        self._stream.write("\r\x1b[K")
        self._stream.flush()


class Lines:
    """Lines in a file or a pipe, where nothing can be taken back: few of them, and none for what is done soon."""

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._clock = clock
        self._next = clock()

    def show(self, text: str, markup: str) -> None:
        """Write a line, unless one was written a short while ago."""
        if self._clock() < self._next:
            return
        self._next = self._clock() + LINE_PACE
        self._stream.write(f"{text}\n")
        self._stream.flush()

    def clear(self) -> None:
        """Leave what was written: it cannot be taken back."""


class Notebook:
    """One output of a cell."""

    def __init__(self) -> None:
        self._id: str | None = None

    def show(self, text: str, markup: str) -> None:
        """Put the bar into the cell's output."""
        self._put({"text/plain": text, "text/html": markup})

    def clear(self) -> None:
        """Leave an empty output behind: a front end has no way to take back a single one."""
        self._put({"text/plain": "", "text/html": ""})

    def _put(self, bundle: dict[str, Any]) -> None:
        from IPython.display import display, update_display

        if self._id is None:
            self._id = uuid4().hex
            display(bundle, raw=True, display_id=self._id)  # type: ignore[no-untyped-call]
        else:
            update_display(bundle, raw=True, display_id=self._id)  # type: ignore[no-untyped-call]
